"""How late deliveries are, day by day: what was seen, leaning on what was promised until then.

A spread of days that suppliers state counts like five deliveries; each real one counts as one
(a Dirichlet prior). One part in a hundred is kept for delays that nobody has seen yet, so that an
overdue delivery always has a future.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

EARLIEST: Final = -30
LATEST: Final = 180
STATED_WEIGHT: Final = 5.0
UNSEEN: Final = 0.01
UNSEEN_DAYS: Final = 14.0  # mean of delays that nobody has seen yet
SURE: Final = 0.8  # how sure "by" is


@dataclass(frozen=True)
class Lateness:
    """P(delay = d days) for d = `EARLIEST`…`LATEST`, shape (days,)."""

    masses: NDArray[np.float64]

    def by(self, delay: float) -> float:
        """P(delay ≤ `delay`)."""
        place = math.floor(delay) - EARLIEST
        if place < 0:
            return 0.0
        return float(self.masses[: place + 1].sum())


def lateness_of(spread_days: float, seen: Iterable[int] = ()) -> Lateness:
    """From a stated spread (standard deviation in days, at least half a day) and seen delays."""
    days = np.arange(EARLIEST, LATEST + 1)
    spread = max(0.5, spread_days)
    edges = [0.5 * math.erfc(-(day - 0.5) / (spread * math.sqrt(2))) for day in (*days, LATEST + 1)]
    stated = np.diff(edges)  # the normal distribution's share of each day
    counts = STATED_WEIGHT * stated / stated.sum()
    for delay in seen:
        counts[min(max(delay, EARLIEST), LATEST) - EARLIEST] += 1.0
    tail = np.where(days > 0, np.exp(-np.maximum(days, 0) / UNSEEN_DAYS), 0.0)
    return Lateness((1 - UNSEEN) * counts / counts.sum() + UNSEEN * tail / tail.sum())


@dataclass(frozen=True)
class Arrival:
    """One thing on its way: the day it is expected on, and how late such things are."""

    expected_on: date
    lateness: Lateness

    def probability_by(self, day: date, today: date) -> float:
        """P(there by `day`), knowing that it was not there yesterday evening."""
        gone = self.lateness.by((today - self.expected_on).days - 1)
        reached = self.lateness.by((day - self.expected_on).days)
        if gone >= 1.0 - 1e-12:
            # Later than anything thinkable: from now on every day is as likely as the last one.
            return 1.0 - math.exp(-max(0, (day - today).days + 1) / UNSEEN_DAYS)
        return min(1.0, max(0.0, (reached - gone) / (1.0 - gone)))


def first_by(arrivals: Sequence[Arrival], day: date, today: date) -> float:
    """P(at least one of `arrivals` is there by `day`); they are late independently."""
    missing = 1.0
    for arrival in arrivals:
        missing *= 1.0 - arrival.probability_by(day, today)
    return max(0.0, 1.0 - missing)


def day_reached(arrivals: Sequence[Arrival], probability: float, today: date) -> date:
    """The first day by which one of `arrivals` is there with `probability`."""
    for ahead in range(LATEST * 4):
        day = today + timedelta(days=ahead)
        if first_by(arrivals, day, today) >= probability:
            return day
    return today + timedelta(days=LATEST * 4)
