"""Conversations, messages, event claims and the outbox."""

import sqlalchemy as sa
from alembic import op

from kit.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of conversations."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("contact", sa.String(128)),
        sa.Column("customer_id", sa.String(64)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("handled_by", sa.String(8), nullable=False),
        sa.Column("agent_name", sa.String(120)),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("channel", "contact", name="uq_conversations_channel_contact"),
    )
    op.create_index("ix_conversations_customer_id", "conversations", ["customer_id"])
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"])
    _create_messages()
    op.create_table(
        "event_claims",
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("event_id", sa.String(128), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "event_id", name="pk_event_claims"),
    )
    _create_outbox()


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("author_name", sa.String(120)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("cards", sa.JSON(), nullable=False),
        sa.Column("image", sa.Text()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("reply_to", sa.Integer()),
        sa.Column("position", sa.Integer()),
        sa.Column("client_message_id", sa.String(128)),
        sa.Column("payload", sa.Text()),
        sa.Column("page", sa.JSON()),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("available_at", UtcDateTime()),
        sa.Column("claimed_by", sa.String(120)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(80)),
        sa.Column("confidence", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_messages_conversation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reply_to"], ["messages.id"], name="fk_messages_reply_to", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "conversation_id",
            "client_message_id",
            name="uq_messages_conversation_id_client_message_id",
        ),
        sa.UniqueConstraint("reply_to", "position", name="uq_messages_reply_to_position"),
    )
    op.create_index("ix_messages_conversation", "messages", ["conversation_id", "id"])
    op.create_index("ix_messages_conversation_state", "messages", ["conversation_id", "state"])
    op.create_index("ix_messages_open", "messages", ["state", "available_at"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("available_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_by", sa.String(120)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(200)),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_outbox_message_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
    )
    op.create_index("ix_outbox_conversation_state", "outbox", ["conversation_id", "state"])
    op.create_index("ix_outbox_open", "outbox", ["state", "available_at"])


def downgrade() -> None:
    """Drop the tables of conversations."""
    for table in ("outbox", "event_claims", "messages", "conversations"):
        op.drop_table(table)
