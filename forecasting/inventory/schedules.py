"""Orders over a horizon of known demand that changes (Snyder and Shen, chapter 3)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecasting.inventory.checks import BadPolicy, not_negative_list

PerPeriod = float | Sequence[float]


class OrderSchedule(NamedTuple):
    """Units ordered in each period, and the cost of the whole horizon."""

    order_quantities: list[float]
    cost: float


def wagner_whitin(
    num_periods: int,
    demand: PerPeriod,
    fixed_cost: PerPeriod,
    holding_cost: PerPeriod,
    purchase_cost: PerPeriod = 0.0,
) -> OrderSchedule:
    """The cheapest orders by dynamic programming (Wagner and Whitin 1958; 3.39), O(T²).

    A number stands for every period. A list of holding or purchase costs belongs to the period of
    the order: holding is paid at that rate, period by period, until the unit is asked for. A period
    without demand before the next order costs nothing. Of equal plans the one with the earlier next
    order wins.
    """
    if num_periods < 1:
        raise BadPolicy("num_periods", f"is {num_periods}", "give at least 1")
    needed = _each("demand", demand, num_periods)
    fixed = _each("fixed_cost", fixed_cost, num_periods)
    holding = _each("holding_cost", holding_cost, num_periods)
    price = _each("purchase_cost", purchase_cost, num_periods)
    from_here = np.zeros(num_periods + 1)
    next_order = np.zeros(num_periods, dtype=int)
    for period in range(num_periods - 1, -1, -1):
        ahead = needed[period:]
        carried = np.cumsum(ahead * np.arange(len(ahead)))
        bought = np.cumsum(ahead)
        costs = (
            np.where(bought > 0, fixed[period], 0.0)
            + price[period] * bought
            + holding[period] * carried
            + from_here[period + 1 :]
        )
        best = int(np.argmin(costs))
        from_here[period] = costs[best]
        next_order[period] = period + 1 + best
    quantities = [0.0] * num_periods
    period = 0
    while period < num_periods:
        until = int(next_order[period])
        quantities[period] = float(needed[period:until].sum())
        period = until
    return OrderSchedule(quantities, float(from_here[0]))


def _each(field: str, value: PerPeriod, periods: int) -> NDArray[np.float64]:
    values = list(value) if isinstance(value, Sequence) else [value] * periods
    not_negative_list(field, values, length=periods)
    return np.asarray(values, dtype=float)
