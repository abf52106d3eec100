"""What is told unasked: only what somebody asked for in this chat, not at night, not too often.

Consent is per chat and purpose. Everything is told once, by its key. `why_not` is the one place
that says whether a message may be sent now; it reads a table and no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from conversations.content import Reply
from conversations.models import ConversationRow, MessageRow, TellConsentRow, TellingRow
from conversations.records import Conversation
from conversations.store import conversation_of, lock, post_bot_replies
from kit.i18n import SHOP_ZONE

Purpose = Literal["orders", "stock"]
PURPOSES: Final[tuple[Purpose, ...]] = ("orders", "stock")

QUIET_FROM: Final = time(21)
QUIET_UNTIL: Final = time(8)


@dataclass(frozen=True)
class Cap:
    """How many messages of a purpose one chat gets in a day and in a week."""

    a_day: int
    a_week: int


CAPS: Final[Mapping[Purpose, Cap]] = {"orders": Cap(4, 12), "stock": Cap(2, 5)}


@dataclass(frozen=True)
class Listener:
    """A chat that asked to be told; `heard_at` is when its shopper last wrote."""

    conversation: Conversation
    purpose: Purpose
    granted_at: datetime
    heard_at: datetime | None


def why_not(
    purpose: Purpose, said: Sequence[datetime], handled_by: str, closed: str | None, now: datetime
) -> str | None:
    """None when something may be told now, else why not.

    `said` is when the chat was told of this purpose before, `closed` why its channel takes nothing.
    """
    if closed is not None:
        return closed
    if handled_by == "agent":
        return "a person is talking"
    local = now.astimezone(SHOP_ZONE).time()
    if local >= QUIET_FROM or local < QUIET_UNTIL:
        return "quiet hours"
    cap = CAPS[purpose]
    for span, most in ((timedelta(days=1), cap.a_day), (timedelta(days=7), cap.a_week)):
        if sum(now - one < span for one in said) >= most:
            return "told enough"
    return None


def consent(session: Session, conversation_id: str, purpose: Purpose, *, now: datetime) -> None:
    """The shopper asked to be told of this in this chat."""
    lock(session, conversation_id)
    if session.get(TellConsentRow, (conversation_id, purpose)) is None:
        session.add(
            TellConsentRow(conversation_id=conversation_id, purpose=purpose, granted_at=now)
        )
        session.flush()


def end_consents(session: Session, conversation_id: str) -> None:
    """The shopper wants to be told nothing more in this chat."""
    session.execute(delete(TellConsentRow).where(TellConsentRow.conversation_id == conversation_id))


def consents_of(session: Session, conversation_id: str) -> list[str]:
    """What a chat asked to be told."""
    return list(
        session.scalars(
            select(TellConsentRow.purpose)
            .where(TellConsentRow.conversation_id == conversation_id)
            .order_by(TellConsentRow.purpose)
        )
    )


def was_told_last(session: Session, conversation_id: str) -> bool:
    """Whether the newest thing said in a chat to its shopper was told unasked."""
    newest = session.scalar(
        select(func.max(MessageRow.id)).where(
            MessageRow.conversation_id == conversation_id, MessageRow.author.in_(("bot", "agent"))
        )
    )
    told = select(TellingRow.key).where(
        TellingRow.conversation_id == conversation_id, TellingRow.message_id == newest
    )
    return newest is not None and session.scalar(told.limit(1)) is not None


def listeners(session: Session, purpose: Purpose) -> list[Listener]:
    """The connected chats that asked to be told of this."""
    heard = (
        select(func.max(MessageRow.created_at))
        .where(MessageRow.conversation_id == ConversationRow.id, MessageRow.author == "shopper")
        .scalar_subquery()
    )
    rows = session.execute(
        select(ConversationRow, TellConsentRow.granted_at, heard)
        .join(TellConsentRow, TellConsentRow.conversation_id == ConversationRow.id)
        .where(TellConsentRow.purpose == purpose, ConversationRow.customer_id.is_not(None))
        .order_by(ConversationRow.id)
    )
    return [Listener(conversation_of(row), purpose, at, wrote) for row, at, wrote in rows]


def tell(
    session: Session,
    listener: Listener,
    key: str,
    reply: Reply,
    *,
    closed: str | None,
    now: datetime,
) -> bool:
    """Tell it once, if it may be told now; what may not is asked again at the next look."""
    place = listener.conversation.id
    conversation = lock(session, place)  # two workers wait for each other here
    if session.get(TellingRow, (place, key)) is not None:
        return False
    if session.get(TellConsentRow, (place, listener.purpose)) is None:
        return False
    said = session.scalars(
        select(TellingRow.said_at).where(
            TellingRow.conversation_id == place,
            TellingRow.purpose == listener.purpose,
            TellingRow.said_at > now - timedelta(days=7),
        )
    )
    if why_not(listener.purpose, list(said), conversation.handled_by, closed, now) is not None:
        return False
    (message,) = post_bot_replies(session, place, [reply], now=now)
    session.add(
        TellingRow(
            key=key,
            conversation_id=place,
            purpose=listener.purpose,
            message_id=message.id,
            said_at=now,
        )
    )
    session.flush()
    return True
