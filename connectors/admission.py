"""Lets messages in while they can be answered soon, and tells the others when to come back.

How long a message would wait is what waits already, times the usual time of a turn, shared by the
turns at once (Little's law). Nobody is sent away while no more wait than are answered at once.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

LONGEST_WAIT: Final = 1.0
LONGEST_QUEUE: Final = 2_000  # while the assistant is down, messages are kept for it
MOST_ENTERING: Final = 2  # times what is answered at once
FIRST_TURN: Final = 0.1
SHARE: Final = 0.1  # of the newest turn in the usual time
LATEST_RETURN: Final = 30
COUNT_EVERY: Final = 1.0


@dataclass
class Admission:
    """How much waits for the assistant in this front; times in seconds.

    `entering` are messages that are being stored, `waiting` those that are.
    """

    turns_at_once: int
    waiting: int = 0
    entering: int = 0
    ever_entered: int = 0
    turn_seconds: float = FIRST_TURN
    monotonic: Callable[[], float] = time.monotonic
    _counted_at: float = -math.inf

    @property
    def expected_wait(self) -> float:
        """How long a message that comes now would wait before its turn begins."""
        return (self.entering + self.waiting) * self.turn_seconds / self.turns_at_once

    def come_back_in(self, *, is_up: bool) -> int | None:
        """None to let a message in; else the seconds after which there is room, at least one.

        While the assistant is down nothing is answered soon, and only the queue is bounded. Many
        messages that are being stored at once mean that the front itself is at its limit.
        """
        ahead = self.entering + self.waiting
        is_crowded = self.entering >= MOST_ENTERING * self.turns_at_once
        is_late = is_up and self.expected_wait > LONGEST_WAIT
        if ahead < self.turns_at_once or not (is_crowded or is_late or ahead >= LONGEST_QUEUE):
            return None
        return min(LATEST_RETURN, max(1, math.ceil(self.expected_wait)))

    @contextmanager
    def storing(self) -> Iterator[None]:
        """Around the storing of one message."""
        self.entering += 1
        try:
            yield
        finally:
            self.entering -= 1

    def entered(self) -> None:
        """A message was stored for the assistant."""
        self.waiting += 1
        self.ever_entered += 1

    def counted(self, waiting: int, ever_entered: int) -> None:
        """So many waited when so many had ever entered; others may have come meanwhile."""
        self.waiting = waiting + self.ever_entered - ever_entered

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
