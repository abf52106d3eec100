"""(s, S) policies, reviewed each period: at s or below order up to S (Snyder and Shen, chapter 4).

Demand of a period arrives after the order, which is there at once; costs are charged at its end.
With a lead time of L periods give the demand of L + 1 periods where a level is weighed.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from forecasting.inventory.checks import BadPolicy, not_negative, positive
from forecasting.inventory.newsvendor import poisson_quantile, read_masses

TAIL = 1e-14  # probability beyond which a Poisson demand is cut
MOST = 2_000_000  # levels looked at before a case is called unreasonable


class MinMax(NamedTuple):
    """Order when at `reorder_level` or below, up to `order_up_to`; expected cost a period."""

    reorder_level: float
    order_up_to: float
    cost: float


def poisson(
    holding_cost: float, stockout_cost: float, fixed_cost: float, demand_mean: float
) -> MinMax:
    """The exact policy for Poisson demand (Zheng and Federgruen 1991)."""
    _check(holding_cost, stockout_cost, fixed_cost)
    positive(demand_mean=demand_mean)
    return _best(_Costs(holding_cost, stockout_cost, fixed_cost, poisson_masses(demand_mean)))


def discrete(
    holding_cost: float, stockout_cost: float, fixed_cost: float, demand_pmf: Mapping[str, float]
) -> MinMax:
    """The exact policy for a table of whole demands (Zheng and Federgruen 1991)."""
    _check(holding_cost, stockout_cost, fixed_cost)
    return _best(_Costs(holding_cost, stockout_cost, fixed_cost, table_masses(demand_pmf)))


def poisson_policy_cost(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    reorder_level: int,
    order_up_to: int,
) -> tuple[float]:
    """The exact cost of a given (s, S) with Poisson demand (4.71 to 4.75)."""
    _check(holding_cost, stockout_cost, fixed_cost)
    positive(demand_mean=demand_mean)
    if order_up_to <= reorder_level:
        raise BadPolicy("S", f"is {order_up_to}, not above s {reorder_level}", "order up to more")
    costs = _Costs(holding_cost, stockout_cost, fixed_cost, poisson_masses(demand_mean))
    return (costs.of(reorder_level, order_up_to),)


def power_approximation(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float = 0,
) -> tuple[float, float]:
    """s and S by regression over exact ones (Ehrhardt and Mosier 1984; 4.77 to 4.80)."""
    _check(holding_cost, stockout_cost, fixed_cost)
    positive(demand_mean=demand_mean, demand_sd=demand_sd)
    not_negative(lead_time=lead_time)
    mean, sd = demand_mean * (lead_time + 1), demand_sd * math.sqrt(lead_time + 1)
    quantity = (
        1.30
        * demand_mean**0.494
        * (fixed_cost / holding_cost) ** 0.506
        * (1 + (sd / demand_mean) ** 2) ** 0.116
    )
    z = math.sqrt(quantity / sd * holding_cost / stockout_cost)
    low = 0.973 * mean + sd * (0.183 / z + 1.063 - 2.192 * z)
    return low, low + quantity


def poisson_masses(mean: float) -> NDArray[np.float64]:
    """P(D = 0), P(D = 1), …, cut where next to nothing is left and made to sum to 1."""
    most = poisson_quantile(1 - TAIL, mean) + 10
    if most > MOST:
        raise BadPolicy("demand_mean", f"is {mean:g}", "use s_S_power_approx for demand this large")
    values = np.arange(most + 1)
    masses = np.exp(values * math.log(mean) - mean - gammaln(values + 1))
    return np.asarray(masses / masses.sum(), dtype=float)


def table_masses(table: Mapping[str, float]) -> NDArray[np.float64]:
    """The same from a table value → probability with whole values."""
    masses = read_masses(table)
    if any(value != int(value) for value in masses):
        raise BadPolicy("demand_pmf", "has a value that is no whole number", "use whole units")
    values = np.zeros(int(max(masses)) + 1)
    for value, probability in masses.items():
        values[int(value)] += probability
    if values[0] >= 1:
        raise BadPolicy("demand_pmf", "has no demand at all", "give some value above 0")
    return np.asarray(values / values.sum(), dtype=float)


class _Costs:
    """G(y), and the renewal sums m and M that give the cost of any (s, S) at once."""

    def __init__(
        self,
        holding: float,
        stockout: float,
        fixed: float,
        masses: Sequence[float] | NDArray[np.float64],
    ) -> None:
        self.fixed = fixed
        self.masses = np.asarray(masses, dtype=float)
        self.holding, self.stockout = holding, stockout
        values = np.arange(len(self.masses))
        self.mean = float(self.masses @ values)
        cumulative = np.cumsum(self.masses)
        # n̄(y) = Σ_{x<y} F(x)
        self.below = np.concatenate([[0.0], np.cumsum(cumulative)])
        self.critical = int(np.searchsorted(cumulative, stockout / (stockout + holding) - 1e-12))
        self.m = [1 / (1 - self.masses[0])]
        self.sums = [0.0, self.m[0]]

    def level(self, y: int) -> float:
        """G(y) = h n̄(y) + p n(y)."""
        if y < 0:
            below = 0.0
        elif y < len(self.below):
            below = float(self.below[y])
        else:
            below = float(self.below[-1]) + y - len(self.below) + 1
        return self.holding * below + self.stockout * (below - y + self.mean)

    def _grow(self, count: int) -> None:
        while len(self.m) < count:
            j = len(self.m)
            reach = min(j, len(self.masses) - 1)
            past = np.asarray(self.m[j - reach : j])
            value = float(self.masses[1 : reach + 1] @ past[::-1]) / (1 - self.masses[0])
            self.m.append(value)
            self.sums.append(self.sums[-1] + value)

    def of(self, low: int, high: int) -> float:
        """c(s,S) = [K + Σ m(j) G(S−j) for j < S−s] / M(S−s)."""
        gap = high - low
        self._grow(gap)
        total = self.fixed + sum(self.m[j] * self.level(high - j) for j in range(gap))
        return float(total / self.sums[gap])


def _best(costs: _Costs) -> MinMax:
    """Zheng and Federgruen's search: S upwards while G(S) stays below the best cost."""
    high = costs.critical
    low = high - 1
    while costs.of(low, high) > costs.level(low):
        low -= 1
    best, best_high = costs.of(low, high), high
    high += 1
    while costs.level(high) <= best:
        if costs.of(low, high) < best:
            best_high = high
            while costs.of(low, high) <= costs.level(low + 1):
                low += 1
            best = costs.of(low, high)
        high += 1
        if high > MOST:
            raise BadPolicy("fixed_cost", f"is {costs.fixed:g}", "give a smaller one")
    return MinMax(low, best_high, best)


def _check(holding_cost: float, stockout_cost: float, fixed_cost: float) -> None:
    positive(holding_cost=holding_cost, stockout_cost=stockout_cost, fixed_cost=fixed_cost)
