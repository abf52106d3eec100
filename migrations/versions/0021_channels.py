"""Channels: what kind an event was, files of a message, parts of a delivery that have left."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; older events have no kind, older messages no files."""
    op.add_column("event_claims", sa.Column("kind", sa.String(40), nullable=True))
    op.create_index("ix_event_claims_channel_claimed", "event_claims", ["channel", "claimed_at"])
    op.add_column("messages", sa.Column("files", sa.JSON(), nullable=True))
    op.add_column(
        "outbox", sa.Column("parts_sent", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_column("outbox", "parts_sent")
    op.drop_column("messages", "files")
    op.drop_index("ix_event_claims_channel_claimed", "event_claims")
    op.drop_column("event_claims", "kind")
