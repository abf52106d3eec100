"""Suppliers that fail for a while, or deliver less or more (Snyder and Shen, chapter 9)."""

import math
from typing import NamedTuple

from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from forecasting.inventory.checks import BadPolicy, finite, not_negative, positive, share
from forecasting.inventory.loss import normal_loss
from forecasting.inventory.lot_sizes import LotSize
from forecasting.inventory.newsvendor import BaseStock


class Disruptions(NamedTuple):
    """How often supply fails and recovers, both a unit of time while up or down."""

    failing: float
    recovering: float


def eoq_with_disruptions(
    fixed_cost: float,
    holding_cost: float,
    stockout_cost: float,
    demand_rate: float,
    disruption_rate: float,
    recovery_rate: float,
    order_quantity: float | None = None,
    approximate: bool = False,
) -> LotSize:
    """EOQ with a supplier that is up and down for exponential times; demand then is lost.

    Exact (Parlar and Berkin 1991, corrected by Berk and Arreola-Risa 1994; 9.5), or with
    `approximate` in closed form (Snyder 2014), where the state of the supplier at the end of a
    cycle no longer depends on the cycle's length.
    """
    positive(
        holding_cost=holding_cost,
        stockout_cost=stockout_cost,
        demand_rate=demand_rate,
        disruption_rate=disruption_rate,
        recovery_rate=recovery_rate,
    )
    not_negative(fixed_cost=fixed_cost)
    supply = Disruptions(disruption_rate, recovery_rate)
    down = disruption_rate / (disruption_rate + recovery_rate)
    near = (
        math.sqrt(
            (down * demand_rate * holding_cost) ** 2
            + 2
            * holding_cost
            * recovery_rate
            * (fixed_cost * demand_rate * recovery_rate + demand_rate**2 * stockout_cost * down)
        )
        - down * demand_rate * holding_cost
    ) / (holding_cost * recovery_rate)

    def cost(quantity: float) -> float:
        return _disrupted_cost(
            quantity, fixed_cost, holding_cost, stockout_cost, demand_rate, supply
        )

    if order_quantity is not None:
        positive(Q=order_quantity)
        return LotSize(order_quantity, cost(order_quantity))
    if approximate:
        return LotSize(near, holding_cost * near)
    found = minimize_scalar(
        lambda log: cost(math.exp(log)),
        bounds=(math.log(near) - 3, math.log(near) + 3),
        method="bounded",
        options={"xatol": 1e-11},
    )
    quantity = math.exp(float(found.x))
    return LotSize(quantity, cost(quantity))


def newsvendor_with_disruptions(
    holding_cost: float,
    stockout_cost: float,
    demand: float,
    disruption_prob: float,
    recovery_prob: float,
    base_stock_level: float | None = None,
) -> BaseStock:
    """Base stock in whole periods of a certain demand against outages (9.14, 9.18, lemma 9.2).

    In the n-th period of an outage with probability π_n; S* = d + dF⁻¹(p/(p+h)).
    """
    positive(holding_cost=holding_cost, stockout_cost=stockout_cost, demand=demand)
    share(disruption_prob=disruption_prob)
    if recovery_prob != 1:
        share(recovery_prob=recovery_prob)
    total = disruption_prob + recovery_prob
    up = recovery_prob / total
    ratio = stockout_cost / (stockout_cost + holding_cost)
    level = base_stock_level
    if level is None:
        periods, reached = 0, up
        while reached < ratio - 1e-12:
            periods += 1
            reached = 1 - disruption_prob / total * (1 - recovery_prob) ** periods
        level = demand * (periods + 1)
    return BaseStock(
        level,
        _outage_cost(
            level / demand, up, disruption_prob, recovery_prob, holding_cost, stockout_cost
        )
        * demand,
    )


