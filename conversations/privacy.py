"""A customer's right to a copy of what was said, and to have it erased."""

from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from conversations.content import reply_to_json
from conversations.models import (
    ConversationRow,
    CustomerLinkRow,
    LinkCodeRow,
    MessageRow,
    OutboxRow,
    TellConsentRow,
    TellingRow,
)
from conversations.store import message_of
from conversations.telling import consents_of


def export(session: Session, customer_id: str) -> dict[str, Any]:
    """All conversations of a customer, ready to be written as JSON.

    Of a chat that was connected for a time, what was said in that time.
    """
    rows = session.scalars(
        select(ConversationRow)
        .where(ConversationRow.customer_id == str(customer_id))
        .order_by(ConversationRow.created_at)
    )
    found = [_conversation(session, row, _messages(row.id)) for row in rows]
    for link in _ended(session, customer_id):
        row = session.get_one(ConversationRow, link.conversation_id)
        found.append(_conversation(session, row, _said_while(link)))
    return {"conversations": found}


def erase(session: Session, customer_id: str) -> int:
    """Delete a customer's conversations with all that was said in them; returns how many.

    Of a chat that was connected for a time, what was said in that time.
    """
    for link in _ended(session, customer_id):
        said = list(session.scalars(_said_while(link).with_only_columns(MessageRow.id)))
        session.execute(delete(OutboxRow).where(OutboxRow.message_id.in_(said)))
        session.execute(delete(MessageRow).where(MessageRow.id.in_(said)))
    for proofs in (CustomerLinkRow, LinkCodeRow):
        session.execute(delete(proofs).where(proofs.customer_id == str(customer_id)))
    ids = list(
        session.scalars(
            select(ConversationRow.id).where(ConversationRow.customer_id == str(customer_id))
        )
    )
    for table in (CustomerLinkRow, TellConsentRow, TellingRow, OutboxRow, MessageRow):
        session.execute(delete(table).where(table.conversation_id.in_(ids)))
    session.execute(delete(ConversationRow).where(ConversationRow.id.in_(ids)))
    return len(ids)


def conversation_ids(session: Session, customer_id: str) -> list[str]:
    """Ids of a customer's conversations; the assistant's own memory is kept under them."""
    now = session.scalars(
        select(ConversationRow.id).where(ConversationRow.customer_id == str(customer_id))
    )
    once = [link.conversation_id for link in _ended(session, customer_id)]
    return list(dict.fromkeys([*now, *once]))


def _ended(session: Session, customer_id: str) -> list[CustomerLinkRow]:
    """The times in which chats were connected that are the customer's no more."""
    rows = session.scalars(
        select(CustomerLinkRow)
        .join(ConversationRow, ConversationRow.id == CustomerLinkRow.conversation_id)
        .where(
            CustomerLinkRow.customer_id == str(customer_id),
            CustomerLinkRow.ended_at.is_not(None),
            ConversationRow.customer_id.is_distinct_from(str(customer_id)),
        )
        .order_by(CustomerLinkRow.id)
    )
    return list(rows)


def _messages(conversation_id: str) -> Select[MessageRow]:
    return (
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(MessageRow.id)
    )


def _said_while(link: CustomerLinkRow) -> Select[MessageRow]:
    return _messages(link.conversation_id).where(
        MessageRow.created_at >= link.linked_at, MessageRow.created_at <= link.ended_at
    )


def _conversation(
    session: Session, row: ConversationRow, said: Select[MessageRow]
) -> dict[str, Any]:
    messages = session.scalars(said)
    return {
        "id": row.id,
        "channel": row.channel,
        "language": row.language,
        "started_at": row.created_at.isoformat(),
        "wants_to_be_told": consents_of(session, row.id),
        "messages": [
            {
                "at": message.created_at.isoformat(),
                "author": message.author,
                **reply_to_json(message_of(message).reply),
            }
            for message in messages
        ],
    }
