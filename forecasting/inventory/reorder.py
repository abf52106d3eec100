"""(r, Q) policies with normal demand: order Q when stock on hand and on order falls to r.

Demand has mean λ and sd τ a unit of time; over the lead time L it is normal(λL, τ√L). Stockouts are
backordered. EIL charges p a unit that runs out, the others p a unit and unit of time (Snyder and
Shen, chapter 5).
"""

import math
from typing import NamedTuple

from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtri

from forecasting.inventory.checks import BadPolicy, finite, not_negative, positive
from forecasting.inventory.loss import normal_loss, normal_second_loss
from forecasting.inventory.lot_sizes import economic_order_quantity, with_backorders

STEPS = 500  # more rounds than any convergent case takes
REACH = 40.0  # standard deviations within which a reorder point is sought


class ReorderPolicy(NamedTuple):
    """Reorder point, order quantity, expected cost a unit of time."""

    reorder_point: float
    order_quantity: float
    cost: float


class LeadTimeDemand(NamedTuple):
    """Mean and sd of the demand while an order is on its way."""

    mean: float
    sd: float


def cost(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
    reorder_point: float,
    order_quantity: float,
) -> tuple[float]:
    """The exact cost g(r,Q) = [Kλ + ∫ g(y) dy over r…r+Q]/Q, g of the newsvendor (5.7)."""
    ahead = _lead_time_demand(
        holding_cost, stockout_cost, fixed_cost, demand_mean, demand_sd, lead_time
    )
    finite(r=reorder_point)
    positive(Q=order_quantity)
    rates = (holding_cost, stockout_cost)
    return (_exact(reorder_point, order_quantity, rates, fixed_cost * demand_mean, ahead),)


def best_reorder_point(
    holding_cost: float,
    stockout_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
    order_quantity: float,
) -> tuple[float]:
    """The best r for a given Q: the one with g(r) = g(r + Q) (5.9)."""
    ahead = _lead_time_demand(holding_cost, stockout_cost, 1, demand_mean, demand_sd, lead_time)
    positive(Q=order_quantity)
    return (_best_point(order_quantity, (holding_cost, stockout_cost), ahead),)


def exact(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
) -> ReorderPolicy:
    """The best r and Q together: r(Q) from (5.9), then Q, whose cost has one valley (5.7)."""
    ahead = _lead_time_demand(
        holding_cost, stockout_cost, fixed_cost, demand_mean, demand_sd, lead_time
    )
    rates, ordering = (holding_cost, stockout_cost), fixed_cost * demand_mean
    start = with_backorders(fixed_cost, holding_cost, stockout_cost, demand_mean).quantity

    def of(log_quantity: float) -> float:
        quantity = math.exp(log_quantity)
        return _exact(_best_point(quantity, rates, ahead), quantity, rates, ordering, ahead)

    # Uncertainty only makes orders larger: below the deterministic Q nothing is to be found.
    span = math.log(start + 20 * ahead.sd) + 1
    found = minimize_scalar(
        of, bounds=(math.log(start) - 0.01, span), method="bounded", options={"xatol": 1e-10}
    )
    quantity = math.exp(float(found.x))
    point = _best_point(quantity, rates, ahead)
    return ReorderPolicy(point, quantity, _exact(point, quantity, rates, ordering, ahead))


def eil(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
) -> ReorderPolicy:
    """Expected-inventory-level approximation (Whitin 1953; algorithm 5.1, 5.16 to 5.18)."""
    ahead = _lead_time_demand(
        holding_cost, stockout_cost, fixed_cost, demand_mean, demand_sd, lead_time
    )
    quantity = economic_order_quantity(fixed_cost, holding_cost, demand_mean).quantity
    point = math.inf
    for _ in range(STEPS):
        risk = quantity * holding_cost / (stockout_cost * demand_mean)
        if risk >= 1:
            raise BadPolicy(
                "stockout_cost",
                f"is {stockout_cost:g}, too small for the approximation (Qh ≥ pλ)",
                "use rq_exact or eoq_backorders",
            )
        last, point = point, ahead.mean - ahead.sd * float(ndtri(risk))
        loss = normal_loss(point, ahead.mean, ahead.sd).loss
        before, quantity = (
            quantity,
            math.sqrt(2 * demand_mean * (fixed_cost + stockout_cost * loss) / holding_cost),
        )
        if abs(quantity - before) < 1e-11 * quantity and abs(point - last) < 1e-9:
            break
    loss = normal_loss(point, ahead.mean, ahead.sd).loss
    total = (
        holding_cost * (point - ahead.mean + quantity / 2)
        + (fixed_cost + stockout_cost * loss) * demand_mean / quantity
    )
    return ReorderPolicy(point, quantity, total)


