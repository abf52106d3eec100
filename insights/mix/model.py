"""Media mix: spend works on (adstock) and wears out (saturation); shapes are learned by time.

Jin, Wang, Sun, Chan, Koehler: Bayesian Methods for Media Mix Modeling with Carryover and Shape
Effects (Google, 2017); here the shapes are drawn, and those are kept that foretell best what comes
after the periods they were fitted to.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.optimize import lsq_linear
from scipy.signal import lfilter

from insights.mix.weeks import Weeks
from insights.tables import Floats

DRAWN: Final = 400  # shapes
KEPT: Final = 12
ORIGINS: Final = (0.7, 0.85)  # of the learning time, after which shapes are judged
PENALTY: Final = 1.0


@dataclass(frozen=True, eq=False)
class Shape:
    """(channels,) share that works on into the next period, and spend that brings half of all."""

    carry: Floats
    half: Floats

    def reached(self, spend: Floats) -> Floats:
        """(periods, channels) what spend does, from 0 to 1."""
        stock = np.column_stack(
            [
                lfilter([1 - c], [1, -c], column)
                for c, column in zip(self.carry, spend.T, strict=True)
            ]
        )
        return self.steady(stock)

    def steady(self, stock: Floats) -> Floats:
        """What a spend that is kept up does, from 0 to 1."""
        found: Floats = stock / (stock + self.half)
        return found


@dataclass(frozen=True, eq=False)
class Mix:
    """A shape with the weights of base (k,) and channels (channels,), the latter at least 0."""

    shape: Shape
    base: Floats
    channels: Floats

    def foretold(self, one: Weeks) -> Floats:
        """(periods,) expected outcome."""
        found: Floats = one.base @ self.base + self.shape.reached(one.spend) @ self.channels
        return found


def fit_mixes(one: Weeks, rng: np.random.Generator) -> list[Mix]:
    """The kept shapes, best first, each fitted to all periods that are learned from."""
    typical = np.array([np.median(c[c > 0]) for c in one.spend[: one.learned].T])
    shapes = [
        Shape(
            rng.uniform(0, 0.85, len(typical)), typical * np.exp(rng.normal(0.5, 1, len(typical)))
        )
        for _ in range(DRAWN)
    ]
    judged = sorted(shapes, key=lambda shape: _error_ahead(one, shape))
    return [fit_weights(one, shape, one.learned, one.outcome) for shape in judged[:KEPT]]


def fit_weights(one: Weeks, shape: Shape, until: int, outcome: Floats) -> Mix:
    """Least squares over the first `until` periods, channels at least 0, with a small penalty."""
    reached = shape.reached(one.spend)[:until]
    table = np.hstack([one.base[:until], reached])
    scale = np.sqrt((table**2).mean(axis=0))
    scale[scale == 0] = 1.0
    penalty = np.full(table.shape[1], np.sqrt(PENALTY))
    penalty[0] = 0.0  # the level
    rows = np.vstack([table / scale, np.diag(penalty)])
    target = np.r_[outcome[:until], np.zeros(table.shape[1])]
    split = one.base.shape[1]
    lowest = np.r_[np.full(split, -np.inf), np.zeros(reached.shape[1])]
    weights = lsq_linear(rows, target, (lowest, np.inf), method="bvls").x / scale
    return Mix(shape, weights[:split], weights[split:])


def _error_ahead(one: Weeks, shape: Shape) -> float:
    """Squared error on the periods after each origin, within the learning time."""
    ends = [*(int(one.learned * share) for share in ORIGINS), one.learned]
    total = 0.0
    for until, end in pairwise(ends):
        mix = fit_weights(one, shape, until, one.outcome)
        wrong = (one.outcome - mix.foretold(one))[until:end]
        total += float(wrong @ wrong)
    return total
