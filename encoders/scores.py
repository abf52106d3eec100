"""From vectors to scores to probabilities: what every linear model here does alike."""

from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


def softmax(scores: npt.NDArray[Any]) -> Vectors:
    """Probabilities from scores along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: Vectors = (shifted / shifted.sum(axis=-1, keepdims=True)).astype(np.float32)
    return found


def centred(vectors: Vectors, mean: Vectors, length: float = 1.0) -> Vectors:
    """Vectors without what all of them share, of one `length`; shape as given.

    Sentence vectors lie in a narrow cone, which taking the mean off opens (Mu and Viswanath 2018).
    """
    moved = vectors - mean
    norm = np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-6)
    found: Vectors = (length * moved / norm).astype(np.float32)
    return found
