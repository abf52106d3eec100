"""To which group a text belongs, told by all texts of all groups at once.

A nearest text knows one way of asking; what the many ways of asking for one article have in common,
and what parts them from every other article, is learned by ridge regression of the groups on the
vectors (Hoerl and Kennard 1970). It is solved in closed form, so that a changed article is learned
within milliseconds, and what it would have said of a text without that text comes for free.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.vectors import Matrix

PENALTY: Final = 0.5
# So many groups and texts at most: where every text is a group of its own there is nothing to
# learn, and a million of them are no shop's articles.
MOST_GROUPS: Final = 1_000
MOST_TEXTS: Final = 50_000


@dataclass(frozen=True)
class Belonging:
    """What was learned: `mean` (dimensions,), `weights` (dimensions, groups), the groups' names."""

    mean: Matrix
    weights: Matrix
    groups: tuple[str | int, ...]

    def of(self, vector: Matrix) -> dict[str | int, float]:
        """How surely a text belongs to each group: about 1 where it does, about 0 elsewhere."""
        shares = _apart(vector[None], self.mean)[0] @ self.weights
        return dict(zip(self.groups, map(float, shares), strict=True))


NOWHERE: Final = Belonging(np.zeros(0, np.float32), np.zeros((0, 0), np.float32), ())


def learn_belonging(vectors: Matrix, groups: Sequence[str | int]) -> Belonging:
    """Learned on texts with their groups; NOWHERE, which knows no group, where that is no use."""
    names = tuple(dict.fromkeys(groups))
    if not 1 < len(names) <= MOST_GROUPS or not len(names) < len(groups) <= MOST_TEXTS:
        return NOWHERE
    mean = vectors.mean(axis=0)
    weights = _solved(_apart(vectors, mean), _one_hot(groups, names))[0]
    return Belonging(mean, weights.astype(np.float32), names)


def belonging_without_itself(vectors: Matrix, groups: Sequence[str | int]) -> Matrix:
    """What each text would get, had it not been learned from, shape (texts, groups).

    The groups are in the order in which they first come.
    """
    names = tuple(dict.fromkeys(groups))
    apart, truth = _apart(vectors, vectors.mean(axis=0)), _one_hot(groups, names)
    weights, inverse = _solved(apart, truth)
    own = np.einsum("td,de,te->t", apart, inverse, apart, optimize=True)[:, None]
    left: Matrix = ((apart @ weights - own * truth) / (1 - own)).astype(np.float32)
    return left


def _solved(
    apart: Matrix, truth: Matrix
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights (dimensions, groups), and the inverse they come from."""
    spread = apart.T.astype(np.float64) @ apart + PENALTY * np.eye(apart.shape[1])
    inverse = np.linalg.inv(spread)
    return inverse @ (apart.T @ truth), inverse


def _apart(vectors: Matrix, mean: Matrix) -> Matrix:
    moved = vectors - mean
    unit: Matrix = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return unit


def _one_hot(groups: Sequence[str | int], names: Sequence[str | int]) -> Matrix:
    place = {name: at for at, name in enumerate(names)}
    truth = np.zeros((len(groups), len(names)), np.float32)
    truth[np.arange(len(groups)), [place[group] for group in groups]] = 1
    return truth
