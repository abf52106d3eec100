"""Near vectors: every kind of index finds them, and what is removed is never found."""

from typing import Any

import numpy as np
import pytest

from knowledge import vectors
from knowledge.vectors import (
    Kind,
    VectorIndex,
    exact_neighbours,
    gpu_count,
    kind_for,
    recall,
)

KINDS: tuple[Kind, ...] = ("flat", "graph", "inverted")


def clusters(count: int, seed: int = 0) -> vectors.Matrix:
    """Unit vectors (count, 32) around forty middles, as texts lie around topics."""
    randomness = np.random.default_rng(seed)
    middles = np.random.default_rng(1).normal(size=(40, 32))
    made = middles[randomness.integers(0, 40, count)] + 0.5 * randomness.normal(size=(count, 32))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_the_true_neighbours_are_found(kind: Kind) -> None:
    known, queries = clusters(3_000), clusters(50, seed=2)
    index = VectorIndex.build(known, kind=kind)
    similarities, found = index.search(queries, 10)
    truth = exact_neighbours(known, queries, 10)
    assert recall(found, truth) >= 0.98
    np.testing.assert_allclose(
        similarities[:, 0], np.sum(known[found[:, 0]] * queries, axis=1), atol=2e-3
    )


@pytest.mark.parametrize("kind", KINDS)
def test_one_at_a_time_is_as_in_a_batch(kind: Kind) -> None:
    index = VectorIndex.build(clusters(1_000), kind=kind)
    queries = clusters(8, seed=3)
    alone = np.vstack([index.search(query[None], 5)[1] for query in queries])
    np.testing.assert_array_equal(alone, index.search(queries, 5)[1])


@pytest.mark.parametrize("kind", KINDS)
def test_vectors_come_and_go_by_number(kind: Kind) -> None:
    known = clusters(600)
    index = VectorIndex.build(known, numbers=range(1_000, 1_600), kind=kind)
    new = clusters(1, seed=9)
    index.add([7], new)
    assert index.search(new, 1)[1].tolist() == [[7]]
    index.remove([7, 1_003, 99])
    assert len(index) == 599
    assert 7 not in index.search(new, 20)[1]
    assert 1_003 not in index.search(known[3:4], 20)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_than_asked_for_are_marked(kind: Kind) -> None:
    index = VectorIndex.build(clusters(300), kind=kind)
    index.remove(range(2, 300))
    found = index.search(clusters(1, seed=4), 5)[1][0]
    assert set(found[found >= 0]) <= {0, 1}
    assert (found < 0).sum() >= 3


def test_an_empty_index_finds_nothing() -> None:
    assert VectorIndex(8).search(np.ones((1, 8), np.float32), 3)[1].tolist() == [[-1, -1, -1]]


@pytest.mark.parametrize(
    ("size", "kind"),
    [(0, "flat"), (20_000, "flat"), (20_001, "graph"), (200_001, "inverted"), (10**6, "inverted")],
)
def test_the_kind_follows_the_size(size: int, kind: Kind) -> None:
    assert kind_for(size) == kind


def test_exact_neighbours_do_not_depend_on_the_block() -> None:
    known, queries = clusters(500), clusters(9, seed=5)
    whole = exact_neighbours(known, queries, 7)
    np.testing.assert_array_equal(exact_neighbours(known, queries, 7, block=64), whole)
    np.testing.assert_array_equal(whole[:, 0], (queries @ known.T).argmax(axis=1))


@pytest.mark.skipif(gpu_count() == 0, reason="no GPU, or FAISS was not built for one")
def test_a_gpu_finds_the_same() -> None:
    known, queries = clusters(5_000), clusters(64, seed=6)
    on_gpu = VectorIndex.build(known, kind="flat")
    on_cpu = VectorIndex.build(known, kind="flat", use_gpu=False)
    theirs, ours = on_cpu.search(queries, 10), on_gpu.search(queries, 10)
    np.testing.assert_allclose(ours[0], theirs[0], atol=1e-4)
    assert recall(ours[1], theirs[1]) > 0.999


@pytest.mark.parametrize("gpus", [0, 1])
def test_a_gpu_is_taken_by_itself_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, gpus: int
) -> None:
    moved = []

    def to_gpu(resources: str, device: int, index: Any) -> Any:
        moved.append((resources, device))
        return index

    monkeypatch.setattr(vectors, "gpu_count", lambda: gpus)
    monkeypatch.setattr(vectors, "_gpu_resources", lambda: "resources")
    monkeypatch.setattr(vectors.faiss, "index_cpu_to_gpu", to_gpu, raising=False)
    known, queries = clusters(300), clusters(5, seed=6)
    index = VectorIndex.build(known, kind="flat")
    for _ in range(2):
        _, numbers = index.search(queries, 7)
        np.testing.assert_array_equal(numbers, exact_neighbours(known, queries, 7))
    assert moved == [("resources", 0)] * gpus  # moved once and kept there
