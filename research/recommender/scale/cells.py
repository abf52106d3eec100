"""Vectors grouped into cells around centroids, each cell laid out for fast scoring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from recommender.data import Floats, Places
from research.recommender.scale.kernel import STRETCH, nearest_block
from research.recommender.scale.sharing import shared

Starts = npt.NDArray[np.int64]
GROUP: Final = 5  # dimensions scored in one go; vectors are padded with zeros to a multiple
ROUNDS: Final = 6
TRAINED_ON: Final = 24  # vectors a cell that the centroids are learned from
BLOCK: Final = 16_384


class BadVectors(ValueError):
    """Vectors that cannot be compared; the message says why."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Unit vectors by cell: `table` holds cell after cell, each as (dimensions, members).

    `member` (vectors,) are the vectors' own places in that order, `start` (cells + 1,) bounds each
    cell, `centroids` (dimensions, cells) have length one, `cosine` and `sine` (cells,) are of the
    angle from a centroid to its farthest member.
    """

    table: Floats
    member: Places
    start: Starts
    centroids: Floats
    cosine: Floats
    sine: Floats
    order: Places

    @property
    def dimensions(self) -> int:
        """Of the padded vectors."""
        return self.centroids.shape[0]


def unit(vectors: Floats) -> Floats:
    """(vectors, padded dimensions) float32 of length one; rows of zeros stay zero.

    Raises BadVectors for tables that are not two-dimensional or hold values that are no numbers.
    """
    if vectors.ndim != 2 or not vectors.shape[1]:
        raise BadVectors(f"vectors must be (rows, dimensions), got shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        row = int(np.flatnonzero(~np.isfinite(vectors).all(axis=1))[0])
        raise BadVectors(f"vector {row} holds a value that is no number")
    padded = -(-vectors.shape[1] // GROUP) * GROUP
    table = np.zeros((len(vectors), padded), dtype=np.float32)
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    table[:, : vectors.shape[1]] = vectors / np.maximum(length, 1e-12)[:, None]
    return table


def cells_for(count: int) -> int:
    """How many cells suit a number of vectors: about 250 vectors a cell, 4096 at most."""
    return int(np.clip(2 ** round(np.log2(max(1, count) / 250)), 1, 4096))


def grouped(vectors: Floats, rng: np.random.Generator, count: int | None = None) -> Cells:
    """Group unit vectors (as `unit` makes them) around centroids by spherical k-means.

    Dhillon, Modha: Concept Decompositions for Large Sparse Text Data (Machine Learning 2001).
    """
    number = min(count or cells_for(len(vectors)), max(1, len(vectors)))
    centroids = _learned(vectors, number, rng)
    cell = nearest_cells(vectors, centroids)
    member = np.argsort(cell, kind="stable").astype(np.int32)
    start = np.searchsorted(cell[member], np.arange(number + 1)).astype(np.int64)
    table = np.empty(vectors.size, dtype=np.float32)
    cosine = np.ones(number, dtype=np.float32)
    width = vectors.shape[1]
    for one in range(number):
        part = vectors[member[start[one] : start[one + 1]]]
        table[start[one] * width : start[one + 1] * width] = part.T.ravel()
        if len(part):
            cosine[one] = min(1.0, float((part @ centroids[:, one]).min()))
    # Rounding must not make a bound too tight.
    cosine = np.maximum(cosine - 1e-6, -1).astype(np.float32)
    sine = np.sqrt(np.maximum(0, 1 - cosine**2)).astype(np.float32)
    order = np.argsort(-(centroids.T @ centroids), axis=1).astype(np.int32)
    return Cells(table, member, start, centroids, cosine, sine, order)


def nearest_cells(vectors: Floats, centroids: Floats) -> Places:
    """(vectors,) the cell of the centroid with the largest cosine."""
    found = np.empty(len(vectors), dtype=np.int32)
    tile = np.ascontiguousarray(centroids).ravel()

    def work(part: Sequence[int]) -> int:
        scores = np.zeros(centroids.shape[1] + STRETCH, dtype=np.float32)
        for begin in part:
            here = slice(begin, begin + BLOCK)
            nearest_block(np.ascontiguousarray(vectors[here]), tile, found[here], scores)
        return 0

    shared(work, range(0, len(vectors), BLOCK), together=1)
    return found


def _learned(vectors: Floats, number: int, rng: np.random.Generator) -> Floats:
    """(dimensions, cells) centroids of length one."""
    if not len(vectors):
        return np.zeros((vectors.shape[1], 1), dtype=np.float32)
    size = min(len(vectors), number * TRAINED_ON)
    sample = vectors[np.sort(rng.choice(len(vectors), size, replace=False))]
    centroids = sample[rng.choice(size, number, replace=False)].T.copy()
    for _ in range(ROUNDS):
        cell = nearest_cells(sample, centroids)
        total = np.stack(
            [np.bincount(cell, column, minlength=number) for column in sample.T.astype(np.float64)]
        )
        length = np.linalg.norm(total, axis=0)
        good = length > 1e-9
        centroids[:, good] = (total[:, good] / length[good]).astype(np.float32)
    return np.ascontiguousarray(centroids, dtype=np.float32)
