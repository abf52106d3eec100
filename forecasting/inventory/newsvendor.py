"""One order before demand is known; also base-stock levels, where what is left stays.

With a lead time of L periods and review every period, stock faces the demand of L + 1 periods
(Snyder and Shen, chapter 4).
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from scipy.special import ndtri, pdtr, pdtrik

from forecasting.inventory.checks import BadPolicy, finite, not_negative, positive, share
from forecasting.inventory.loss import (
    Loss,
    discrete_loss,
    lognormal_loss,
    normal_loss,
    poisson_loss,
)

TOLERANCE = 1e-9  # how far probabilities may sum away from 1


class BaseStock(NamedTuple):
    """Units to have on order and on hand, and the expected cost a period."""

    level: float
    cost: float


class Profitable(NamedTuple):
    """Units to have on order and on hand, and the expected profit a period."""

    level: float
    profit: float


class _Prices(NamedTuple):
    """What a unit short and a unit left over cost, and what a stockout costs beside its sale."""

    short: float
    left: float
    stockout: float

    @classmethod
    def of(
        cls,
        revenue: float,
        purchase_cost: float,
        salvage_value: float,
        holding: float,
        stockout: float,
    ) -> "_Prices":
        """Raises BadPolicy where a sale earns nothing or what is left loses nothing."""
        finite(revenue=revenue, purchase_cost=purchase_cost, salvage_value=salvage_value)
        not_negative(holding_cost=holding, stockout_cost=stockout)
        if revenue <= purchase_cost:
            raise BadPolicy(
                "revenue", f"is {revenue:g}, not above purchase_cost", "a sale must earn something"
            )
        if purchase_cost <= salvage_value:
            raise BadPolicy(
                "salvage_value",
                f"is {salvage_value:g}, not below purchase_cost",
                "what is left must lose something, else order without end",
            )
        short = stockout + revenue - purchase_cost
        return cls(short, holding + purchase_cost - salvage_value, stockout)

    @property
    def ratio(self) -> float:
        """The share of demand outcomes to be ready for: (p+r−c)/(h+p+r−v)."""
        return self.short / (self.short + self.left)

    def at(self, level: float, mean: float, loss: Loss) -> Profitable:
        """The expected profit at a level (section 4.3.2.4)."""
        profit = (
            self.short * level - self.stockout * mean - (self.short + self.left) * loss.complement
        )
        return Profitable(level, profit)


def normal(
    holding_cost: float,
    stockout_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float = 0,
    base_stock_level: float | None = None,
) -> BaseStock:
    """S* = μ + σΦ⁻¹(p/(p+h)) (4.30, 4.37), or the cost of a level that is given (4.24)."""
    positive(
        holding_cost=holding_cost,
        stockout_cost=stockout_cost,
        demand_mean=demand_mean,
        demand_sd=demand_sd,
    )
    mean, sd = _over_lead_time(demand_mean, demand_sd, lead_time)
    level = base_stock_level
    if level is None:
        level = mean + sd * float(ndtri(stockout_cost / (stockout_cost + holding_cost)))
    return BaseStock(level, _cost(holding_cost, stockout_cost, normal_loss(level, mean, sd)))


def normal_cost(
    holding_cost: float,
    stockout_cost: float,
    demand_mean: float,
    demand_sd: float,
    base_stock_level: float,
    lead_time: float = 0,
) -> tuple[float]:
    """g(S) = h n̄(S) + p n(S) (4.24)."""
    finite(S=base_stock_level)
    found = normal(holding_cost, stockout_cost, demand_mean, demand_sd, lead_time, base_stock_level)
    return (found.cost,)


def poisson(
    holding_cost: float,
    stockout_cost: float,
    demand_mean: float,
    lead_time: float = 0,
    base_stock_level: int | None = None,
) -> BaseStock:
    """The least S with F(S) ≥ p/(p+h), or the cost of a level that is given (4.6)."""
    positive(holding_cost=holding_cost, stockout_cost=stockout_cost, demand_mean=demand_mean)
    mean, _ = _over_lead_time(demand_mean, 0, lead_time)
    level = base_stock_level
    if level is None:
        level = poisson_quantile(stockout_cost / (stockout_cost + holding_cost), mean)
    return BaseStock(level, _cost(holding_cost, stockout_cost, poisson_loss(level, mean)))


def poisson_cost(
    holding_cost: float,
    stockout_cost: float,
    demand_mean: float,
    base_stock_level: int,
    lead_time: float = 0,
) -> tuple[float]:
    """g(S) = h n̄(S) + p n(S) for a whole S (4.6)."""
    return (poisson(holding_cost, stockout_cost, demand_mean, lead_time, base_stock_level).cost,)


def lognormal(holding_cost: float, stockout_cost: float, mu: float, sigma: float) -> BaseStock:
    """S* = exp(μ + σΦ⁻¹(p/(p+h))) where ln D is normal(μ, σ) (section 4.3.2.5, 4.102)."""
    positive(holding_cost=holding_cost, stockout_cost=stockout_cost, sigma=sigma)
    finite(mu=mu)
    level = math.exp(mu + sigma * float(ndtri(stockout_cost / (stockout_cost + holding_cost))))
    return BaseStock(level, _cost(holding_cost, stockout_cost, lognormal_loss(level, mu, sigma)))


def discrete(
    holding_cost: float,
    stockout_cost: float,
    demand_pmf: Mapping[str, float] | None = None,
    geom_p: float | None = None,
    base_stock_level: float | None = None,
) -> BaseStock:
    """The least S with F(S) ≥ p/(p+h): of a table value → probability, or a geometric demand.

    The geometric counts trials until the first success: 1, 2, … with mean 1/p.
    """
    positive(holding_cost=holding_cost, stockout_cost=stockout_cost)
    ratio = stockout_cost / (stockout_cost + holding_cost)
    if (demand_pmf is None) == (geom_p is None):
        raise BadPolicy("demand_pmf", "and geom_p: exactly one is needed", "give one of them")
    if geom_p is not None:
        if geom_p != 1:
            share(geom_p=geom_p)
        level = base_stock_level
        if level is None:
            level = 1 if geom_p == 1 else _geometric_quantile(ratio, geom_p)
        return BaseStock(level, _cost(holding_cost, stockout_cost, _geometric_loss(level, geom_p)))
    assert demand_pmf is not None
    masses = read_masses(demand_pmf)
    level = base_stock_level
    if level is None:
        total = 0.0
        for value in sorted(masses):
            total += masses[value]
            level = value
            if total >= ratio - TOLERANCE:
                break
    assert level is not None
    return BaseStock(level, _cost(holding_cost, stockout_cost, discrete_loss(level, masses)))


def normal_explicit(
    revenue: float,
    purchase_cost: float,
    salvage_value: float,
    demand_mean: float,
    demand_sd: float,
    holding_cost: float = 0,
    stockout_cost: float = 0,
    lead_time: float = 0,
    base_stock_level: float | None = None,
) -> Profitable:
    """The newsvendor told by prices: ratio (p+r−c)/(h+p+r−v), profit as in section 4.3.2.4."""
    prices = _Prices.of(revenue, purchase_cost, salvage_value, holding_cost, stockout_cost)
    positive(demand_mean=demand_mean, demand_sd=demand_sd)
    mean, sd = _over_lead_time(demand_mean, demand_sd, lead_time)
    level = mean + sd * float(ndtri(prices.ratio)) if base_stock_level is None else base_stock_level
    return prices.at(level, mean, normal_loss(level, mean, sd))


def poisson_explicit(
    revenue: float,
    purchase_cost: float,
    salvage_value: float,
    demand_mean: float,
    holding_cost: float = 0,
    stockout_cost: float = 0,
    lead_time: float = 0,
    base_stock_level: int | None = None,
) -> Profitable:
    """As `normal_explicit`, with Poisson demand and so a whole level."""
    prices = _Prices.of(revenue, purchase_cost, salvage_value, holding_cost, stockout_cost)
    positive(demand_mean=demand_mean)
    mean, _ = _over_lead_time(demand_mean, 0, lead_time)
    level = poisson_quantile(prices.ratio, mean) if base_stock_level is None else base_stock_level
    return prices.at(level, mean, poisson_loss(level, mean))


def poisson_quantile(probability: float, mean: float) -> int:
    """The least whole number that a Poisson demand stays at or below with `probability`."""
    if mean == 0:
        return 0
    near = max(0, math.ceil(float(pdtrik(probability, mean)) - 1e-6))
    while near > 0 and float(pdtr(near - 1, mean)) >= probability:
        near -= 1
    while float(pdtr(near, mean)) < probability:
        near += 1
    return near


def read_masses(table: Mapping[str, float]) -> dict[float, float]:
    """A table value → probability, checked to be a distribution of demand."""
    if not table:
        raise BadPolicy("demand_pmf", "is empty", 'give {"value": probability, …}')
    masses: dict[float, float] = {}
    for key, probability in table.items():
        try:
            value = float(key)
        except ValueError:
            raise BadPolicy(
                "demand_pmf", f"has the key {key!r}", "keys are units of demand"
            ) from None
        not_negative(**{f"demand_pmf[{key}]": probability, "demand_pmf": value})
        masses[value] = masses.get(value, 0.0) + probability
    total = sum(masses.values())
    if abs(total - 1) > 1e-6:
        raise BadPolicy("demand_pmf", f"sums to {total:g}", "probabilities sum to 1")
    return masses


def _over_lead_time(mean: float, sd: float, lead_time: float) -> tuple[float, float]:
    not_negative(lead_time=lead_time)
    return mean * (lead_time + 1), sd * math.sqrt(lead_time + 1)


def _cost(holding_cost: float, stockout_cost: float, loss: Loss) -> float:
    return holding_cost * loss.complement + stockout_cost * loss.loss


def _geometric_quantile(ratio: float, p: float) -> int:
    return max(1, math.ceil(math.log1p(-ratio) / math.log1p(-p) - TOLERANCE))


def _geometric_loss(level: float, p: float) -> Loss:
    """n(x) = (1 − p)^x / p for a whole x ≥ 0 (Zipkin 2000, C.2.3.5, from 1 upwards)."""
    loss = 1 / p - level if level < 0 else (1 - p) ** level / p
    return Loss(loss, level - 1 / p + loss)
