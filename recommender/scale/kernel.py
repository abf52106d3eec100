"""The compiled loops: score and select in one pass, and votes of neighbours."""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@numba.njit(nogil=True, cache=True, fastmath=True)
def scored(table: Array, offset: int, count: int, query: Array, scores: Array) -> float:
    """Fill `scores[:count]` with products of one query and a (dimensions, count) tile.

    The answer is the largest. Ten dimensions go in one sweep, so that partial sums stay in
    registers.
    """
    best = -2.0
    groups = len(query) // 10
    for group in range(groups):
        at = offset + group * 10 * count
        t0 = table[at : at + count]
        t1 = table[at + count : at + 2 * count]
        t2 = table[at + 2 * count : at + 3 * count]
        t3 = table[at + 3 * count : at + 4 * count]
        t4 = table[at + 4 * count : at + 5 * count]
        t5 = table[at + 5 * count : at + 6 * count]
        t6 = table[at + 6 * count : at + 7 * count]
        t7 = table[at + 7 * count : at + 8 * count]
        t8 = table[at + 8 * count : at + 9 * count]
        t9 = table[at + 9 * count : at + 10 * count]
        base = group * 10
        q0, q1, q2, q3, q4 = (
            query[base], query[base + 1], query[base + 2], query[base + 3], query[base + 4],
        )  # fmt: skip
        q5, q6, q7, q8, q9 = (
            query[base + 5], query[base + 6], query[base + 7], query[base + 8], query[base + 9],
        )  # fmt: skip
        if group == 0:
            for j in range(count):
                scores[j] = (
                    q0 * t0[j] + q1 * t1[j] + q2 * t2[j] + q3 * t3[j] + q4 * t4[j]
                    + q5 * t5[j] + q6 * t6[j] + q7 * t7[j] + q8 * t8[j] + q9 * t9[j]
                )  # fmt: skip
        else:
            for j in range(count):
                scores[j] += (
                    q0 * t0[j] + q1 * t1[j] + q2 * t2[j] + q3 * t3[j] + q4 * t4[j]
                    + q5 * t5[j] + q6 * t6[j] + q7 * t7[j] + q8 * t8[j] + q9 * t9[j]
                )  # fmt: skip
    for j in range(count):
        best = max(best, scores[j])
    return best


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
    bounds: Array,
    cosine: Array,
    sine: Array,
    values: Array,
    places: Array,
    scores: Array,
) -> int:
    """Fill the heaps of a block of queries, cell by cell in `order`; the number of scores made.

    `bounds` (cells, queries) come in as cosines to the centroids and are turned into the best that
    a cell could hold: cos(angle to the centroid - radius), and 2 for a query within the radius. A
    cell is left out for a query whose k-th best is no worse. `own` are places that may not come
    (-1 for none); `scores` is room to work in.
    """
    made = 0
    width = queries.shape[1]
    number = len(queries)
    for cell in range(len(order)):
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
            if scored(table, first * width, count, queries[q], scores) <= bars[q]:
                continue
            for j in range(count):
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

    `slots` is a power of two larger than twice the items that neighbours and user may have.
    """
    keys = np.empty(slots, np.int64)
    total = np.empty(slots, np.float32)
    mask = slots - 1
    for place in range(len(rows)):
        user = rows[place]
        keys[:] = -1
        for at in range(start[user], start[user + 1]):
            slot = (items[at] * 2654435761) & mask
            while keys[slot] != -1 and keys[slot] != items[at]:
                slot = (slot + 1) & mask
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
                total[slot] += weights[place, n]
        for slot in range(slots):
            if keys[slot] != -1 and total[slot] > worth[place, 0]:
                push(worth[place], best[place], total[slot], keys[slot])
