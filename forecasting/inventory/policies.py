"""Policies that learn from past demand only, and the choice among them by simulation.

A policy turns the past (periods, products) into reorder and order-up-to levels (products,). The
pooled policy looks at how demand over lead time and review really turned out after similar
forecasts: similar in level and in unevenness, over all products and past moments. It needs no
family of distributions, and its quantiles are right by construction as long as the past repeats
itself. `price`, the worth of a unit served, is the same for all products: so much service as it
pays for is bought where it is cheap (a Lagrange multiplier of the range's fill rate).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from forecasting.inventory.checks import BadPolicy, share
from forecasting.inventory.simulation import (
    Floats,
    Levels,
    Simulated,
    Terms,
    Whole,
    simulate,
)

Mean = Callable[[Floats], Floats]

LEAST_MEAN: Final = 1e-3
LEVEL_CELLS: Final = 20  # groups of products by the level of their forecast
UNEVEN_CELLS: Final = 3  # and by the unevenness of their past
LEAST_PAST: Final = 6  # periods before a past moment counts as one to learn from
MOMENTS: Final = 12  # past moments that are learned from
MOST_RISK: Final = 0.95  # of a stock-out in a cycle, however dear stock is
STEPS: Final = 18  # halvings of the price's logarithm


class Policy(Protocol):
    """Levels for the next period from everything known before it."""

    def __call__(self, past: Floats) -> tuple[Floats, Floats]:
        """Reorder and order-up-to level of each product."""
        ...


def last_mean(periods: int) -> Mean:
    """The mean of the last `periods`."""
    return lambda past: np.asarray(past[-periods:].mean(axis=0))


def smoothed(weight: float) -> Mean:
    """Simple exponential smoothing with that weight on the newest period."""

    def of(past: Floats) -> Floats:
        age = np.arange(len(past))[::-1]
        weights = weight * (1 - weight) ** age
        weights[0] = (1 - weight) ** (len(past) - 1)
        return np.asarray(weights @ past)

    return of


@dataclass(frozen=True)
class Buying:
    """What all policies have in common: costs, whole lead time, and the worth of a unit served."""

    holding_cost: Floats
    fixed_cost: Floats
    lead_time: int
    price: float | Floats

    def lots(self, mean: Floats) -> Floats:
        """EOQ, at least the demand of a period."""
        return np.maximum(np.sqrt(2 * self.fixed_cost * mean / self.holding_cost), mean)

    def risks(self, mean: Floats, lots: Floats) -> Floats:
        """P(stock-out in a cycle) that pays: hQ/(hQ + pμ) for lost sales (Hadley and Whitin)."""
        kept = self.holding_cost * lots
        return np.minimum(kept / (kept + self.price * mean), MOST_RISK)


def pooled(buying: Buying, mean: Mean, seen: "Seen | None" = None) -> Policy:
    """The pooled policy: quantiles of demand after similar forecasts, whatever their product.

    `seen` keeps what was learned from a past, for policies that differ in `buying` only.
    """
    known = seen or Seen(mean, buying.lead_time + 1)

    def levels(past: Floats) -> tuple[Floats, Floats]:
        forecast = np.maximum(mean(past), LEAST_MEAN)
        lots = buying.lots(forecast)
        needed = known.quantile(past, 1 - buying.risks(forecast, lots))
        return _levels(needed, lots)

    return levels


def negative_binomial(buying: Buying, mean: Mean) -> Policy:
    """A forecast's mean, the product's own variance, a negative binomial demand."""

    def levels(past: Floats) -> tuple[Floats, Floats]:
        forecast = np.maximum(mean(past), LEAST_MEAN)
        lots = buying.lots(forecast)
        periods = buying.lead_time + 1
        expected = forecast * periods
        variance = np.maximum(past.var(axis=0, ddof=1) * periods, expected * 1.05)
        size = expected**2 / (variance - expected)
        needed = nbinom.ppf(1 - buying.risks(forecast, lots), size, size / (size + expected))
        return _levels(needed, lots)

    return levels


def power(buying: Buying) -> Policy:
    """(s, S) by power approximation from each product's mean and standard deviation."""

    def levels(past: Floats) -> tuple[Floats, Floats]:
        mean = np.maximum(past.mean(axis=0), LEAST_MEAN)
        sd = np.maximum(past.std(axis=0, ddof=1), LEAST_MEAN) * np.sqrt(buying.lead_time + 1)
        low, lots = power_levels(buying, mean, sd, buying.lead_time + 1)
        low = np.maximum(np.rint(low), -1)
        return low, low + np.maximum(np.rint(lots), 1)

    return levels


def power_levels(
    buying: Buying, mean: Floats, sd: Floats, periods: Floats | Whole | int
) -> tuple[Floats, Floats]:
    """s and the lot of the power approximation (Ehrhardt and Mosier 1984), not rounded.

    `mean` is that of a period, `sd` that of all `periods` until an order is there, both above 0.
    """
    ratio = buying.fixed_cost / buying.holding_cost
    lots = 1.3 * mean**0.494 * ratio**0.506 * (1 + (sd / mean) ** 2) ** 0.116
    z = np.sqrt(lots / sd * buying.holding_cost / buying.price)
    return np.asarray(0.973 * mean * periods + sd * (0.183 / z + 1.063 - 2.192 * z)), lots


def rolling(demand: Floats, policy: Policy, start: int) -> Levels:
    """Levels for the periods from `start` on, each from the demand before it."""
    made = [policy(demand[:period]) for period in range(start, len(demand))]
    return Levels(np.array([low for low, _ in made]), np.array([high for _, high in made]))


