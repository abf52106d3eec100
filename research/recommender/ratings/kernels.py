"""Compiled loops of the rating models."""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@numba.njit(cache=True, fastmath=True)
def svdpp_epochs(
    start: Array,
    item: Array,
    stars: Array,
    mean: float,
    bu: Array,
    bi: Array,
    p: Array,
    q: Array,
    y: Array,
    rates: Array,
    bias_penalty: float,
    factor_penalty: float,
    order: Array,
) -> None:
    """Stochastic gradient descent, one user at a time, in place.

    A user's implicit sum is kept during the user's ratings and its gradient is given to the
    items' `y` once at the end: the same gradient, a factor of |N(u)| cheaper.
    """
    factors = p.shape[1]
    implicit = np.zeros(factors)
    gradient = np.zeros(factors)
    for epoch in range(len(rates)):
        rate = rates[epoch]
        for u in order[epoch]:
            first, last = start[u], start[u + 1]
            if first == last:
                continue
            scale = 1.0 / np.sqrt(last - first)
            implicit[:] = 0.0
            gradient[:] = 0.0
            for at in range(first, last):
                for f in range(factors):
                    implicit[f] += y[item[at], f]
            for f in range(factors):
                implicit[f] *= scale
            for at in range(first, last):
                i = item[at]
                guess = mean + bu[u] + bi[i]
                for f in range(factors):
                    guess += q[i, f] * (p[u, f] + implicit[f])
                error = stars[at] - guess
                bu[u] += rate * (error - bias_penalty * bu[u])
                bi[i] += rate * (error - bias_penalty * bi[i])
                for f in range(factors):
                    puf, qif = p[u, f], q[i, f]
                    p[u, f] += rate * (error * qif - factor_penalty * puf)
                    q[i, f] += rate * (error * (puf + implicit[f]) - factor_penalty * qif)
                    gradient[f] += error * qif * scale
            for at in range(first, last):
                i = item[at]
                for f in range(factors):
                    y[i, f] += rate * (gradient[f] - factor_penalty * y[i, f])


@numba.njit(cache=True, fastmath=True)
def sample_side(
    start: Array,
    other: Array,
    stars: Array,
    vectors: Array,
    others: Array,
    noise_precision: float,
    prior_mean: Array,
    prior_precision: Array,
    normal: Array,
) -> None:
    """Draw every row of `vectors` from its conditional distribution given the other side.

    `normal` (rows, factors) are standard normal draws.
    """
    factors = vectors.shape[1]
    base = prior_precision @ prior_mean
    precision = np.empty((factors, factors))
    right = np.empty(factors)
    for row in range(len(vectors)):
        for f in range(factors):
            right[f] = base[f]
            for g in range(factors):
                precision[f, g] = prior_precision[f, g]
        for at in range(start[row], start[row + 1]):
            o = other[at]
            for f in range(factors):
                weighted = noise_precision * others[o, f]
                right[f] += weighted * stars[at]
                for g in range(f + 1):
                    precision[f, g] += weighted * others[o, g]
        # Cholesky in place (lower), then mean and draw by two triangular solves.
        for f in range(factors):
            for g in range(f + 1):
                total = precision[f, g]
                for h in range(g):
                    total -= precision[f, h] * precision[g, h]
                if f == g:
                    precision[f, f] = np.sqrt(total)
                else:
                    precision[f, g] = total / precision[g, g]
        for f in range(factors):
            total = right[f]
            for g in range(f):
                total -= precision[f, g] * right[g]
            right[f] = total / precision[f, f]
        for f in range(factors):
            right[f] += normal[row, f]
        for f in range(factors - 1, -1, -1):
            total = right[f]
            for g in range(f + 1, factors):
                total -= precision[g, f] * vectors[row, g]
            vectors[row, f] = total / precision[f, f]


@numba.njit(cache=True)
def kth_largest(values: Array, k: int) -> float:
    """The k-th largest of `values`, which are reordered (quickselect; Hoare 1961)."""
    low, high, target = 0, len(values) - 1, k - 1
    while low < high:
        pivot = values[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while values[left] > pivot:
                left += 1
            while values[right] < pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if target <= right:
            high = right
        elif target >= left:
            low = left
        else:
            break
    return float(values[target])


@numba.njit(cache=True, fastmath=True)
def neighbour_means(
    users: Array,
    items: Array,
    start: Array,
    other: Array,
    residual: Array,
    alike: Array,
    neighbours: int,
    shrink: float,
) -> Array:
    """(pairs,) the weighted mean residual of the most alike among what a row has rated.

    For pair (u, i): over the ratings `start[u]:start[u + 1]`, `alike[i, other]` are weights; the
    `neighbours` largest positive ones count, with `shrink` added to their sum.
    """
    result = np.zeros(len(users))
    for pair in range(len(users)):
        u, i = users[pair], items[pair]
        if u < 0 or i < 0:
            continue
        first, last = start[u], start[u + 1]
        weights = np.empty(last - first)
        for at in range(first, last):
            weights[at - first] = alike[i, other[at]]
        bar = 0.0
        if last - first > neighbours:
            bar = kth_largest(weights.copy(), neighbours)
        above, below = 0.0, shrink
        for at in range(first, last):
            weight = weights[at - first]
            if weight > 0 and weight >= bar:
                above += weight * residual[at]
                below += weight
        if below > 0:
            result[pair] = above / below
    return result
