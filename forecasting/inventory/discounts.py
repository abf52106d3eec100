"""Quantity discounts: all units, or only those above the break (Snyder and Shen, chapter 3)."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from forecasting.inventory.checks import (
    BadPolicy,
    not_negative,
    not_negative_list,
    positive,
    positive_list,
)


class DiscountedLotSize(NamedTuple):
    """Units an order, its price region counted from 0, and cost with purchases a unit of time."""

    quantity: float
    region: int
    cost: float


def all_units(
    fixed_cost: float,
    holding_cost_rate: float,
    demand_rate: float,
    breakpoints: Sequence[float],
    unit_costs: Sequence[float],
) -> DiscountedLotSize:
    """The break's price holds for every unit: an EOQ or a break is best (3.18, 3.19).

    The cost falls towards the EOQ of a region, so only it or the region's nearer end can be best.
    """
    _check(fixed_cost, holding_cost_rate, demand_rate, breakpoints, unit_costs)
    best: DiscountedLotSize | None = None
    for region, unit_cost in enumerate(unit_costs):
        holding = holding_cost_rate * unit_cost
        wished = math.sqrt(2 * fixed_cost * demand_rate / holding)
        quantity = max(wished, breakpoints[region])
        if quantity <= 0:
            cost = 0.0
        elif region + 1 < len(breakpoints) and quantity >= breakpoints[region + 1]:
            continue  # beyond this region the next price is lower, and holds
        else:
            cost = (
                unit_cost * demand_rate
                + fixed_cost * demand_rate / quantity
                + holding * quantity / 2
            )
        if best is None or cost < best.cost:
            best = DiscountedLotSize(quantity, region, cost)
    assert best is not None  # the last region has no upper end
    return best


def incremental(
    fixed_cost: float,
    holding_cost_rate: float,
    demand_rate: float,
    breakpoints: Sequence[float],
    unit_costs: Sequence[float],
) -> DiscountedLotSize:
    """The break's price holds for units above it only (3.20 to 3.22).

    Region j is an EOQ with the fixed cost K + c̄_j, where c̄_j is what the units below its break
    cost above its own price; the optimum never lies on a break.
    """
    _check(fixed_cost, holding_cost_rate, demand_rate, breakpoints, unit_costs)
    best: DiscountedLotSize | None = None
    extra = 0.0
    for region, unit_cost in enumerate(unit_costs):
        if region:
            extra += breakpoints[region] * (unit_costs[region - 1] - unit_cost)
        holding = holding_cost_rate * unit_cost
        quantity = math.sqrt(2 * (fixed_cost + extra) * demand_rate / holding)
        upper = breakpoints[region + 1] if region + 1 < len(breakpoints) else math.inf
        if not breakpoints[region] <= quantity < upper:
            continue
        cost = unit_cost * demand_rate + holding_cost_rate * extra / 2 + holding * quantity
        if best is None or cost < best.cost:
            best = DiscountedLotSize(quantity, region, cost)
    assert best is not None  # the effective cost curve has its lowest point inside a region
    return best


def _check(
    fixed_cost: float,
    holding_cost_rate: float,
    demand_rate: float,
    breakpoints: Sequence[float],
    unit_costs: Sequence[float],
) -> None:
    not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate)
    positive(holding_cost_rate=holding_cost_rate)
    not_negative_list("breakpoints", breakpoints)
    positive_list("unit_costs", unit_costs, length=len(breakpoints))
    if breakpoints[0] != 0:
        raise BadPolicy("breakpoints[0]", f"is {breakpoints[0]:g}", "the first region starts at 0")
    for place in range(1, len(breakpoints)):
        if breakpoints[place] <= breakpoints[place - 1]:
            raise BadPolicy(
                f"breakpoints[{place}]", "is not above the one before", "sort the breaks upwards"
            )
        if unit_costs[place] > unit_costs[place - 1]:
            raise BadPolicy(
                f"unit_costs[{place}]", "is above the one before", "a discount lowers the price"
            )
