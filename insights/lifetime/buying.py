"""BG/NBD: how often customers come back, and whether they still will.

While alive a customer buys at a rate of their own (gamma: r, alpha); after each purchase they leave
with a chance of their own (beta: a, b). Fader, Hardie, Lee: "Counting Your Customers" the Easy Way
(Marketing Science 24, 2005).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from insights.lifetime.fitting import Estimate, estimates
from insights.lifetime.histories import Histories
from insights.tables import BadData, Floats

FEWEST_REPEATERS: Final = 30
_STAYING: Final = (1e-9, 1.0)  # a and b: one purchase in a thousand million is the last
_AT_ONCE: Final = 5_000  # customers whose futures are drawn at a time


@dataclass(frozen=True)
class BuyingModel:
    """Parameters with intervals; times are in weeks."""

    r: Estimate
    alpha: Estimate
    a: Estimate
    b: Estimate


@dataclass(frozen=True, eq=False)
class Futures:
    """(customers,) purchases to come: mean, median and 95 % interval of each."""

    mean: Floats
    median: Floats
    low: Floats
    high: Floats


def fit_buying(known: Histories) -> BuyingModel:
    """Fit by maximum likelihood; raises BadData when too few customers ever came back."""
    repeaters = int((known.repeats > 0).sum())
    if repeaters < FEWEST_REPEATERS:
        raise BadData(
            f"--customer: {repeaters} customers bought on two days or more by {known.end}, "
            f"{FEWEST_REPEATERS} are needed; choose a later --split or give a longer history"
        )
    found = estimates(
        lambda parameters: float(log_likelihood(known, *parameters).sum()),
        [(1.0, 5.0, 1.0, 2.0), (0.3, 3.0, 0.5, 3.0), (2.0, 20.0, 0.3, 1.0)],
        "BG/NBD",
    )
    return BuyingModel(*found)


def fit_staying(known: Histories) -> BuyingModel:
    """The limit in which nobody leaves for good (a → 0): Poisson rates that vary (NBD).

    It is what is left where BG/NBD has no top because purchases show no sign that customers leave.
    """
    r, alpha = estimates(
        lambda parameters: float(log_likelihood(known, *(*parameters, *_STAYING)).sum()),
        [(1.0, 5.0), (0.3, 3.0), (2.0, 20.0)],
        "NBD",
    )
    return BuyingModel(r, alpha, *(Estimate(one, one, one) for one in _STAYING))


def log_likelihood(known: Histories, r: float, alpha: float, a: float, b: float) -> Floats:
    """(customers,) log-likelihoods, equation (6) of the paper in logarithms."""
    x = known.repeats
    rate = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    chance = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    alive = -(r + x) * np.log(alpha + known.age)
    gone = np.where(
        x > 0,
        np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + known.recency),
        -np.inf,
    )
    found: Floats = rate + chance + np.logaddexp(alive, gone)
    return found


def alive_probability(model: BuyingModel, known: Histories) -> Floats:
    """(customers,) chance that a customer has not left for good."""
    r, alpha, a, b = (one.value for one in (model.r, model.alpha, model.a, model.b))
    x = known.repeats
    gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1)
    gone = gone + (r + x) * (np.log(alpha + known.age) - np.log(alpha + known.recency))
    found: Floats = np.where(x > 0, 1 / (1 + np.exp(np.minimum(gone, 700))), 1.0)
    return found


def futures(
    model: BuyingModel,
    known: Histories,
    weeks: float,
    rng: np.random.Generator,
    *,
    pace: float = 1.0,
    draws: int = 1_000,
) -> Futures:
    """Purchases within the coming `weeks`, drawn from what is known of each customer.

    Given that a customer is alive, rate and chance to leave are again gamma and beta; purchases are
    the lesser of a Poisson count and the purchase after which they leave. `pace` multiplies every
    rate.
    """
    parts = []
    for counts, _ in drawn_counts(model, known, weeks, rng, pace=pace, draws=draws):
        limits = np.quantile(counts, [0.5, 0.025, 0.975], axis=1)
        parts.append(np.vstack([counts.mean(axis=1), limits]))
    return Futures(*np.hstack(parts))


def drawn_counts(
    model: BuyingModel,
    known: Histories,
    weeks: float,
    rng: np.random.Generator,
    *,
    pace: float,
    draws: int,
) -> Iterator[tuple[npt.NDArray[np.int64], slice]]:
    """(customers, draws) purchases to come, some customers at a time, and which those are."""
    r, alpha, a, b = (one.value for one in (model.r, model.alpha, model.a, model.b))
    alive = alive_probability(model, known)
    for start in range(0, len(alive), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        x, age = known.repeats[part, None], known.age[part, None]
        shape = (len(x), draws)
        rate = rng.gamma(r + x, 1 / (alpha + age), shape) * pace
        leaving = np.clip(rng.beta(a, b + x, shape), 1e-12, 1)
        counts = np.minimum(rng.poisson(rate * weeks), rng.geometric(leaving))
        counts[rng.random(shape) >= alive[part, None]] = 0
        yield counts, part


def next_purchase(
    model: BuyingModel, known: Histories, share: float, *, pace: float = 1.0
) -> Floats:
    """(customers,) weeks until the next purchase of a customer who has not left, by its quantile.

    Given that they buy at all, the rate is gamma again, so that the wait is Lomax in closed form.
    """
    scale = (model.alpha.value + known.age) / pace
    found: Floats = scale * ((1 - share) ** (-1 / (model.r.value + known.repeats)) - 1)
    return found
