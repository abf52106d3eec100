"""The best of many scores."""

from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.data import Floats, Places


def top_places(scores: Floats, k: int) -> Places:
    """(users, k) places of the largest scores, best first; equal scores by place.

    Which of the scores equal to the k-th come in is not defined (`first_best` takes the first).
    """
    k = min(k, scores.shape[1])
    if k <= 0:
        return np.empty((len(scores), 0), dtype=np.int32)
    if k < scores.shape[1]:
        found = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    else:
        found = np.tile(np.arange(k), (len(scores), 1))
    found = np.sort(found, axis=1)
    order = np.argsort(-np.take_along_axis(scores, found, axis=1), axis=1, kind="stable")
    places: Places = np.take_along_axis(found, order, axis=1).astype(np.int32)
    return places


def first_best(values: npt.NDArray[Any], count: int) -> npt.NDArray[np.int64]:
    """(count,) places of the largest values, best first; of equal ones the first places.

    What a stable sort would begin with, without sorting all.
    """
    if count < len(values):
        least = np.partition(values, len(values) - count)[len(values) - count] if count else np.inf
        above = np.flatnonzero(values > least)
        equal = np.flatnonzero(values == least)[: count - len(above)]
        found = np.sort(np.concatenate([above, equal]))
    else:
        found = np.arange(len(values))
    order: npt.NDArray[np.int64] = found[np.argsort(-values[found], kind="stable")]
    return order


def filled(
    scores: Floats, popularity: Floats, k: int, ok: npt.NDArray[np.bool_]
) -> tuple[Places, Floats]:
    """The best items under `ok`, topped up by popular ones where the scores say nothing (0).

    Both answers are (users, k); places are -1 where items run out. Not finite scores count as 0.
    """
    k = max(0, min(k, scores.shape[1]))
    usable = ok & (scores != 0) & np.isfinite(scores)
    masked = np.where(usable, scores, -np.inf).astype(np.float32)
    places = top_places(masked, k)
    values = np.take_along_axis(masked, places, axis=1)
    missing = ~np.isfinite(values)
    places[missing], values[missing] = -1, 0
    short = np.flatnonzero(missing.any(axis=1))
    if len(short):
        for row in short:
            rest = np.flatnonzero(ok[row] & ~usable[row])
            rest = rest[first_best(popularity[rest], int(missing[row].sum()))]
            at = k - int(missing[row].sum())
            places[row, at : at + len(rest)] = rest
    return places, values
