"""The outbox: what is said to shoppers, stored before it is sent, sent once, retried with care.

A row is claimed before the channel is called. A sender that dies in between leaves a lease behind;
the channel gets the message's id as its reference, so that a repeat can be recognised there.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast

from sqlalchemy import CursorResult, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from conversations.models import UNSENT_STATES, MessageRow, OutboxRow
from conversations.records import Conversation, Message
from conversations.store import conversation_of, lock, message_of
from kit.database import is_one_of

LEASE: Final = timedelta(seconds=30)
FIRST_DELAY: Final = timedelta(seconds=1)
LONGEST_DELAY: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 12


Speaks = Literal["first", "again"]


@dataclass(frozen=True)
class Delivery:
    """A message that is to leave now, and where to.

    `parts_sent` of its parts have left already. `speaks` says that the machine begins to speak in
    it: for the first time, or again after a person. `heard_at` is when the shopper last wrote.
    `rest` is what else belongs to this answer, by delivery, where the channel takes answers whole.
    """

    id: int
    message: Message
    conversation: Conversation
    attempts: int
    parts_sent: int = 0
    speaks: Speaks | None = None
    heard_at: datetime | None = None
    rest: tuple[tuple[int, Message], ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        """All that leaves with it, in order."""
        return (self.message, *(message for _, message in self.rest))

    @property
    def ids(self) -> tuple[int, ...]:
        """The deliveries that it is made of."""
        return (self.id, *(number for number, _ in self.rest))


def has_delivery(session: Session, now: datetime) -> bool:
    """Whether there is a delivery that may leave now."""
    return session.scalar(_next(now).with_only_columns(OutboxRow.id)) is not None


def claim_delivery(
    session: Session,
    *,
    sender: str,
    now: datetime,
    lease: timedelta = LEASE,
    whole: Collection[str] = (),
) -> Delivery | None:
    """Take the next due delivery; within a conversation they leave in the order they were said.

    To the channels `whole` an answer of several messages leaves as one.
    """
    row = session.scalar(_next(now).with_for_update(skip_locked=True))
    if row is None:
        return None
    row.state = "sending"
    row.claimed_by = sender
    row.available_at = now + lease
    row.attempts += 1
    session.flush()
    message = message_of(session.get_one(MessageRow, row.message_id))
    speaks, heard_at = _before(session, message)
    return Delivery(
        id=row.id,
        message=message,
        conversation=conversation_of(lock(session, row.conversation_id)),
        attempts=row.attempts,
        parts_sent=row.parts_sent,
        speaks=speaks,
        heard_at=heard_at,
        rest=_rest(session, row, message) if row.channel in whole else (),
    )


def release_deliveries(session: Session, *, sender: str, now: datetime) -> int:
    """Give back all that a sender of this name held when it died; returns how many."""
    result = session.execute(
        update(OutboxRow)
        .where(
            is_one_of(OutboxRow.state, UNSENT_STATES),
            OutboxRow.state == "sending",
            OutboxRow.claimed_by == sender,
        )
        .values(state="waiting", available_at=now, claimed_by=None)
    )
    return cast("CursorResult[Any]", result).rowcount


def mark_part_sent(session: Session, delivery_id: int, parts: int) -> None:
    """The channel took so many parts of it: a later try goes on from there."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == delivery_id, OutboxRow.state == "sending")
        .values(parts_sent=parts)
    )


