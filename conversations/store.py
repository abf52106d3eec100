"""Conversations and their messages: start, read, accept, speak, hand over.

Every function takes the caller's unit of work, so that a hand-over and its ticket, or a message
and its outbox row, are stored together or not at all.
"""

import itertools
import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import CursorResult, Select, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from conversations.cards import (
    AnyCard,
    buttons_from_json,
    buttons_to_json,
    cards_from_json,
    cards_to_json,
)
from conversations.content import Reply, asks_from_json, asks_to_json
from conversations.models import ConversationRow, MessageRow, OutboxRow
from conversations.records import (
    PULLED_CHANNELS,
    Accepted,
    Author,
    Conversation,
    ConversationNotFound,
    ConversationSummary,
    File,
    ForeignCustomer,
    HandledBy,
    Message,
    WrongHandler,
)
from kit.folding import says

ID_BYTES: Final = 16
TRANSCRIPT_LIMIT: Final = 1000
SUMMARY_LENGTH: Final = 120
MEANWHILE_LIMIT: Final = 50


def create_conversation(
    session: Session,
    *,
    channel: str,
    language: str,
    now: datetime,
    customer_id: str | None = None,
    contact: str | None = None,
) -> Conversation:
    """Start a conversation with an id nobody can guess."""
    row = ConversationRow(
        id=secrets.token_urlsafe(ID_BYTES),
        channel=channel,
        contact=contact,
        customer_id=customer_id,
        language=language,
        handled_by="bot",
        created_at=now,
        updated_at=now,
        revision=0,
    )
    session.add(row)
    session.flush()
    return conversation_of(row)


def get_conversation(session: Session, conversation_id: str) -> Conversation:
    """The conversation; raises ConversationNotFound."""
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise ConversationNotFound(conversation_id)
    return conversation_of(row)


def set_language(session: Session, conversation_id: str, language: str) -> None:
    """Remember the language the conversation is now held in."""
    session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(language=language)
    )


def attach_customer(session: Session, conversation_id: str, customer_id: str) -> Conversation:
    """Give a guest's conversation to the customer who proved to be in it.

    Raises ForeignCustomer when it is another customer's: two people are never merged.
    """
    row = lock(session, conversation_id)
    if row.customer_id not in (None, customer_id):
        raise ForeignCustomer(conversation_id)
    row.customer_id = customer_id
    return conversation_of(row)


def accept_message(
    session: Session,
    conversation_id: str,
    *,
    text: str,
    client_message_id: str,
    now: datetime,
    payload: str | None = None,
    page: dict[str, Any] | None = None,
    files: Sequence[File] = (),
) -> Accepted:
    """Store what the shopper said; the same client id again gives the first one back.

    `text` is what people read, `payload` what the assistant gets where that differs (a pressed
    button). In an agent's conversation the message is for the desk alone and needs no answer; a
    pressed button waits for the worker even there, for it may be one of the desk's own, and so do
    `files`, which the worker fetches.
    """
    conversation = lock_touched(session, conversation_id, now)
    handled_by = cast(HandledBy, conversation.handled_by)
    for_bot = handled_by == "bot" or payload is not None or bool(files)
    row = _insert_once(
        session,
        conversation_id=conversation_id,
        author="shopper",
        text=text,
        payload=payload,
        page=page,
        files=[asdict(one) for one in files] or None,
        client_message_id=client_message_id,
        created_at=now,
        state="waiting" if for_bot else "done",
        available_at=now if for_bot else None,
    )
    if row is not None:
        return Accepted(message_of(row), handled_by, True, not for_bot)
    earlier = session.scalars(with_client_id(conversation_id, client_message_id)).one()
    return Accepted(message_of(earlier), handled_by, False, earlier.state == "done")


