"""A linear item model in closed form, for catalogues whose square fits in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy import linalg

from recommender.base import ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items, Places
from recommender.models.products import power


@dataclass(eq=False)
class Ease(Recommender):
    """Every item predicted from all others by ridge regression without a diagonal.

    Steck: Embarrassingly Shallow Autoencoders for Sparse Data (WWW 2019). Memory and time grow
    with the square and cube of the catalogue: 10 000 items take 800 MB while fitting. `debias`
    divides each item's weights by its popularity to that power.
    """

    regularisation: float = 200.0
    debias: float = 0.0

    alias: ClassVar = "ease"
    paper: ClassVar = "Steck 2019, Embarrassingly Shallow Autoencoders for Sparse Data"
    kind: ClassVar[ReasonKind] = "goes_with"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        seen = data.histories.seen
        gram = (seen.T @ seen).toarray().astype(np.float32)
        diagonal = np.arange(len(gram))
        counts = gram[diagonal, diagonal].copy()
        gram[diagonal, diagonal] += self.regularisation
        inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
        weights = inverse / -inverse[diagonal, diagonal]
        weights[diagonal, diagonal] = 0
        self._weights = np.ascontiguousarray(weights * power(counts, -self.debias), np.float32)

    def _scores(self, histories: Histories) -> Floats:
        scores: Floats = np.asarray(histories.seen @ self._weights, dtype=np.float32)
        return scores

    def _similarity(self, item: int) -> Floats:
        weights: Floats = self._weights[item].copy()
        return weights

    def _contributions(self, history: Histories, items: Places) -> Floats:
        counts = np.bincount(history.item, minlength=history.items)[history.item]
        parts: Floats = self._weights[np.ix_(history.item, items)] / counts[:, None]
        return parts.astype(np.float32)

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {"weights": self._weights}

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._weights = state["weights"]
