"""Nearest vectors by inner product: the FAISS index that fits the number of them.

Up to `FLAT_LIMIT` vectors are compared with every one, which is exact. Beyond that a graph (HNSW,
Malkov and Yashunin 2018) leads to the near ones, and beyond `GRAPH_LIMIT` an inverted file with
8-bit codes (Jégou et al. 2011), where a graph would take too long to build and too much memory.
Both fetch more candidates than asked for and rank them again with half-precision vectors. Where
FAISS was built for GPUs and one is there, searches that are exact run on it with the same results.
"""

import logging
from collections.abc import Sequence
from typing import Any, Final, Literal

import faiss
import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Kind = Literal["flat", "graph", "inverted"]

FLAT_LIMIT: Final = 20_000
GRAPH_LIMIT: Final = 200_000
GRAPH_LINKS: Final = 24
GRAPH_BUILD_BREADTH: Final = 120
GRAPH_SEARCH_BREADTH: Final = 128
REFINED: Final = 6
WANTED_RECALL: Final = 0.99
TUNING_QUERIES: Final = 400
SEED: Final = 7

log = logging.getLogger(__name__)


def kind_for(size: int) -> Kind:
    """Which index `size` vectors get."""
    if size <= FLAT_LIMIT:
        return "flat"
    return "graph" if size <= GRAPH_LIMIT else "inverted"


class VectorIndex:
    """Unit vectors by number; they can be added and taken away one by one.

    `search` never returns a number that was removed. Not safe to change while searching: the
    owner holds a lock.
    """

    def __init__(self, dimensions: int, *, kind: Kind = "flat", use_gpu: bool = True) -> None:
        self.kind = kind
        self.dimensions = dimensions
        self._use_gpu = use_gpu
        self._rows: dict[int, int] = {}
        self._numbers = np.zeros(0, np.int64)
        self._halves = np.zeros((0, dimensions), np.float16)
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions))
        self._on_gpu: Any = None
        self.lists_visited = 0

    @classmethod
    def build(
        cls,
        vectors: Matrix,
        numbers: Sequence[int] | Ids | None = None,
        *,
        kind: Kind | None = None,
        use_gpu: bool = True,
    ) -> "VectorIndex":
        """An index of `vectors`, shape (vectors, dimensions), of the kind that their number asks.

        `numbers` name the rows; 0, 1, 2 … without them.
        """
        kind = kind or kind_for(len(vectors))
        made = cls(vectors.shape[1], kind=kind, use_gpu=use_gpu)
        names = np.arange(len(vectors)) if numbers is None else np.asarray(numbers, np.int64)
        if kind == "graph":
            made._index = _graph(made.dimensions)
        elif kind == "inverted":
            made._index = _inverted(vectors)
        made.add(names, vectors)
        if kind == "inverted":
            made._tune(vectors)
        return made

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, numbers: Sequence[int] | Ids, vectors: Matrix) -> None:
        """Enter vectors under numbers that are not in use."""
        names = np.asarray(numbers, np.int64)
        if not len(names):
            return
        matrix = np.ascontiguousarray(vectors, np.float32)
        if self.kind == "flat":
            self._index.add_with_ids(matrix, names)
            self._rows.update((int(name), 0) for name in names)
        else:
            first = len(self._numbers)
            self._index.add(matrix)
            self._rows.update((int(name), first + at) for at, name in enumerate(names))
            halves = matrix.astype(np.float16)
            self._numbers = np.concatenate([self._numbers, names])
            self._halves = np.concatenate([self._halves, halves]) if first else halves
        self._on_gpu = None

    def remove(self, numbers: Sequence[int]) -> None:
        """Take vectors away; numbers that are not there are ignored.

        A graph and an inverted file keep the place and skip it; they are made anew by `build`.
        """
        gone = [number for number in numbers if number in self._rows]
        if self.kind == "flat":
            self._index.remove_ids(np.asarray(gone, np.int64))
        else:
            self._numbers[[self._rows[number] for number in gone]] = -1
        for number in gone:
            del self._rows[number]
        self._on_gpu = None

    def megabytes(self) -> float:
        """Memory of codes, links and the vectors to rank again by, in 10⁶ bytes."""
        index = faiss.downcast_index(self._index)
        held = len(faiss.serialize_index(index)) if self.kind != "inverted" else _code_bytes(index)
        return (held + self._halves.nbytes) / 1e6

    def search(self, queries: Matrix, k: int) -> tuple[Matrix, Ids]:
        """Similarities and numbers of the `k` nearest to each query, both (queries, k).

        Where there are fewer, the number is -1.
        """
        matrix = np.ascontiguousarray(queries, np.float32)
        if self.kind == "flat":
            found: tuple[Matrix, Ids] = self._exact().search(matrix, k)
            return found
        removed = len(self._numbers) - len(self._rows)
        breadth = min(len(self._numbers), k * REFINED + min(removed, 4 * k * REFINED))
        if breadth == 0:
            return np.zeros((len(matrix), k), np.float32), np.full((len(matrix), k), -1, np.int64)
        _, rows = self._index.search(matrix, breadth)
        return self._refined(matrix, rows, k)

    def _refined(self, queries: Matrix, rows: Ids, k: int) -> tuple[Matrix, Ids]:
        similarities = np.zeros((len(queries), k), np.float32)
        numbers = np.full((len(queries), k), -1, np.int64)
        for at, (query, candidates) in enumerate(zip(queries, rows, strict=True)):
            alive = candidates[candidates >= 0]
            alive = alive[self._numbers[alive] >= 0]
            exact = self._halves[alive].astype(np.float32) @ query
            best = np.argsort(-exact)[:k]
            similarities[at, : len(best)] = exact[best]
            numbers[at, : len(best)] = self._numbers[alive[best]]
        return similarities, numbers

    def _exact(self) -> Any:
        """The flat index, on a GPU where there is one."""
        if not self._use_gpu or gpu_count() == 0:
            return self._index
        if self._on_gpu is None:
            self._on_gpu = faiss.index_cpu_to_gpu(_gpu_resources(), 0, self._index)
        return self._on_gpu

    def _tune(self, vectors: Matrix) -> None:
        """Visit as few lists as find nearly all true neighbours of some of the vectors.

        The queries lie between two vectors of the index, as texts do that are not in it.
        """
        randomness = np.random.default_rng(SEED)
        queries = between(vectors, TUNING_QUERIES, randomness)
        truth = exact_neighbours(vectors, queries, 10)
        visited = 8
        while True:
            self.lists_visited = self._index.nprobe = visited
            _, rows = self._index.search(queries, 10 * REFINED)
            _, found = self._refined(queries, rows, 10)
            # Numbers are the caller's, rows are ours: compare by row.
            named = self._numbers[truth]
            if recall(found, named) >= WANTED_RECALL or visited >= self._index.nlist:
                return
            visited = min(self._index.nlist, int(visited * 1.5))


