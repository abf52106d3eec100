"""Economic order quantities: known, steady demand (Snyder and Shen, chapter 3)."""

import math
from typing import NamedTuple

from forecasting.inventory.checks import BadPolicy, not_negative, positive, share


class LotSize(NamedTuple):
    """Units an order, and ordering plus holding cost a unit of time."""

    quantity: float
    cost: float


class BackorderedLotSize(NamedTuple):
    """Units an order, the share of a cycle's demand that waits, and the cost a unit of time."""

    quantity: float
    stockout_fraction: float
    cost: float


def economic_order_quantity(
    fixed_cost: float,
    holding_cost: float,
    demand_rate: float,
    order_quantity: float | None = None,
) -> LotSize:
    """Q* = √(2Kλ/h) (3.4, Harris 1913); with `order_quantity` that one's cost (3.3)."""
    not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate)
    positive(holding_cost=holding_cost)
    if order_quantity is None:
        quantity = math.sqrt(2 * fixed_cost * demand_rate / holding_cost)
        return LotSize(quantity, holding_cost * quantity)
    positive(Q=order_quantity)
    cost = fixed_cost * demand_rate / order_quantity + holding_cost * order_quantity / 2
    return LotSize(order_quantity, cost)


def economic_order_cost(
    fixed_cost: float, holding_cost: float, demand_rate: float, order_quantity: float
) -> tuple[float]:
    """g(Q) = Kλ/Q + hQ/2 (3.3)."""
    found = economic_order_quantity(fixed_cost, holding_cost, demand_rate, order_quantity)
    return (found.cost,)


def with_backorders(
    fixed_cost: float,
    holding_cost: float,
    stockout_cost: float,
    demand_rate: float,
    order_quantity: float | None = None,
    stockout_fraction: float | None = None,
) -> BackorderedLotSize:
    """EOQ with planned backorders: Q* = √(2Kλ(h+p)/(hp)), x* = h/(h+p) (3.27 to 3.29)."""
    not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate)
    positive(holding_cost=holding_cost, stockout_cost=stockout_cost)
    both = holding_cost + stockout_cost
    if stockout_fraction is None:
        stockout_fraction = holding_cost / both
    elif stockout_fraction not in {0, 1}:
        share(stockout_fraction=stockout_fraction)
    x = stockout_fraction
    weight = holding_cost * (1 - x) ** 2 + stockout_cost * x**2
    if order_quantity is None:
        order_quantity = math.sqrt(2 * fixed_cost * demand_rate / weight)
        return BackorderedLotSize(order_quantity, x, weight * order_quantity)
    positive(Q=order_quantity)
    cost = weight * order_quantity / 2 + fixed_cost * demand_rate / order_quantity
    return BackorderedLotSize(order_quantity, x, cost)


def production_quantity(
    fixed_cost: float,
    holding_cost: float,
    demand_rate: float,
    production_rate: float,
    order_quantity: float | None = None,
) -> LotSize:
    """EPQ (Taft 1918): an EOQ whose stock grows at μ − λ only, so with h(1 − λ/μ) (3.31)."""
    positive(production_rate=production_rate)
    if demand_rate >= production_rate:
        raise BadPolicy(
            "production_rate",
            f"is {production_rate:g}, not above demand_rate {demand_rate:g}",
            "production must outrun demand",
        )
    positive(holding_cost=holding_cost)
    slower = holding_cost * (1 - demand_rate / production_rate)
    return economic_order_quantity(fixed_cost, slower, demand_rate, order_quantity)
