"""Matrix factorisation: people and items as short vectors whose product is the score."""

import importlib
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from recommender.base import ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items, Places
from recommender.models.spectrum import leading


class Factors(Recommender):
    """Scores are products of a person's and an item's vector, plus the item's bias.

    Without evidence, that is for an empty history, the score is 0.
    """

    kind: ClassVar[ReasonKind] = "people_like_you"
    _items: Floats  # (items, factors)
    _bias: Floats  # (items,)

    @abstractmethod
    def _people(self, histories: Histories) -> Floats:
        """(users, factors) the vectors of people, from their histories alone."""

    def _scores(self, histories: Histories) -> Floats:
        scores: Floats = self._people(histories) @ self._items.T + self._bias
        scores[np.diff(histories.start) == 0] = 0
        return scores

    def _similarity(self, item: int) -> Floats:
        length = np.maximum(np.linalg.norm(self._items, axis=1), 1e-9)
        alike: Floats = (self._items @ self._items[item]) / (length * length[item])
        return alike

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {"items": self._items, "bias": self._bias}

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._items, self._bias = state["items"], state["bias"]


@dataclass(eq=False)
class PureSvd(Factors):
    """Choices projected on the leading singular vectors of all choices.

    Cremonesi, Koren, Turrin: Performance of Recommender Algorithms on Top-N Recommendation Tasks
    (RecSys 2010).
    """

    rank: int = 64
    seed: int = 0

    alias: ClassVar = "svd"
    paper: ClassVar = (
        "Cremonesi, Koren, Turrin 2010, Performance of Recommender Algorithms (PureSVD)"
    )

    def _learn(self, data: Interactions, items: Items | None) -> None:
        rng = np.random.default_rng(self.seed)
        self._items = leading(data.histories.seen, self.rank, rng)[1]
        self._bias = np.zeros(len(data.item_ids), dtype=np.float32)

    def _people(self, histories: Histories) -> Floats:
        people: Floats = histories.seen @ self._items
        return people

    def _contributions(self, history: Histories, items: Places) -> Floats:
        counts = np.bincount(history.item, minlength=history.items)[history.item]
        parts: Floats = (self._items[history.item] @ self._items[items].T) / counts[:, None]
        return parts.astype(np.float32)


@dataclass(eq=False)
class Als(Factors):
    """Weighted least squares over all pairs, chosen ones with confidence 1 + `alpha`.

    Hu, Koren, Volinsky: Collaborative Filtering for Implicit Feedback Datasets (ICDM 2008); the
    items' vectors are learned by the library implicit. A person's vector is solved in closed form
    from the history, so that new people and new choices need no refit (section 4 of the paper).
    """

    factors: int = 64
    regularisation: float = 0.05
    alpha: float = 20.0
    iterations: int = 15
    seed: int = 0

    alias: ClassVar = "als"
    paper: ClassVar = "Hu, Koren, Volinsky 2008, CF for Implicit Feedback Datasets"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        # Named as text: the library is for training jobs and never loaded by what answers.
        training = importlib.import_module("recommender.training.matrix")
        self._items = training.als_items(
            data.histories.seen,
            self.factors,
            self.regularisation,
            self.alpha,
            self.iterations,
            self.seed,
        )
        self._finish()

    def with_items(self, data: Interactions, vectors: Floats) -> Self:
        """This model with items' vectors (items, factors) that were learned elsewhere."""
        self._index(data)
        self._items = vectors
        self._finish()
        return self

    def _finish(self) -> None:
        self._bias = np.zeros(len(self._items), dtype=np.float32)
        self._gram = (self._items.T @ self._items).astype(np.float32)

    def _solved(self, rows: Floats) -> Floats:
        """(factors, factors) the inverse of a person's normal equations; `rows` are the chosen."""
        size = self._gram.shape[0]
        equations = self._gram + self.alpha * rows.T @ rows
        inverse: Floats = np.linalg.inv(equations + self.regularisation * np.eye(size)).astype(
            np.float32
        )
        return inverse

    def _people(self, histories: Histories) -> Floats:
        people = np.zeros((len(histories), self._items.shape[1]), dtype=np.float32)
        for row in range(len(histories)):
            chosen = np.unique(histories.of(row)[0])
            if len(chosen):
                rows = self._items[chosen]
                people[row] = self._solved(rows) @ rows.sum(axis=0) * (1 + self.alpha)
        return people

    def _contributions(self, history: Histories, items: Places) -> Floats:
        """Section 5 of the paper: the score as a sum over the chosen items, exact."""
        chosen = np.unique(history.item)
        rows = self._items[chosen]
        parts = (1 + self.alpha) * rows @ self._solved(rows) @ self._items[items].T
        counts = np.bincount(history.item, minlength=history.items)[history.item]
        shares: Floats = parts[np.searchsorted(chosen, history.item)] / counts[:, None]
        return shares.astype(np.float32)

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._items = state["items"]
        self._finish()


@dataclass(eq=False)
class Bpr(Factors):
    """Chosen items ranked above others pair by pair.

    Rendle, Freudenthaler, Gantner, Schmidt-Thieme: BPR: Bayesian Personalized Ranking from Implicit
    Feedback (UAI 2009); vectors and item biases are learned by the library implicit. People of the
    training data keep their vectors; new ones are a ridge regression on the items' vectors.
    """

    factors: int = 64
    learning_rate: float = 0.05
    regularisation: float = 0.01
    iterations: int = 100
    seed: int = 0

    alias: ClassVar = "bpr"
    paper: ClassVar = "Rendle et al. 2009, BPR: Bayesian Personalized Ranking"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        training = importlib.import_module("recommender.training.matrix")
        self._users, self._items, self._bias = training.bpr_factors(
            data.histories.seen,
            self.factors,
            self.learning_rate,
            self.regularisation,
            self.iterations,
            self.seed,
        )

    def _people(self, histories: Histories) -> Floats:
        people = np.zeros((len(histories), self._items.shape[1]), dtype=np.float32)
        old = histories.known >= 0
        people[old] = self._users[histories.known[old]]
        gram = self._items.T @ self._items
        for row in np.flatnonzero(~old):
            chosen = np.unique(histories.of(row)[0])
            if len(chosen):
                rows = self._items[chosen]
                equations = 0.1 * gram + rows.T @ rows + 0.1 * np.eye(len(gram))
                people[row] = np.linalg.solve(equations, rows.sum(axis=0))
        return people

    def _contributions(self, history: Histories, items: Places) -> Floats:
        """By how near the chosen items are: a trained vector has no parts to take away."""
        parts: Floats = self._items[history.item] @ self._items[items].T
        return parts

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {"users": self._users, **super()._state()}

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        super()._restore(state)
        self._users = state["users"]