def _insert_once(session: Session, **values: Any) -> MessageRow | None:
    """A shopper's message, stored; None where one of its client id is there."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return session.scalar(
        insert(MessageRow)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["conversation_id", "client_message_id"])
        .returning(MessageRow)
    )


def is_known(session: Session, conversation_id: str, client_message_id: str) -> bool:
    """Whether a message of this client id was stored before."""
    known = with_client_id(conversation_id, client_message_id)
    return session.scalar(known.with_only_columns(MessageRow.id)) is not None


def show_image(session: Session, message_id: int, image: str) -> Message:
    """Put a picture beside what a message says; `image` is where it is given out."""
    row = session.get_one(MessageRow, message_id)
    row.image = image
    session.flush()
    return message_of(row)


def post_agent_message(
    session: Session,
    conversation_id: str,
    *,
    text: str,
    agent_name: str,
    now: datetime,
    client_message_id: str | None = None,
    image: str | None = None,
    cards: Sequence[AnyCard] = (),
) -> Message:
    """Store what an agent says and send it out; raises WrongHandler while the bot is in charge.

    The same client id again gives the first message back and sends nothing.
    """
    conversation = lock(session, conversation_id)
    if conversation.handled_by != "agent":
        raise WrongHandler(conversation_id)
    key = f"agent:{client_message_id}" if client_message_id else None
    if key is not None:
        earlier = session.scalar(with_client_id(conversation_id, key))
        if earlier is not None:
            return message_of(earlier)
    conversation.agent_name = agent_name
    row = MessageRow(
        conversation_id=conversation_id,
        author="agent",
        author_name=agent_name,
        text=text,
        image=image,
        cards=cards_to_json(cards),
        client_message_id=key,
        created_at=now,
        state="done",
    )
    return say(session, conversation, row, now)


def post_bot_replies(
    session: Session,
    conversation_id: str,
    replies: Sequence[Reply],
    *,
    now: datetime,
    reply_to: int | None = None,
    first_position: int = 0,
) -> list[Message]:
    """Store the bot's bubbles and send them out, in order; empty ones are left out."""
    conversation = lock_touched(session, conversation_id, now)
    return say_all(session, conversation, replies, now, reply_to, first_position)


def post_notice(session: Session, conversation_id: str, text: str, *, now: datetime) -> Message:
    """Store a line of the house ("Ines has joined") that neither bot nor agent said."""
    conversation = lock(session, conversation_id)
    row = MessageRow(
        conversation_id=conversation_id,
        author="system",
        text=text,
        created_at=now,
        state="done",
    )
    return say(session, conversation, row, now)


def lock_conversation(session: Session, conversation_id: str, *, now: datetime) -> Conversation:
    """Lock a conversation for this unit of work and note that something happened in it."""
    row = lock(session, conversation_id)
    touch(row, now)
    return conversation_of(row)


def hand_to_agent(
    session: Session, conversation_id: str, *, now: datetime, agent_name: str | None = None
) -> Conversation:
    """Put people in charge; messages the bot has not begun with go to them. Safe to repeat."""
    row = lock(session, conversation_id)
    row.handled_by = "agent"
    row.agent_name = agent_name or row.agent_name
    session.execute(
        update(MessageRow)
        .where(
            MessageRow.conversation_id == conversation_id,
            MessageRow.state == "waiting",
        )
        .values(state="done", available_at=None)
    )
    touch(row, now)
    return conversation_of(row)


def hand_to_bot(session: Session, conversation_id: str, *, now: datetime) -> Conversation:
    """Put the bot in charge again. Safe to repeat."""
    row = lock(session, conversation_id)
    row.handled_by = "bot"
    row.agent_name = None
    touch(row, now)
    return conversation_of(row)


def lend_to_bot(
    session: Session, conversation_id: str, *, text: str, payload: str, now: datetime
) -> Message:
    """Let the bot do one step while the agent stays responsible and watches.

    `payload` is the step as a button of this conversation, `text` what the thread says about it.
    """
    row = lock(session, conversation_id)
    if row.handled_by != "agent" or row.agent_name is None:
        raise WrongHandler(conversation_id)
    row.handled_by = "bot"
    asked = MessageRow(
        conversation_id=conversation_id,
        author="system",
        text=text,
        payload=payload,
        created_at=now,
        state="waiting",
        available_at=now,
    )
    session.add(asked)
    touch(row, now)
    session.flush()
    return message_of(asked)


def unanswered(session: Session, conversation_ids: Collection[str]) -> dict[str, int]:
    """Conversations whose shopper wrote after all agents, with the id of their newest message."""
    author = MessageRow.author
    newest = {
        name: func.max(case((author == name, MessageRow.id), else_=0))
        for name in ("shopper", "agent")
    }
    rows = session.execute(
        select(MessageRow.conversation_id, newest["shopper"])
        .where(MessageRow.conversation_id.in_(conversation_ids), author.in_(("shopper", "agent")))
        .group_by(MessageRow.conversation_id)
        .having(newest["shopper"] > newest["agent"])
    )
    return {place: last for place, last in rows}  # noqa: C416


def handled_by_agent(session: Session, conversation_ids: Collection[str]) -> set[str]:
    """Those of the conversations in which people are in charge."""
    return set(
        session.scalars(
            select(ConversationRow.id).where(
                ConversationRow.id.in_(conversation_ids), ConversationRow.handled_by == "agent"
            )
        )
    )


def said_meanwhile(session: Session, conversation_id: str, before: int) -> list[Message]:
    """What shopper and agents said since the bot's last turn, up to the message `before`."""
    last_turn = (
        select(func.max(MessageRow.id))
        .where(
            MessageRow.conversation_id == conversation_id,
            MessageRow.id < before,
            MessageRow.attempts > 0,
        )
        .scalar_subquery()
    )
    newest_first = session.scalars(
        select(MessageRow)
        .where(
            MessageRow.conversation_id == conversation_id,
            MessageRow.id > func.coalesce(last_turn, 0),
            MessageRow.id < before,
            MessageRow.author.in_(("shopper", "agent")),
        )
        .order_by(MessageRow.id.desc())
        .limit(MEANWHILE_LIMIT)
    )
    return [message_of(row) for row in newest_first][::-1]


