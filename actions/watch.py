"""When a person should come without being asked: a shopper who is very upset, a conversation that
goes the way others went that ended with a person."""

import logging
import re
from typing import Final

from actions.base import Action, perform
from actions.facts import TOPICS, is_surely_negative
from actions.handover import call_person
from actions.learned import need_model
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words
from conversations import Message, transcript
from desk.tickets import Said, open_ticket_of

log = logging.getLogger(__name__)
URGENT: Final = 0.7
UPSET_IN_A_ROW: Final = 2
# Said in so many words, whatever else the message is about; not "I don't want to talk to …".
_PERSON: Final = re.compile(
    r"\b(?:talk|speak|chat|transfer me|put me through|connect me)\s+(?:to|with)\s+"
    r"(?:an?\s+|some|the\s+)?(?:real\s+|live\s+|human\s+)*"
    r"(?:person|human|agent|someone|somebody|colleague|representative)"
    r"|(?:转|找|要|接)(?:个|一下|到)?(?:人工|真人)"
)
_NOT: Final = re.compile(
    r"(?:n't|\bnot|\bnever|\bwithout|\binstead of)\b[^.!?]{0,20}$|(?:不|别)[^，。！？]{0,3}$"
)
# Where such words are missed: the apology, and what was not understood.
_MISSES_PERSON: Final = frozenset({"action_complain", "action_fallback"})
_TOKEN: Final = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]")


def perform_watched(action: Action, turn: Turn, talk: Talk, services: Services) -> None:
    """Run the action, or call a person in its place; afterwards offer one where that is wise."""
    upset = upset_in_a_row(turn)
    if upset != int(turn.slots.get("upset") or 0):
        talk.remember("upset", upset)
    if upset >= UPSET_IN_A_ROW or (upset and urgency(turn) >= URGENT):
        talk.say("utter_sorry_person")
        call_person(turn, talk, services, reason="upset", topic="complaint")
        talk.remember("upset", 0)
        return
    if action.name in _MISSES_PERSON and asks_for_person(turn.text):
        if action.name == "action_complain":
            talk.say("utter_sorry_person")
        call_person(turn, talk, services, reason="asked_for_person")
        return
    perform(action, turn, talk, services)
    if turn.slots.get("troubles"):
        talk.remember("troubles", 0)
    if not turn.slots.get("offered_person") and will_need_person(turn, services):
        talk.say("utter_offer_person", buttons=[Words(turn, services).person()])
        talk.remember("offered_person", True)


def asks_for_person(text: str) -> bool:
    """Whether a message says in so many words that a person shall come."""
    found = _PERSON.search(text.lower())
    return found is not None and not _NOT.search(text.lower()[: found.start()])


def upset_in_a_row(turn: Turn) -> int:
    """How many messages in a row, this one included, were strongly negative.

    "My parcel never came" sounds negative too, but it is a wish that the assistant can see to: only
    what is no such wish, nor an answer to its question, says that somebody is upset.
    """
    is_wish = TOPICS.get(turn.intent, "complaint") != "complaint" or turn.active_form is not None
    is_strong = not is_wish and is_surely_negative(turn.mood)
    return int(turn.slots.get("upset") or 0) + 1 if is_strong else 0


def urgency(turn: Turn) -> float:
    """How urgent the message sounds, 0 to 1."""
    value = turn.mood.get("urgency")
    return float(value) if isinstance(value, int | float) else 0.0


def will_need_person(turn: Turn, services: Services) -> bool:
    """What the model of earlier handovers says; False where none was learned yet."""
    model = need_model(services.settings.data_dir)
    if model is None or turn.is_button:
        return False
    with services.database.reading() as session:
        if open_ticket_of(session, turn.conversation_id) is not None:
            return False
        said = [as_said(one) for one in transcript(session, turn.conversation_id) if one.text]
    return bool(said) and float(model.probabilities(said)[-1]) >= model.threshold


def as_said(message: Message) -> Said:
    """A message as the model reads it."""
    return Said(message.author == "shopper", tuple(_TOKEN.findall(message.text.lower())))
