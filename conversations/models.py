"""Tables of what was said. Rows stay inside this package; others get dataclasses."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base, UtcDateTime, index_where

OPEN_STATES: Final = ("waiting", "claimed")
UNSENT_STATES: Final = ("waiting", "sending")


class ConversationRow(Base):
    """One thread with one shopper on one channel."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    contact: Mapped[str | None] = mapped_column(String(128))
    customer_id: Mapped[str | None] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(2))
    handled_by: Mapped[str] = mapped_column(String(8))
    agent_name: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    revision: Mapped[int] = mapped_column(default=0)
    shopper_seen_id: Mapped[int] = mapped_column(default=0)
    agent_seen_id: Mapped[int] = mapped_column(default=0)
    reply_path: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (UniqueConstraint("channel", "contact"),)


class MessageRow(Base):
    """One message. `state` and the columns after it matter for shoppers' messages only."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(String(8))
    author_name: Mapped[str | None] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    buttons: Mapped[list[Any]] = mapped_column(JSON, default=list)
    cards: Mapped[list[Any]] = mapped_column(JSON, default=list)
    image: Mapped[str | None] = mapped_column(Text)
    asks: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    position: Mapped[int | None]
    client_message_id: Mapped[str | None] = mapped_column(String(128))
    payload: Mapped[str | None] = mapped_column(Text)
    page: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    files: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(8))
    available_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    intent: Mapped[str | None] = mapped_column(String(80))
    confidence: Mapped[float | None]

    __table_args__ = (
        UniqueConstraint("conversation_id", "client_message_id"),
        UniqueConstraint("reply_to", "position"),
        Index("ix_messages_conversation", "conversation_id", "id"),
        Index("ix_messages_conversation_state", "conversation_id", "state"),
        Index("ix_messages_open", "state", "available_at"),
        index_where("ix_messages_unanswered", "id", state=OPEN_STATES),
    )


class EventClaimRow(Base):
    """A channel's event that was taken in; its key makes a second delivery harmless.

    `kind` says what it was: what is not answered (a joining, an unknown kind) is recorded here.
    """

    __tablename__ = "event_claims"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (Index("ix_event_claims_channel_claimed", "channel", "claimed_at"),)


class ChannelCursorRow(Base):
    """How far a channel's messages were fetched, where they have to be."""

    __tablename__ = "channel_cursors"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    cursor: Mapped[str] = mapped_column(String(512))


class CustomerLinkRow(Base):
    """A conversation that a customer connected to their account by a proof, and for how long."""

    __tablename__ = "customer_links"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    customer_id: Mapped[str] = mapped_column(String(64), index=True)
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TellConsentRow(Base):
    """A shopper wants to be told of a purpose in this chat."""

    __tablename__ = "tell_consents"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[str] = mapped_column(String(16), primary_key=True)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TellingRow(Base):
    """Something that was told unasked, once, and by which message."""

    __tablename__ = "tellings"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[int]
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LinkCodeRow(Base):
    """A code that connects a chat to a customer's account, as a hash, until it is used."""

    __tablename__ = "link_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(64), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutboxRow(Base):
    """A message on its way out through its conversation's channel.

    `parts_sent` counts what the channel took already of a message that leaves in several parts.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), unique=True
    )
    conversation_id: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(8))
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    parts_sent: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_outbox_conversation_state", "conversation_id", "state"),
        Index("ix_outbox_open", "state", "available_at"),
        index_where("ix_outbox_unsent", "id", state=UNSENT_STATES),
    )
