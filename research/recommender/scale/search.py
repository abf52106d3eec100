"""Exact and approximate top-k by cosine for whole populations, on all cores."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from recommender.data import Floats, Places
from research.recommender.scale.cells import BadVectors, Cells, Starts, grouped, nearest_cells, unit
from research.recommender.scale.kernel import STRETCH, search_block, votes
from research.recommender.scale.sharing import shared

BLOCK: Final = 64
# A radius of .6 of the true one misses few neighbours; `tuned_reach` finds the value on a sample.
REACHES: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)


@dataclass(frozen=True, eq=False)
class Found:
    """(queries, k) places, best first, -1 where there are fewer, and their cosines.

    `scored_share` is the share of all query-vector pairs that had to be scored.
    """

    places: Places
    cosines: Floats
    scored_share: float


class CosineIndex:
    """Vectors in cells, asked for the k nearest by cosine.

    A cell is skipped for a query when its bounding cone cannot hold a better vector than the k-th
    found so far: the triangle inequality on angles, as in the ball trees of Omohundro (1989) and in
    Ram, Gray: Maximum Inner-Product Search using Tree Data-Structures (KDD 2012). With `reach` 1
    answers are exact; below 1 cones are narrowed and answers approximate. Scoring and selection
    are fused, so that memory holds the answers and never the scores.
    """

    def __init__(self, vectors: Floats, *, seed: int = 0, cells: int | None = None) -> None:
        """Group the vectors (items, dimensions)."""
        self._unit = unit(vectors)
        self.cells: Cells = grouped(self._unit, np.random.default_rng(seed), cells)

    def search(
        self,
        queries: Floats,
        k: int,
        *,
        reach: float = 1.0,
        own: Places | None = None,
        progress: Callable[[float], None] = lambda _: None,
    ) -> Found:
        """The `k` nearest of each query; `own` (queries,) is a place that may not come.

        Queries are worked off by cell, so that a block of them visits the same tiles.
        """
        asked = unit(queries)
        if asked.shape[1] != self.cells.dimensions:
            raise BadVectors(f"queries have another number of dimensions: {queries.shape[1]}")
        k = min(k, len(self._unit))
        values = np.full((len(asked), k), -np.inf, dtype=np.float32)
        places = np.full((len(asked), k), -1, dtype=np.int32)
        if not k or not len(asked):
            return Found(places, values, 0.0)
        cell = nearest_cells(asked, self.cells.centroids)
        by_cell = np.argsort(cell, kind="stable")
        cosine, sine = self._cones(reach)
        size = int(np.diff(self.cells.start).max())
        mine = np.full(len(asked), -1, np.int32) if own is None else own.astype(np.int32)
        begins = range(0, len(asked), BLOCK)
        centroids = np.ascontiguousarray(self.cells.centroids.T)

        def work(part: Sequence[int]) -> int:
            scores = np.zeros(size + STRETCH, np.float32)
            room = np.empty(len(centroids) * BLOCK, np.float32)
            made = 0
            for begin in part:
                rows = by_cell[begin : begin + BLOCK]
                heap = np.full((len(rows), k), -np.inf, np.float32)
                kept = np.full((len(rows), k), -1, np.int32)
                bounds = room[: len(centroids) * len(rows)].reshape(len(centroids), len(rows))
                made += search_block(
                    asked[rows],
                    mine[rows],
                    self.cells.order[cell[rows[len(rows) // 2]]],
                    self.cells.table,
                    self.cells.member,
                    self.cells.start,
                    centroids,
                    cosine,
                    sine,
                    heap,
                    kept,
                    bounds,
                    scores,
                )
                best = np.argsort(-heap, axis=1, kind="stable")
                values[rows] = np.take_along_axis(heap, best, axis=1)
                places[rows] = np.take_along_axis(kept, best, axis=1)
            return made

        made = shared(work, begins, progress)
        return Found(places, values, made / (len(asked) * len(self._unit)))

    def tuned_reach(
        self, queries: Floats, k: int, *, recall: float = 0.99, seed: int = 0, sample: int = 512
    ) -> float:
        """The narrowest `reach` with at least `recall` of the exact answers on sampled queries."""
        rng = np.random.default_rng(seed)
        few = queries[rng.choice(len(queries), min(sample, len(queries)), replace=False)]
        exact = self.search(few, k).places
        for reach in REACHES:
            if recall_of(self.search(few, k, reach=reach).places, exact) >= recall:
                return reach
        return 1.0

    def _cones(self, reach: float) -> tuple[Floats, Floats]:
        if reach >= 1:
            return self.cells.cosine, self.cells.sine
        angle = reach * np.arccos(np.clip(self.cells.cosine, -1, 1))
        return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def recall_of(found: Places, exact: Places) -> float:
    """The share of exact answers that were found."""
    same = [len(np.intersect1d(a, b)) for a, b in zip(found, exact, strict=True)]
    return float(np.sum(same)) / max(1, exact.size)


def recommended_by_neighbours(
    neighbours: Places, cosines: Floats, start: Starts, items: Places, k: int
) -> tuple[Places, Floats]:
    """(users, k) items that neighbours chose, by summed similarity, own items left out.

    Herlocker et al. (SIGIR 1999) for whole populations. `start` (users + 1,) bounds each user's
    stretch of `items`.
    """
    best = np.full((len(neighbours), k), -1, dtype=np.int64)
    worth = np.zeros((len(neighbours), k), dtype=np.float32)
    most = int(np.diff(start).max(initial=0)) * (neighbours.shape[1] + 1)
    slots = 1 << max(4, int(2 * most).bit_length())
    size = 4096

    def work(part: Sequence[int]) -> int:
        for begin in part:
            rows = np.arange(begin, min(begin + size, len(neighbours)))
            here = slice(begin, begin + len(rows))
            votes(
                neighbours[here], cosines[here], start, items, rows, best[here], worth[here], slots
            )
        return 0

    shared(work, range(0, len(neighbours), size), together=1)
    order = np.argsort(-worth, axis=1, kind="stable")
    return (
        np.take_along_axis(best, order, axis=1).astype(np.int32),
        np.take_along_axis(worth, order, axis=1),
    )
