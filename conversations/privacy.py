"""A customer's right to a copy of what was said, and to have it erased."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from conversations.content import reply_to_json
from conversations.models import ConversationRow, MessageRow, OutboxRow
from conversations.store import message_of


def export(session: Session, customer_id: str) -> dict[str, Any]:
    """All conversations of a customer, ready to be written as JSON."""
    rows = session.scalars(
        select(ConversationRow)
        .where(ConversationRow.customer_id == str(customer_id))
        .order_by(ConversationRow.created_at)
    )
    return {"conversations": [_conversation(session, row) for row in rows]}


def erase(session: Session, customer_id: str) -> int:
    """Delete a customer's conversations with all that was said in them; returns how many."""
    ids = list(
        session.scalars(
            select(ConversationRow.id).where(ConversationRow.customer_id == str(customer_id))
        )
    )
    for table in (OutboxRow, MessageRow):
        session.execute(delete(table).where(table.conversation_id.in_(ids)))
    session.execute(delete(ConversationRow).where(ConversationRow.id.in_(ids)))
    return len(ids)


def conversation_ids(session: Session, customer_id: str) -> list[str]:
    """Ids of a customer's conversations; the assistant's own memory is kept under them."""
    return list(
        session.scalars(
            select(ConversationRow.id).where(ConversationRow.customer_id == str(customer_id))
        )
    )


def _conversation(session: Session, row: ConversationRow) -> dict[str, Any]:
    messages = session.scalars(
        select(MessageRow).where(MessageRow.conversation_id == row.id).order_by(MessageRow.id)
    )
    return {
        "id": row.id,
        "channel": row.channel,
        "language": row.language,
        "started_at": row.created_at.isoformat(),
        "messages": [
            {
                "at": message.created_at.isoformat(),
                "author": message.author,
                **reply_to_json(message_of(message).reply),
            }
            for message in messages
        ],
    }
