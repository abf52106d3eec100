"""Graph filters: closed-form smoothing of choices over the graph of who chose what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.base import ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items, Places
from recommender.models.products import packed, power, times, unpacked
from recommender.models.spectrum import leading


@dataclass(eq=False)
class GraphFilter(Recommender):
    """A linear filter on the normalised item graph, shaped along its `rank` leading dimensions.

    Shen et al.: How Powerful is Graph Convolution for Recommendation? (CIKM 2021, GF-CF), with the
    exponents of the degree normalisation left free, and with the sharpening of Choi et al.:
    Blurring-Sharpening Process Models for Collaborative Filtering (SIGIR 2023) as a spectral
    response. R̃ = Dᵤ^-`user` R Dᵢ^-`item`, V and λ its right singular vectors and squared singular
    values. Score = x Dᵢ^-`item` (R̃ᵀR̃ + V diag(`ideal` + λ e^(-`sharpen` λ) - λ) Vᵀ) Dᵢ^`lift`.
    Popular items are held back as source by `item` twice, as target by `item` - `lift` once.
    """

    rank: int = 256
    ideal: float = 0.4
    sharpen: float = 0.25
    user: float = 0.5
    item: float = 0.4
    lift: float = 0.3
    seed: int = 0

    alias: ClassVar = "graph-filter"
    paper: ClassVar = "Shen et al. 2021, How Powerful is Graph Convolution for Recommendation?"
    kind: ClassVar[ReasonKind] = "goes_with"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        seen = data.histories.seen
        self._count = np.asarray(seen.sum(axis=0)).ravel().astype(np.float32)
        users = power(np.diff(seen.indptr), -self.user)
        graph = sparse.diags(users) @ seen @ sparse.diags(power(self._count, -self.item))
        self._graph = graph.tocsr().astype(np.float32)
        singular, self._vectors = leading(self._graph, self.rank, np.random.default_rng(self.seed))
        self._squared = (singular**2).astype(np.float32)
        self._finish()

    def _finish(self) -> None:
        # Both orientations are kept: turning one over would cost more than a request.
        self._by_item = self._graph.T.tocsr()
        self._source = power(self._count, -self.item)
        self._target = power(self._count, self.lift)
        blurred = self._squared * (np.exp(-self.sharpen * self._squared) - 1)
        self._response = (self.ideal + blurred).astype(np.float32)

    def _scores(self, histories: Histories) -> Floats:
        signal = histories.seen.copy()
        signal.data *= self._source[signal.indices]
        scores = times(signal @ self._by_item, self._graph)
        scores += ((signal @ self._vectors) * self._response) @ self._vectors.T
        scores *= self._target
        return scores

    def _contributions(self, history: Histories, items: Places) -> Floats:
        counts = np.bincount(history.item, minlength=history.items)[history.item]
        parts = (self._by_item[history.item] @ self._by_item[items].T).toarray()
        parts += (self._vectors[history.item] * self._response) @ self._vectors[items].T
        parts *= (self._source[history.item] / counts)[:, None] * self._target[items]
        shares: Floats = parts.astype(np.float32)
        return shares

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {
            **packed("graph", self._graph),
            "count": self._count,
            "squared": self._squared,
            "vectors": self._vectors,
        }

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._graph = unpacked("graph", state)
        self._count, self._squared = state["count"], state["squared"]
        self._vectors = state["vectors"]
        self._finish()
