"""The parent of every action, and the register of all of them."""

import abc
from typing import ClassVar

from actions.services import Services
from actions.turn import Button, Talk, Turn

REGISTER: dict[str, "Action"] = {}


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

    @abc.abstractmethod
    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Answer the turn through `talk`."""


def perform(action: Action, turn: Turn, talk: Talk, services: Services) -> None:
    """Run an action; in the middle of a form, ask the form's open question again afterwards."""
    action.run(turn, talk, services)
    question = turn.slots.get("question")
    if turn.active_form and action.asks_again:
        if question:
            buttons = [Button(b["title"], b["payload"]) for b in question.get("buttons", ())]
            talk.say(question["response"], buttons=buttons, **question.get("values", {}))
        talk.other_events.append({"event": "followup", "name": turn.active_form})
