"""What shoppers wrote of late with what the assistant took it for, to learn from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from conversations.models import ConversationRow, MessageRow
from kit.i18n import Language, as_language

# So many messages are looked at, however many there are and whoever wrote them.
LOOKED_AT: Final = 20_000
TRIED: Final = "studio-"  # client ids of messages with which admins try the assistant


@dataclass(frozen=True)
class Said:
    """A message in a shopper's own words, and the intent the assistant found where it answered."""

    id: int
    text: str
    language: Language
    at: datetime
    intent: str | None
    confidence: float | None


def shoppers_said(session: Session, *, since: datetime, most: int) -> list[Said]:
    """The newest messages that shoppers wrote since then, newest first; no buttons, no trials."""
    newest = session.scalar(select(func.max(MessageRow.id))) or 0
    client_id = MessageRow.client_message_id
    rows = session.execute(
        select(
            MessageRow.id,
            MessageRow.text,
            ConversationRow.language,
            MessageRow.created_at,
            MessageRow.intent,
            MessageRow.confidence,
        )
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(
            MessageRow.id > newest - LOOKED_AT,
            MessageRow.author == "shopper",
            MessageRow.payload.is_(None),
            MessageRow.text != "",
            MessageRow.created_at >= since,
            or_(client_id.is_(None), client_id.not_like(f"{TRIED}%")),
        )
        .order_by(MessageRow.id.desc())
        .limit(most)
    )
    return [
        Said(found, text, as_language(language), at, intent, confidence)
        for found, text, language, at, intent, confidence in rows
    ]
