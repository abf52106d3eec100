"""Many time series of one frequency in one matrix, as every model of this package takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Frequency = str  # one of SEASONS, or "" where nobody said

# What repeats at each frequency, the strongest period first.
SEASONS: Final[Mapping[str, tuple[int, ...]]] = {
    "hour": (24, 168),
    "day": (7,),
    "week": (52,),
    "month": (12,),
    "quarter": (4,),
    "year": (),
    "": (),
}
STEP_DAYS: Final[Mapping[str, int]] = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Panel:
    """`values` is (series, steps), right-aligned: the last column is the newest of every series.

    NaN stands only before a series begins. `known` holds what is known beforehand, each (series,
    steps + future steps): price, promotion, holiday. `censored` marks the steps in which stock was
    out, so that sales are less than demand. `last_days` is the day of each newest step, None
    where a file has no dates.
    """

    ids: tuple[str, ...]
    values: Floats
    frequency: Frequency = ""
    last_days: tuple[date, ...] | None = None
    known: Mapping[str, Floats] = field(default_factory=dict)
    censored: Flags | None = None

    @property
    def steps(self) -> int:
        """How many columns `values` has."""
        return int(self.values.shape[1])

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many observations each series has, shape (series,)."""
        return np.asarray((~np.isnan(self.values)).sum(axis=1), dtype=np.int64)

    @property
    def is_sales(self) -> npt.NDArray[np.bool_]:
        """Which series never went below zero, so that no forecast of theirs may; (series,)."""
        return np.asarray(np.nanmin(self.values, axis=1) >= 0.0)

    def series(self, row: int) -> Floats:
        """The observations of one series, oldest first."""
        line = self.values[row]
        return np.asarray(line[~np.isnan(line)])

    def rows(self, chosen: Sequence[int] | npt.NDArray[np.int64]) -> "Panel":
        """The panel of some series only, in that order."""
        index = np.asarray(chosen, dtype=np.int64)
        return replace(
            self,
            ids=tuple(self.ids[i] for i in index),
            values=self.values[index],
            last_days=None if self.last_days is None else tuple(self.last_days[i] for i in index),
            known={name: known[index] for name, known in self.known.items()},
            censored=None if self.censored is None else self.censored[index],
        )

    def until(self, cut: int) -> "Panel":
        """The panel as it was `cut` steps ago; what was known beforehand then keeps its future.

        Series that had not begun are all NaN then; `lengths` says so.
        """
        if cut == 0:
            return self
        return replace(
            self,
            values=self.values[:, :-cut],
            last_days=None,
            censored=None if self.censored is None else self.censored[:, :-cut],
        )

    def future(self, name: str, horizon: int) -> Floats:
        """What was known beforehand of `name` for the next `horizon` steps, (series, horizon)."""
        known = self.known[name]
        if known.shape[1] < self.steps + horizon:
            raise ValueError(
                f"{name} is known for {known.shape[1] - self.steps} future steps, "
                f"{horizon} are asked for"
            )
        return known[:, self.steps : self.steps + horizon]


def align_right(series: Sequence[Floats]) -> Floats:
    """A matrix of series of different lengths, the newest observations in the last column."""
    width = max((len(one) for one in series), default=0)
    matrix = np.full((len(series), width), np.nan)
    for row, one in enumerate(series):
        if len(one):
            matrix[row, width - len(one) :] = one
    return matrix


def candidate_seasons(panel: Panel, season: int) -> tuple[int, ...]:
    """Periods worth trying: the one asked for, and those usual at the panel's frequency."""
    wanted = (season, *SEASONS[panel.frequency])
    return tuple(dict.fromkeys(period for period in wanted if period > 1))
