"""Next baskets: what a household buys again and again, and what households like it buy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.base import ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items, Places
from recommender.models.products import packed, power, unpacked

DAY: Final = 86_400.0


@dataclass(eq=False)
class NextBasket(Recommender):
    """Personal frequency that fades with time, mixed with that of the nearest people.

    Hu, He, Gao, Zhang: Modeling Personalized Item Frequency Information for Next-basket
    Recommendation (SIGIR 2020, TIFU-KNN), with the decay by age in days instead of by groups of
    baskets: each purchase counts ½^(age / `half_life_days`). The score is `own` times the person's
    frequencies plus (1 - `own`) times the mean of the `neighbours` people of largest cosine, where
    popular items are held back by `common` in the comparison.
    """

    half_life_days: float = 60.0
    own: float = 0.7
    neighbours: int = 200
    common: float = 0.3

    alias: ClassVar = "next-basket"
    paper: ClassVar = "Hu et al. 2020, Modeling Personalized Item Frequency (TIFU-KNN)"
    kind: ClassVar[ReasonKind] = "people_like_you"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        self._timed = data.timed
        self._newest = float(data.time.max(initial=0)) if data.timed else 0.0
        self._people = self._frequencies(data.histories)
        counts = np.asarray((self._people > 0).sum(axis=0)).ravel()
        self._weight = power(counts, -self.common)
        self._finish()

    def _finish(self) -> None:
        self._by_item = self._unit(self._people).T.tocsr()

    def _frequencies(self, histories: Histories) -> sparse.csr_matrix:
        """(users, items) csr: faded numbers of purchases, of length one."""
        age = np.maximum(self._newest - histories.time, 0) / DAY if self._timed else 0
        # A history given without times counts its places: as if all of it were from now.
        known = np.repeat(histories.known >= 0, np.diff(histories.start))
        faded = np.where(known, 0.5 ** (age / self.half_life_days), 1.0)
        shape = (len(histories), histories.items)
        # Adding up works in place: without a copy it would rewrite the histories of everybody.
        table = sparse.csr_matrix((faded, histories.item, histories.start), shape=shape, copy=True)
        table.sum_duplicates()
        length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
        return (sparse.diags(power(length, -1)) @ table).tocsr().astype(np.float32)

    def _unit(self, table: sparse.csr_matrix) -> sparse.csr_matrix:
        weighted = table @ sparse.diags(self._weight)
        length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        return (sparse.diags(power(length, -1)) @ weighted).tocsr().astype(np.float32)

    def _scores(self, histories: Histories) -> Floats:
        table = self._frequencies(histories)
        scores: Floats = self.own * table.toarray()
        if self.own < 1 and self.neighbours:
            scores += (1 - self.own) * (self._nearest(table, histories) @ self._people).toarray()
        return scores

    def _nearest(self, table: sparse.csr_matrix, histories: Histories) -> sparse.csr_matrix:
        """(users, people) csr: equal shares of the nearest."""
        alike = (self._unit(table) @ self._by_item).toarray()
        rows = np.flatnonzero(histories.known >= 0)
        alike[rows, histories.known[rows]] = 0
        kept = min(self.neighbours, alike.shape[1])
        if not kept:
            return sparse.csr_matrix(alike.shape, dtype=np.float32)
        found = np.argpartition(-alike, kept - 1, axis=1)[:, :kept]
        shares = np.take_along_axis(alike, found, axis=1)
        shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
        start = np.arange(0, found.size + 1, kept)
        return sparse.csr_matrix((shares.ravel(), found.ravel(), start), shape=alike.shape)

    def _contributions(self, history: Histories, items: Places) -> Floats:
        """The person's own purchases of the very item, else its nearness to each purchase."""
        alike = (self._by_item[history.item] @ self._by_item[items].T).toarray()
        same = (history.item[:, None] == items[None, :]).astype(np.float32)
        parts: Floats = (same + (1 - self.own) * alike).astype(np.float32)
        return parts

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {
            **packed("people", self._people),
            "weight": self._weight,
            "newest": np.asarray([self._newest, float(self._timed)]),
        }

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._people, self._weight = unpacked("people", state), state["weight"]
        self._newest, self._timed = float(state["newest"][0]), bool(state["newest"][1])
        self._finish()
