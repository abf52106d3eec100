"""Several products ordered together share what an order costs (Snyder and Shen, chapter 3)."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from forecasting.inventory.checks import BadPolicy, not_negative, not_negative_list, positive_list


class JointReplenishment(NamedTuple):
    """Units of each product an order, time between orders, every how many-th one it joins."""

    order_quantities: list[float]
    base_cycle_time: float
    order_multiples: list[int]
    cost: float


def joint_replenishment_silver(
    shared_fixed_cost: float,
    individual_fixed_costs: Sequence[float],
    holding_costs: Sequence[float],
    demand_rates: Sequence[float],
) -> JointReplenishment:
    """Silver's heuristic (1976) for the joint replenishment problem.

    The product with the least k/(hλ) joins each order, product n every m_n-th, where m_n is
    √(k_n/(h_nλ_n) · hλ/(K+k) of the first) rounded; the cycle time is then the best one for them.
    """
    not_negative(shared_fixed_cost=shared_fixed_cost)
    not_negative_list("individual_fixed_costs", individual_fixed_costs)
    count = len(individual_fixed_costs)
    positive_list("holding_costs", holding_costs, length=count)
    positive_list("demand_rates", demand_rates, length=count)
    own = np.asarray(individual_fixed_costs, dtype=float)
    demand = np.asarray(demand_rates, dtype=float)
    pull = np.asarray(holding_costs, dtype=float) * demand
    ratios = own / pull
    first = int(np.argmin(ratios))
    together = shared_fixed_cost + own[first]
    if together <= 0:
        raise BadPolicy(
            "shared_fixed_cost",
            "and the smallest individual cost are both 0",
            "an order must cost something, else order all the time",
        )
    multiples = [
        1 if n == first else max(1, round(math.sqrt(ratio * pull[first] / together)))
        for n, ratio in enumerate(ratios)
    ]
    m = np.asarray(multiples, dtype=float)
    ordering = shared_fixed_cost + float(np.sum(own / m))
    holding = float(np.sum(pull * m))
    cycle = math.sqrt(2 * ordering / holding)
    return JointReplenishment(
        [float(q) for q in cycle * m * demand],
        cycle,
        multiples,
        ordering / cycle + holding * cycle / 2,
    )
