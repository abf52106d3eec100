"""Words by which a shopper wants to be told things in a chat, or no more of them."""

from sqlalchemy.orm import Session

from connectors.notices import Notices
from conversations import (
    PURPOSES,
    Message,
    Purpose,
    consent,
    consents_of,
    end_consents,
    get_conversation,
    was_told_last,
)
from kit.clock import Clock
from kit.phrases import spoken


def is_about_telling(session: Session, conversation_id: str, text: str) -> bool:
    """Whether a message asks to be told, or to be told nothing more.

    A bare "stop" is that only behind something told unasked: elsewhere it stops what is being done.
    """
    text = text.strip()
    wishes = _wanted(text) is not None
    ends = spoken("telling", "end").fullmatch(text) is not None
    is_bare = spoken("telling", "bare_end").fullmatch(text) is not None
    if not (wishes or ends or is_bare) or get_conversation(session, conversation_id).is_pulled:
        return False
    if wishes:
        return True
    is_told = bool(consents_of(session, conversation_id))
    return is_told and (ends or was_told_last(session, conversation_id))


def answer_about_telling(session: Session, message: Message, notices: Notices, clock: Clock) -> str:
    """Note the wish; what to say."""
    place = message.conversation_id
    conversation, purpose = get_conversation(session, place), _wanted(message.text.strip())
    if purpose is None:
        end_consents(session, place)
        return notices.text(conversation, "tell.ended")
    if conversation.customer_id is None:
        return notices.text(conversation, "tell.guest")
    consent(session, place, purpose, now=clock.now())
    return notices.text(conversation, f"tell.{purpose}")


def _wanted(text: str) -> Purpose | None:
    return next((one for one in PURPOSES if spoken("telling", one).fullmatch(text)), None)