def mark_seen(
    session: Session, conversation_id: str, message_id: int, *, by: Literal["shopper", "agent"]
) -> bool:
    """Somebody's screen showed messages up to this one; False when that was known."""
    column = ConversationRow.shopper_seen_id if by == "shopper" else ConversationRow.agent_seen_id
    result = session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id, column < message_id)
        .values({column: message_id})
    )
    return bool(cast("CursorResult[Any]", result).rowcount)


def unseen_agent_messages(session: Session, conversation_id: str, after: int) -> list[Message]:
    """What agents said after a message that no screen of the shopper has shown, oldest first."""
    seen = session.scalar(
        select(ConversationRow.shopper_seen_id).where(ConversationRow.id == conversation_id)
    )
    rows = session.scalars(
        select(MessageRow)
        .where(
            MessageRow.conversation_id == conversation_id,
            MessageRow.id > max(after, seen or 0),
            MessageRow.author == "agent",
        )
        .order_by(MessageRow.id)
    )
    return [message_of(row) for row in rows]


def announce_change(session: Session, conversation_id: str, *, now: datetime) -> None:
    """Let every watcher look again, for what changed beside the conversation."""
    touch(lock(session, conversation_id), now)


def get_message(session: Session, message_id: int) -> Message:
    """One message; raises LookupError when it was erased."""
    row = session.get(MessageRow, message_id)
    if row is None:
        raise LookupError(message_id)
    return message_of(row)


def last_message_id(session: Session) -> int:
    """The newest message of all conversations, 0 when nothing was said yet."""
    return session.scalar(select(func.max(MessageRow.id))) or 0


def messages_since(
    session: Session, after: int, limit: int, *, among: Select[str]
) -> list[Message]:
    """What shoppers and agents said in conversations whose ids `among` gives, oldest first."""
    rows = session.scalars(
        select(MessageRow)
        .where(
            MessageRow.id > after,
            MessageRow.author.in_(("shopper", "agent")),
            MessageRow.conversation_id.in_(among),
        )
        .order_by(MessageRow.id)
        .limit(limit)
    )
    return [message_of(row) for row in rows]


def count_conversations(session: Session, *, since: datetime) -> int:
    """Conversations begun since then in which a shopper said something."""
    spoke = select(MessageRow.conversation_id).where(MessageRow.author == "shopper")
    return (
        session.scalar(
            select(func.count())
            .select_from(ConversationRow)
            .where(ConversationRow.created_at >= since, ConversationRow.id.in_(spoke))
        )
        or 0
    )


def conversations_saying(session: Session, text: str, most: int) -> list[str]:
    """Ids of up to `most` conversations in which shopper, bot or agent said `text`.

    Capitals, accents and full-width forms do not count.
    """
    said = says(MessageRow.text, text, session.get_bind().dialect.name)
    rows = session.scalars(
        select(MessageRow.conversation_id).where(said, MessageRow.author != "system")
    )
    return list(itertools.islice(dict.fromkeys(rows), most))


def last_words(
    session: Session, conversation_ids: Collection[str]
) -> dict[str, ConversationSummary]:
    """What was said last in each of these conversations."""
    statement = select(ConversationRow).where(ConversationRow.id.in_(conversation_ids))
    return {one.conversation.id: one for one in _summaries(session, statement)}


def messages_after(
    session: Session, conversation_id: str, after: int = 0, limit: int = 200
) -> list[Message]:
    """Up to `limit` messages with an id above `after`, oldest first."""
    rows = session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.id > after)
        .order_by(MessageRow.id)
        .limit(limit)
    )
    return [message_of(row) for row in rows]


def transcript(
    session: Session, conversation_id: str, most: int = TRANSCRIPT_LIMIT
) -> list[Message]:
    """The whole conversation, oldest first (its last `most` messages where it is longer)."""
    newest_first = session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(MessageRow.id.desc())
        .limit(most)
    )
    return [message_of(row) for row in newest_first][::-1]


def list_conversations(
    session: Session, *, handled_by: HandledBy | None = None, limit: int = 100
) -> list[ConversationSummary]:
    """Conversations for the desk, the one with the newest word first."""
    statement = select(ConversationRow).order_by(ConversationRow.updated_at.desc()).limit(limit)
    if handled_by is not None:
        statement = statement.where(ConversationRow.handled_by == handled_by)
    return _summaries(session, statement)


