"""Which models carry a class of demand, and with what weights, learned from earlier origins.

Forward selection with replacement (Caruana and others 2004, ICML): the model that helps the mean of
those chosen most is added, again and again, until nothing helps noticeably. A model chosen twice
weighs double. Few models with round weights are hard to overfit with three origins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.backtest import Backtest
from forecasting.panel import Flags, Floats

MOST_CHOSEN: Final = 8
LEAST_GAIN: Final = 0.003  # of the loss; less is noise
LEAST_SERIES: Final = 10  # a class with fewer is chosen for together with all others
BOUND: Final = 20.0  # scaled errors beyond it count as it, so that one freak series decides nothing


@dataclass(frozen=True)
class Recipe:
    """Models by name with weights that sum to one, the strongest first."""

    weights: tuple[tuple[str, float], ...]

    @property
    def label(self) -> str:
        """The names, joined."""
        return "+".join(name for name, _ in self.weights)


def choose_recipes(
    past: Backtest, scale: Floats, squared: Flags, groups: Sequence[str]
) -> dict[str, Recipe]:
    """A recipe for each group of series.

    `scale` is the usual size of a series' error (series,); `squared` says whose forecasts are to
    be means (squared errors) rather than medians (absolute ones).
    """
    labels = np.array(groups)
    forecasts = filled(past.forecasts)
    recipes = {}
    for group in dict.fromkeys(groups):
        rows = labels == group
        if rows.sum() < LEAST_SERIES:
            rows = np.ones(len(labels), bool)
        errors = _scaled_errors(forecasts[:, :, rows], past.actual[:, rows], scale[rows])
        chosen = _select(errors, bool(squared[labels == group][0])) if errors.size else [0]
        counts = {name: chosen.count(name) for name in dict.fromkeys(chosen)}
        order = sorted(counts, key=lambda model: -counts[model])
        recipes[group] = Recipe(
            tuple((past.names[model], counts[model] / len(chosen)) for model in order)
        )
    return recipes


def filled(forecasts: Floats) -> Floats:
    """(…, models, series, horizon) with the first model where another has nothing to say.

    A model that needs more history than an early origin had is judged by the plain one there:
    filled with something good, it would be chosen for what others said.
    """
    return np.where(np.isnan(forecasts), forecasts[..., :1, :, :], forecasts)


def _scaled_errors(forecasts: Floats, actual: Floats, scale: Floats) -> Floats:
    """(models, pairs, horizon), over the pairs of origin and series in which all steps came."""
    errors = (forecasts - actual[:, None]) / scale[None, None, :, None]
    errors = np.moveaxis(errors, 1, 0).reshape(forecasts.shape[1], -1, forecasts.shape[3])
    whole = ~np.isnan(errors).any(axis=(0, 2))
    return np.clip(errors[:, whole], -BOUND, BOUND)


def _select(errors: Floats, squared: bool) -> list[int]:
    chosen: list[int] = []
    total = np.zeros(errors.shape[1:])
    best = np.inf
    while len(chosen) < MOST_CHOSEN:
        losses = [_loss((total + one) / (len(chosen) + 1), squared) for one in errors]
        model = int(np.argmin(losses))
        if losses[model] > best * (1.0 - LEAST_GAIN):
            break
        best = losses[model]
        chosen.append(model)
        total += errors[model]
    return chosen or [0]


def _loss(errors: Floats, squared: bool) -> float:
    return float(np.mean(errors**2) if squared else np.mean(np.abs(errors)))
