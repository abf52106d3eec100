"""A person takes over."""

import logging

from actions.base import Action
from actions.identity import verified_customer
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words
from concierge.kit.i18n import format_datetime
from desk.conversations import ConversationNotFound, transcript
from desk.tickets import SERVICE_HOURS, open_ticket

log = logging.getLogger(__name__)
SUMMARY_MESSAGES = 6


def hand_over(turn: Turn, talk: Talk, services: Services, *, reason: str, topic: str) -> bool:
    """Open a ticket for this conversation; False where it is not one of the front's."""
    try:
        with services.database.session() as session:
            said = [
                message.text
                for message in transcript(session, turn.conversation_id)
                if message.author == "shopper" and message.text
            ]
            open_ticket(
                session,
                conversation_id=turn.conversation_id,
                reason=reason,
                topic=topic,
                language=turn.language,
                summary=" · ".join(text[:160] for text in said[-SUMMARY_MESSAGES:]),
                customer_id=verified_customer(turn, services),
                priority="high" if reason == "complaint" else "normal",
                now=turn.now,
            )
    except ConversationNotFound:
        log.warning("no conversation to hand over", extra={"conversation": turn.conversation_id})
        return False
    return True


def say_what_happens_next(turn: Turn, talk: Talk, services: Services) -> None:
    """Somebody comes now, or when service opens again."""
    if SERVICE_HOURS.is_open(turn.now):
        talk.say("utter_handover")
        return
    opening = SERVICE_HOURS.next_opening(turn.now)
    talk.say("utter_handover_later", opening=format_datetime(opening, turn.language))


class TalkToPerson(Action):
    """The shopper wants a person."""

    name = "action_talk_to_person"
    asks_again = False

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Open the ticket and say what happens next."""
        topic = (turn.active_form or "general").removesuffix("_form")
        hand_over(turn, talk, services, reason="asked_for_person", topic=topic)
        say_what_happens_next(turn, talk, services)
        if turn.active_form:
            talk.other_events.append({"event": "active_loop", "name": None})
            for slot in ("requested_slot", "task_data", "question"):
                talk.remember(slot, None)


class Complain(Action):
    """The shopper is upset: say sorry, offer a person at once."""

    name = "action_complain"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """An apology with the two ways on."""
        talk.say("utter_sorry", buttons=[Words(turn, services).person()])
