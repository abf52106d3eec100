"""Tables of agents' work: labels, notes, files, ready-made replies, ratings, reviews, the API."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base, UtcDateTime


class LabelRow(Base):
    """A word on a ticket."""

    __tablename__ = "ticket_labels"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    label: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class NoteRow(Base):
    """What agents write for each other; shoppers never see it."""

    __tablename__ = "ticket_notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MentionRow(Base):
    """A colleague named in a note; `seen_at` when they opened the ticket."""

    __tablename__ = "note_mentions"

    note_id: Mapped[int] = mapped_column(
        ForeignKey("ticket_notes.id", ondelete="CASCADE"), primary_key=True
    )
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FileRow(Base):
    """A picture or document that was sent; its key cannot be guessed."""

    __tablename__ = "desk_files"

    key: Mapped[str] = mapped_column(String(43), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    content_type: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CannedReplyRow(Base):
    """A ready-made reply, found by its shortcut."""

    __tablename__ = "canned_replies"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    shortcut: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("shortcut", "language"),)


class MacroRow(Base):
    """Several acts under one name, done in their order."""

    __tablename__ = "macros"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    steps: Mapped[list[Any]] = mapped_column(JSON)


class SavedViewRow(Base):
    """A filter that an agent keeps; without an agent it is everybody's."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(500))


class SuggestionRow(Base):
    """A reply that was suggested and what became of it; teaches later suggestions."""

    __tablename__ = "suggestions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int]
    source: Mapped[str] = mapped_column(String(160))
    language: Mapped[str] = mapped_column(String(2))
    score: Mapped[float]
    outcome: Mapped[str] = mapped_column(String(8))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RatingRow(Base):
    """What a shopper thought of the help: asked once per ticket, 1 to 5."""

    __tablename__ = "ticket_ratings"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    score: Mapped[int | None]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewRow(Base):
    """A supervisor's look at one ticket: points per question, and a comment."""

    __tablename__ = "ticket_reviews"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    points: Mapped[dict[str, Any]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiTokenRow(Base):
    """A program that may use the API; the token itself is shown once and kept as a hash."""

    __tablename__ = "desk_api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    can_write: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebhookRow(Base):
    """An address that hears of tickets and messages, signed with its secret."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_event_id: Mapped[int] = mapped_column(default=0)


class WebhookDeliveryRow(Base):
    """One event on its way to one address; the pair is unique, so nothing is queued twice."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event_id: Mapped[int]
    ticket_id: Mapped[int]
    event: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(200))
    remote_id: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_deliveries_open", "state", "available_at"),
        Index("ix_webhook_deliveries_ticket", "webhook_id", "ticket_id"),
    )