def _summaries(session: Session, statement: Select[ConversationRow]) -> list[ConversationSummary]:
    rows = list(session.scalars(statement))
    counted = (
        select(MessageRow.conversation_id, func.max(MessageRow.id), func.count())
        .where(MessageRow.conversation_id.in_([row.id for row in rows]))
        .group_by(MessageRow.conversation_id)
    )
    totals = {place: (last, count) for place, last, count in session.execute(counted)}
    last_ids = [last for last, _ in totals.values()]
    last_rows = {
        row.conversation_id: row
        for row in session.scalars(select(MessageRow).where(MessageRow.id.in_(last_ids)))
    }
    return [_summary(row, last_rows.get(row.id), totals.get(row.id, (0, 0))[1]) for row in rows]


def _summary(row: ConversationRow, last: MessageRow | None, count: int) -> ConversationSummary:
    return ConversationSummary(
        conversation=conversation_of(row),
        last_text=last.text[:SUMMARY_LENGTH] if last else "",
        last_author=cast(Author, last.author) if last else None,
        messages=count,
    )


# -- shared inside this package ------------------------------------------------------------------


def lock(session: Session, conversation_id: str) -> ConversationRow:
    """The row, held until the unit of work ends, so that its messages get ids in order."""
    row = session.scalar(
        select(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise ConversationNotFound(conversation_id)
    return row


def with_client_id(conversation_id: str, client_message_id: str) -> Select[MessageRow]:
    """The message that its client, or its channel, knows by this id."""
    return select(MessageRow).where(
        MessageRow.conversation_id == conversation_id,
        MessageRow.client_message_id == client_message_id,
    )


def touch(conversation: ConversationRow, now: datetime) -> None:
    """Mark the conversation as changed, for lists and for live updates."""
    conversation.updated_at = now
    conversation.revision += 1


def lock_touched(
    session: Session, conversation_id: str, now: datetime, **changes: Any
) -> ConversationRow:
    """`lock` and `touch` in one statement, with further changes.

    The row stays known to the unit of work: `get_conversation` then asks nothing.
    """
    row = session.scalar(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(updated_at=now, revision=ConversationRow.revision + 1, **changes)
        .returning(ConversationRow)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    if row is None:
        raise ConversationNotFound(conversation_id)
    session.info[ConversationRow, conversation_id] = row
    return row


def say(session: Session, conversation: ConversationRow, row: MessageRow, now: datetime) -> Message:
    """Store a message to the shopper, with an outbox row where the channel must be called."""
    touch(conversation, now)
    return _store(session, conversation, [row], now)[0]


def say_all(
    session: Session,
    conversation: ConversationRow,
    replies: Sequence[Reply],
    now: datetime,
    reply_to: int | None,
    first_position: int = 0,
) -> list[Message]:
    """The same for the bot's bubbles, in order, in a conversation that is touched already."""
    rows = [
        MessageRow(
            conversation_id=conversation.id,
            author="bot",
            text=reply.text,
            buttons=buttons_to_json(reply.buttons),
            cards=cards_to_json(reply.cards),
            image=reply.image or None,
            asks=asks_to_json(reply.asks),
            reply_to=reply_to,
            position=position if reply_to is not None else None,
            created_at=now,
            state="done",
        )
        for position, reply in enumerate(replies, start=first_position)
        if not reply.is_empty
    ]
    return _store(session, conversation, rows, now)


def _store(
    session: Session, conversation: ConversationRow, rows: list[MessageRow], now: datetime
) -> list[Message]:
    """Ids grow in the order of the rows, which are stored together."""
    session.add_all(rows)
    session.flush()
    if conversation.channel not in PULLED_CHANNELS:
        session.add_all(
            OutboxRow(
                message_id=row.id,
                conversation_id=conversation.id,
                channel=conversation.channel,
                state="waiting",
                available_at=now,
                created_at=now,
            )
            for row in rows
        )
        session.flush()
    return [message_of(row) for row in rows]


def conversation_of(row: ConversationRow) -> Conversation:
    """The row as others see it."""
    return Conversation(
        id=row.id,
        channel=row.channel,
        contact=row.contact,
        customer_id=row.customer_id,
        language=row.language,
        handled_by=cast(HandledBy, row.handled_by),
        agent_name=row.agent_name,
        created_at=row.created_at,
        updated_at=row.updated_at,
        shopper_seen_id=row.shopper_seen_id,
        agent_seen_id=row.agent_seen_id,
        reply_path=row.reply_path or {},
    )


def message_of(row: MessageRow) -> Message:
    """The row as others see it."""
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        author=cast(Author, row.author),
        author_name=row.author_name,
        text=row.text,
        buttons=buttons_from_json(row.buttons),
        cards=cards_from_json(row.cards),
        image=row.image,
        created_at=row.created_at,
        client_message_id=row.client_message_id if row.author == "shopper" else None,
        reply_to=row.reply_to,
        asks=asks_from_json(row.asks),
    )
