"""Safety stock and reorder points for a service level, with demand and lead time that vary.

Cycle service is the share of order cycles without a stockout; the fill rate the share of demand
that is served from the shelf. A `z` that is given (from a printed table) stands for Φ⁻¹ of the
service level (Silver, Pyke and Thomas, "Inventory and Production Management in Supply Chains",
4th edition 2017, chapter 6).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from forecasting.inventory.checks import (
    BadPolicy,
    finite,
    not_negative,
    positive,
    share,
)
from forecasting.inventory.loss import normal_loss

REACH = 40.0  # standard deviations within which a level is sought


class ReorderPoint(NamedTuple):
    """Units held against uncertainty, and the stock position at which to order."""

    safety_stock: float
    reorder_point: float


class Service(NamedTuple):
    """What a reorder point achieves: shares of cycles without stockout, and of demand served."""

    cycle_service: float
    fill_rate: float


def demand_and_lead_time_vary(
    demand_mean: float,
    demand_sd: float,
    lead_time_mean: float,
    lead_time_sd: float,
    z: float | None = None,
    service_level: float | None = None,
) -> ReorderPoint:
    """SS = z√(Lσ² + d²σ_L²): independent demand a period and lead time."""
    not_negative(
        demand_mean=demand_mean,
        demand_sd=demand_sd,
        lead_time_mean=lead_time_mean,
        lead_time_sd=lead_time_sd,
    )
    sd = math.sqrt(lead_time_mean * demand_sd**2 + (demand_mean * lead_time_sd) ** 2)
    return _point(demand_mean * lead_time_mean, sd, z, service_level)


def demand_varies(
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
    z: float | None = None,
    service_level: float | None = None,
) -> ReorderPoint:
    """SS = zσ√L, r = dL + SS: a lead time that is certain."""
    return demand_and_lead_time_vary(demand_mean, demand_sd, lead_time, 0, z, service_level)


def lead_time_varies(
    demand_mean: float,
    lead_time_mean: float,
    lead_time_sd: float,
    z: float | None = None,
    service_level: float | None = None,
) -> ReorderPoint:
    """SS = z d σ_L: demand that is certain."""
    return demand_and_lead_time_vary(demand_mean, 0, lead_time_mean, lead_time_sd, z, service_level)


def of_lead_time_demand(
    leadtime_demand_mean: float,
    leadtime_demand_sd: float,
    stockout_risk: float | None = None,
    z_table: float | None = None,
) -> ReorderPoint:
    """r = μ_L + zσ_L with z = Φ⁻¹(1 − risk), or the z that a printed table gives."""
    not_negative(leadtime_demand_mean=leadtime_demand_mean, leadtime_demand_sd=leadtime_demand_sd)
    if stockout_risk is not None:
        share(stockout_risk=stockout_risk)
    if z_table is not None:
        finite(z_table=z_table)
        z = z_table
    elif stockout_risk is not None:
        z = -float(ndtri(stockout_risk))
    else:
        raise BadPolicy("stockout_risk", "is missing", "give it, or z_table")
    safety = z * leadtime_demand_sd
    return ReorderPoint(safety, leadtime_demand_mean + safety)


def for_fill_rate(
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
    order_quantity: float,
    fill_rate: float,
    lead_time_sd: float = 0,
) -> ReorderPoint:
    """The least r of an (r, Q) policy that serves `fill_rate` of demand, backorders kept.

    Exact for normal demand: 1 − β = [n(r) − n(r + Q)]/Q (Hadley and Whitin 1963).
    """
    share(fill_rate=fill_rate)
    mean, sd = _over(demand_mean, demand_sd, lead_time, lead_time_sd)
    positive(Q=order_quantity)
    spread = REACH * sd + order_quantity

    def short(point: float) -> float:
        return 1 - fill_rate - _unserved(point, order_quantity, mean, sd)

    point = float(brentq(short, mean - spread, mean + spread, xtol=1e-10))
    return ReorderPoint(point - mean, point)


def base_stock_for_fill_rate(
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
    fill_rate: float,
    review_period: float = 1,
    lead_time_sd: float = 0,
) -> ReorderPoint:
    """The least order-up-to level that serves `fill_rate` when stock is reviewed periodically.

    Unserved in a cycle of R is the loss at its end less what was short at its start: normal demand
    over L + R and L (Silver, Pyke and Thomas, section 6.9). The result's `reorder_point` is S.
    """
    share(fill_rate=fill_rate)
    positive(review_period=review_period, demand_mean=demand_mean)
    early_mean, early_sd = _over(demand_mean, demand_sd, lead_time, lead_time_sd)
    mean, sd = _over(demand_mean, demand_sd, lead_time + review_period, lead_time_sd)

    def short(level: float) -> float:
        missed = normal_loss(level, mean, sd).loss - normal_loss(level, early_mean, early_sd).loss
        return 1 - fill_rate - missed / (demand_mean * review_period)

    spread = REACH * sd + demand_mean * review_period
    level = float(brentq(short, early_mean - spread, mean + spread, xtol=1e-10))
    return ReorderPoint(level - mean, level)


def service_of(
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
    order_quantity: float,
    reorder_point: float,
    lead_time_sd: float = 0,
) -> Service:
    """Cycle service Φ((r − μ_L)/σ_L) and the exact fill rate of an (r, Q) policy."""
    mean, sd = _over(demand_mean, demand_sd, lead_time, lead_time_sd)
    positive(Q=order_quantity)
    finite(r=reorder_point)
    cycle = float(ndtr((reorder_point - mean) / sd)) if sd > 0 else float(reorder_point >= mean)
    return Service(cycle, 1 - _unserved(reorder_point, order_quantity, mean, sd))


def total_safety_stock(safety_stocks: Sequence[float]) -> float:
    """Pooling by the square-root law: what one place needs for several independent ones."""
    for place, value in enumerate(safety_stocks):
        not_negative(**{f"safety_stocks[{place}]": value})
    return math.sqrt(sum(value * value for value in safety_stocks))


def _unserved(point: float, quantity: float, mean: float, sd: float) -> float:
    low = normal_loss(point, mean, sd).loss
    return (low - normal_loss(point + quantity, mean, sd).loss) / quantity


def _over(mean: float, sd: float, lead_time: float, lead_time_sd: float) -> tuple[float, float]:
    not_negative(demand_mean=mean, demand_sd=sd, lead_time=lead_time, lead_time_sd=lead_time_sd)
    return mean * lead_time, math.sqrt(lead_time * sd**2 + (mean * lead_time_sd) ** 2)


def _point(mean: float, sd: float, z: float | None, service_level: float | None) -> ReorderPoint:
    if (z is None) == (service_level is None):
        raise BadPolicy("z", "and service_level: exactly one is needed", "give one of them")
    if service_level is not None:
        share(service_level=service_level)
        z = float(ndtri(service_level))
    assert z is not None
    finite(z=z)
    return ReorderPoint(z * sd, mean + z * sd)
