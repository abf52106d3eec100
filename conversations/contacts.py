"""Conversations as their channel knows them: by contact, by the ids its messages have there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from conversations.cards import Button
from conversations.models import ConversationRow, EventClaimRow, MessageRow, OutboxRow
from conversations.records import Conversation, Message
from conversations.store import (
    conversation_of,
    create_conversation,
    lock,
    message_of,
    touch,
    with_client_id,
)

Edited = Literal["replaced", "kept"]


@dataclass(frozen=True)
class ChannelHealth:
    """What a channel did of late: its newest events, and what could not be sent."""

    events: list[tuple[datetime, str]]
    outbox: dict[str, int]
    errors: list[tuple[datetime, str]]


def conversation_of_contact(session: Session, channel: str, contact: str) -> Conversation | None:
    """The contact's conversation; None for who never wrote."""
    row = session.scalar(_of_contact(channel, contact))
    return None if row is None else conversation_of(row)


def conversation_with(
    session: Session, *, channel: str, contact: str, language: str, now: datetime
) -> Conversation:
    """The contact's conversation; a new one, in `language`, for who never wrote before.

    Two first messages at once make one conversation: the table keeps (channel, contact) unique.
    """
    known = conversation_of_contact(session, channel, contact)
    if known is not None:
        return known
    try:
        with session.begin_nested():
            return create_conversation(
                session, channel=channel, contact=contact, language=language, now=now
            )
    except IntegrityError:
        return conversation_of(session.scalars(_of_contact(channel, contact)).one())


def rename_contact(session: Session, conversation_id: str, contact: str) -> bool:
    """The contact has a new id in the channel; False where another conversation has it already."""
    try:
        with session.begin_nested():
            lock(session, conversation_id).contact = contact
    except IntegrityError:
        return False
    return True


def buttons_below(message: Message) -> tuple[Button, ...]:
    """All buttons of a message in the order in which channels number them: cards' first."""
    return (*(button for card in message.cards for button in card.buttons), *message.buttons)


def pressed_button(
    session: Session, conversation_id: str, message_id: int, number: int
) -> Button | None:
    """The button of that number below a message of this very conversation; None for any other."""
    row = session.get(MessageRow, message_id)
    if row is None or row.conversation_id != conversation_id:
        return None
    below = buttons_below(message_of(row))
    return below[number] if 0 <= number < len(below) else None


def typed_button(session: Session, conversation_id: str, text: str) -> Button | None:
    """The button of the newest answer whose words were typed; None where they name none or two."""
    last = select(func.max(MessageRow.id)).where(
        MessageRow.conversation_id == conversation_id, MessageRow.author == "shopper"
    )
    rows = session.scalars(
        select(MessageRow).where(
            MessageRow.conversation_id == conversation_id,
            MessageRow.author == "bot",
            MessageRow.reply_to == last.scalar_subquery(),
        )
    )
    below = [button for row in rows for button in buttons_below(message_of(row))]
    found = {button.payload: button for button in below if _plain(button.title) == _plain(text)}
    return next(iter(found.values())) if len(found) == 1 else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip("•-*\"'“”.!。！ ")


def keep_reply_path(session: Session, conversation_id: str, path: Mapping[str, str]) -> None:
    """Keep what the channel needs besides the contact to answer."""
    lock(session, conversation_id).reply_path = dict(path)


def heard_lately(session: Session, channel: str, contact: str, since: datetime) -> int:
    """How many messages came from a contact since then; with "/" behind it, in all its threads."""
    place = ConversationRow.contact == contact
    if contact.endswith("/"):
        place = ConversationRow.contact.startswith(contact, autoescape=True)
    found = session.scalar(
        select(func.count())
        .select_from(MessageRow)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(
            ConversationRow.channel == channel,
            place,
            MessageRow.author == "shopper",
            MessageRow.created_at > since,
        )
    )
    return found or 0


def edit_message(
    session: Session, conversation_id: str, client_message_id: str, text: str, *, now: datetime
) -> Edited | None:
    """The shopper changed a message: what nobody began to answer yet is replaced, the rest kept.

    None where there is no such message.
    """
    conversation = lock(session, conversation_id)
    row = session.scalar(
        with_client_id(conversation_id, client_message_id).where(MessageRow.author == "shopper")
    )
    if row is None:
        return None
    if row.state != "waiting" or row.attempts or row.payload is not None:
        return "kept"
    row.text = text
    touch(conversation, now)
    return "replaced"


def unsend_message(
    session: Session, conversation_id: str, client_message_id: str, shown: str, *, now: datetime
) -> bool:
    """The shopper took a message back: its words and picture go, `shown` stands in their place.

    It is not answered any more unless somebody is at it; False where there is no such message.
    """
    conversation = lock(session, conversation_id)
    row = session.scalar(
        with_client_id(conversation_id, client_message_id).where(MessageRow.author == "shopper")
    )
    if row is None:
        return False
    row.text, row.image, row.files, row.payload = shown, None, None, None
    if row.state == "waiting":
        row.state, row.available_at = "done", None
    touch(conversation, now)
    return True


def post_aside(session: Session, conversation_id: str, text: str, *, now: datetime) -> Message:
    """Store a line that only the desk sees, in a conversation of a channel that is sent to."""
    conversation = lock(session, conversation_id)
    row = MessageRow(
        conversation_id=conversation_id, author="system", text=text, created_at=now, state="done"
    )
    session.add(row)
    touch(conversation, now)
    session.flush()
    return message_of(row)


def channel_health(session: Session, channel: str, limit: int = 5) -> ChannelHealth:
    """The channel's newest events and errors, and its deliveries by state."""
    events = session.execute(
        select(EventClaimRow.claimed_at, EventClaimRow.kind)
        .where(EventClaimRow.channel == channel)
        .order_by(EventClaimRow.claimed_at.desc())
        .limit(limit)
    )
    states = session.execute(
        select(OutboxRow.state, func.count())
        .where(OutboxRow.channel == channel)
        .group_by(OutboxRow.state)
    )
    errors = session.execute(
        select(OutboxRow.created_at, OutboxRow.last_error)
        .where(OutboxRow.channel == channel, OutboxRow.last_error.is_not(None))
        .order_by(OutboxRow.id.desc())
        .limit(limit)
    )
    return ChannelHealth(
        events=[(at, kind or "") for at, kind in events],
        outbox={state: count for state, count in states},  # noqa: C416 (rows are no plain pairs)
        errors=[(at, error or "") for at, error in errors],
    )


def _of_contact(channel: str, contact: str) -> Select[ConversationRow]:
    return select(ConversationRow).where(
        ConversationRow.channel == channel, ConversationRow.contact == contact
    )
