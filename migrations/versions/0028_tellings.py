"""What shoppers want to hear unasked in a chat, and what they were told."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLES = {
    "tell_consents": [
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "purpose", name="pk_tell_consents"),
    ],
    "tellings": [
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "key", name="pk_tellings"),
    ],
}


def upgrade() -> None:
    """Add the tables; nobody asked to be told anything yet."""
    for table, columns in TABLES.items():
        to_conversation = sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=f"fk_{table}_conversation_id_conversations",
            ondelete="CASCADE",
        )
        op.create_table(table, *columns, to_conversation)


def downgrade() -> None:
    """Take them away."""
    for table in reversed(TABLES):
        op.drop_table(table)
