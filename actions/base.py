"""The parent of every action, and the register of all of them."""

import abc
from typing import ClassVar, Final

from actions.services import Services
from actions.turn import SHORTER, Button, Talk, Turn
from actions.wording import Words

REGISTER: dict[str, "Action"] = {}
# What is done with words that may as well answer an open question: "hiking", "about 100".
MAY_ANSWER: Final = frozenset(
    {
        "action_choose", "action_fallback", "action_inform", "action_nothing_open",
        "action_recommend", "action_refine_search", "action_search_products", "action_taste",
    }
)  # fmt: skip
# Who says so is done with the open question, or has something graver on the mind.
LEAVES_A_FORM: Final = frozenset({"goodbye", "complain"})
# So many other things said in a row are answered before the open question is put away.
ASKED_AGAIN: Final = 2


class DuplicateActionError(ValueError):
    """Two actions have the same name; the second would silently replace the first."""


class Action(abc.ABC):
    """One thing the assistant can do. Sub-classes with a `name` register themselves.

    `run` is called in a thread, with a time limit; it may block on the database.
    """

    name: ClassVar[str] = ""
    asks_again: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.name:
            return
        if cls.name in REGISTER:
            raise DuplicateActionError(f"two actions are called {cls.name}")
        REGISTER[cls.name] = cls()

    def takes(self, turn: Turn) -> bool:
        """Whether a message answers what this action has asked; only actions that ask know."""
        return False

    @abc.abstractmethod
    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Answer the turn through `talk`."""


def perform(action: Action, turn: Turn, talk: Talk, services: Services) -> None:
    """Run an action; in the middle of a form, ask the form's open question again afterwards.

    Not for ever: a shopper who leaves, or who keeps talking of other things, is let go.
    """
    if turn.slots.get("asks"):
        talk.remember("asks", None)  # it is asked once; whoever speaks of something else may
        action = asker_of(action, turn) or action
    action.run(turn, talk, services)
    remember_what_was_shown(turn, talk)
    say_what_else_was_wished(action, turn, talk, services)
    is_ended = any(event.get("event") == "active_loop" for event in talk.other_events)
    if turn.active_form and action.asks_again and not is_ended:
        _ask_again(turn, talk)


def _ask_again(turn: Turn, talk: Talk) -> None:
    question = turn.slots.get("question") or {}
    asked_again = int(question.get("asked_again", 0))
    if turn.intent in LEAVES_A_FORM or asked_again >= ASKED_AGAIN:
        talk.leave_form()
        return
    if question:
        buttons = [Button(b["title"], b["payload"]) for b in question.get("buttons", ())]
        response = SHORTER.get(question["response"], question["response"])
        talk.say(response, buttons=buttons, **question.get("values", {}))
        talk.remember("question", {**question, "asked_again": asked_again + 1})
    talk.other_events.append({"event": "followup", "name": turn.active_form})


def asker_of(action: Action, turn: Turn) -> Action | None:
    """The action whose open question this message answers, where the message says little else."""
    asker = REGISTER.get(str(turn.slots["asks"].get("action")))
    is_open = action.name in MAY_ANSWER and not turn.active_form
    return asker if asker is not None and is_open and asker.takes(turn) else None


def say_what_else_was_wished(action: Action, turn: Turn, talk: Talk, services: Services) -> None:
    """A button for the second of two wishes; where the first needs answers, a word on the order.

    In the middle of a form nothing is said: its question is asked again instead.
    """
    others = [wish for wish in turn.wishes if wish != turn.intent]
    is_form = turn.active_form is not None and action.name.endswith(turn.active_form)
    if turn.intent not in turn.wishes or len(others) != 1 or not talk.responses:
        return
    if turn.active_form and not is_form:
        return
    words = Words(turn, services)
    try:
        wish = words.text(f"wish.{others[0]}")
    except ValueError:
        return  # nothing that a button could ask for
    starts = any(event.get("event") in {"followup", "active_loop"} for event in talk.other_events)
    waits = is_form and talk.slots.get("requested_slot", "") is not None
    if starts or waits:
        talk.say("utter_one_after_another", wish=wish)
        talk.responses.insert(0, talk.responses.pop())
    else:
        talk.say("utter_second_wish", buttons=[Button(wish, f"/{others[0]}")])


def remember_what_was_shown(turn: Turn, talk: Talk) -> None:
    """Keep what "yes" and "the second one" mean next: the list shown last, a person offered."""
    for shown, other in (("shown_products", "shown_orders"), ("shown_orders", "shown_products")):
        if talk.slots.get(shown) and turn.slots.get(other):
            talk.remember(other, None)
    offer = "person" if talk.offers_person() else None
    if offer != turn.slots.get("offer"):
        talk.remember("offer", offer)
