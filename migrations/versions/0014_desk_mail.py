"""Answers by mail for those who left an address; what agents have seen."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nobody asked for mail so far."""
    op.add_column("tickets", sa.Column("mail_to", sa.String(254)))
    op.add_column(
        "tickets", sa.Column("mailed_id", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_index("ix_tickets_mail_to", "tickets", ["mail_to"])
    op.add_column(
        "conversations",
        sa.Column("agent_seen_id", sa.Integer(), nullable=False, server_default="0"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_column("conversations", "agent_seen_id")
    op.drop_index("ix_tickets_mail_to", "tickets")
    op.drop_column("tickets", "mailed_id")
    op.drop_column("tickets", "mail_to")
