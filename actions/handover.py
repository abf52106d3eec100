"""A person takes over."""

import logging
import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from actions.chat import Chat
from actions.facts import GENERAL, read_case
from actions.turn import Button
from conversations import ConversationNotFound, transcript
from desk.tickets import (
    Known,
    Understood,
    expected_wait,
    hours_of,
    note_understood,
    open_ticket,
    open_ticket_of,
)
from dialogue.state import State
from kit.i18n import clock_time, format_datetime, local_day
from shop.access import access_order

log = logging.getLogger(__name__)
CALLBACK_SLOTS = 3
# Proofs are nobody's business, and the id of a variant tells nobody anything.
LEFT_OUT = frozenset({"customer", "code", "variant"})
MORE_URGENT = frozenset({"complaint", "upset"})


def hand_over(chat: Chat, *, reason: str, topic: str = GENERAL) -> bool:
    """Open a ticket for this conversation; False where it is not one of the front's.

    A general topic gives way to that of the task in hand.
    """
    turn, services, frame = chat.seen, chat.services, chat.state.frame
    task = None if frame is None else services.tasks.get(frame.task)
    if topic == GENERAL and task is not None:
        topic = task.topic
    try:
        with services.database.session() as session:
            said = transcript(session, turn.conversation_id)
            case = read_case(session, turn, services, said, topic)
            ticket = open_ticket(
                session,
                conversation_id=turn.conversation_id,
                reason=reason,
                topic=case.topic,
                language=turn.language,
                summary=case.summary,
                customer_id=case.customer_id,
                priority="high" if reason in MORE_URGENT else "normal",
                sentiment=case.sentiment,
                moods=case.moods,
                urgency=case.urgency,
                customer_value=case.customer_value,
                order_number=case.order_number,
                order_value=case.order_value,
                now=turn.now,
            )
            items = _items(session, chat)
            note_understood(session, ticket.id, understood(chat.state, items))
    except ConversationNotFound:
        log.warning("no conversation to hand over", extra={"conversation": turn.conversation_id})
        return False
    return True


def understood(state: State, items: Mapping[int, str]) -> Understood:
    """The dialogue in short for a colleague; codes and proofs are left out.

    `items` are the titles of the order's lines by their ids.
    """
    frame, question = state.frame, state.question
    known = []
    for slot, value in ({} if frame is None else frame.slots).items():
        if slot == "lines":
            value = [items[one] for one in value if one in items]
        words = _words(value)
        if words and not slot.startswith("_") and slot not in LEFT_OUT:
            known.append(Known(slot, words, frame.sources.get(slot, "") if frame else ""))
    focus = [("order", state.focus.order), ("product", state.focus.product)]
    has = {one.name for one in known}
    known += [Known(name, value, "shown") for name, value in focus if value and name not in has]
    return Understood(
        task="" if frame is None else frame.task,
        known=tuple(known),
        kind="" if question is None else question.kind,
        asked="" if question is None else question.slot or question.task,
        parked=tuple(one.task for one in state.parked),
        done=tuple(one.task for one in state.done),
    )


def _items(session: Session, chat: Chat) -> dict[int, str]:
    """The titles of the lines of the order in hand, where the customer has proved to own it."""
    frame = chat.state.frame
    number = None if frame is None else frame.slots.get("order")
    if chat.signed_in is None or not isinstance(number, str):
        return {}
    order = access_order(session, chat.signed_in, number)
    lines = () if order is None else order.lines
    return {line.line_id: line.title(chat.turn.language) for line in lines}


def _words(value: object) -> str:
    """A slot's value as text; what is a record and no word is left out."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(_words, value)))
    return ""


def say_what_happens_next(chat: Chat) -> None:
    """Somebody comes now, in a while, or when service opens again (with times for a call)."""
    turn, words = chat.turn, chat.words
    with chat.services.database.reading() as session:
        hours = hours_of(session)
        ticket = open_ticket_of(session, turn.conversation_id)
        wait = None if ticket is None else expected_wait(session, ticket, now=turn.now)
    if not hours.is_open(turn.now):
        opening = format_datetime(hours.next_opening(turn.now), turn.language)
        if chat.state.person_wanted:
            chat.say("utter_handover_noted", opening=opening)
            return
        callbacks = [
            Button(
                words.text("wish.callback", day=_day(chat, slot), time=clock_time(slot)),
                f'/desk_callback{{"at":"{slot.isoformat()}"}}',
            )
            for slot in hours.slots(turn.now, CALLBACK_SLOTS)
        ]
        buttons = [*callbacks, Button(words.text("wish.mail"), "/desk_mail")]
        chat.say("utter_handover_later", opening=opening, buttons=buttons)
    elif ticket is not None and wait and ticket.position is not None:
        chat.say("utter_handover_wait", position=ticket.position, minutes=wait)
    elif chat.state.person_wanted:  # asked again: they are told what is known of when
        mail = Button(words.text("wish.mail"), "/desk_mail")
        chat.say("utter_handover_when", buttons=[mail])
    else:
        chat.say("utter_handover")


def _day(chat: Chat, moment: datetime) -> str:
    """Today and tomorrow by these words, any other day by its name."""
    away = (local_day(moment) - local_day(chat.turn.now)).days
    return chat.words.text(f"day.{away}") if away in {0, 1} else chat.words.day(moment)


_WHEN = re.compile(
    r"^(?:and |so |ok )?(?:how long|when)\b.{0,24}$"
    r"|\b(?:get back to|answer|reply to|call|contact) (?:me|us)\b.{0,12}\?"
    r"|^[^，。]{0,6}(?:多久|几点|什么时候|啥时候|几分钟|多长时间)[^，。]{0,8}$",
    re.IGNORECASE,
)


_HOURS = re.compile(
    r"\b(?:open|opening|working|business|office) (?:hours|times?)\b|[上下]班|营业|[开关]门"
)


def asks_when_they_come(chat: Chat) -> bool:
    """ "How long will it take?" right after a person was called."""
    has_called = chat.state.person_wanted and chat.state.last.did == "handed_over"
    of_hours = _HOURS.search(chat.turn.text) is not None  # an article knows those
    return has_called and not of_hours and _WHEN.search(chat.turn.text.strip()) is not None


def call_person(chat: Chat, *, reason: str, topic: str = GENERAL) -> None:
    """Hand over and say what happens next; what was open is parked, not lost."""
    hand_over(chat, reason=reason, topic=topic)
    say_what_happens_next(chat)
    chat.state.person_wanted = True
    chat.state.upset = chat.state.misses = 0
    chat.state.park()
    chat.state.notes.pop("later", None)
    chat.did("handed_over")
