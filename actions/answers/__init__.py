"""Who answers a question or a wish that is no task: one function per intent."""

from collections.abc import Callable
from typing import Final

from actions.chat import Chat
from dialogue.acts import Act
from kit.intents import response_of

Answer = Callable[[Chat, Act], None]
ANSWERS: Final[dict[str, Answer]] = {}
# Answers by act, for acts that say enough without an intent: refine, compare, choose.
BY_ACT: Final[dict[str, Answer]] = {}

First = Callable[[Chat, Act], bool]
# Answers that the context gives, whatever act or intent is found.
FIRST: Final[list[First]] = []
# Who of those is asked before whom, whatever module is loaded first; others are asked after them.
ORDER: Final = (
    "shown_after_advice",
    "price_before_told",
    "both_ends_told",
    "which_own_told",
    "kit_told",
)


def answers(*intents: str) -> Callable[[Answer], Answer]:
    """Register the function that answers these intents."""

    def add(function: Answer) -> Answer:
        for intent in intents:
            ANSWERS[intent] = function
        return function

    return add


def answers_act(*kinds: str) -> Callable[[Answer], Answer]:
    """Register the function that answers these acts whatever the intent."""

    def add(function: Answer) -> Answer:
        for kind in kinds:
            BY_ACT[kind] = function
        return function

    return add


def answers_first(function: First) -> First:
    """Register a function that is asked before all others; it says whether it has answered."""
    FIRST.append(function)
    FIRST.sort(key=lambda one: ORDER.index(one.__name__) if one.__name__ in ORDER else len(ORDER))
    return function


def answered_first(chat: Chat, act: Act) -> bool:
    """Whether one of those that are asked before all others has answered."""
    return any(first(chat, act) for first in FIRST)


def unclear(chat: Chat, act: Act) -> None:
    """Answer what was not understood."""
    BY_ACT["unknown"](chat, act)


def answer(chat: Chat, act: Act) -> None:
    """Answer an act: by its kind where that says enough, else by its intent, else ask back.

    A wish that is declared with a response is answered by that; an admin's own has one of its name.
    """
    intent = act.intent or chat.turn.intent
    said = response_of(intent)
    if said and act.kind not in BY_ACT:
        chat.say(said)
        chat.did("article", intent)
        return
    if answered_first(chat, act):
        return
    found = BY_ACT.get(act.kind) or ANSWERS.get(intent)
    (found or BY_ACT["unknown"])(chat, act)
