"""The inbox: shoppers' messages that wait for the bot, taken one at a time per conversation.

A claim is a lease. It ends when the answer is stored, when the worker gives it back, or when its
time is over: so a message outlives the process that was working on it.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from conversations.content import Reply
from conversations.models import (
    OPEN_STATES,
    ChannelCursorRow,
    ConversationRow,
    EventClaimRow,
    MessageRow,
)
from conversations.records import ConversationNotFound, File, HandledBy, Message, Work
from conversations.store import (
    get_conversation,
    lock,
    lock_touched,
    message_of,
    post_bot_replies,
    say_all,
)
from kit.database import is_one_of

LEASE: Final = timedelta(seconds=60)
LONGEST_PAUSE: Final = timedelta(seconds=10)  # between two tries of one message
NOTICE_POSITION: Final = -1


class ClaimLost(RuntimeError):
    """The message was meanwhile answered, or taken by another worker."""


def claim_event(
    session: Session, channel: str, event_id: str, now: datetime, *, kind: str | None = None
) -> bool:
    """Whether this delivery of a channel's event is the first one; every later one is False."""
    row = EventClaimRow(channel=channel, event_id=event_id, claimed_at=now, kind=kind)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def cursor_of(session: Session, channel: str) -> str:
    """Where the channel's messages are fetched on from; empty before the first."""
    row = session.get(ChannelCursorRow, channel)
    return "" if row is None else row.cursor


def keep_cursor(session: Session, channel: str, cursor: str) -> None:
    """Store how far the channel's messages were fetched."""
    row = session.get(ChannelCursorRow, channel)
    if row is not None:
        row.cursor = cursor
        return
    with suppress(IntegrityError), session.begin_nested():  # another front was first: as good
        session.add(ChannelCursorRow(channel=channel, cursor=cursor))


def note_alive(session: Session, name: str, *, now: datetime) -> None:
    """Store that a front of this name is there: what proves that messages could be stored."""
    session.merge(EventClaimRow(channel="front", event_id=name[:128], claimed_at=now))


