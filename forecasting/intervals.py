"""Quantiles from what earlier origins were wrong by.

Split conformal prediction (Lei and others 2018) over all series together: errors are divided by a
size expected from the series' history, then pooled among forecasts that are about as large beside
that size: they decide how often nothing sells at all, and so the shape of what comes.
Sales stay at or above zero; a lower end of zero takes no probability, so the interval of 80 % then
reaches from zero to the quantile of 80 %, not 90 %.
"""

from typing import Final

import numpy as np

from forecasting.panel import Flags, Floats, Panel

LEVELS: Final = (0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.975)
INTERVALS: Final = (0.8, 0.95)
WIDTHS: Final = np.geomspace(0.5, 2.0, 41)
LEAST_SCORES: Final = 300  # for a bin of its own
MOST_BINS: Final = 10
NOTHING: Final = 1e-9  # an outcome this small is no sale
RIDGE: Final = 1e-2


def size_features(panel: Panel, mean: Floats) -> Floats:
    """What an error's size depends on, in logarithms: (series, horizon, features)."""
    values = panel.values
    horizon = mean.shape[1]
    typical = _typical(values)
    near = _step_size(values, 1)
    recent = _step_size(values[:, -min(values.shape[1], 26) :], 1)
    far = _step_size(values, min(horizon, max(values.shape[1] // 2, 1)))
    floor = 0.02 * typical + 1e-9
    fixed = [np.log(np.nan_to_num(one) + floor) for one in (typical, near, recent, far)]
    columns = [np.repeat(one[:, None], horizon, axis=1) for one in fixed]
    ahead = np.broadcast_to(np.log(np.arange(1, horizon + 1)), mean.shape)
    size = np.log(np.abs(mean) + floor[:, None])
    return np.stack([*columns, size, ahead, np.ones(mean.shape)], axis=2)


def _typical(values: Floats) -> Floats:
    count = np.maximum((~np.isnan(values)).sum(axis=1), 1)
    return np.asarray(np.nansum(np.abs(values), axis=1) / count)


def _step_size(values: Floats, lag: int) -> Floats:
    if values.shape[1] <= lag:
        return np.zeros(len(values))
    steps = np.abs(values[:, lag:] - values[:, :-lag])
    present = ~np.isnan(steps)
    return np.asarray(np.nansum(steps, axis=1) / np.maximum(present.sum(axis=1), 1))


class ConformalQuantiles:
    """Learns from pairs of forecasts and outcomes, then puts quantiles around new forecasts."""

    def __init__(self, features: Floats, errors: Floats, means: Floats, sales: Flags) -> None:
        """`features` (pairs, horizon, features); `errors` outcome - mean, NaN where unknown.

        `means` are the forecasts, (pairs, horizon); `sales` (pairs,) says what cannot be negative.
        """
        known = ~np.isnan(errors)
        rows, targets = features[known], np.abs(errors[known])
        floor = 0.05 * np.exp(rows[:, 0]) + 1e-9
        gram = rows.T @ rows / max(len(rows), 1)
        gram[np.arange(len(gram)), np.arange(len(gram))] += RIDGE
        pulled = rows.T @ np.log(targets + floor) / max(len(rows), 1)
        self.weights = np.linalg.solve(gram, pulled)
        sizes = np.exp(rows @ self.weights)
        scores, ratios = errors[known] / sizes, means[known] / sizes
        bins = int(np.clip(len(scores) // LEAST_SCORES, 1, MOST_BINS))
        self.edges = np.quantile(ratios, np.linspace(0, 1, bins + 1)[1:-1])
        places = np.searchsorted(self.edges, ratios)
        parts = [_or_all(places == place) for place in range(bins)]
        nothing = np.abs(errors[known] + means[known]) <= NOTHING
        self.zero_shares = np.array([nothing[part].mean() for part in parts])
        self.scores = [np.sort(scores[part]) for part in parts]
        is_sales = np.broadcast_to(sales[:, None], errors.shape)[known]
        outcome = errors[known] + means[known]
        self.widths = {
            level: self._calibrate(level, outcome, means[known], sizes, is_sales)
            for level in INTERVALS
        }

    def quantiles(self, mean: Floats, features: Floats, sales: Flags) -> dict[float, Floats]:
        """Quantiles (series, horizon) by level, in order; those of `sales` series at least zero."""
        sizes = np.exp(features @ self.weights)
        above = np.broadcast_to(sales[:, None], mean.shape)
        return {level: self._point(level, mean, sizes, above) for level in LEVELS}

    def intervals(
        self, mean: Floats, features: Floats, sales: Flags
    ) -> dict[float, tuple[Floats, Floats]]:
        """Ends (series, horizon) by level, as wide as held that share of outcomes before."""
        sizes = np.exp(features @ self.weights)
        above = np.broadcast_to(sales[:, None], mean.shape)
        return {
            level: self._ends(level, self.widths[level], mean, sizes, above) for level in INTERVALS
        }

    def _point(self, level: float, mean: Floats, sizes: Floats, sales: Flags) -> Floats:
        bins = np.searchsorted(self.edges, mean / sizes)
        table = np.array([np.quantile(scores, level) for scores in self.scores])
        point = mean + table[bins] * sizes
        bounded = np.where(level <= self.zero_shares[bins], 0.0, np.maximum(point, 0.0))
        return np.where(sales, bounded, point)

    def _ends(
        self, level: float, width: float, mean: Floats, sizes: Floats, sales: Flags
    ) -> tuple[Floats, Floats]:
        """A central interval; one that starts at no sale needs all of its tail above.

        `width` above 1 leaves less probability outside than 1 - `level`.
        """
        tail = (1.0 - level) / 2.0 / width
        low = self._point(tail, mean, sizes, sales)
        high = self._point(1.0 - tail, mean, sizes, sales)
        return low, np.where(
            sales & (low <= 0.0), self._point(1.0 - 2.0 * tail, mean, sizes, sales), high
        )

    def _calibrate(
        self, level: float, outcome: Floats, mean: Floats, sizes: Floats, sales: Flags
    ) -> float:
        """The width at which intervals held `level` of the outcomes.

        Not 1 where zeros are many: an interval of nothing but zero already holds more than 80 %
        of the outcomes of a part that sells in one week of ten.
        """
        held = []
        for width in WIDTHS:
            low, high = self._ends(level, width, mean, sizes, sales)
            held.append(float(((outcome >= low - NOTHING) & (outcome <= high + NOTHING)).mean()))
        return float(WIDTHS[int(np.argmin(np.abs(np.array(held) - level)))])


def _or_all(chosen: Flags) -> Flags:
    """`chosen`, or everything where that is nothing (ratios that are all the same)."""
    return chosen if chosen.any() else np.ones_like(chosen)
