"""The parent of every action, and the register of all of them."""

import abc
from typing import ClassVar

from actions.services import Services
from actions.turn import Talk, Turn

REGISTER: dict[str, "Action"] = {}


class DuplicateActionError(ValueError):
    """Two actions have the same name; the second would silently replace the first."""


class Action(abc.ABC):
    """One thing the assistant can do. Sub-classes with a `name` register themselves.

    `run` is called in a thread, with a time limit; it may block on the database.
    """

    name: ClassVar[str] = ""

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
