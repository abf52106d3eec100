"""A linear stack of rating models, with weights learned on ratings the models did not see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final, Self

import numpy as np
import numpy.typing as npt

from recommender.data import Places
from research.recommender.ratings.base import Baseline, RatingModel, Ratings, Values
from research.recommender.ratings.models import (
    BayesianFactors,
    FeatureTaste,
    KnnBaseline,
    KnnWithMeans,
    SvdPlusPlus,
)

HELD_OUT: Final = 0.1
MODELS: Final[dict[str, Callable[[], RatingModel]]] = {
    "baseline": Baseline,
    "knn-with-means": KnnWithMeans,
    "knn-baseline": KnnBaseline,
    "svd++": SvdPlusPlus,
    "bayesian-factors": BayesianFactors,
    "feature-taste": FeatureTaste,
    "stack": lambda: Stack(),
}


@dataclass(eq=False)
class Stack(RatingModel):
    """Ridge regression over the predictions of several models.

    Jahrer, Töscher, Legenstein: Combining Predictions for Accurate Recommender Systems (KDD 2010).
    The weights are learned on a tenth of the ratings, and the models then on all of them.
    """

    penalty: float = 1.0
    seed: int = 0

    alias: ClassVar = "stack"
    paper: ClassVar = "Jahrer, Töscher, Legenstein 2010, Combining Predictions"

    def fit(self, ratings: Ratings) -> Self:
        """Learn the weights, then the models on everything."""
        rng = np.random.default_rng(self.seed)
        held = rng.random(len(ratings.user)) < HELD_OUT
        self._mean = float(ratings.stars.mean())
        self._weights = np.zeros(len(_members()))
        self._weights[:] = 1 / len(self._weights)
        if held.sum() > len(self._weights):
            rest, judge = ratings.where(~held), ratings.where(held)
            trial = [member.fit(rest) for member in _members()]
            table = _table(trial, judge.user, judge.item, judge.time) - self._mean
            gram = table.T @ table + self.penalty * np.eye(table.shape[1])
            self._weights = np.linalg.solve(
                gram, table.T @ (judge.stars - self._mean) + self.penalty * self._weights
            )
        self._models = [member.fit(ratings) for member in _members()]
        return self

    def predict(self, users: Places, items: Places, times: Values) -> Values:
        """The weighted sum."""
        table = _table(self._models, users, items, times) - self._mean
        total: Values = self._mean + table @ self._weights
        return total

    def weights(self) -> dict[str, float]:
        """Each model's weight."""
        names = [f"{place}:{one.alias}" for place, one in enumerate(self._models)]
        return dict(zip(names, self._weights.tolist(), strict=True))


def _members() -> list[RatingModel]:
    return [
        Baseline(),
        KnnBaseline(by="item"),
        KnnBaseline(by="user"),
        SvdPlusPlus(factors=10, seed=1),
        SvdPlusPlus(factors=20, factor_penalty=0.08, epochs=30, seed=2),
        FeatureTaste(),
    ]


def _table(
    models: list[RatingModel], users: Places, items: Places, times: Values
) -> npt.NDArray[np.float64]:
    return np.stack([model.predict(users, items, times) for model in models], axis=1)
