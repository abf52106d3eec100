"""The one action of the dialogue: reads a message in its state, does its acts, keeps the state.

This is the only place that decides who answers. Each act goes to one handler; the reason of each
is logged with the names of acts and intents, never with words.
"""

import logging
from contextlib import suppress
from typing import Final

from actions.answers.articles import PROOFS
from actions.base import Action
from actions.chat import Asked, Chat
from actions.handling import handle
from actions.services import Services
from actions.tasks.engine import go_on, take, task_of, values_of
from actions.tasks.proving import hear_identity, tells_only_who, told_wrong
from actions.turn import Talk, Turn
from actions.unasked import after_turn
from dialogue.acts import Act
from dialogue.state import State, state_from_json
from dialogue.turns_of_phrase import SWAPS

log = logging.getLogger(__name__)
STATE: Final = "dialogue"
# So many acts of one message are done; nobody says more at once and means it.
MOST_ACTS: Final = 3


class Respond(Action):
    """Answer a message."""

    name = "action_respond"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Interpret, act, remember."""
        state = state_from_json(turn.slots.get(STATE))
        state.turn += 1
        chat = Chat(turn, state, talk, services)
        respond(chat)
        talk.remember(STATE, state.to_json())


def respond(chat: Chat) -> None:
    """Do what the message asks, each act in its turn."""
    hear_identity(chat)
    whole = chat.turn
    chat.said = _of_one_wish(chat)
    chat.keep("whole", whole.text)
    is_about_who = tells_only_who(chat) or signed_in_meanwhile(chat)
    acts = [] if is_about_who and go_on_as(chat) else services_acts(chat)
    chat.acts = acts
    # For the studio, which shows what was thought; it names no words of shoppers.
    chat.state.notes["thought"] = [[act.kind, act.intent, act.reason] for act in acts]
    log.info(
        "understood",
        extra={
            "turn": chat.state.turn,
            "acts": [f"{act.kind} {act.intent}".strip() for act in acts],
            "why": [act.reason for act in acts],
        },
    )
    for act in acts[:MOST_ACTS]:
        # "Yes please, and how many points do I have?": a person comes, and what is known is told.
        if not chat.ended or (act.kind in {"ask", "wish"} and task_of(chat, act.intent) is None):
            handle(chat.about(act), act)
    chat.turn = whole
    after_turn(chat)
    not_twice(chat)
    if chat.asks is not None:
        chat.talk.expect(chat.asks)


def _of_one_wish(chat: Chat) -> str:
    """The whole message where its parts wish for the same: "exchange the kettle, and the lamp for a
    black one"; empty where they do not."""
    message = chat.turn.message
    tasks = {
        task.name
        for part in message.parts
        if (task := chat.services.task_of_intent.get(part.intent)) is not None
    }
    return message.text if tasks <= SWAPS else ""


def signed_in_meanwhile(chat: Chat) -> bool:
    """Whether who was asked for a proof has signed in instead, and the page says so."""
    question = chat.state.question
    asked = question is not None and question.slot in PROOFS
    return chat.turn.is_button and chat.turn.intent == "inform" and asked and not chat.turn.entities


def go_on_as(chat: Chat) -> bool:
    """What follows on nothing but who is speaking: the task that asked, or thanks. False where
    neither fits yet."""
    frame = chat.state.frame
    task = None if frame is None else chat.services.tasks.get(frame.task)
    if task is not None and "customer" in task.needs():
        with suppress(Asked):
            take(chat, values_of(chat).found)
            go_on(chat)
        return True
    if frame is None and chat.signed_in is not None:
        chat.say("utter_proved")
        chat.did("small_talk")
        return True
    return frame is None and told_wrong(chat)


def services_acts(chat: Chat) -> list[Act]:
    """The acts of the message; beside another act small talk is dropped."""
    acts = chat.services.interpreter.interpret(chat.state, chat.turn.message, values_of(chat))
    main = [act for act in acts if act.kind != "other"]
    return main or acts


def not_twice(chat: Chat) -> None:
    """The same words twice in a row help nobody: then a person is offered beside them."""
    said = [
        f"{one['response']} {sorted((k, v) for k, v in one.items() if k not in BESIDE)}"
        f" {[card.get('sku') or card['title'] for card in one.get('custom', {}).get('cards', ())]}"
        for one in chat.talk.responses
    ]
    before = chat.state.notes.get("said")
    chat.state.notes["said"] = said
    if said and said == before and chat.state.question is None and not chat.ended:
        if all(one["response"] in ARTICLES for one in chat.talk.responses):
            chat.talk.responses.clear()
        chat.say("utter_said_already", buttons=[chat.words.person()])


# An article is read once; put again its words tell nobody more.
ARTICLES: Final = frozenset({"utter_article", "utter_article_likely", "utter_article_near"})
BESIDE: Final = frozenset({"response", "buttons", "custom"})
__all__ = ["Respond", "State", "respond"]
