"""Tables of tickets and of the people who work on them. Rows stay inside this package."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, Float, ForeignKey, Index, String, Text, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from kit.database import Base, Minor, UtcDateTime, index_where
from kit.i18n import LANGUAGES

OPEN_STATES: Final = ("waiting", "assigned")
_MAILED: Final = text("mail_to IS NOT NULL")


class AgentRow(Base):
    """A person at the desk; disabled, never deleted, so that tickets keep their history."""

    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    permissions: Mapped[list[str] | None] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: list(LANGUAGES))
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    capacity: Mapped[int] = mapped_column(default=4)
    presence: Mapped[str] = mapped_column(String(8), default="offline")
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AgentSessionRow(Base):
    """A signed-in browser; the token itself is known to that browser alone."""

    __tablename__ = "agent_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInAttemptRow(Base):
    """One try to sign in, counted per account and per address; both are kept as hashes."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_sign_in_attempts_key_at", "key", "at"),)


class TicketRow(Base):
    """A conversation that needs a person.

    `open_conversation_id` repeats the conversation while the ticket is open and is empty after,
    so that the database itself allows one open ticket per conversation.
    """

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    open_conversation_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    customer_id: Mapped[str | None] = mapped_column(String(64), index=True)
    reason: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    summary: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str | None] = mapped_column(String(16))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_reply_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(32), default="webchat")
    team_id: Mapped[int | None]
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    sentiment: Mapped[str | None] = mapped_column(String(8))
    moods: Mapped[list[float]] = mapped_column(JSON, default=list)
    understood: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    urgency: Mapped[float | None] = mapped_column(Float)
    customer_value: Mapped[Decimal | None] = mapped_column(Minor)
    order_number: Mapped[str | None] = mapped_column(String(40))
    order_value: Mapped[Decimal | None] = mapped_column(Minor)
    first_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolve_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    breached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    callback_phone: Mapped[str | None] = mapped_column(String(40))
    callback_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_to: Mapped[str | None] = mapped_column(String(254), index=True)
    mailed_id: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[int | None]
    follows_id: Mapped[int | None]

    __table_args__ = (
        Index("ix_tickets_queue", "state", "priority", "opened_at"),
        Index("ix_tickets_agent_id_state", "agent_id", "state"),
        Index("ix_tickets_state_updated_at", "state", "updated_at"),
        index_where("ix_tickets_open", "id", state=OPEN_STATES),
        Index("ix_tickets_mailed", "id", sqlite_where=_MAILED, postgresql_where=_MAILED),
    )


class TicketEventRow(Base):
    """What happened to a ticket, in order; written once and never changed."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(24))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index("ix_ticket_events_ticket_id_id", "ticket_id", "id"),)


class LogIsFinal(RuntimeError):
    """Somebody tried to rewrite what happened to a ticket."""


@event.listens_for(TicketEventRow, "before_update")
def _refuse_rewriting(
    _mapper: Mapper[TicketEventRow], _connection: Connection, row: TicketEventRow
) -> None:
    raise LogIsFinal(f"ticket event {row.id} cannot be changed")
