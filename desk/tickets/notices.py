"""What the house tells a shopper when people come and go."""

from datetime import datetime
from functools import cache
from typing import Literal

from sqlalchemy.orm import Session

from conversations import get_conversation, hand_to_bot, post_notice
from desk.tickets.places import places_of
from desk.tickets.records import TicketView
from kit.i18n import Catalogue, Language, as_language

Notice = Literal[
    "joined",
    "handed_back",
    "closed",
    "released",
    "released_later",
    "transferred",
    "took_over",
    "merged",
    "nobody",
    "reopened",
    "night",
]


@cache
def _catalogue() -> Catalogue:
    return Catalogue.load("tickets")


def tell_shopper(
    session: Session, ticket: TicketView, notice: Notice, agent_name: str, now: datetime
) -> None:
    """Post the notice in each conversation's language; an ended ticket gives them to the bot."""
    for place in places_of(session, ticket):
        language = as_language(get_conversation(session, place).language)
        if not ticket.is_open:
            hand_to_bot(session, place, now=now)
        text = _catalogue().text(language, notice, agent=agent_name)
        post_notice(session, place, text, now=now)


def notice_text(language: Language, key: str, **values: object) -> str:
    """One of the desk's own sentences to shoppers."""
    return _catalogue().text(language, key, **values)


def tell_waiting(
    session: Session, ticket: TicketView, position: int, minutes: int, now: datetime
) -> None:
    """Tell a waiting shopper their place and about how long it takes."""
    language = as_language(get_conversation(session, ticket.conversation_id).language)
    key = "next" if minutes == 0 else "waiting"
    text = _catalogue().text(language, key, position=position, minutes=minutes)
    post_notice(session, ticket.conversation_id, text, now=now)
