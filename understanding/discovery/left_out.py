"""What a linear classifier says of each text when it has not learned from that text.

Ridge regression on one-hot labels has its leave-one-out answers in closed form (Cawley and Talbot
2003), so every text is judged by a model of all others at the price of one fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from encoders.scores import Vectors, softmax
from understanding.intents.similarity import best_temperature

Places = npt.NDArray[np.int64]
# Share of the mean variance of a text's numbers that is added against chance.
PENALTY: Final = 0.002


@dataclass(frozen=True)
class Classifier:
    """Weights (dimensions + 1, labels), the last row for what all texts share."""

    labels: tuple[str, ...]
    weights: Vectors
    temperature: float

    def probabilities(self, vectors: Vectors) -> Vectors:
        """Of each label for each text, shape (texts, labels)."""
        return softmax(_with_one(vectors) @ self.weights / self.temperature)


@dataclass(frozen=True)
class Judged:
    """A classifier, and for each text that it learned from the probabilities (texts, labels) that
    it would give without that text; `truth` are places in the classifier's labels."""

    classifier: Classifier
    left_out: Vectors
    truth: Places


def judge(vectors: Vectors, labels: Sequence[str]) -> Judged:
    """Learn `labels` from vectors (texts, dimensions), rare labels weighing as much as common ones.

    Raises ValueError where there are fewer than two labels.
    """
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError("at least two labels are needed to tell texts apart")
    place = {name: at for at, name in enumerate(names)}
    truth = np.array([place[label] for label in labels], np.int64)
    hot = np.eye(len(names), dtype=np.float64)[truth]
    # A label of ten examples against one of a thousand would otherwise never be answered.
    weight = 1 / np.sqrt(np.bincount(truth, minlength=len(names))[truth])
    weight = weight / weight.mean()
    inputs = _with_one(vectors).astype(np.float64)
    weighted = inputs * weight[:, None]
    gram = inputs.T @ weighted
    gram[np.diag_indices(len(gram))] += PENALTY * np.trace(gram) / len(gram) * len(gram) ** 0.5
    inverse = np.linalg.inv(gram)
    solved: npt.NDArray[Any] = inverse @ (weighted.T @ hot)
    fitted = inputs @ solved
    leverage = np.einsum("ij,jk,ik->i", inputs, inverse, weighted, optimize=True)
    alone = hot - (hot - fitted) / np.maximum(1 - leverage, 1e-3)[:, None]
    temperature = best_temperature(alone, truth)
    classifier = Classifier(names, solved.astype(np.float32), temperature)
    return Judged(classifier, softmax(alone / temperature), truth)


def _with_one(vectors: Vectors) -> Vectors:
    return np.hstack([vectors, np.ones((len(vectors), 1), np.float32)])
