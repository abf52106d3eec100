"""Exact search against all scores, approximate search against exact."""

import numpy as np
import pytest

from research.recommender.scale.cells import BadVectors
from research.recommender.scale.search import CosineIndex, recall_of, recommended_by_neighbours


def vectors(count: int, dimensions: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)


def brute(queries: np.ndarray, items: np.ndarray, k: int) -> np.ndarray:
    norm = lambda table: table / np.linalg.norm(table, axis=1, keepdims=True)  # noqa: E731
    return np.argsort(-(norm(queries) @ norm(items).T), axis=1)[:, :k]


@pytest.mark.parametrize("dimensions", [3, 10, 24])
def test_exact_search_finds_what_all_scores_find(dimensions: int) -> None:
    items, queries = vectors(3000, dimensions, 0), vectors(150, dimensions, 1)
    found = CosineIndex(items).search(queries, 20)
    assert recall_of(found.places, brute(queries, items, 20)) == 1.0
    assert np.all(np.diff(found.cosines, axis=1) <= 0)
    assert 0 < found.scored_share <= 1


def test_cells_that_cannot_win_are_not_scored() -> None:
    items = vectors(20_000, 3, 0)
    found = CosineIndex(items).search(items[:200], 10)
    assert found.scored_share < 0.2
    assert np.all(found.places[:, 0] == np.arange(200))


def test_a_vector_is_not_its_own_neighbour_when_told() -> None:
    items = vectors(500, 10, 0)
    found = CosineIndex(items).search(items, 5, own=np.arange(500, dtype=np.int32))
    assert not np.any(found.places == np.arange(500)[:, None])


def test_a_tuned_reach_keeps_the_recall() -> None:
    items, queries = vectors(20_000, 10, 0), vectors(300, 10, 1)
    index = CosineIndex(items)
    reach = index.tuned_reach(queries, 10, recall=0.95, sample=200)
    exact, quick = index.search(queries, 10), index.search(queries, 10, reach=reach)
    assert recall_of(quick.places, exact.places) >= 0.93
    assert quick.scored_share < exact.scored_share


def test_fewer_vectors_than_asked_for_and_none() -> None:
    items = vectors(3, 10, 0)
    assert CosineIndex(items).search(items, 10).places.shape == (3, 3)
    assert CosineIndex(items).search(np.zeros((0, 10), np.float32), 10).places.shape == (0, 3)


def test_bad_vectors_are_named() -> None:
    with pytest.raises(BadVectors, match="vector 1 holds"):
        CosineIndex(np.asarray([[1, 0], [np.nan, 1]], np.float32))
    with pytest.raises(BadVectors, match="another number of dimensions"):
        CosineIndex(vectors(5, 10, 0)).search(vectors(2, 30, 0), 1)


def test_neighbours_vote_for_what_they_chose() -> None:
    start = np.asarray([0, 2, 4, 5])
    items = np.asarray([7, 8, 8, 9, 3], dtype=np.int32)
    neighbours = np.asarray([[1, 2], [0, 2], [0, 1]], dtype=np.int32)
    cosines = np.asarray([[0.9, 0.1], [0.9, 0.2], [0.5, 0.4]], dtype=np.float32)
    places, worth = recommended_by_neighbours(neighbours, cosines, start, items, 3)
    assert places.tolist() == [[9, 3, -1], [7, 3, -1], [8, 7, 9]]
    assert worth[2].tolist() == pytest.approx([0.9, 0.5, 0.4])
