"""Synthetic control and difference in differences, chosen on the time before, with placebos.

Abadie, Diamond, Hainmueller: Synthetic Control Methods (JASA 105, 2010); with a level of its own:
Ferman, Pinto (Quantitative Economics 12, 2021).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from scipy.optimize import nnls
from scipy.stats import t as student

from insights.regions.panel import Panel
from insights.tables import Floats, Mask

Method = Callable[[Floats, Floats, Mask], Floats]
HELD_BACK: Final = 1 / 3  # of the time before, on which a method is chosen
MOST_PLACEBOS: Final = 200


@dataclass(frozen=True)
class GeoReport:
    """The effect a treated region and day, with its 95 % interval from placebos.

    `relative` is in proportion to what was expected, NaN where that is nothing.
    `placebo_error` is the typical size of an effect found where nothing was done, `p_value` the
    share of those at least as large. `errors` are each method's on the time held back.
    """

    method: str
    effect: float
    effect_low: float
    effect_high: float
    placebo_error: float
    relative: float
    total: float
    p_value: float
    placebos: int
    errors: dict[str, float]


def differences(treated: Floats, controls: Floats, before: Mask) -> Floats:
    """The controls' mean, moved to the treated level of the time before."""
    mean: Floats = controls.mean(axis=0)
    return mean + float((treated - mean)[before].mean())


def synthetic(treated: Floats, controls: Floats, before: Mask) -> Floats:
    """The weighted mean of controls that comes nearest before; weights are shares."""
    found: Floats = _shares(treated[before], controls[:, before]) @ controls
    return found


def synthetic_level(treated: Floats, controls: Floats, before: Mask) -> Floats:
    """As synthetic, of changes: the level of the time before is its own."""
    level = controls[:, before].mean(axis=1, keepdims=True)
    own = float(treated[before].mean())
    moved = controls - level
    found: Floats = own + _shares(treated[before] - own, moved[:, before]) @ moved
    return found


METHODS: Final[dict[str, Method]] = {
    "difference in differences": differences,
    "synthetic control": synthetic,
    "synthetic control with level": synthetic_level,
}


def _shares(target: Floats, controls: Floats) -> Floats:
    """Weights of at least 0 that add up to 1, by least squares."""
    scale = float(np.abs(controls).max()) or 1.0
    heavy = 1e3
    table = np.vstack([controls.T / scale, np.full(len(controls), heavy)])
    weights, _ = nnls(table, np.r_[target / scale, heavy])
    found: Floats = (
        weights / weights.sum() if weights.sum() > 0 else np.full(len(controls), 1 / len(controls))
    )
    return found


def evaluate(
    one: Panel, *, seed: int = 0, tell: Callable[[str], None] = lambda _: None
) -> GeoReport:
    """Choose a method on the end of the time before, then measure the effect and placebos."""
    treated, controls = one.outcome[one.treated], one.outcome[~one.treated]
    before = ~one.after
    mean = treated.mean(axis=0)
    errors = {
        name: _held_back_error(made, mean, controls, before) for name, made in METHODS.items()
    }
    name = min(errors, key=lambda known: errors[known])
    expected = METHODS[name](mean, controls, before)
    gap = mean - expected
    effect = float(gap[one.after].mean())
    tell("measuring placebos")
    found = _placebos(one, METHODS[name], len(treated), _scale(gap, before), seed)
    error = float(np.sqrt(np.mean(found**2)))
    reach = float(student.ppf(0.975, len(controls) - 1)) * error
    usual = float(expected[one.after].mean())
    return GeoReport(
        method=name,
        effect=effect,
        effect_low=effect - reach,
        effect_high=effect + reach,
        placebo_error=error,
        relative=effect / usual if usual else float("nan"),
        total=float(gap[one.after].sum()) * len(treated),
        p_value=float((1 + (np.abs(found) >= abs(effect)).sum()) / (1 + len(found))),
        placebos=len(found),
        errors=errors,
    )


def _held_back_error(method: Method, treated: Floats, controls: Floats, before: Mask) -> float:
    """Root mean squared error on the last third of the time before, fitted to what precedes it."""
    places = np.flatnonzero(before)
    cut = len(places) - max(1, round(len(places) * HELD_BACK))
    fitted = np.zeros(len(before), dtype=bool)
    fitted[places[:cut]] = True
    asked = places[cut:]
    gap = (treated - method(treated, controls, fitted))[asked]
    return float(np.sqrt(np.mean(gap**2)))


def _placebos(one: Panel, method: Method, size: int, scale: float, seed: int) -> Floats:
    """(placebos,) effects of groups of untreated regions, in the scale of the treated group.

    A group is as large as the treated one, at most half of the untreated; its own error before,
    beside that of the treated, makes groups of other sizes and noise comparable.
    """
    controls, before = one.outcome[~one.treated], ~one.after
    size = min(size, len(controls) // 2)
    if comb(len(controls), size) <= MOST_PLACEBOS:
        groups = [list(group) for group in combinations(range(len(controls)), size)]
    else:
        rng = np.random.default_rng(seed)
        groups = [
            list(rng.choice(len(controls), size, replace=False)) for _ in range(MOST_PLACEBOS)
        ]
    raw, scales = [], []
    for group in groups:
        rest = np.delete(controls, group, axis=0)
        mean = controls[group].mean(axis=0)
        gap = mean - method(mean, rest, before)
        raw.append(float(gap[one.after].mean()))
        scales.append(_scale(gap, before))
    floor = 0.25 * float(np.median(scales)) or 1.0
    found: Floats = np.asarray(raw) * max(scale, floor) / np.maximum(scales, floor)
    return found


def _scale(gap: Floats, before: Mask) -> float:
    return float(np.sqrt(np.mean(gap[before] ** 2)))