def eoqb(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
) -> ReorderPolicy:
    """Q of the EOQ with backorders, r the best for it (3.27, 5.9); the cost is exact."""
    quantity = with_backorders(fixed_cost, holding_cost, stockout_cost, demand_mean).quantity
    return _with_exact_cost(
        quantity,
        None,
        (holding_cost, stockout_cost),
        fixed_cost * demand_mean,
        _lead_time_demand(
            holding_cost, stockout_cost, fixed_cost, demand_mean, demand_sd, lead_time
        ),
    )


def eoqss(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
) -> ReorderPolicy:
    """Q of the EOQ, r the newsvendor's level over the lead time (3.4, 5.21); the cost is exact."""
    ahead = _lead_time_demand(
        holding_cost, stockout_cost, fixed_cost, demand_mean, demand_sd, lead_time
    )
    quantity = economic_order_quantity(fixed_cost, holding_cost, demand_mean).quantity
    ratio = stockout_cost / (stockout_cost + holding_cost)
    point = ahead.mean + ahead.sd * float(ndtri(ratio))
    rates = (holding_cost, stockout_cost)
    return _with_exact_cost(quantity, point, rates, fixed_cost * demand_mean, ahead)


def loss_function(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
) -> ReorderPolicy:
    """Loss-function approximation (Hadley and Whitin 1963; 5.28 and 5.29); the cost is exact."""
    ahead = _lead_time_demand(
        holding_cost, stockout_cost, fixed_cost, demand_mean, demand_sd, lead_time
    )
    both = holding_cost + stockout_cost
    quantity = economic_order_quantity(fixed_cost, holding_cost, demand_mean).quantity
    point = ahead.mean
    for _ in range(STEPS):
        last = (point, quantity)
        point = _loss_inverse(holding_cost * quantity / both, ahead)
        second = normal_second_loss(point, ahead.mean, ahead.sd)
        quantity = math.sqrt(2 * (fixed_cost * demand_mean + both * second) / holding_cost)
        if abs(point - last[0]) < 1e-10 and abs(quantity - last[1]) < 1e-10:
            break
    rates = (holding_cost, stockout_cost)
    return _with_exact_cost(quantity, point, rates, fixed_cost * demand_mean, ahead)


def _lead_time_demand(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
) -> LeadTimeDemand:
    positive(
        holding_cost=holding_cost,
        stockout_cost=stockout_cost,
        fixed_cost=fixed_cost,
        demand_mean=demand_mean,
    )
    not_negative(demand_sd=demand_sd, lead_time=lead_time)
    return LeadTimeDemand(demand_mean * lead_time, demand_sd * math.sqrt(lead_time))


def _exact(
    point: float,
    quantity: float,
    rates: tuple[float, float],
    ordering: float,
    ahead: LeadTimeDemand,
) -> float:
    """∫ g = h·∫(y − μ) + (h + p)·∫n, where ∫n over r…r+Q is n⁽²⁾(r) − n⁽²⁾(r + Q)."""
    holding, stockout = rates
    middle = point + quantity / 2 - ahead.mean
    short = normal_second_loss(point, ahead.mean, ahead.sd) - normal_second_loss(
        point + quantity, ahead.mean, ahead.sd
    )
    return (ordering + holding * quantity * middle + (holding + stockout) * short) / quantity


def _best_point(quantity: float, rates: tuple[float, float], ahead: LeadTimeDemand) -> float:
    holding, stockout = rates

    def difference(point: float) -> float:
        low = normal_loss(point, ahead.mean, ahead.sd).loss
        high = normal_loss(point + quantity, ahead.mean, ahead.sd).loss
        return holding * quantity - (holding + stockout) * (low - high)

    spread = REACH * ahead.sd + quantity
    return float(
        brentq(difference, ahead.mean - spread, ahead.mean + spread, xtol=1e-12, rtol=1e-14)
    )


def _loss_inverse(wanted: float, ahead: LeadTimeDemand) -> float:
    if ahead.sd == 0:
        return ahead.mean - wanted

    def difference(point: float) -> float:
        return normal_loss(point, ahead.mean, ahead.sd).loss - wanted

    low = ahead.mean - wanted - REACH * ahead.sd
    return float(brentq(difference, low, ahead.mean + REACH * ahead.sd, xtol=1e-12, rtol=1e-14))


def _with_exact_cost(
    quantity: float,
    point: float | None,
    rates: tuple[float, float],
    ordering: float,
    ahead: LeadTimeDemand,
) -> ReorderPolicy:
    if point is None:
        point = _best_point(quantity, rates, ahead)
    return ReorderPolicy(point, quantity, _exact(point, quantity, rates, ordering, ahead))
