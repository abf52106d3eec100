"""Rolling origins: what each model would have said before, beside what came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.panel import Flags, Floats, Panel

MOST_ORIGINS: Final = 3
LEAST_HISTORY: Final = 3  # observations that a series needs before an origin


@dataclass(frozen=True)
class Candidate:
    """A model by name: from a panel and a horizon to means, (series, horizon).

    NaN rows say that a model has nothing to say about a series.
    """

    name: str
    predict: Callable[[Panel, int], Floats]


@dataclass(frozen=True)
class Backtest:
    """`forecasts` is (origins, models, series, horizon), `actual` (origins, series, horizon).

    NaN where a series had not begun or a model had nothing to say; `cuts` says how many steps ago
    each origin was.
    """

    names: tuple[str, ...]
    cuts: tuple[int, ...]
    forecasts: Floats
    actual: Floats


def origins(panel: Panel, horizon: int) -> tuple[int, ...]:
    """How many steps ago to start from: whole horizons back, while half of the history is left."""
    typical = int(np.median(panel.lengths))
    room = (typical - max(2 * horizon, LEAST_HISTORY + 1, typical // 2)) // horizon
    if room >= 1:
        return tuple(horizon * (k + 1) for k in range(min(room, MOST_ORIGINS)))
    return (horizon,) if typical >= horizon + LEAST_HISTORY else ()


def backtest(
    panel: Panel,
    candidates: Sequence[Candidate],
    horizon: int,
    cuts: Sequence[int],
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> Backtest:
    """Run every candidate from every origin on what was known then."""
    shape = (len(cuts), len(candidates), len(panel.ids), horizon)
    forecasts = np.full(shape, np.nan)
    actual = np.full((len(cuts), len(panel.ids), horizon), np.nan)
    for place, cut in enumerate(cuts):
        then = panel.until(cut)
        rows = np.flatnonzero(then.lengths >= LEAST_HISTORY)
        begin = panel.steps - cut
        actual[place, rows] = panel.values[rows, begin : begin + horizon]
        known = then.rows(rows)
        for number, candidate in enumerate(candidates):
            tell(f"{candidate.name}, {cut} steps ago")
            forecasts[place, number, rows] = candidate.predict(known, horizon)
    return Backtest(
        names=tuple(candidate.name for candidate in candidates),
        cuts=tuple(cuts),
        forecasts=forecasts,
        actual=np.where(_censored(panel, cuts, horizon), np.nan, actual),
    )


def _censored(panel: Panel, cuts: Sequence[int], horizon: int) -> Flags:
    """Steps without stock say nothing about demand and are not judged."""
    flags = np.zeros((len(cuts), len(panel.ids), horizon), bool)
    if panel.censored is not None:
        for place, cut in enumerate(cuts):
            begin = panel.steps - cut
            flags[place] = panel.censored[:, begin : begin + horizon]
    return flags