def mark_sent(
    session: Session, delivery_id: int, *, now: datetime, rest: Collection[int] = ()
) -> None:
    """The channel took it, and with it the `rest` of the same answer."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == delivery_id, OutboxRow.state == "sending")
        .values(state="sent", sent_at=now, last_error=None)
    )
    if rest and cast("CursorResult[Any]", result).rowcount:
        _end(session, rest, state="sent", sent_at=now)


def mark_failed(
    session: Session,
    delivery: Delivery,
    *,
    error: str,
    now: datetime,
    retry_after: timedelta | None = None,
    is_final: bool = False,
) -> bool:
    """The channel did not take it: try later, or give up (then False).

    Given up is what failed many times, or at once where no later try can go better (`is_final`).
    """
    is_final = is_final or delivery.attempts >= MOST_ATTEMPTS
    delay = FIRST_DELAY * 2 ** (delivery.attempts - 1) if retry_after is None else retry_after
    delay = min(delay, LONGEST_DELAY)
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == delivery.id, OutboxRow.state == "sending")
        .values(
            state="dead" if is_final else "waiting",
            available_at=now + delay,
            last_error=error[:200],
        )
    )
    if is_final and delivery.rest:
        _end(session, delivery.ids[1:], state="dead", last_error=error[:200])
    return not is_final


def _end(session: Session, ids: Collection[int], **values: Any) -> None:
    """What waited behind the delivery that it belongs to has gone the same way."""
    waiting = OutboxRow.id.in_(ids), OutboxRow.state == "waiting"
    session.execute(update(OutboxRow).where(*waiting).values(**values))


@dataclass(frozen=True)
class DeadLetter:
    """A message that its channel never took, and why."""

    id: int
    at: datetime
    channel: str
    text: str
    error: str


def dead_letters(session: Session, limit: int = 50) -> list[DeadLetter]:
    """The newest messages that were given up."""
    rows = session.execute(
        select(OutboxRow, MessageRow.text)
        .join(MessageRow, MessageRow.id == OutboxRow.message_id)
        .where(OutboxRow.state == "dead")
        .order_by(OutboxRow.id.desc())
        .limit(limit)
    )
    return [
        DeadLetter(row.id, row.created_at, row.channel, text, row.last_error or "")
        for row, text in rows
    ]


def send_again(session: Session, delivery_id: int, *, now: datetime) -> bool:
    """Give a dead letter another round of tries, from where it was cut off; False for any other."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == delivery_id, OutboxRow.state == "dead")
        .values(state="waiting", attempts=0, available_at=now, claimed_by=None)
    )
    return bool(cast("CursorResult[Any]", result).rowcount)


def count_outbox(session: Session) -> dict[str, int]:
    """How many deliveries are in each state."""
    rows = session.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state))
    return {state: count for state, count in rows}  # noqa: C416 (rows are not plain pairs)


def _next(now: datetime) -> Select[OutboxRow]:
    """The oldest delivery whose time has come and that has no earlier one in its conversation."""
    other = aliased(OutboxRow)
    oldest = (
        select(func.min(other.id))
        .where(
            other.conversation_id == OutboxRow.conversation_id,
            is_one_of(other.state, UNSENT_STATES),
        )
        .scalar_subquery()
    )
    return (
        select(OutboxRow)
        .where(
            is_one_of(OutboxRow.state, UNSENT_STATES),
            or_(
                OutboxRow.available_at <= now,
                OutboxRow.attempts == 0,
                OutboxRow.available_at > now + LONGEST_DELAY,  # the clock was set back
            ),
            OutboxRow.id == oldest,
        )
        .order_by(OutboxRow.id)
        .limit(1)
    )


def _rest(session: Session, row: OutboxRow, message: Message) -> tuple[tuple[int, Message], ...]:
    """The other messages of the same answer that have not left; they wait behind this one."""
    if message.author != "bot" or message.reply_to is None:
        return ()
    found = session.execute(
        select(OutboxRow.id, MessageRow)
        .join(MessageRow, MessageRow.id == OutboxRow.message_id)
        .where(
            OutboxRow.conversation_id == row.conversation_id,
            OutboxRow.id > row.id,
            OutboxRow.state == "waiting",
            MessageRow.reply_to == message.reply_to,
            MessageRow.author == "bot",
        )
        .order_by(OutboxRow.id)
    )
    return tuple((number, message_of(other)) for number, other in found)


def _before(session: Session, message: Message) -> tuple[Speaks | None, datetime | None]:
    """Whether the bot begins to speak in this message, and when the shopper wrote last."""
    earlier = MessageRow.id < message.id
    last = {
        author: func.max(case((and_(earlier, MessageRow.author == author), MessageRow.id)))
        for author in ("bot", "agent")
    }
    heard = func.max(case((MessageRow.author == "shopper", MessageRow.id)))
    bot, agent, shopper = session.execute(
        select(last["bot"], last["agent"], heard).where(
            MessageRow.conversation_id == message.conversation_id
        )
    ).one()
    heard_at = session.get_one(MessageRow, shopper).created_at if shopper is not None else None
    if message.author != "bot" or (bot is not None and bot > (agent or 0)):
        return None, heard_at
    return ("first" if bot is None else "again"), heard_at
