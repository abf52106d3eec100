"""What was said in a conversation, mailed to the customer that it belongs to."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from conversations import Message, as_lines, get_conversation, messages_after
from kit.i18n import Catalogue, Language, as_language, format_datetime
from shop.access import access_customer
from shop.ids import CustomerId
from shop.mail import queue_mail

MOST_MESSAGES: Final = 1000


def mail_transcript(
    session: Session, conversation_id: str, catalogue: Catalogue, *, now: datetime
) -> bool:
    """Put the transcript into the mail outbox; False where the shop knows no address of theirs.

    Asked for again it is sent again only when more was said.
    """
    conversation = get_conversation(session, conversation_id)
    known = conversation.customer_id
    if known is None or not known.isdigit():
        return False
    customer = access_customer(session, CustomerId(int(known)))
    if customer is None:
        return False
    language = as_language(conversation.language)
    said = messages_after(session, conversation_id, 0, MOST_MESSAGES)
    queue_mail(
        session,
        key=f"transcript:{conversation_id}:{said[-1].id if said else 0}",
        recipient=customer.email,
        template="transcript",
        language=language,
        values={
            "name": customer.name,
            "text": "\n\n".join(_told(one, language, catalogue) for one in said),
        },
        now=now,
    )
    return True


def _told(message: Message, language: Language, catalogue: Catalogue) -> str:
    lines = [message.text, *(line for card in message.cards for line in as_lines(card))]
    words = "\n".join(filter(None, lines))
    at = format_datetime(message.created_at, language)
    if message.author == "system":
        return f"{at}  {words}"
    speaker = message.author_name or catalogue.text(language, f"widget.{_SPEAKERS[message.author]}")
    return f"{at}  {speaker}: {words}"


_SPEAKERS: Final = {"shopper": "you", "bot": "assistant", "agent": "agent"}
