"""Many products under one budget or one room, by a Lagrange multiplier.

The multiplier is the worth of one more unit of the limit: every product pays it for what it takes,
and it rises until all fit (Hadley and Whitin 1963, chapters 2 and 6).
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from forecasting.inventory.checks import BadPolicy, not_negative_list, positive, positive_list
from forecasting.inventory.loss import normal_loss


class SharedLimit(NamedTuple):
    """A quantity for each product, what the limit costs at its edge, and the total cost."""

    quantities: list[float]
    multiplier: float
    cost: float


def order_quantities(
    fixed_costs: Sequence[float],
    holding_costs: Sequence[float],
    demand_rates: Sequence[float],
    sizes: Sequence[float],
    limit: float,
) -> SharedLimit:
    """EOQs whose Σ size·Q stays within `limit`: Q = √(2Kλ/(h + 2θ·size)).

    `sizes` are unit costs for a budget or room a unit for a store-room; orders may coincide.
    """
    positive(limit=limit)
    count = len(fixed_costs)
    positive_list("fixed_costs", fixed_costs)
    positive_list("holding_costs", holding_costs, length=count)
    not_negative_list("demand_rates", demand_rates, length=count)
    positive_list("sizes", sizes, length=count)
    fixed, holding, demand, size = (
        np.asarray(x, dtype=float) for x in (fixed_costs, holding_costs, demand_rates, sizes)
    )

    def wish(theta: float) -> NDArray[np.float64]:
        return np.asarray(np.sqrt(2 * fixed * demand / (holding + 2 * theta * size)))

    theta = _multiplier(lambda t: float(size @ wish(t)), limit)
    quantities = wish(theta)
    ordering = np.divide(fixed * demand, quantities, where=quantities > 0, out=np.zeros(count))
    return SharedLimit(
        quantities.tolist(), theta, float(np.sum(ordering + holding * quantities / 2))
    )


def newsvendors(
    holding_costs: Sequence[float],
    stockout_costs: Sequence[float],
    demand_means: Sequence[float],
    demand_sds: Sequence[float],
    sizes: Sequence[float],
    limit: float,
) -> SharedLimit:
    """Newsvendor levels whose Σ size·S stays within `limit`: ratio (p − θ·size)/(p + h), S ≥ 0."""
    positive(limit=limit)
    count = len(holding_costs)
    positive_list("holding_costs", holding_costs)
    positive_list("stockout_costs", stockout_costs, length=count)
    positive_list("demand_means", demand_means, length=count)
    positive_list("demand_sds", demand_sds, length=count)
    positive_list("sizes", sizes, length=count)
    holding, stockout, mean, sd, size = (
        np.asarray(x, dtype=float)
        for x in (holding_costs, stockout_costs, demand_means, demand_sds, sizes)
    )

    def wish(theta: float) -> NDArray[np.float64]:
        ratio = (stockout - theta * size) / (stockout + holding)
        levels = np.where(ratio > 0, mean + sd * ndtri(np.clip(ratio, 1e-300, 1)), 0.0)
        return np.asarray(np.maximum(levels, 0.0))

    theta = _multiplier(lambda t: float(size @ wish(t)), limit)
    levels = wish(theta)
    cost = 0.0
    for place in range(count):
        loss = normal_loss(float(levels[place]), float(mean[place]), float(sd[place]))
        cost += float(holding[place] * loss.complement + stockout[place] * loss.loss)
    return SharedLimit(levels.tolist(), theta, cost)


def _multiplier(used: Callable[[float], float], limit: float) -> float:
    if used(0.0) <= limit:
        return 0.0
    high = 1e-6
    while used(high) > limit:
        high *= 4
        if not math.isfinite(high):
            raise BadPolicy("limit", f"is {limit:g}", "give one that something fits in")
    return float(brentq(lambda theta: used(theta) - limit, 0.0, high, xtol=1e-14, rtol=1e-14))
