"""Neighbourhood models: items bought by the same people, and people who bought the same items."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.base import ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items, Places
from recommender.models.products import nearest, packed, power, times, unpacked


@dataclass(eq=False)
class ItemKnn(Recommender):
    """Item-to-item cosine of who chose them, shrunk where few people did.

    Deshpande, Karypis: Item-Based Top-N Recommendation Algorithms (TOIS 2004); shrinkage after
    Bell, Koren (ICDM 2007). Similarity = together / (n_i^(2-2·`balance`) · n_j^(2·`balance`))^½
    + `shrink` in the denominator; balance .5 is the cosine, above it popular items are held back.
    """

    neighbours: int = 200
    shrink: float = 10.0
    balance: float = 0.5

    alias: ClassVar = "item-knn"
    paper: ClassVar = "Deshpande, Karypis 2004, Item-Based Top-N Recommendation Algorithms"
    kind: ClassVar[ReasonKind] = "goes_with"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        seen = data.histories.seen
        counts = np.asarray(seen.sum(axis=0)).ravel()
        from_item, to_item = power(counts, 1 - self.balance), power(counts, self.balance)

        def cosine(together: Floats, rows: npt.NDArray[Any], columns: npt.NDArray[Any]) -> Floats:
            alike: Floats = together / (from_item[rows] * to_item[columns] + self.shrink + 1e-9)
            return alike

        self._graph = nearest(seen.T.tocsr(), seen, self.neighbours, cosine)

    def _scores(self, histories: Histories) -> Floats:
        return times(histories.seen, self._graph)

    def _similarity(self, item: int) -> Floats:
        alike: Floats = _dense(self._graph[item])[0]
        return alike

    def _contributions(self, history: Histories, items: Places) -> Floats:
        parts: Floats = _dense(self._graph[history.item][:, items]) / _repeats(history)[:, None]
        return parts

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return packed("graph", self._graph)

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._graph = unpacked("graph", state)


@dataclass(eq=False)
class UserKnn(Recommender):
    """What the users with the most similar choices chose, weighted by how similar they are.

    Herlocker, Konstan, Borchers, Riedl: An Algorithmic Framework for Performing Collaborative
    Filtering (SIGIR 1999), on cosine of choices with shrinkage.
    """

    neighbours: int = 100
    shrink: float = 5.0

    alias: ClassVar = "user-knn"
    paper: ClassVar = "Herlocker et al. 1999, An Algorithmic Framework for Collaborative Filtering"
    kind: ClassVar[ReasonKind] = "people_like_you"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        self._chosen = data.histories.seen
        self._finish()

    def _finish(self) -> None:
        self._by_item = self._chosen.T.tocsr()
        self._length = power(np.diff(self._chosen.indptr), 0.5)

    def _scores(self, histories: Histories) -> Floats:
        theirs = histories.seen
        together = _dense(theirs @ self._by_item)
        length = power(np.diff(theirs.indptr), 0.5)
        alike = together / (np.outer(length, self._length) + self.shrink + 1e-9)
        rows = np.flatnonzero(histories.known >= 0)
        alike[rows, histories.known[rows]] = 0
        kept = min(self.neighbours, alike.shape[1])
        if not kept:
            return np.zeros((len(histories), histories.items), dtype=np.float32)
        found = np.argpartition(-alike, kept - 1, axis=1)[:, :kept]
        weights = sparse.csr_matrix(
            (
                np.take_along_axis(alike, found, axis=1).ravel(),
                found.ravel(),
                np.arange(0, found.size + 1, kept),
            ),
            shape=alike.shape,
        )
        return _dense(weights @ self._chosen)

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return packed("chosen", self._chosen)

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._chosen = unpacked("chosen", state)
        self._finish()


def _repeats(history: Histories) -> Floats:
    """(events,) how often each event's item stands in the one history."""
    counts = np.bincount(history.item, minlength=history.items)
    repeats: Floats = counts[history.item].astype(np.float32)
    return repeats


def _dense(matrix: sparse.csr_matrix) -> Floats:
    dense: Floats = np.asarray(matrix.toarray(), dtype=np.float32)
    return dense
