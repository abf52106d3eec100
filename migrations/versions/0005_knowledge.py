"""Articles that are added, changed and withdrawn while the system runs."""

import sqlalchemy as sa
from alembic import op

from kit.database import UtcDateTime

revision = "0005"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the articles and the counter of their changes."""
    op.create_table(
        "knowledge_article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_knowledge_article"),
        sa.UniqueConstraint("slug", "language", name="uq_knowledge_article_slug_language"),
    )
    op.create_index("ix_knowledge_article_revision", "knowledge_article", ["revision"])
    counter = op.create_table(
        "knowledge_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_knowledge_revision"),
    )
    op.bulk_insert(counter, [{"id": 1, "revision": 0}])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("knowledge_revision")
    op.drop_index("ix_knowledge_article_revision", "knowledge_article")
    op.drop_table("knowledge_article")