def replay(
    demand: Floats,
    policy: Policy,
    terms: Terms,
    lead_time: int | Whole,
    *,
    start: int,
    count_from: int,
) -> Simulated:
    """Run a policy over `demand` from `start`; only periods from `count_from` on are counted.

    `lead_time` is one for all products or one each, (products,).
    """
    levels = rolling(demand, policy, start)
    lead_times = np.broadcast_to(np.asarray(lead_time, dtype=np.int64), demand[start:].shape)
    return simulate(demand[start:], levels, terms, lead_times, count_from=count_from - start)


def price_for_fill_rate(
    family: Callable[[float], Policy],
    demand: Floats,
    terms: Terms,
    lead_time: int | Whole,
    target: float,
    *,
    start: int,
    count_from: int,
    prices: tuple[float, float],
) -> float:
    """The least price of service with which `family` serves `target` of `demand`, by halving.

    `demand` is past demand: what is chosen here is proved on later demand. Raises BadPolicy when
    even the highest of `prices` does not reach the target.
    """
    share(fill_rate=target)

    def served(price: float) -> float:
        return replay(
            demand, family(price), terms, lead_time, start=start, count_from=count_from
        ).fill_rate

    low, high = np.log(prices[0]), np.log(prices[1])
    if served(float(np.exp(high))) < target:
        raise BadPolicy("fill_rate", f"is {target:g}", "no price of service reaches it here")
    for _ in range(STEPS):
        middle = (low + high) / 2
        if served(float(np.exp(middle))) < target:
            low = middle
        else:
            high = middle
        if high - low < 0.02:
            break
    return float(np.exp(high))


def cheapest(results: Sequence[tuple[str, Simulated]]) -> str:
    """The name of the policy that cost least."""
    if not results:
        raise BadPolicy("policies", "are none", "simulate at least one")
    return min(results, key=lambda pair: pair[1].cost)[0]


def _levels(needed: Floats, lots: Floats) -> tuple[Floats, Floats]:
    """Order at one unit below what must be there, by a whole lot of at least one unit."""
    low = np.maximum(np.ceil(needed - 1e-9) - 1, -1)
    return low, low + np.maximum(np.rint(lots), 1)


class Seen:
    """Demand of `periods` over its forecast, sorted, in cells of similar level and unevenness."""

    def __init__(self, mean: Mean, periods: int) -> None:
        self.mean, self.periods = mean, periods
        self._cells: dict[bytes, list[tuple[NDArray[np.int64], Floats]]] = {}

    def quantile(self, past: Floats, levels: Floats) -> Floats:
        """The `levels` quantile of each product's demand over the next `periods`."""
        key = hashlib.sha256(np.ascontiguousarray(past).tobytes()).digest()
        cells = self._cells.get(key)
        if cells is None:
            cells = self._cells[key] = self._learned(past)
        expected = np.maximum(self.mean(past), LEAST_MEAN) * self.periods
        needed = np.zeros(len(expected))
        for rows, ratios in cells:
            place = levels[rows] * (len(ratios) - 1)
            low = np.floor(place).astype(np.int64)
            high = np.minimum(low + 1, len(ratios) - 1)
            between = ratios[low] + (place - low) * (ratios[high] - ratios[low])
            needed[rows] = between * expected[rows]
        return needed

    def _learned(self, past: Floats) -> list[tuple[NDArray[np.int64], Floats]]:
        """For each cell the products that are in it now, and the ratios that were."""
        first = max(LEAST_PAST, len(past) - self.periods - MOMENTS + 1)
        moments = range(first, len(past) - self.periods + 1)
        if len(moments) == 0:
            raise BadPolicy("demand", f"has {len(past)} past periods", "give a longer past")
        forecasts, unevenness, demand = [], [], []
        for moment in moments:
            forecasts.append(np.maximum(self.mean(past[:moment]), LEAST_MEAN))
            unevenness.append(_unevenness(past[:moment]))
            demand.append(past[moment : moment + self.periods].sum(axis=0))
        then_mean, then_uneven = np.concatenate(forecasts), np.concatenate(unevenness)
        ratios = np.concatenate(demand) / (then_mean * self.periods)
        now_mean, now_uneven = np.maximum(self.mean(past), LEAST_MEAN), _unevenness(past)
        edges = np.quantile(then_mean, np.linspace(0, 1, LEVEL_CELLS + 1)[1:-1])
        then_cell, now_cell = np.searchsorted(edges, then_mean), np.searchsorted(edges, now_mean)
        cells = []
        for cell in range(LEVEL_CELLS):
            then, now = np.flatnonzero(then_cell == cell), np.flatnonzero(now_cell == cell)
            if len(now) == 0 or len(then) == 0:
                continue
            thirds = np.quantile(then_uneven[then], np.linspace(0, 1, UNEVEN_CELLS + 1)[1:-1])
            then_part = np.searchsorted(thirds, then_uneven[then])
            now_part = np.searchsorted(thirds, now_uneven[now])
            for part in range(UNEVEN_CELLS):
                rows, found = now[now_part == part], np.sort(ratios[then[then_part == part]])
                if len(rows):
                    # A part can be empty where many are equally uneven: then the whole cell.
                    cells.append((rows, found if len(found) else np.sort(ratios[then])))
        return cells


def _unevenness(past: Floats) -> Floats:
    return np.asarray(past.std(axis=0) / np.maximum(past.mean(axis=0), LEAST_MEAN))
