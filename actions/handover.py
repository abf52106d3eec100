"""A person takes over."""

import logging

from actions.chat import Chat
from actions.facts import GENERAL, read_case
from actions.turn import Button
from conversations import ConversationNotFound, transcript
from desk.tickets import expected_wait, hours_of, open_ticket, open_ticket_of
from kit.i18n import format_datetime

log = logging.getLogger(__name__)
CALLBACK_SLOTS = 3
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
            open_ticket(
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
    except ConversationNotFound:
        log.warning("no conversation to hand over", extra={"conversation": turn.conversation_id})
        return False
    return True


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
                words.text("wish.callback", at=format_datetime(slot, turn.language)),
                f'/desk_callback{{"at":"{slot.isoformat()}"}}',
            )
            for slot in hours.slots(turn.now, CALLBACK_SLOTS)
        ]
        buttons = [*callbacks, Button(words.text("wish.mail"), "/desk_mail")]
        chat.say("utter_handover_later", opening=opening, buttons=buttons)
    elif ticket is not None and wait and ticket.position is not None:
        chat.say("utter_handover_wait", position=ticket.position, minutes=wait)
    else:
        chat.say("utter_handover")


def call_person(chat: Chat, *, reason: str, topic: str = GENERAL) -> None:
    """Hand over and say what happens next; what was open is parked, not lost."""
    hand_over(chat, reason=reason, topic=topic)
    say_what_happens_next(chat)
    chat.state.person_wanted = True
    chat.state.upset = chat.state.misses = 0
    chat.state.park()
    chat.state.notes.pop("later", None)
    chat.did("handed_over")
