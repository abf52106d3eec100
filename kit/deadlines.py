"""How long each part of an answer may take, in one table, and a deadline that a commit obeys.

Each time ends inside the one above it, so that whoever waits hears what became of the part below
before the own time is over. All times are seconds.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

ANSWER: Final = 15.0  # a browser's call waits for the answer to its message
ASSISTANT: Final = 10.0  # the front waits for the assistant
TURN: Final = 9.0  # the assistant works on one message
PERSON: Final = 5.0  # the front waits for the assistant when the shopper wants a person
ACTION_CALL: Final = 4.5  # the assistant waits for the action server
ACTION: Final = 4.0  # an action runs; what is left of its call is for the apology
WRITE: Final = 3.0  # an action, or the front for a shopper, waits for SQLite's only writer
ASIDE: Final = 0.25  # a page waits for what it only notes

NESTED: Final = (ANSWER, ASSISTANT, TURN, ACTION_CALL, ACTION, WRITE)


class DeadlinePassed(RuntimeError):
    """The time is over: nothing was kept."""


class Deadline:
    """A moment shared by a unit of work and by whoever waits for it.

    Either the work is committed before the waiting ends, or it is not committed at all.
    """

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._ends_at = monotonic() + seconds
        self._is_over = False
        self._commit = threading.Lock()

    @property
    def seconds_left(self) -> float:
        """How much time is left, never negative."""
        return 0.0 if self._is_over else max(0.0, self._ends_at - self._monotonic())

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Hold the end off while a commit runs; raises DeadlinePassed when it is too late."""
        with self._commit:
            if self.seconds_left == 0.0:
                raise DeadlinePassed("the time for this unit of work is over")
            yield

    def give_up(self) -> bool:
        """End the time now; False while a commit runs, whose outcome is then worth a moment."""
        if not self._commit.acquire(blocking=False):
            return False
        self._is_over = True
        self._commit.release()
        return True
