"""Indexes of the rows that wait for something: looking for them reads nothing that is done."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INDEXES: Final = (
    ("ix_messages_unanswered", "messages", "state IN ('waiting', 'claimed')"),
    ("ix_outbox_unsent", "outbox", "state IN ('waiting', 'sending')"),
    ("ix_tickets_open", "tickets", "state IN ('waiting', 'assigned')"),
    ("ix_tickets_mailed", "tickets", "mail_to IS NOT NULL"),
)


def upgrade() -> None:
    """Add them."""
    for name, table, rows in INDEXES:
        where = sa.text(rows)
        op.create_index(name, table, ["id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take them away."""
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
