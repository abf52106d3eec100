"""Which strategy leads a list: a linear Thompson bandit, or the control group's fixed order.

Agrawal and Goyal, "Thompson Sampling for Contextual Bandits with Linear Payoffs", ICML 2013. The
probability with which each strategy is drawn is estimated by drawing the posterior many times and
mixed with a floor; the strategy is then drawn from exactly these probabilities, so that the stored
propensities are true and the log can judge another policy (`shown` in `tables`).
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.serving.shopper import Shopper
from recommender.serving.snapshots import STEP_ROWS, Pause, Snapshots
from recommender.serving.tables import RecommendationRequest
from recommender.serving.wishes import Slot, Strategy, Wish

ORDER: Final[tuple[Strategy, ...]] = ("personal", "session", "taste", "content", "trend")
CONTROL: Final = "control"
BANDIT: Final = "bandit"
CONTROL_SHARE: Final = 0.1
FLOOR: Final = 0.05
DRAWS: Final = 200
SPREAD: Final = 0.25
LOOKED_BACK: Final = timedelta(days=90)
MOST_ROWS: Final = 5000
FEATURES: Final = ("one", "known", "history", "visit", "filtered", "taste")

Vector = npt.NDArray[np.float64]


def group_of(shopper: Shopper, salt: str = "strategies") -> str:
    """The shopper's group in the A/B split: always the same for the same shopper."""
    digest = hashlib.sha256(f"{salt}:{shopper.key}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return CONTROL if share < CONTROL_SHARE else BANDIT


def context_of(shopper: Shopper, wish: Wish) -> Vector:
    """(features,) what the choice may depend on; see FEATURES."""
    filters = wish.filters
    is_filtered = bool(filters.categories or filters.brands or filters.price_max)
    return np.array(
        [
            1.0,
            float(shopper.customer_id is not None),
            min(1.0, math.log1p(len(shopper.history)) / 4.0),
            min(1.0, math.log1p(len(shopper.session)) / 3.0),
            float(is_filtered),
            float(bool(shopper.taste)),
        ]
    )


@dataclass(frozen=True, eq=False)
class Posterior:
    """Per strategy the mean (features,) and the Cholesky factor of the covariance."""

    arms: Mapping[str, tuple[Vector, npt.NDArray[np.float64]]]

    def sample(self, strategy: str, context: Vector, random: np.random.Generator) -> Vector:
        """(DRAWS,) rewards that are plausible for a strategy in a context."""
        width = len(context)
        mean, factor = self.arms.get(strategy, (np.zeros(width), np.eye(width)))
        noise = random.standard_normal((DRAWS, width))
        drawn: Vector = (mean + SPREAD * noise @ factor.T) @ context
        return drawn


def learn(rows: Sequence[tuple[str, Sequence[float], float]]) -> Posterior:
    """The posterior after (strategy, context, reward) rows; ridge regression per strategy."""
    width = len(FEATURES)
    arms = {}
    for strategy in {row[0] for row in rows}:
        contexts = np.array([row[1] for row in rows if row[0] == strategy and len(row[1]) == width])
        rewards = np.array([row[2] for row in rows if row[0] == strategy and len(row[1]) == width])
        if not len(contexts):
            continue
        precision = np.eye(width) + contexts.T @ contexts
        covariance = np.linalg.inv(precision)
        mean = covariance @ contexts.T @ rewards
        arms[strategy] = (mean, np.linalg.cholesky(covariance))
    return Posterior(arms)


def read_posterior(
    session: Session, slot: str, now: datetime, pause: Pause = lambda: None
) -> Posterior:
    """What the newest lists of a slot teach, those of the control group included."""
    result = session.execute(
        select(
            RecommendationRequest.strategy,
            RecommendationRequest.context,
            RecommendationRequest.reward,
        )
        .where(RecommendationRequest.slot == slot, RecommendationRequest.at >= now - LOOKED_BACK)
        .order_by(RecommendationRequest.at.desc())
        .limit(MOST_ROWS),
        execution_options={"yield_per": STEP_ROWS},
    )
    rows: list[tuple[str, Sequence[float], float]] = []
    for part in result.partitions():
        rows += [(row[0], row[1], row[2]) for row in part]
        pause()
    return learn(rows)


_posteriors: Final = Snapshots("what lists have taught", read_posterior)


def posterior_of(session: Session, slot: Slot, now: datetime) -> Posterior:
    """The posterior of a slot in this database, at most about half a minute old."""
    return _posteriors.of(session, now, slot)


def probabilities(
    posterior: Posterior,
    context: Vector,
    strategies: Sequence[Strategy],
    random: np.random.Generator,
) -> dict[str, float]:
    """How probably each strategy is the best one, none below the floor; they add up to 1."""
    if len(strategies) == 1:
        return {strategies[0]: 1.0}
    drawn = np.stack([posterior.sample(one, context, random) for one in strategies])
    best = np.bincount(drawn.argmax(axis=0), minlength=len(strategies)) / DRAWS
    floor = min(FLOOR, 0.5 / len(strategies))
    mixed = floor + (1 - floor * len(strategies)) * best
    return {one: float(share) for one, share in zip(strategies, mixed / mixed.sum(), strict=True)}


def draw(choices: Mapping[str, float], random: np.random.Generator) -> Strategy:
    """One strategy, drawn with its probability."""
    names = list(choices)
    place = int(random.choice(len(names), p=[choices[name] for name in names]))
    return names[place]  # type: ignore[return-value]
