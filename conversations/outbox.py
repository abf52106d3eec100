"""The outbox: what is said to shoppers, stored before it is sent, sent once, retried with care.

A row is claimed before the channel is called. A sender that dies in between leaves a lease behind;
the channel gets the message's id as its reference, so that a repeat can be recognised there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from conversations.models import UNSENT_STATES, MessageRow, OutboxRow
from conversations.records import Conversation, Message
from conversations.store import conversation_of, lock, message_of
from kit.database import is_one_of

LEASE: Final = timedelta(seconds=30)
FIRST_DELAY: Final = timedelta(seconds=1)
LONGEST_DELAY: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 12


@dataclass(frozen=True)
class Delivery:
    """A message that is to leave now, and where to."""

    id: int
    message: Message
    conversation: Conversation
    attempts: int


def claim_delivery(
    session: Session, *, sender: str, now: datetime, lease: timedelta = LEASE
) -> Delivery | None:
    """Take the next due delivery; within a conversation they leave in the order they were said."""
    number = session.scalar(_next_due(now).with_for_update(skip_locked=True))
    row = None if number is None else session.get(OutboxRow, number, populate_existing=True)
    if row is None:
        return None
    row.state = "sending"
    row.claimed_by = sender
    row.available_at = now + lease
    row.attempts += 1
    session.flush()
    return Delivery(
        id=row.id,
        message=message_of(session.get_one(MessageRow, row.message_id)),
        conversation=conversation_of(lock(session, row.conversation_id)),
        attempts=row.attempts,
    )


def has_delivery(session: Session, now: datetime) -> bool:
    """Whether there is a delivery that `claim_delivery` would take."""
    return session.scalar(_next_due(now)) is not None


def _next_due(now: datetime) -> Select[int]:
    """The id of the oldest due delivery whose conversation has no earlier open one."""
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
        select(OutboxRow.id)
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


def mark_sent(session: Session, delivery_id: int, *, now: datetime) -> None:
    """The channel took it."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == delivery_id, OutboxRow.state == "sending")
        .values(state="sent", sent_at=now, last_error=None)
    )


def mark_failed(
    session: Session,
    delivery: Delivery,
    *,
    error: str,
    now: datetime,
    retry_after: timedelta | None = None,
) -> bool:
    """The channel did not take it: try later, or give up after many tries (then False)."""
    is_final = delivery.attempts >= MOST_ATTEMPTS
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
    return not is_final


def count_outbox(session: Session) -> dict[str, int]:
    """How many deliveries are in each state."""
    rows = session.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state))
    return {state: count for state, count in rows}  # noqa: C416 (rows are not plain pairs)
