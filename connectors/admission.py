"""Lets messages in while they can be answered soon, and tells the others when to come back.

How long a message would wait is what waits already, times the usual time of a turn, shared by the
turns at once (Little's law). Nobody is sent away while no more wait than are answered at once.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LONGEST_WAIT: Final = 1.0
LONGEST_QUEUE: Final = 2_000  # while the assistant is down, messages are kept for it
FIRST_TURN: Final = 0.1
SHARE: Final = 0.1  # of the newest turn in the usual time
LATEST_RETURN: Final = 30
COUNT_EVERY: Final = 1.0


@dataclass
class Admission:
    """How much waits for the assistant in this front; times in seconds."""

    turns_at_once: int
    waiting: int = 0
    turn_seconds: float = FIRST_TURN
    monotonic: Callable[[], float] = time.monotonic
    _counted_at: float = -math.inf

    @property
    def expected_wait(self) -> float:
        """How long a message that comes now would wait before its turn begins."""
        return self.waiting * self.turn_seconds / self.turns_at_once

    def come_back_in(self, *, is_up: bool) -> int | None:
        """None to let a message in; else the seconds after which there is room, at least one.

        While the assistant is down nothing is answered soon, and only the queue is bounded.
        """
        if self.waiting < self.turns_at_once:
            return None
        if self.waiting < LONGEST_QUEUE and not (is_up and self.expected_wait > LONGEST_WAIT):
            return None
        return min(LATEST_RETURN, max(1, math.ceil(self.expected_wait)))

    def entered(self) -> None:
        """A message was stored for the assistant."""
        self.waiting += 1

    def begun(self) -> None:
        """A turn began."""
        self.waiting = max(0, self.waiting - 1)

    def answered(self, seconds: float) -> None:
        """A turn took so long."""
        self.turn_seconds += SHARE * (seconds - self.turn_seconds)

    def wants_count(self) -> bool:
        """Whether it is time to ask the database how much really waits, other fronts' included."""
        now = self.monotonic()
        if now - self._counted_at < COUNT_EVERY:
            return False
        self._counted_at = now
        return True
