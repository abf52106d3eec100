"""What customers will still spend: the purchases to come, each at the customer's own amounts."""

from dataclasses import dataclass

import numpy as np

from insights.lifetime.buying import BuyingModel, Futures, drawn_counts
from insights.lifetime.histories import Histories
from insights.lifetime.spending import SpendingModel
from insights.tables import Floats


@dataclass(frozen=True, eq=False)
class Worth:
    """(customers,) money to come: mean, 95 % interval and standard deviation of each."""

    mean: Floats
    low: Floats
    high: Floats
    deviation: Floats


def worth(
    buying: BuyingModel,
    spending: SpendingModel,
    known: Histories,
    weeks: float,
    rng: np.random.Generator,
    *,
    pace: float = 1.0,
    draws: int = 500,
) -> tuple[Futures, Worth]:
    """Purchases and money within the coming `weeks`, drawn together.

    Given repeats worth z on average, the rate of a customer's amounts is gamma again; n purchases
    come to a gamma of n times the shape. A customer without a repeat is drawn as any other.
    """
    p, q, v = (one.value for one in (spending.p, spending.q, spending.v))
    bought, spent = [], []
    for counts, part in drawn_counts(buying, known, weeks, rng, pace=pace, draws=draws):
        x = known.repeats[part, None]
        total = np.where(x > 0, x * np.nan_to_num(known.value[part, None]), 0)
        rate = rng.gamma(q + p * x, 1 / (v + total), counts.shape)
        money = rng.gamma(np.maximum(p * counts, 1e-9)) / np.maximum(rate, 1e-12)
        money[counts == 0] = 0
        bought.append(_summary(counts.astype(np.float64)))
        spent.append(_summary(money))
    counted, paid = np.hstack(bought), np.hstack(spent)
    return Futures(*counted[:4]), Worth(paid[0], paid[2], paid[3], paid[4])


def _summary(drawn: Floats) -> Floats:
    """Mean, median, 95 % interval and deviation of each customer's draws, shape (5, customers)."""
    limits = np.quantile(drawn, [0.5, 0.025, 0.975], axis=1)
    return np.vstack([drawn.mean(axis=1), limits, drawn.std(axis=1)])
