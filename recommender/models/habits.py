"""Habits: what a person buys again and again, and what everybody buys until habits are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.base import Reason, ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items, Places
from recommender.models.popularity import DAY


@dataclass(eq=False)
class Habits(Recommender):
    """A person's purchases as counts, on top of a prior of `prior` purchases of the population's.

    The mean of a multinomial with a Dirichlet prior, as Zhai, Lafferty: A Study of Smoothing
    Methods for Language Models Applied to Information Retrieval (TOIS 2004) have it for words; up
    to a factor, score = Σ ½^(age / `own_days`) + `prior` × the item's share of all purchases, each
    of which counts ½^(age / `half_life_days`). Few purchases leave the list to what sells, many
    make it one's own. It says nothing of what goes with what.
    """

    prior: float = 300.0
    own_days: float = 365.0
    half_life_days: float = 60.0

    alias: ClassVar = "habits"
    paper: ClassVar = "Zhai, Lafferty 2004, A Study of Smoothing Methods (Dirichlet prior)"
    kind: ClassVar[ReasonKind] = "goes_with"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        self._timed = data.timed
        self._newest = float(data.time.max(initial=0)) if data.timed else 0.0
        age = (self._newest - data.time) / DAY if data.timed else np.zeros(len(data.item))
        sold = np.bincount(
            data.item, 0.5 ** (age / self.half_life_days), minlength=len(data.item_ids)
        )
        self._share = (sold / max(float(sold.sum()), 1e-12)).astype(np.float32)

    def _weights(self, histories: Histories) -> npt.NDArray[np.float64]:
        """(events,) what each purchase counts; those of a history given now are from now."""
        known = np.repeat(histories.known >= 0, np.diff(histories.start))
        age = np.maximum(self._newest - histories.time, 0) / DAY if self._timed else 0.0
        counts: npt.NDArray[np.float64] = np.where(known, 0.5 ** (age / self.own_days), 1.0)
        return counts

    def _scores(self, histories: Histories) -> Floats:
        shape = (len(histories), histories.items)
        own = sparse.csr_matrix(
            (self._weights(histories), histories.item, histories.start), shape=shape
        )
        scores: Floats = own.toarray().astype(np.float32) + self.prior * self._share
        return scores

    def _contributions(self, history: Histories, items: Places) -> Floats:
        same = history.item[:, None] == items[None, :]
        parts: Floats = (same * self._weights(history)[:, None]).astype(np.float32)
        return parts

    def _reasons(self, history: Histories, items: Places, scores: Floats) -> list[Reason]:
        """The person's own purchases of the very item; else it is what sells."""
        return [
            one if one.because else Reason("popular", model=self.alias)
            for one in super()._reasons(history, items, scores)
        ]

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {"share": self._share, "newest": np.asarray([self._newest, float(self._timed)])}

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._share = state["share"]
        self._newest, self._timed = float(state["newest"][0]), bool(state["newest"][1])
