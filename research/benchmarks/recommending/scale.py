"""A million people by a million items, ten dimensions, cosine: everyone's 100 nearest, top 10."""

import resource
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from recommender.data import Floats, Places
from research.benchmarks.recommending.lines import Line
from research.recommender.scale.search import (
    CosineIndex,
    Found,
    recall_of,
    recommended_by_neighbours,
)
from research.recommender.scale.sharing import threads

ROWS: Final = 1_000_000
DIMENSIONS: Final = 10
K: Final = 100
BOUGHT: Final = 20
PEER_QUERIES: Final = 500


def run(folder: Path, out: Path) -> list[Line]:
    """Random directions (the hardest for cells), two sets of a million; FAISS flat alongside."""
    rng = np.random.default_rng(0)
    items, people = (rng.standard_normal((ROWS, DIMENSIONS), dtype=np.float32) for _ in range(2))
    _warm(items)
    lines = [Line("scale", "machine", "threads", threads())]
    lines += _peer(items, people)
    began = time.perf_counter()
    index = CosineIndex(items)
    built = time.perf_counter() - began
    lines.append(Line("scale", "ours", "build_seconds", built))
    few = np.sort(rng.choice(ROWS, 2000, replace=False))
    truth = index.search(people[few], K).places
    began = time.perf_counter()
    reach = index.tuned_reach(people, 10, recall=0.992)
    tuned = time.perf_counter() - began
    quick, seconds = _timed(index, people, 10, reach)
    lines.append(
        Line(
            "scale",
            "ours, approximate",
            "build_tune_search_seconds",
            built + tuned + seconds,
            target=-120.0,
        )
    )
    lines.append(Line("scale", "ours, approximate", "scored_share", quick.scored_share))
    recall = recall_of(quick.places[few], truth[:, :10])
    lines.append(Line("scale", "ours, approximate", "recall@10", recall, target=0.99))
    del quick
    lines += _single(index, people, rng)
    exact, seconds = _timed(index, people, K, 1.0)
    lines.append(
        Line("scale", "ours, exact, k=100", "build_search_seconds", built + seconds, target=-600.0)
    )
    lines.append(Line("scale", "ours, exact, k=100", "scored_share", exact.scored_share))
    same = float(np.mean(_checked(items, people, exact.places, rng)))
    lines.append(Line("scale", "ours, exact, k=100", "equal_to_all_scores", same, target=1.0))
    del exact, index, items
    lines += _neighbours(people, rng)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return [*lines, Line("scale", "ours", "peak_gib", peak, target=-2.0)]


def _timed(
    index: CosineIndex, people: Floats, k: int, reach: float, own: Places | None = None
) -> tuple[Found, float]:
    began = time.perf_counter()
    found = index.search(people, k, reach=reach, own=own)
    return found, time.perf_counter() - began


def _warm(items: Floats) -> None:
    index = CosineIndex(items[:1000])
    found = index.search(items[:200], 10)
    recommended_by_neighbours(found.places, found.cosines, np.arange(1001), found.places[:, 0], 3)


def _peer(items: Floats, people: Floats) -> list[Line]:
    """FAISS flat on some queries, scaled to all of them."""
    import faiss

    faiss.omp_set_num_threads(threads())

    def norm(table: Any) -> Any:
        return table / np.linalg.norm(table, axis=1, keepdims=True)

    flat = faiss.IndexFlatIP(DIMENSIONS)
    flat.add(norm(items))
    few = norm(people[:PEER_QUERIES])
    began = time.perf_counter()
    flat.search(few, K)
    seconds = (time.perf_counter() - began) * ROWS / PEER_QUERIES
    return [Line("scale", f"FAISS flat (from {PEER_QUERIES} queries)", "seconds", seconds)]


def _checked(items: Floats, people: Floats, places: Places, rng: np.random.Generator) -> list[bool]:
    """Whether the worst kept cosine equals the k-th of all scores, for 100 people."""
    unit = items / np.linalg.norm(items, axis=1, keepdims=True)
    equal = []
    for row in rng.choice(len(people), 100, replace=False):
        scores = unit @ (people[row] / np.linalg.norm(people[row]))
        kth = np.partition(scores, -K)[-K]
        equal.append(bool(abs(scores[places[row]].min() - kth) < 1e-6))
    return equal


def _single(index: CosineIndex, people: Floats, rng: np.random.Generator) -> list[Line]:
    """One query at a time, exact, top 10."""
    times = []
    for row in rng.choice(len(people), 300, replace=False):
        began = time.perf_counter()
        index.search(people[row : row + 1], 10)
        times.append(1000 * (time.perf_counter() - began))
    return [
        Line("scale", "ours, one exact query", f"ms_p{point}", float(np.percentile(times, point)))
        for point in (50, 99)
    ]


def _neighbours(people: Floats, rng: np.random.Generator) -> list[Line]:
    """Top ten for everyone from the votes of the hundred most similar people, twenty choices each.

    Exact, and with cones narrowed so that the hundred keep .99 of the exact ones; recall is of the
    ten that come out, for everyone.
    """
    chosen = rng.integers(0, ROWS, ROWS * BOUGHT).astype(np.int32)
    start = np.arange(0, ROWS * BOUGHT + 1, BOUGHT)
    own = np.arange(ROWS, dtype=np.int32)
    began = time.perf_counter()
    index = CosineIndex(people)
    built = time.perf_counter() - began
    lines: list[Line] = []
    exact: Places | None = None
    for who, target in (("exact", -600.0), ("approximate", -120.0)):
        began = time.perf_counter()
        reach = 1.0 if exact is None else index.tuned_reach(people, K, recall=0.992)
        found = index.search(people, K, reach=reach, own=own)
        top, _ = recommended_by_neighbours(found.places, found.cosines, start, chosen, 10)
        seconds = built + time.perf_counter() - began
        name = f"ours, user neighbours, {who}"
        lines.append(Line("scale", name, "build_search_seconds", seconds, target=target))
        lines.append(Line("scale", name, "scored_share", found.scored_share))
        del found
        if exact is not None:
            lines.append(Line("scale", name, "recall@10", recall_of(top, exact), target=0.99))
        exact = top
    return lines
