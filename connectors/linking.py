"""Connecting a chat to a customer's account: what is answered to a code, and to "disconnect".

The code comes from a page where the customer is signed in, so it goes from the proven side to the
chat. Never the other way: a link made in a chat and opened by somebody else would give that chat
to them.
"""

from sqlalchemy.orm import Session

from connectors.notices import Notices
from conversations import (
    Message,
    get_conversation,
    is_linked,
    link_by_code,
    link_code_in,
    may_be_linked,
    unlink,
)
from kit.clock import Clock
from kit.phrases import spoken


def is_about_links(session: Session, conversation_id: str, text: str) -> bool:
    """Whether a message is a code, or wishes to end what a code began."""
    if link_code_in(text) is not None:
        return may_be_linked(get_conversation(session, conversation_id))
    wishes = spoken("linking", "undo").fullmatch(text.strip())
    return wishes is not None and is_linked(session, conversation_id)


def answer_about_links(session: Session, message: Message, notices: Notices, clock: Clock) -> str:
    """Connect the chat of a message, or let go of it; what to say."""
    place, now = message.conversation_id, clock.now()
    conversation, code = get_conversation(session, place), link_code_in(message.text)
    if code is None:
        unlink(session, place, now=now)
        return notices.text(conversation, "link.undone")
    outcome = link_by_code(session, place, code, now=now, since=message.created_at)
    return notices.text(conversation, f"link.{outcome}")
