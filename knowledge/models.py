"""ORM classes of live articles. They stay inside `knowledge`; others get `Article` and `Change`."""

from datetime import datetime

from sqlalchemy import JSON, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base, UtcDateTime


class KnowledgeArticle(Base):
    """What stands over the file of that slug and language: its newest text, or its withdrawal."""

    __tablename__ = "knowledge_article"
    __table_args__ = (UniqueConstraint("slug", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    topic: Mapped[str] = mapped_column(String(40))
    questions: Mapped[list[str]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(120))


class KnowledgeRevision(Base):
    """One row that counts the changes; raising it also makes writers wait for each other."""

    __tablename__ = "knowledge_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
