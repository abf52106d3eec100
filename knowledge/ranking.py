"""How near a passage is to a query: meaning twice, words, its fellows, and what its group is.

Five signals are added up with learned weights (`knowledge.fitting`): the cosine of the encoder's
vectors; the cosine after whitening within groups, which plays down the directions in which texts of
one group differ anyway (within-class covariance normalisation, Hatch et al. 2006); the words in
common (BM25); the share of near passages that belong to the same group, as neighbours vote; and how
surely the query belongs to the group by all its texts (`knowledge.belonging`).
A group is what answers alike: an article with its questions, a label, one passage with its queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from knowledge.vectors import Matrix

SIGNALS: Final = ("meaning", "adapted_meaning", "words", "fellows", "belonging")
CANDIDATES_BY_MEANING: Final = 60
CANDIDATES_BY_WORDS: Final = 20
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """What was learned: `mean` (dimensions,), `whitening` (dimensions, dimensions), `weights` (5,).

    `sharpness` says how much nearer a neighbour must be to count more; `slope` (4,) and `offset`
    make what tells of the best group (see `probability`) a probability of being right.
    """

    mean: Matrix
    whitening: Matrix
    weights: Weights
    sharpness: float
    slope: Weights
    offset: float

    def adapted(self, vectors: Matrix) -> Matrix:
        """Unit vectors in the adapted space, shape (texts, dimensions)."""
        moved = (vectors - self.mean) @ self.whitening
        unit: Matrix = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return unit.astype(np.float32)

    def scores(
        self,
        raw: Matrix,
        adapted: Matrix,
        words: Matrix,
        groups: Sequence[object],
        belongs: Mapping[Any, float],
    ) -> Weights:
        """A score per candidate of one query, from its three similarities and its group."""
        signals = signals_of(raw, adapted, words, groups, belongs, self.sharpness)
        scores: Weights = signals @ self.weights
        return scores

    def probability(
        self, best: float, second: float, near: float = 0.0, clear: float = 0.0
    ) -> float:
        """How likely the best group is right: its score and the next one's; how `near` its texts
        are, and how `clear` it is which of its sentences answers (see `Picked`)."""
        value = float(np.dot(self.slope, (best, best - second, near, clear))) + self.offset
        return float(1.0 / (1.0 + np.exp(-np.clip(value, -30, 30))))


def plain_ranking(dimensions: int) -> Ranking:
    """Before anything was learned: meaning and words, weighed by common sense."""
    return Ranking(
        mean=np.zeros(dimensions, np.float32),
        whitening=np.eye(dimensions, dtype=np.float32),
        weights=np.array([14.0, 0.0, 5.0, 0.0, 0.0]),
        sharpness=20.0,
        slope=np.array([0.5, 0.5, 0.0, 0.0]),
        offset=-5.0,
    )


def signals_of(
    raw: Matrix,
    adapted: Matrix,
    words: Matrix,
    groups: Sequence[object],
    belongs: Mapping[Any, float],
    sharpness: float,
) -> Weights:
    """The signals of one query's candidates, shape (candidates, 5), from three similarities each.

    `groups` names the group of each candidate, `belongs` says how surely the query is of a group.
    """
    closeness = np.exp(sharpness * (adapted - adapted.max(initial=0.0)))
    votes: dict[object, float] = {}
    for group, vote in zip(groups, closeness, strict=True):
        votes[group] = votes.get(group, 0.0) + float(vote)
    total = max(sum(votes.values()), 1e-9)
    fellows = np.array([votes[group] / total for group in groups])
    own = np.array([belongs.get(group, 0.0) for group in groups])
    return np.column_stack([raw, adapted, words, fellows, own]).astype(np.float64)
