"""How to reach a shopper who left: an address or a number that the desk asked for in the chat.

While nobody is in the assistant answers, and asks for addresses of its own. So words are taken for
the desk only where the desk's question was the last thing said.
"""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from conversations import get_conversation, transcript
from desk.tickets.by_mail import note_address
from desk.tickets.models import TicketRow
from desk.tickets.notices import notice_text
from desk.tickets.queue import open_ticket_of, record_why
from desk.tickets.records import TicketView
from kit.i18n import LANGUAGES, Language, as_language

LOOKED_BACK: Final = 30
LONGEST: Final = 40
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()/.-]{4,30}[0-9]")
_MAIL: Final = re.compile(r"\S+@\S+")
_MAIL_QUESTIONS: Final = ("mail.ask", "mail.unclear", "mail.noted")
_PHONE_QUESTIONS: Final = ("callback.booked", "callback.noted")


def is_contact(session: Session, conversation_id: str, text: str) -> bool:
    """Whether the words answer the desk's question for an address or a number."""
    if "@" in text and _asked(session, conversation_id) == "mail":
        return True
    return _phone(text) is not None and _asked(session, conversation_id) == "phone"


def note_contact(session: Session, conversation_id: str, text: str, *, now: datetime) -> str | None:
    """Keep number and address with the ticket, one or both; what to say.

    None where the words hold nothing of the kind.
    """
    ticket, number = open_ticket_of(session, conversation_id), _phone(text)
    if ticket is None:
        return None
    noted: list[str | None] = []
    if number is not None and _asked(session, conversation_id) != "mail":
        noted.append(_note_number(session, ticket, number, now))
    if "@" in text or not noted:
        noted.append(note_address(session, conversation_id, text, now=now))
    return "\n".join(filter(None, noted)) or None


def _note_number(session: Session, ticket: TicketView, number: str, now: datetime) -> str:
    session.execute(
        update(TicketRow).where(TicketRow.id == ticket.id).values(callback_phone=number)
    )
    session.expire_all()
    record_why(session, ticket.id, "phone_noted", now, ())
    language = as_language(get_conversation(session, ticket.conversation_id).language)
    return notice_text(language, "callback.noted", number=number)


def _asked(session: Session, conversation_id: str) -> str | None:
    """What the last words of the house ask for: mail, phone, or nothing of the desk's."""
    said = transcript(session, conversation_id, LOOKED_BACK)
    last = next((one.text for one in reversed(said) if one.author != "shopper"), "")
    for kind, keys in (("mail", _MAIL_QUESTIONS), ("phone", _PHONE_QUESTIONS)):
        if any(last.startswith(_opening(key, language)) for key in keys for language in LANGUAGES):
            return kind
    return None


def _opening(key: str, language: Language) -> str:
    """How a sentence begins, up to what is filled in."""
    mark = "\0"
    return notice_text(language, key, at=mark, address=mark, number=mark).partition(mark)[0]


def _phone(text: str) -> str | None:
    found = _PHONE.search(_MAIL.sub(" ", text))  # an address may hold digits
    return None if found is None else found.group()[:LONGEST]
