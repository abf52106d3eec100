"""Possible futures of each variant's demand, as paths of weekly pieces.

From quantile forecasts where there are some; else from the variant's own sales, leaning on those
of its kind: a gamma prior for the weekly rate, whose mean is that of its category (an empirical
Bayes gamma–Poisson model), updated with sales that count less the older they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HALF_LIFE_WEEKS: Final = 26.0
PRIOR_WEEKS: Final = 8.0  # of a category's sales that a new variant starts with
KINSHIP: Final = 0.5  # correlation of a variant's weeks: a good year stays a good year


@dataclass(frozen=True)
class QuantileForecast:
    """One variant's forecast: `levels` rising in (0, 1), `values` (levels, weeks), `mean` (weeks,).

    `model` is who made it, for people to read.
    """

    levels: Sequence[float]
    values: Floats
    mean: Floats
    model: str


def paths_from_sales(
    rng: np.random.Generator,
    sales: Floats,
    is_known: NDArray[np.bool_],
    groups: Sequence[str],
    *,
    paths: int,
    weeks: int,
) -> Floats:
    """Demand paths (variants, paths, weeks) from `sales` (variants, past weeks).

    `is_known` marks weeks that say something: on sale and in stock. `groups` names each variant's
    category.
    """
    shape, seen = weekly_rates(sales, is_known, groups)
    rates = rng.gamma(shape[:, None], 1.0 / seen[:, None], (len(sales), paths))
    return np.asarray(rng.poisson(rates[:, :, None], (len(sales), paths, weeks)), dtype=float)


def weekly_rates(
    sales: Floats, is_known: NDArray[np.bool_], groups: Sequence[str]
) -> tuple[Floats, Floats]:
    """The gamma law of each variant's weekly rate: shape and weeks seen (its inverse scale).

    Demand of T weeks is then negative binomial with that shape and the chance seen / (seen + T).
    """
    age = np.arange(sales.shape[1])[::-1]
    weights = np.where(is_known, 0.5 ** (age / HALF_LIFE_WEEKS), 0.0)
    sold = (weights * sales).sum(axis=1)
    seen = weights.sum(axis=1)
    prior = _group_rates(sold, seen, groups)
    return np.maximum(prior, 1e-4) * PRIOR_WEEKS + sold, PRIOR_WEEKS + seen


def paths_from_forecast(
    rng: np.random.Generator, forecast: QuantileForecast, *, paths: int, weeks: int
) -> Floats:
    """Demand paths (paths, weeks) that have the forecast's quantiles in each week.

    Beyond its horizon the last week is repeated. Weeks share part of their luck (`KINSHIP`).
    """
    from scipy.special import ndtr  # the front imports this module and never plans

    steps = np.minimum(np.arange(weeks), forecast.values.shape[1] - 1)
    shared = rng.standard_normal((paths, 1))
    own = rng.standard_normal((paths, weeks))
    ranks = ndtr(np.sqrt(KINSHIP) * shared + np.sqrt(1 - KINSHIP) * own)
    levels = np.concatenate([[0.0], forecast.levels, [1.0]])
    drawn = np.empty((paths, weeks))
    for week, step in enumerate(steps):
        known = np.maximum.accumulate(np.maximum(0.0, forecast.values[:, step]))
        # Beyond the outer quantiles the line goes on as steeply as between the last two.
        top = known[-1] + (known[-1] - known[-2] if len(known) > 1 else known[-1])
        drawn[:, week] = np.interp(ranks[:, week], levels, np.concatenate([[0.0], known, [top]]))
    # Whole pieces, rounded at random so that the mean stays.
    floor = np.floor(drawn)
    return np.asarray(floor + (rng.random(drawn.shape) < drawn - floor))


def _group_rates(sold: Floats, seen: Floats, groups: Sequence[str]) -> Floats:
    names, index = np.unique(np.asarray(groups), return_inverse=True)
    by_group = np.bincount(index, sold, len(names)) / np.maximum(
        np.bincount(index, seen, len(names)), 1e-9
    )
    return np.asarray(by_group[index])
