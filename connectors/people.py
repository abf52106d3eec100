"""Calling a person without the assistant's help, for when the assistant is down."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from conversations import hand_to_agent


class CallPerson(Protocol):
    """Puts people in charge of a conversation, inside the caller's unit of work."""

    def __call__(self, session: Session, conversation_id: str, *, now: datetime) -> None:
        """Hand the conversation over; safe to repeat."""
        ...


def hand_over_only(session: Session, conversation_id: str, *, now: datetime) -> None:
    """Hand over without a ticket: what an application without a desk can do."""
    hand_to_agent(session, conversation_id, now=now)
