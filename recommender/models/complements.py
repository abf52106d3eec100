"""What goes with an item: bought by the same people, from a category that its buyers turn to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.base import ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items, Places
from recommender.models.products import nearest, packed, power, unpacked

CATEGORY: Final = "category:"


@dataclass(eq=False)
class Complements(Recommender):
    """Lift between categories, and within a category what sells and is bought together.

    The lift of two categories is P(both) / (P(one) · P(other)) over buyers, shrunk towards 1
    (Brin et al., Dynamic Itemset Counting and Implication Rules, SIGMOD 1997); only a lift above 1
    makes a complement, and an item's own category never is one. Categories come as attributes
    `category:…`; items without one are judged by what is bought together alone.
    """

    neighbours: int = 100
    shrink: float = 10.0
    together: float = 2.0

    alias: ClassVar = "complements"
    paper: ClassVar = "Brin et al. 1997, Dynamic Itemset Counting and Implication Rules"
    kind: ClassVar[ReasonKind] = "goes_with"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        seen = data.histories.seen
        counts = np.asarray(seen.sum(axis=0)).ravel()
        self._category, count = _codes(items, len(data.item_ids))
        self._lift = self._lifts(seen, count)
        self._prior = np.sqrt(_share(counts, self._category, count))
        root = power(counts, 0.5)

        def cosine(both: Floats, rows: npt.NDArray[Any], columns: npt.NDArray[Any]) -> Floats:
            alike: Floats = both / (root[rows] * root[columns] + self.shrink)
            return alike

        self._graph = nearest(seen.T.tocsr(), seen, self.neighbours, cosine)

    def _lifts(self, seen: sparse.csr_matrix, count: int) -> Floats:
        """(categories, categories) float32 log lift, 0 where it is not above 1."""
        known = self._category >= 0
        places = np.flatnonzero(known)
        shape = (seen.shape[1], count)
        member = sparse.csr_matrix(
            (np.ones(len(places), np.float32), (places, self._category[places])), shape=shape
        )
        turned = (seen @ member).astype(bool).astype(np.float64)
        both = np.asarray((turned.T @ turned).todense())
        each = both.diagonal()
        expected = np.outer(each, each) / max(1, seen.shape[0])
        lift = np.log((both + self.shrink) / (expected + self.shrink))
        np.fill_diagonal(lift, 0)
        positive: Floats = np.maximum(lift, 0).astype(np.float32)
        return positive

    def _scores(self, histories: Histories) -> Floats:
        scores = np.zeros((len(histories), histories.items), dtype=np.float32)
        for user in range(len(histories)):
            items, weights, _ = histories.of(user)
            scores[user] = weights @ self._rows(items)
        return scores

    def _similarity(self, item: int) -> Floats:
        row: Floats = self._rows(np.asarray([item], np.int32))[0]
        return row

    def _rows(self, seeds: Places, items: Places | None = None) -> Floats:
        """(seeds, items) float32: how well each item, or each of `items`, goes with each seed."""
        mine = self._category[seeds]
        theirs = self._category if items is None else self._category[items]
        prior = self._prior if items is None else self._prior[items]
        # The last row and column are for items of no known category.
        lift = np.pad(self._lift, ((0, 1), (0, 1)))[mine][:, theirs]
        rows: Floats = lift * prior
        graph = self._graph[seeds] if items is None else self._graph[seeds][:, items]
        alike = graph.tocoo()
        both = (mine[alike.row] >= 0) & (theirs[alike.col] >= 0)
        goes = ~both | (lift[alike.row, alike.col] > 0)
        rows[alike.row, alike.col] += self.together * alike.data * goes
        return rows

    def _contributions(self, history: Histories, items: Places) -> Floats:
        parts: Floats = history.weight[:, None] * self._rows(history.item, items)
        return parts

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {
            **packed("graph", self._graph),
            "category": self._category,
            "lift": self._lift,
            "prior": self._prior,
        }

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._graph = unpacked("graph", state)
        self._category, self._lift = state["category"], state["lift"]
        self._prior = state["prior"]


def _codes(items: Items | None, count: int) -> tuple[Places, int]:
    """(items,) each item's category as a number, -1 without one; and how many there are."""
    names: dict[str, int] = {}
    codes = np.full(count, -1, dtype=np.int32)
    for row, attributes in enumerate(items.attributes if items is not None else ()):
        for name in sorted(attributes):
            if name.startswith(CATEGORY):
                codes[row] = names.setdefault(name, len(names))
                break
    return codes, len(names)


def _share(counts: npt.NDArray[Any], category: Places, categories: int) -> Floats:
    """(items,) each item's part of what its category sells, at most 1."""
    known = category >= 0
    sold = np.bincount(category[known], weights=counts[known], minlength=max(1, categories))
    whole = np.where(known, sold[np.maximum(category, 0)], counts.sum())
    share: Floats = (counts / np.maximum(whole, 1)).astype(np.float32)
    return share
