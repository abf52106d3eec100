"""The compiled loops: score and select in one pass, and votes of neighbours."""

from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
STRETCH: Final = 32


@numba.njit(nogil=True, cache=True, fastmath=True)
def scored(table: Array, offset: int, count: int, query: Array, scores: Array) -> None:
    """Fill `scores[:count]` with products of one query and a (dimensions, count) tile.

    Five dimensions go in one sweep: with more arrays than that the compiler gives up proving that
    none of them overlaps `scores`, and computes one number at a time.
    """
    for group in range(len(query) // 5):
        at, base = offset + group * 5 * count, group * 5
        t0 = table[at : at + count]
        t1 = table[at + count : at + 2 * count]
        t2 = table[at + 2 * count : at + 3 * count]
        t3 = table[at + 3 * count : at + 4 * count]
        t4 = table[at + 4 * count : at + 5 * count]
        q0, q1, q2 = query[base], query[base + 1], query[base + 2]
        q3, q4 = query[base + 3], query[base + 4]
        if group == 0:
            for j in range(count):
                scores[j] = q0 * t0[j] + q1 * t1[j] + q2 * t2[j] + q3 * t3[j] + q4 * t4[j]
        else:
            for j in range(count):
                scores[j] += q0 * t0[j] + q1 * t1[j] + q2 * t2[j] + q3 * t3[j] + q4 * t4[j]


@numba.njit(nogil=True, cache=True, fastmath=True)
def nearest_block(vectors: Array, centroids: Array, found: Array, scores: Array) -> None:
    """Fill `found` with the place of the largest product of each vector and the centroids.

    `centroids` are a (dimensions, cells) tile; `scores` is room to work in, STRETCH longer than
    the cells are many.
    """
    count = len(centroids) // vectors.shape[1]
    for row in range(len(vectors)):
        scored(centroids, 0, count, vectors[row], scores)
        best = scores[0]
        found[row] = 0
        for begin in range(0, count, STRETCH):
            higher = np.int32(0)
            for j in range(begin, begin + STRETCH):
                higher += np.int32(scores[j] > best)
            if higher == 0:
                continue
            for j in range(begin, min(begin + STRETCH, count)):
                if scores[j] > best:
                    best = scores[j]
                    found[row] = j


@numba.njit(nogil=True, cache=True)
def push(values: Array, places: Array, value: float, place: int) -> None:
    """Replace the smallest of a min-heap and restore its order."""
    size = len(values)
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and values[child + 1] < values[child]:
            child += 1
        if values[child] >= value:
            break
        values[at] = values[child]
        places[at] = places[child]
        at = child
    values[at] = value
    places[at] = place


@numba.njit(nogil=True, cache=True, fastmath=True)
def search_block(
    queries: Array,
    own: Array,
    order: Array,
    table: Array,
    member: Array,
    start: Array,
    centroids: Array,
    cosine: Array,
    sine: Array,
    values: Array,
    places: Array,
    bounds: Array,
    scores: Array,
) -> int:
    """Fill the heaps of a block of queries, cell by cell in `order`; the number of scores made.

    A cell is left out for a query whose k-th best is no worse than the best that the cell could
    hold: cos(angle to the centroid - radius), and anything for a query within the radius. `own` are
    places that may not come (-1 for none). `bounds` (cells, queries) and `scores`, STRETCH longer
    than the largest cell, are room to work in; `centroids` are (cells, dimensions).
    """
    made = 0
    width = queries.shape[1]
    number = len(queries)
    asked = queries.T.copy().ravel()
    for cell in range(len(order)):
        scored(asked, 0, number, centroids[cell], bounds[cell])
        for q in range(number):
            near = bounds[cell, q]
            away = np.sqrt(max(np.float32(0), np.float32(1) - near * near))
            reached = near * cosine[cell] + away * sine[cell]
            bounds[cell, q] = np.float32(2) if near >= cosine[cell] else reached
    bars = values[:, 0].copy()
    for cell in order:
        first, count = start[cell], start[cell + 1] - start[cell]
        if count == 0:
            continue
        for q in range(number):
            if bounds[cell, q] <= bars[q]:
                continue
            made += count
            scored(table, first * width, count, queries[q], scores)
            for begin in range(0, count, STRETCH):
                # Counting without a branch is fast; only a stretch with a hit is looked through.
                hits = np.int32(0)
                for j in range(begin, begin + STRETCH):
                    hits += np.int32(scores[j] > bars[q])
                if hits == 0:
                    continue
                for j in range(begin, min(begin + STRETCH, count)):
                    if scores[j] > values[q, 0] and member[first + j] != own[q]:
                        push(values[q], places[q], scores[j], member[first + j])
                bars[q] = values[q, 0]
    return made


@numba.njit(nogil=True, cache=True)
def votes(
    neighbours: Array,
    weights: Array,
    start: Array,
    items: Array,
    rows: Array,
    best: Array,
    worth: Array,
    slots: int,
) -> None:
    """Top items of each row's neighbours, votes weighted by similarity, own items left out.

    `slots` is a power of two larger than twice the items that neighbours and user may have. Equal
    votes keep the order in which the neighbours name them, the nearest neighbour's first.
    """
    keys = np.full(slots, -1, np.int32)
    total = np.zeros(slots, np.float32)
    used = np.empty(slots, np.int32)
    mask = slots - 1
    for place in range(len(rows)):
        user = rows[place]
        taken = 0
        for at in range(start[user], start[user + 1]):
            slot = (items[at] * 2654435761) & mask
            while keys[slot] != -1 and keys[slot] != items[at]:
                slot = (slot + 1) & mask
            if keys[slot] == -1:
                used[taken] = slot
                taken += 1
            keys[slot] = items[at]
            total[slot] = -np.inf
        for n in range(neighbours.shape[1]):
            other = neighbours[place, n]
            if other < 0:
                continue
            for at in range(start[other], start[other + 1]):
                slot = (items[at] * 2654435761) & mask
                while keys[slot] != -1 and keys[slot] != items[at]:
                    slot = (slot + 1) & mask
                if keys[slot] == -1:
                    keys[slot] = items[at]
                    total[slot] = 0.0
                    used[taken] = slot
                    taken += 1
                total[slot] += weights[place, n]
        for at in range(taken):
            slot = used[at]
            if total[slot] > worth[place, 0]:
                push(worth[place], best[place], total[slot], keys[slot])
            keys[slot] = -1