def claim_next(
    session: Session, *, worker: str, now: datetime, lease: timedelta = LEASE
) -> Work | None:
    """Take the oldest waiting message whose conversation has no earlier open one, if any."""
    claimed = session.scalar(
        update(MessageRow)
        .where(MessageRow.id == _next_due(now).with_for_update(skip_locked=True).scalar_subquery())
        .values(
            state="claimed",
            claimed_by=worker,
            available_at=now + lease,
            attempts=MessageRow.attempts + 1,
        )
        .returning(MessageRow)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    if claimed is None:
        return None
    return Work(
        message=message_of(claimed),
        conversation=get_conversation(session, claimed.conversation_id),
        text=claimed.payload or claimed.text,
        page=claimed.page,
        attempts=claimed.attempts,
        files=tuple(File(**one) for one in claimed.files or ()),
    )


def _next_due(now: datetime) -> Select[int]:
    """The id of the oldest due message whose conversation has no earlier open one."""
    one, other = aliased(MessageRow), aliased(MessageRow)
    oldest = (
        select(func.min(other.id))
        .where(other.conversation_id == one.conversation_id, is_one_of(other.state, OPEN_STATES))
        .scalar_subquery()
    )
    return (
        select(one.id)
        .where(is_one_of(one.state, OPEN_STATES), _is_due(one, now), one.id == oldest)
        .order_by(one.id)
        .limit(1)
    )


def complete(
    session: Session,
    message_id: int,
    replies: Sequence[Reply],
    *,
    worker: str,
    now: datetime,
    language: str | None = None,
    intent: str | None = None,
    confidence: float | None = None,
) -> list[Message]:
    """Store the answer to a claimed message, once; raises ClaimLost when it is no longer ours."""
    place = session.scalar(
        update(MessageRow)
        .where(
            MessageRow.id == message_id,
            MessageRow.state == "claimed",
            MessageRow.claimed_by == worker,
        )
        .values(state="done", available_at=None, intent=intent, confidence=confidence)
        .returning(MessageRow.conversation_id)
        .execution_options(synchronize_session="fetch")
    )
    if place is None:
        raise ClaimLost(f"message {message_id}")
    changes = {} if language is None else {"language": language}
    conversation = lock_touched(session, place, now, **changes)
    return say_all(session, conversation, replies, now, message_id)


def give_back(session: Session, message_id: int, *, worker: str, until: datetime) -> None:
    """Let a claimed message wait until `until` and be tried again; lost claims are left alone.

    `until` is at most LONGEST_PAUSE away.
    """
    session.execute(
        update(MessageRow)
        .where(
            MessageRow.id == message_id,
            MessageRow.state == "claimed",
            MessageRow.claimed_by == worker,
        )
        .values(state="waiting", available_at=until, claimed_by=None)
    )


def release_claims(session: Session, *, worker: str, now: datetime) -> int:
    """Give back all that a worker of this name held when it died; returns how many."""
    result = session.execute(
        update(MessageRow)
        .where(
            is_one_of(MessageRow.state, OPEN_STATES),
            MessageRow.state == "claimed",
            MessageRow.claimed_by == worker,
        )
        .values(state="waiting", available_at=now, claimed_by=None)
    )
    return cast("CursorResult[Any]", result).rowcount


def post_delay_notice(
    session: Session, message_id: int, reply: Reply, *, now: datetime
) -> Message | None:
    """Tell the shopper once that the answer to this message takes longer; None when told."""
    row = session.get_one(MessageRow, message_id)
    lock(session, row.conversation_id)
    told = session.scalar(
        select(MessageRow.id).where(
            MessageRow.reply_to == message_id, MessageRow.position == NOTICE_POSITION
        )
    )
    session.refresh(row)
    if told is not None or row.state == "done":
        return None
    return post_bot_replies(
        session,
        row.conversation_id,
        [reply],
        now=now,
        reply_to=message_id,
        first_position=NOTICE_POSITION,
    )[0]


@dataclass(frozen=True)
class Outcome:
    """What became of a message so far: its answer, or the notices that it takes longer."""

    messages: list[Message]
    handled_by: HandledBy
    is_pending: bool


def outcome_of(session: Session, message: Message) -> Outcome:
    """What became of a message, and who is in charge; raises ConversationNotFound."""
    asked = aliased(MessageRow)
    rows = session.execute(
        select(asked.state, ConversationRow.handled_by, MessageRow)
        .join(ConversationRow, ConversationRow.id == asked.conversation_id)
        .join(MessageRow, MessageRow.reply_to == asked.id, isouter=True)
        .where(asked.id == message.id)
        .order_by(MessageRow.position)
    ).all()
    if not rows:
        raise ConversationNotFound(message.conversation_id)
    is_answered = rows[0].state == "done"
    said = [row.MessageRow for row in rows if row.MessageRow is not None]
    if is_answered:
        said = [one for one in said if one.position > NOTICE_POSITION]
    return Outcome([message_of(one) for one in said], rows[0].handled_by, not is_answered)


def count_open(session: Session) -> int:
    """How many shoppers' messages wait for an answer of the bot."""
    statement = select(func.count()).where(is_one_of(MessageRow.state, OPEN_STATES))
    return session.scalar(statement) or 0


def count_waiting(session: Session) -> int:
    """How many shoppers' messages wait for their turn with the bot."""
    is_open = is_one_of(MessageRow.state, OPEN_STATES)
    statement = select(func.count()).where(is_open, MessageRow.state == "waiting")
    return session.scalar(statement) or 0


def has_due(session: Session, now: datetime) -> bool:
    """Whether there is a message that `claim_next` would take."""
    return session.scalar(_next_due(now)) is not None


def open_since(session: Session, conversation_id: str, before: int) -> datetime | None:
    """Since when the oldest message before this one has been without an answer; None without."""
    return session.scalar(
        select(MessageRow.created_at)
        .where(
            MessageRow.conversation_id == conversation_id,
            is_one_of(MessageRow.state, OPEN_STATES),
            MessageRow.id < before,
        )
        .order_by(MessageRow.id)
        .limit(1)
    )


def waiting_behind(session: Session, message: Message) -> list[tuple[int, str]]:
    """What waits behind a message of the same conversation: ids, and what the bot would get."""
    rows = session.execute(
        select(MessageRow.id, MessageRow.payload, MessageRow.text)
        .where(
            MessageRow.conversation_id == message.conversation_id,
            MessageRow.state == "waiting",
            MessageRow.id > message.id,
        )
        .order_by(MessageRow.id)
    )
    return [(number, payload or text) for number, payload, text in rows]


def _is_due(message: type[MessageRow], now: datetime) -> ColumnElement[bool]:
    """Whether a message's time has come.

    What was never tried is due in any case, and so is what seems to wait for longer than anything
    may: the machine's clock was set back meanwhile.
    """
    waits, at = message.state == "waiting", message.available_at
    return or_(
        at <= now,
        and_(waits, message.attempts == 0),
        and_(waits, at > now + LONGEST_PAUSE),
        at > now + LEASE,
    )
