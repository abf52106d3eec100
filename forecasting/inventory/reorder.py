"""(r, Q) policies with normal demand: order Q when stock on hand and on order falls to r.

Demand has mean λ and sd τ a unit of time; over the lead time L it is normal(λL, τ√L). Stockouts are
backordered. EIL charges p a unit that runs out, the others p a unit and unit of time (Snyder and
Shen, chapter 5).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Reordering:
    """What a policy is to be found for: checked costs, and the demand μ, sd over the lead time."""

    holding: float
    stockout: float
    fixed: float
    rate: float
    mean: float
    sd: float

    @classmethod
    def of(
        cls,
        holding_cost: float,
        stockout_cost: float,
        fixed_cost: float,
        demand_mean: float,
        demand_sd: float,
        lead_time: float,
    ) -> "Reordering":
        """Raises BadPolicy for what cannot be."""
        positive(
            holding_cost=holding_cost,
            stockout_cost=stockout_cost,
            fixed_cost=fixed_cost,
            demand_mean=demand_mean,
        )
        not_negative(demand_sd=demand_sd, lead_time=lead_time)
        sd = demand_sd * math.sqrt(lead_time)
        return cls(
            holding_cost, stockout_cost, fixed_cost, demand_mean, demand_mean * lead_time, sd
        )

    @property
    def usual_quantity(self) -> float:
        """Q of the EOQ (3.4)."""
        return economic_order_quantity(self.fixed, self.holding, self.rate).quantity

    @property
    def backorder_quantity(self) -> float:
        """Q of the EOQ with backorders (3.27)."""
        return with_backorders(self.fixed, self.holding, self.stockout, self.rate).quantity

    def cost(self, point: float, quantity: float) -> float:
        """∫ g = h·∫(y − μ) + (h + p)·∫n, where ∫n over r…r+Q is n⁽²⁾(r) − n⁽²⁾(r + Q)."""
        middle = point + quantity / 2 - self.mean
        short = normal_second_loss(point, self.mean, self.sd) - normal_second_loss(
            point + quantity, self.mean, self.sd
        )
        ordering = self.fixed * self.rate
        both = self.holding + self.stockout
        return (ordering + self.holding * quantity * middle + both * short) / quantity

    def policy(self, point: float, quantity: float) -> ReorderPolicy:
        """The policy with its exact cost."""
        return ReorderPolicy(point, quantity, self.cost(point, quantity))

    def loss(self, point: float) -> float:
        """Expected units short of `point` over the lead time."""
        return normal_loss(point, self.mean, self.sd).loss

    def best_point(self, quantity: float) -> float:
        """The r with g(r) = g(r + Q) (5.9)."""

        def difference(point: float) -> float:
            short = self.loss(point) - self.loss(point + quantity)
            return self.holding * quantity - (self.holding + self.stockout) * short

        return self._root(difference, -REACH * self.sd - quantity, REACH * self.sd + quantity)

    def point_losing(self, wanted: float) -> float:
        """The r whose expected shortage is `wanted`."""
        if self.sd == 0:
            return self.mean - wanted
        reach = REACH * self.sd
        return self._root(lambda point: self.loss(point) - wanted, -wanted - reach, reach)

    def _root(self, of: Callable[[float], float], below: float, above: float) -> float:
        low, high = self.mean + below, self.mean + above
        return float(brentq(of, low, high, xtol=1e-12, rtol=1e-14))


def _by_terms(
    solve: Callable[[Reordering], ReorderPolicy],
) -> Callable[[float, float, float, float, float, float], ReorderPolicy]:
    """`solve` as a model of a case: it takes six numbers by name, which are checked."""

    def model(
        holding_cost: float,
        stockout_cost: float,
        fixed_cost: float,
        demand_mean: float,
        demand_sd: float,
        lead_time: float,
    ) -> ReorderPolicy:
        return solve(
            Reordering.of(
                holding_cost, stockout_cost, fixed_cost, demand_mean, demand_sd, lead_time
            )
        )

    model.__doc__ = solve.__doc__
    return model


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
    terms = Reordering.of(
        holding_cost, stockout_cost, fixed_cost, demand_mean, demand_sd, lead_time
    )
    finite(r=reorder_point)
    positive(Q=order_quantity)
    return (terms.cost(reorder_point, order_quantity),)


def best_reorder_point(
    holding_cost: float,
    stockout_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float,
    order_quantity: float,
) -> tuple[float]:
    """The best r for a given Q: the one with g(r) = g(r + Q) (5.9)."""
    terms = Reordering.of(holding_cost, stockout_cost, 1, demand_mean, demand_sd, lead_time)
    positive(Q=order_quantity)
    return (terms.best_point(order_quantity),)


@_by_terms
def exact(terms: Reordering) -> ReorderPolicy:
    """The best r and Q together: r(Q) from (5.9), then Q, whose cost has one valley (5.7)."""
    start = terms.backorder_quantity

    def of(log_quantity: float) -> float:
        quantity = math.exp(log_quantity)
        return terms.cost(terms.best_point(quantity), quantity)

    # Uncertainty only makes orders larger: below the deterministic Q nothing is to be found.
    span = math.log(start + 20 * terms.sd) + 1
    found = minimize_scalar(
        of, bounds=(math.log(start) - 0.01, span), method="bounded", options={"xatol": 1e-10}
    )
    quantity = math.exp(float(found.x))
    return terms.policy(terms.best_point(quantity), quantity)


@_by_terms
def eil(terms: Reordering) -> ReorderPolicy:
    """Expected-inventory-level approximation (Whitin 1953; algorithm 5.1, 5.16 to 5.18)."""
    quantity, point = terms.usual_quantity, math.inf
    for _ in range(STEPS):
        risk = quantity * terms.holding / (terms.stockout * terms.rate)
        if risk >= 1:
            raise BadPolicy(
                "stockout_cost",
                f"is {terms.stockout:g}, too small for the approximation (Qh ≥ pλ)",
                "use rq_exact or eoq_backorders",
            )
        last = (point, quantity)
        point = terms.mean - terms.sd * float(ndtri(risk))
        charged = terms.fixed + terms.stockout * terms.loss(point)
        quantity = math.sqrt(2 * terms.rate * charged / terms.holding)
        if abs(quantity - last[1]) < 1e-11 * quantity and abs(point - last[0]) < 1e-9:
            break
    total = (
        terms.holding * (point - terms.mean + quantity / 2)
        + (terms.fixed + terms.stockout * terms.loss(point)) * terms.rate / quantity
    )
    return ReorderPolicy(point, quantity, total)


@_by_terms
def eoqb(terms: Reordering) -> ReorderPolicy:
    """Q of the EOQ with backorders, r the best for it (3.27, 5.9); the cost is exact."""
    quantity = terms.backorder_quantity
    return terms.policy(terms.best_point(quantity), quantity)


@_by_terms
def eoqss(terms: Reordering) -> ReorderPolicy:
    """Q of the EOQ, r the newsvendor's level over the lead time (3.4, 5.21); the cost is exact."""
    ratio = terms.stockout / (terms.stockout + terms.holding)
    return terms.policy(terms.mean + terms.sd * float(ndtri(ratio)), terms.usual_quantity)


@_by_terms
def loss_function(terms: Reordering) -> ReorderPolicy:
    """Loss-function approximation (Hadley and Whitin 1963; 5.28 and 5.29); the cost is exact."""
    both = terms.holding + terms.stockout
    quantity, point = terms.usual_quantity, terms.mean
    for _ in range(STEPS):
        last = (point, quantity)
        point = terms.point_losing(terms.holding * quantity / both)
        second = normal_second_loss(point, terms.mean, terms.sd)
        quantity = math.sqrt(2 * (terms.fixed * terms.rate + both * second) / terms.holding)
        if abs(point - last[0]) < 1e-10 and abs(quantity - last[1]) < 1e-10:
            break
    return terms.policy(point, quantity)
