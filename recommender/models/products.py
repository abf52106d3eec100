"""Sparse products in tiles, so that an items × items graph never stands in memory whole."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.data import Floats

TILE_ROWS: Final = 512
# together, rows, columns → similarity, all (entries,)
Similarity = Callable[[Floats, npt.NDArray[Any], npt.NDArray[Any]], Floats]


def nearest(
    left: sparse.csr_matrix, right: sparse.csr_matrix, neighbours: int, similarity: Similarity
) -> sparse.csr_matrix:
    """The `neighbours` largest positive entries of each row of `left @ right`, csr float32.

    `similarity` turns co-occurrences into similarities. The diagonal is left out, so
    `left @ right` must compare a set with itself.
    """
    count = right.shape[1]
    data: list[Floats] = [np.empty(0, np.float32)]
    indices: list[npt.NDArray[Any]] = [np.empty(0, np.int32)]
    lengths: list[int] = []
    for begin in range(0, left.shape[0], TILE_ROWS):
        tile = (left[begin : begin + TILE_ROWS] @ right).tocsr()
        rows = np.repeat(np.arange(begin, begin + tile.shape[0]), np.diff(tile.indptr))
        values = similarity(tile.data.astype(np.float32), rows, tile.indices)
        values = np.where(rows == tile.indices, 0, values).astype(np.float32)
        for first, last in zip(tile.indptr[:-1], tile.indptr[1:], strict=True):
            own, where = values[first:last], tile.indices[first:last]
            if len(own) > neighbours:
                best = np.argpartition(-own, neighbours - 1)[:neighbours]
                own, where = own[best], where[best]
            order = np.argsort(where)
            order = order[own[order] > 0]
            data.append(own[order])
            indices.append(where[order])
            lengths.append(len(order))
    start = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return sparse.csr_matrix(
        (np.concatenate(data), np.concatenate(indices), start), shape=(left.shape[0], count)
    )


def times(rows: sparse.csr_matrix, table: sparse.csr_matrix) -> Floats:
    """(rows, columns) dense float32 product; a single row takes a fifth of scipy's time."""
    if rows.shape[0] != 1:
        return np.asarray((rows @ table).toarray(), dtype=np.float32)
    found: Floats = table[rows.indices].T @ rows.data
    return found.astype(np.float32, copy=False)[None, :]


def power(counts: npt.NDArray[Any], exponent: float) -> Floats:
    """`counts ** exponent`, 0 where a count is 0."""
    values = np.asarray(counts, dtype=np.float64)
    return np.where(values > 0, np.maximum(values, 1e-12) ** exponent, 0).astype(np.float32)


def packed(name: str, matrix: sparse.csr_matrix) -> dict[str, npt.NDArray[Any]]:
    """A csr matrix as arrays under `name`."""
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
        f"{name}.shape": np.asarray(matrix.shape),
    }


def unpacked(name: str, state: Mapping[str, npt.NDArray[Any]]) -> sparse.csr_matrix:
    """The csr matrix that `packed` took apart."""
    parts = (state[f"{name}.data"], state[f"{name}.indices"], state[f"{name}.indptr"])
    return sparse.csr_matrix(parts, shape=tuple(state[f"{name}.shape"]))
