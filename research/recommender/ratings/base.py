"""Ratings, the contract of models that predict them, and the baseline that all build on."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.data import BadInteractions, Interactions, Items, Places

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ratings:
    """One rating a user and item: places, stars, times in seconds (or row numbers).

    `features` (items, features) csr float64 of 0 and 1 tell what items are; it may have no columns.
    """

    users: int
    items: int
    user: Places
    item: Places
    stars: Values
    time: Values
    features: sparse.csr_matrix = field(default_factory=lambda: sparse.csr_matrix((0, 0)))

    @classmethod
    def from_interactions(cls, data: Interactions, items: Items | None = None) -> Self:
        """The last rating of each pair; raises BadInteractions when there are none."""
        order = np.lexsort((data.time, data.item, data.user))
        user, item = data.user[order], data.item[order]
        last = np.ones(len(order), dtype=bool)
        last[:-1] = (np.diff(user) != 0) | (np.diff(item) != 0)
        if not len(order):
            raise BadInteractions("there are no ratings")
        kept = np.sort(order[last])
        return cls(
            *data.shape,
            data.user[kept],
            data.item[kept],
            data.weight[kept].astype(np.float64),
            data.time[kept],
            _features(data.item_ids, items),
        )

    def where(self, mask: npt.NDArray[np.bool_]) -> "Ratings":
        """Only the ratings under `mask`; users, items and features stay."""
        return Ratings(
            self.users,
            self.items,
            self.user[mask],
            self.item[mask],
            self.stars[mask],
            self.time[mask],
            self.features,
        )

    @cached_property
    def by_user(self) -> sparse.csr_matrix:
        """(users, items) csr of the rating's row + 1."""
        rows = np.arange(1, len(self.user) + 1)
        return sparse.csr_matrix((rows, (self.user, self.item)), shape=(self.users, self.items))

    @property
    def scale(self) -> tuple[float, float]:
        """The lowest and the highest rating."""
        return float(self.stars.min()), float(self.stars.max())


class RatingModel(ABC):
    """Fit on ratings, predict stars for pairs; users or items of place -1 get the mean's answer."""

    alias: ClassVar[str]
    paper: ClassVar[str]

    @abstractmethod
    def fit(self, ratings: Ratings) -> Self:
        """Learn."""

    @abstractmethod
    def predict(self, users: Places, items: Places, times: Values) -> Values:
        """(pairs,) stars, not yet cut to the scale."""


@dataclass(eq=False)
class Baseline(RatingModel):
    """Mean + user bias + item bias, shrunk, by alternating least squares.

    Koren: Factor in the Neighbors (TKDD 2010), section 2.1.
    """

    user_shrink: float = 5.0
    item_shrink: float = 3.0
    rounds: int = 10

    alias: ClassVar = "baseline"
    paper: ClassVar = "Koren 2010, Factor in the Neighbors"

    def fit(self, ratings: Ratings) -> Self:
        """Learn the mean and the biases."""
        self.mean = float(ratings.stars.mean())
        user, item = ratings.user, ratings.item
        self.user_bias, self.item_bias = np.zeros(ratings.users), np.zeros(ratings.items)
        user_count = np.bincount(user, minlength=ratings.users) + self.user_shrink
        item_count = np.bincount(item, minlength=ratings.items) + self.item_shrink
        for _ in range(self.rounds):
            left = ratings.stars - self.mean - self.user_bias[user]
            self.item_bias = np.bincount(item, left, minlength=ratings.items) / item_count
            left = ratings.stars - self.mean - self.item_bias[item]
            self.user_bias = np.bincount(user, left, minlength=ratings.users) / user_count
        return self

    def predict(self, users: Places, items: Places, times: Values) -> Values:
        """Mean and biases; nothing is added for what is not known."""
        total: Values = (
            self.mean
            + np.where(users >= 0, self.user_bias[users], 0)
            + np.where(items >= 0, self.item_bias[items], 0)
        )
        return total

    def residuals(self, ratings: Ratings) -> Values:
        """Stars minus the baseline."""
        return ratings.stars - self.predict(ratings.user, ratings.item, ratings.time)


def known(users: Places, items: Places) -> npt.NDArray[np.bool_]:
    """(pairs,) whether both are known."""
    both: npt.NDArray[np.bool_] = (users >= 0) & (items >= 0)
    return both


def _features(item_ids: Sequence[str], items: Items | None) -> sparse.csr_matrix:
    if items is None or not items.attributes:
        return sparse.csr_matrix((len(item_ids), 0))
    facts = items.aligned(item_ids).attributes
    names: dict[str, int] = {}
    pairs = [
        (row, names.setdefault(name, len(names)))
        for row, found in enumerate(facts)
        for name in sorted(found)
    ]
    rows: Any = [row for row, _ in pairs]
    columns: Any = [column for _, column in pairs]
    shape = (len(item_ids), len(names))
    return sparse.csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=shape)