def eoq_additive_yield(
    fixed_cost: float,
    holding_cost: float,
    demand_rate: float,
    yield_mean: float,
    yield_sd: float,
    order_quantity: float | None = None,
) -> LotSize:
    """Q + Y arrives for Q ordered: Q* = √(2Kd/h + Var Y) − E Y (9.22, 9.23)."""
    not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate, yield_sd=yield_sd)
    positive(holding_cost=holding_cost)
    finite(yield_mean=yield_mean)
    quantity = order_quantity
    if quantity is None:
        quantity = math.sqrt(2 * fixed_cost * demand_rate / holding_cost + yield_sd**2) - yield_mean
        if quantity <= 0:
            raise BadPolicy(
                "yield_mean", f"is {yield_mean:g}", "more arrives unasked than is needed"
            )
    arriving = quantity + yield_mean
    if arriving <= 0:
        raise BadPolicy("Q", f"is {quantity:g}", "order more than the yield takes away")
    cost = (2 * fixed_cost * demand_rate + holding_cost * yield_sd**2) / (
        2 * arriving
    ) + holding_cost * arriving / 2
    return LotSize(quantity, cost)


def eoq_multiplicative_yield(
    fixed_cost: float,
    holding_cost: float,
    demand_rate: float,
    yield_mean: float,
    yield_sd: float,
    order_quantity: float | None = None,
) -> LotSize:
    """QZ arrives for Q ordered: Q* = √(2Kd/(h(Var Z + E Z²))) (9.24, 9.25)."""
    not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate, yield_sd=yield_sd)
    positive(holding_cost=holding_cost, yield_mean=yield_mean)
    square = yield_sd**2 + yield_mean**2
    quantity = order_quantity
    if quantity is None:
        quantity = math.sqrt(2 * fixed_cost * demand_rate / (holding_cost * square))
        if quantity == 0:
            return LotSize(0.0, 0.0)
    positive(Q=quantity)
    cost = fixed_cost * demand_rate / (quantity * yield_mean) + holding_cost * quantity * square / (
        2 * yield_mean
    )
    return LotSize(quantity, cost)


def newsvendor_additive_yield(
    holding_cost: float,
    stockout_cost: float,
    demand: float,
    yield_mean: float,
    yield_sd: float,
    base_stock_level: float | None = None,
) -> BaseStock:
    """A certain demand and a normal additive yield: S* = d − F_Y⁻¹(h/(h+p)) (9.27, 9.28)."""
    positive(holding_cost=holding_cost, stockout_cost=stockout_cost, demand=demand)
    not_negative(yield_sd=yield_sd)
    finite(yield_mean=yield_mean)
    ratio = holding_cost / (holding_cost + stockout_cost)
    level = base_stock_level
    if level is None:
        level = demand - yield_mean - yield_sd * float(ndtri(ratio))
    loss = normal_loss(demand - level, yield_mean, yield_sd)
    return BaseStock(level, stockout_cost * loss.complement + holding_cost * loss.loss)


def _disrupted_cost(
    quantity: float,
    fixed_cost: float,
    holding_cost: float,
    stockout_cost: float,
    demand_rate: float,
    supply: Disruptions,
) -> float:
    both = supply.failing + supply.recovering
    cycle = quantity / demand_rate
    down = -supply.failing / both * math.expm1(-both * cycle)
    waiting = down / supply.recovering
    earned = fixed_cost + holding_cost * quantity * cycle / 2
    return (earned + demand_rate * stockout_cost * waiting) / (cycle + waiting)


def _outage_cost(
    covered: float, up: float, failing: float, recovering: float, holding: float, stockout: float
) -> float:
    """Σ_n π_n [h(S − (n+1)d)⁺ + p((n+1)d − S)⁺] / d, its geometric tail in closed form."""
    whole = max(0, math.ceil(covered))
    total = holding * up * max(0.0, covered - 1) + stockout * up * max(0.0, 1 - covered)
    mass = up * failing
    for n in range(1, whole):
        gap = covered - (n + 1)
        total += mass * (holding * gap if gap > 0 else -stockout * gap)
        mass *= 1 - recovering
    first = max(1, whole)
    # Σ_{k≥0} m(1−β)^k (a + k) = m(a/β + (1−β)/β²)
    short = first + 1 - covered
    return total + stockout * mass * (short / recovering + (1 - recovering) / recovering**2)
