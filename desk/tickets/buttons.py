"""Buttons that the desk itself answers: a call or a mail wanted, points for the help."""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from conversations import Button, Reply, get_conversation, post_bot_replies
from desk.tickets.by_mail import ask_for_mail
from desk.tickets.models import TicketRow
from desk.tickets.notices import notice_text
from desk.tickets.queue import open_ticket_of, record_why
from desk.tickets.records import TicketView
from desk.tickets.routing import Why
from desk.tickets.work_models import RatingRow
from kit.button import button_token
from kit.i18n import as_language, format_datetime

PREFIX: Final = "/desk_"
POINTS: Final = (5, 4, 3, 2, 1)


def is_for_desk(payload: str | None) -> bool:
    """Whether a pressed button is one of the desk's own."""
    return payload is not None and payload.startswith(PREFIX)


def press(
    session: Session, conversation_id: str, payload: str | None, *, now: datetime
) -> str | None:
    """Do what the button stands for; what to say, or None for a button that is not the desk's."""
    if payload is None or not is_for_desk(payload):
        return None
    name, _, raw = payload.partition("{")
    values: dict[str, Any] = json.loads("{" + raw) if raw else {}
    if name == "/desk_callback":
        return _book_call(session, conversation_id, str(values.get("at", "")), now)
    if name == "/desk_mail":
        return ask_for_mail(session, conversation_id, now=now)
    if name == "/desk_rate":
        return _rate(session, conversation_id, values, now)
    return None


def ask_rating(session: Session, ticket: TicketView, *, key: bytes, now: datetime) -> bool:
    """Ask the shopper how the help was, once per ticket; False when they were asked."""
    if session.get(RatingRow, ticket.id) is not None:
        return False
    place = ticket.conversation_id
    language = as_language(get_conversation(session, place).language)
    buttons = []
    for points in POINTS:
        title = notice_text(language, f"rate.{points}")
        payload = f'/desk_rate{{"ticket":{ticket.id},"points":{points}}}'
        buttons.append(Button(title, button_token(payload, title, place, key)))
    session.add(RatingRow(ticket_id=ticket.id, asked_at=now))
    who = ticket.agent_name or notice_text(language, "mail.us")
    question = notice_text(language, "rate.ask", agent=who)
    post_bot_replies(session, place, [Reply(question, buttons=tuple(buttons))], now=now)
    return True


def _book_call(session: Session, conversation_id: str, at: str, now: datetime) -> str:
    language = as_language(get_conversation(session, conversation_id).language)
    ticket = open_ticket_of(session, conversation_id)
    if ticket is None:
        return notice_text(language, "callback.too_late")
    moment = datetime.fromisoformat(at)
    session.get_one(TicketRow, ticket.id).callback_at = moment
    record_why(session, ticket.id, "callback", now, (Why("at", moment.isoformat()),))
    return notice_text(language, "callback.booked", at=format_datetime(moment, language))


def _rate(
    session: Session, conversation_id: str, values: dict[str, Any], now: datetime
) -> str | None:
    language = as_language(get_conversation(session, conversation_id).language)
    ticket = session.get(TicketRow, int(values.get("ticket", 0)))
    if ticket is None or ticket.conversation_id != conversation_id:
        return None
    row = session.get(RatingRow, ticket.id) or RatingRow(ticket_id=ticket.id, asked_at=now)
    row.score, row.rated_at = min(5, max(1, int(values.get("points", 3)))), now
    session.merge(row)
    record_why(session, ticket.id, "rated", now, (Why("points", str(row.score)),))
    return notice_text(language, "rate.thanks")
