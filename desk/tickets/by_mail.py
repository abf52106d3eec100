"""Answers by mail: who leaves an address while nobody is in gets there what the chat did not show.

The address is kept with the ticket, never logged, and forgotten when the ticket is over and
everything in it was shown or mailed.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from conversations import (
    Conversation,
    Message,
    get_conversation,
    last_message_id,
    unseen_agent_messages,
)
from desk.tickets.models import TicketRow
from desk.tickets.notices import notice_text
from desk.tickets.queue import open_ticket_of, record_why
from desk.tickets.records import TicketView
from desk.tickets.setup import hours_of
from kit.i18n import Language, as_language
from shop.access import access_customer
from shop.ids import CustomerId
from shop.mail import forget_mails, queue_mail

UNSEEN_AFTER: Final = timedelta(minutes=2)  # and nothing new in it: the agent has ended a thought
LONGEST: Final = 254
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def ask_for_mail(session: Session, conversation_id: str, *, now: datetime) -> str:
    """The shopper wants the answer by mail: a proven customer's address is known, others write it.

    What to say.
    """
    conversation = get_conversation(session, conversation_id)
    language = as_language(conversation.language)
    ticket = open_ticket_of(session, conversation_id)
    if ticket is None:
        return notice_text(language, "callback.too_late")
    address = _known_address(session, conversation)
    if address is None:
        return notice_text(language, "mail.ask")
    return _keep(session, ticket, address, language, now)


def note_address(session: Session, conversation_id: str, text: str, *, now: datetime) -> str | None:
    """Keep the address that a shopper writes while a ticket waits and nobody is in.

    What to say; None where the words are for the desk alone.
    """
    if "@" not in text:
        return None
    ticket = open_ticket_of(session, conversation_id)
    if ticket is None or ticket.state != "waiting" or hours_of(session).is_open(now):
        return None
    language = as_language(get_conversation(session, conversation_id).language)
    found = _EMAIL.search(text)
    if found is None or len(found.group()) > LONGEST:
        return notice_text(language, "mail.unclear")
    return _keep(session, ticket, found.group(), language, now)


def mail_unseen(session: Session, *, now: datetime) -> list[str]:
    """Mail what was answered and not seen; returns conversations in whose tickets that happened."""
    rows = session.scalars(select(TicketRow).where(TicketRow.mail_to.is_not(None)))
    return [row.conversation_id for row in list(rows) if _mail_one(session, row, now)]


def is_mail_due(session: Session, now: datetime) -> bool:
    """Whether `mail_unseen` would send or forget something."""
    rows = session.execute(
        select(TicketRow.conversation_id, TicketRow.mailed_id, TicketRow.state).where(
            TicketRow.mail_to.is_not(None)
        )
    )
    for place, after, state in rows:
        unseen = unseen_agent_messages(session, place, after)
        if _is_due(unseen, now) or (state == "closed" and not unseen):
            return True
    return False


def forget_answers(session: Session, ticket_id: int) -> None:
    """Delete what was mailed about a ticket, whatever address it went to."""
    forget_mails(session, f"desk_answer:{ticket_id}:")


def _mail_one(session: Session, row: TicketRow, now: datetime) -> bool:
    unseen = unseen_agent_messages(session, row.conversation_id, row.mailed_id)
    if not unseen and row.state == "closed":
        _change(session, row.id, mail_to=None)
    if not _is_due(unseen, now):
        return False
    language = as_language(get_conversation(session, row.conversation_id).language)
    assert row.mail_to is not None, "only tickets with an address are looked at"
    queue_mail(
        session,
        key=f"desk_answer:{row.id}:{unseen[-1].id}",
        recipient=row.mail_to,
        template="desk_answer",
        language=language,
        values={
            "agent": unseen[-1].author_name or notice_text(language, "mail.us"),
            "text": "\n\n".join(_words(message, language) for message in unseen),
        },
        now=now,
    )
    number = row.id
    _change(session, number, mailed_id=unseen[-1].id)
    record_why(session, number, "mailed", now, ())
    return True


def _keep(
    session: Session, ticket: TicketView, address: str, language: Language, now: datetime
) -> str:
    _change(session, ticket.id, mail_to=address, mailed_id=last_message_id(session))
    record_why(session, ticket.id, "mail_wanted", now, ())
    return notice_text(language, "mail.noted", address=address)


def _known_address(session: Session, conversation: Conversation) -> str | None:
    known = conversation.customer_id or ""
    if not (known.isascii() and known.isdigit()):
        return None
    customer = access_customer(session, CustomerId(int(known)))
    return None if customer is None else customer.email


def _is_due(unseen: list[Message], now: datetime) -> bool:
    return bool(unseen) and unseen[-1].created_at <= now - UNSEEN_AFTER


def _words(message: Message, language: Language) -> str:
    is_file = bool(message.image or message.cards)
    return notice_text(language, "mail.attached") if is_file else message.text


def _change(session: Session, ticket_id: int, **values: object) -> None:
    session.execute(update(TicketRow).where(TicketRow.id == ticket_id).values(**values))