def between(vectors: Matrix, count: int, randomness: np.random.Generator) -> Matrix:
    """Unit vectors a third of the way from one row to another that is near to it."""
    rows = randomness.choice(len(vectors), min(count, len(vectors)), replace=False)
    pool = randomness.choice(len(vectors), min(20_000, len(vectors)), replace=False)
    nearest = np.argsort(-(vectors[rows] @ vectors[pool].T), axis=1)[:, 1:9]
    chosen = randomness.integers(0, nearest.shape[1], len(rows))
    partners = pool[nearest[np.arange(len(rows)), chosen]]
    mixed = 2 * vectors[rows] + vectors[partners]
    unit: Matrix = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return unit


def exact_neighbours(vectors: Matrix, queries: Matrix, k: int, block: int = 65_536) -> Ids:
    """Rows of the `k` nearest vectors to each query, by comparing with every one; (queries, k)."""
    similarity = np.full((len(queries), 0), 0, np.float32)
    rows = np.zeros((len(queries), 0), np.int64)
    for start in range(0, len(vectors), block):
        part = queries @ vectors[start : start + block].T
        top = np.argpartition(-part, min(k, part.shape[1] - 1), axis=1)[:, :k]
        similarity = np.hstack([similarity, np.take_along_axis(part, top, axis=1)])
        rows = np.hstack([rows, top + start])
        best = np.argsort(-similarity, axis=1)[:, :k]
        similarity = np.take_along_axis(similarity, best, axis=1)
        rows = np.take_along_axis(rows, best, axis=1)
    return rows


def recall(found: Ids, truth: Ids) -> float:
    """The share of the true neighbours that were found; both (queries, k)."""
    hits = [
        len(np.intersect1d(mine, true)) / len(true) for mine, true in zip(found, truth, strict=True)
    ]
    return float(np.mean(hits))


def gpu_count() -> int:
    """GPUs that FAISS can use: none unless it was built for them."""
    if not hasattr(faiss, "StandardGpuResources"):
        return 0
    return int(faiss.get_num_gpus())


_RESOURCES: list[Any] = []


def _gpu_resources() -> Any:
    """Scratch memory on the GPU, made once per process."""
    if not _RESOURCES:
        _RESOURCES.append(faiss.StandardGpuResources())
    return _RESOURCES[0]


def _code_bytes(index: Any) -> int:
    """Codes, numbers and centres of an inverted file, without copying them."""
    return int(index.ntotal) * (int(index.code_size) + 8) + int(index.nlist) * int(index.d) * 4


def _graph(dimensions: int) -> Any:
    index = faiss.IndexHNSWFlat(dimensions, GRAPH_LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = GRAPH_BUILD_BREADTH
    index.hnsw.efSearch = GRAPH_SEARCH_BREADTH
    return index


def _inverted(vectors: Matrix) -> Any:
    """A trained inverted file with about 4·√n lists and 8-bit codes."""
    dimensions = vectors.shape[1]
    lists = int(2 ** np.round(np.log2(4 * np.sqrt(len(vectors)))))
    coarse = faiss.IndexFlatIP(dimensions)
    index = faiss.IndexIVFScalarQuantizer(
        coarse, dimensions, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.seed, index.cp.max_points_per_centroid = 8, SEED, 40
    rows = np.random.default_rng(SEED).choice(
        len(vectors), min(len(vectors), 40 * lists), replace=False
    )
    index.train(np.ascontiguousarray(vectors[rows]))
    return index
