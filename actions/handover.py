"""A person takes over."""

import logging

from actions.base import Action
from actions.facts import read_case
from actions.services import Services
from actions.turn import Button, Talk, Turn
from actions.wording import Words
from conversations import ConversationNotFound, transcript
from desk.tickets import expected_wait, hours_of, open_ticket, open_ticket_of
from kit.i18n import format_datetime

log = logging.getLogger(__name__)
CALLBACK_SLOTS = 3
MORE_URGENT = frozenset({"complaint", "upset"})


def hand_over(turn: Turn, talk: Talk, services: Services, *, reason: str, topic: str) -> bool:
    """Open a ticket for this conversation; False where it is not one of the front's."""
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


def say_what_happens_next(turn: Turn, talk: Talk, services: Services) -> None:
    """Somebody comes now, in a while, or when service opens again (with times for a call)."""
    with services.database.reading() as session:
        hours = hours_of(session)
        ticket = open_ticket_of(session, turn.conversation_id)
        wait = None if ticket is None else expected_wait(session, ticket, now=turn.now)
    if not hours.is_open(turn.now):
        words = Words(turn, services)
        slots = hours.slots(turn.now, CALLBACK_SLOTS)
        talk.say(
            "utter_handover_later",
            opening=format_datetime(hours.next_opening(turn.now), turn.language),
            buttons=[
                Button(
                    words.text("wish.callback", at=format_datetime(slot, turn.language)),
                    f'/desk_callback{{"at":"{slot.isoformat()}"}}',
                )
                for slot in slots
            ]
            + [Button(words.text("wish.mail"), "/desk_mail")],
        )
    elif ticket is not None and wait and ticket.position is not None:
        talk.say("utter_handover_wait", position=ticket.position, minutes=wait)
    else:
        talk.say("utter_handover")


def call_person(
    turn: Turn, talk: Talk, services: Services, *, reason: str, topic: str = "general"
) -> None:
    """Hand over, say what happens next, and end the form that was open."""
    hand_over(turn, talk, services, reason=reason, topic=topic)
    say_what_happens_next(turn, talk, services)
    if turn.active_form:
        talk.leave_form()


class TalkToPerson(Action):
    """The shopper wants a person."""

    name = "action_talk_to_person"
    asks_again = False

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Open the ticket and say what happens next."""
        call_person(turn, talk, services, reason="asked_for_person")


class Complain(Action):
    """The shopper is upset: say sorry, offer a person at once."""

    name = "action_complain"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """An apology with the two ways on."""
        talk.say("utter_sorry", buttons=[Words(turn, services).person()])
