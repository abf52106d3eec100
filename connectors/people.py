"""Calling a person without the assistant's help, for when the assistant is down."""

from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy.orm import Session

from conversations import Conversation, hand_to_agent
from desk.tickets import asks_for_person
from kit.button import is_button, read_button
from kit.signing import BadSignature, sign

PERSON_PAYLOAD: Final = "/talk_to_person"
PERSON_INTENT: Final = "talk_to_person"
IDENTITY_LIFETIME: Final = timedelta(minutes=30)


class CallPerson(Protocol):
    """Puts people in charge of a conversation, inside the caller's unit of work."""

    def __call__(self, session: Session, conversation_id: str, *, now: datetime) -> None:
        """Hand the conversation over; safe to repeat."""
        ...


def hand_over_only(session: Session, conversation_id: str, *, now: datetime) -> None:
    """Hand over without a ticket: what an application without a desk can do."""
    hand_to_agent(session, conversation_id, now=now)


def identity_token(conversation: Conversation, key: bytes, now: datetime) -> str:
    """A proof for the assistant of whose conversation it is; for a proven customer's only."""
    customer: int | str = conversation.customer_id or ""
    if str(customer).isascii() and str(customer).isdigit():
        customer = int(customer)
    return sign(
        {"conversation": conversation.id, "customer": customer},
        key=key,
        purpose="identity",
        expires_at=now + IDENTITY_LIFETIME,
    )


def wants_person(text: str, conversation_id: str, key: bytes) -> bool:
    """Whether this is the conversation's own "talk to a person" button, or words that say it."""
    if is_button(text):
        return button_payload(text, conversation_id, key) == PERSON_PAYLOAD
    return asks_for_person(text)


def button_payload(text: str, conversation_id: str, key: bytes) -> str | None:
    """What a pressed button of this conversation means; None for words and foreign buttons."""
    if not is_button(text):
        return None
    try:
        return read_button(text, conversation_id, key).payload
    except BadSignature:
        return None
