"""Ranking metrics per user, their means and bootstrap intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.data import Places

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % bootstrap interval and the number of users behind it."""

    mean: float
    low: float
    high: float
    count: int


def ranking_metrics(
    places: Places, wanted: sparse.csr_matrix, missing: npt.NDArray[np.int64], ks: Sequence[int]
) -> dict[str, Values]:
    """recall, precision, ndcg, hit rate, mrr and map at each k, (users,) each; NaN without truth.

    `places` (users, ≥ max k) are recommended items, -1 for none; `wanted` (users, items) csr holds
    the true ones; `missing` (users,) counts true items that the catalogue does not know and which
    nobody can find. nDCG's ideal has min(k, true items) hits (binary relevance).
    """
    relevant = np.diff(wanted.indptr) + missing
    hits = hits_of(places, wanted)
    result: dict[str, Values] = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        for k in ks:
            top = hits[:, :k]
            ranks = np.arange(1, top.shape[1] + 1)
            discount = 1 / np.log2(ranks + 1)
            ideal = np.cumsum(1 / np.log2(np.arange(2, k + 2)))[np.minimum(relevant, k) - 1]
            found = top.sum(axis=1)
            first = np.where(found > 0, top.argmax(axis=1) + 1, np.inf)
            precision = (top * np.cumsum(top, axis=1) / ranks).sum(axis=1)
            rows = {
                "recall": found / relevant,
                "precision": found / k,
                "ndcg": (top * discount).sum(axis=1) / ideal,
                "hit_rate": (found > 0).astype(np.float64),
                "mrr": 1 / first,
                "map": precision / np.minimum(relevant, k),
            }
            for name, values in rows.items():
                result[f"{name}@{k}"] = np.where(relevant > 0, values, np.nan)
    return result


def hits_of(places: Places, wanted: sparse.csr_matrix) -> npt.NDArray[np.bool_]:
    """(users, k) True where a recommended item is a true one."""
    items = wanted.shape[1]
    rows = np.repeat(np.arange(wanted.shape[0], dtype=np.int64), np.diff(wanted.indptr))
    truth = np.sort(rows * items + wanted.indices)
    asked = np.arange(len(places), dtype=np.int64)[:, None] * items + places
    at = np.searchsorted(truth, asked)
    found = (at < len(truth)) & (places >= 0)
    found[found] = truth[at[found]] == asked[found]
    hits: npt.NDArray[np.bool_] = found
    return hits


def estimate(values: Values, rng: np.random.Generator, draws: int = 1000) -> Estimate:
    """The mean of the values that are numbers, with a 95 % bootstrap interval over them."""
    good = values[np.isfinite(values)]
    if not len(good):
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    # Poisson bootstrap in blocks: the same interval as resampling, without a (draws, users) index.
    means = np.empty(draws)
    for draw in range(draws):
        weights = rng.poisson(1.0, len(good))
        means[draw] = weights @ good / max(1, weights.sum())
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(good.mean()), float(low), float(high), len(good))


def flat(estimates: Mapping[str, Estimate]) -> dict[str, float]:
    """`name`, `name_low`, `name_high` for each estimate."""
    figures: dict[str, float] = {}
    for name, one in estimates.items():
        figures |= {name: one.mean, f"{name}_low": one.low, f"{name}_high": one.high}
    return figures
