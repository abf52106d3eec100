"""Regressions for effects; the one that errs least on rows left out is taken.

Linear, multiplicative (exponential of a linear form), smooth (Gaussian kernel plus linear) and, for
many rows, boosted trees. Each gives a prediction of its own training rows made without them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import minimize
from scipy.spatial.distance import cdist

from insights.features import folds_of
from insights.tables import Floats

Predict = Callable[[Floats], Floats]
MOST_FOR_KERNEL: Final = 1_500
FEWEST_FOR_TREES: Final = 2_000
PENALTIES: Final = np.geomspace(1e-3, 1e3, 19)
FOLDS: Final = 5
TREE_FOLDS: Final = 3


@dataclass(frozen=True, eq=False)
class Fitted:
    """A regression: `predict` any rows, `held_out` (rows,) its own rows made without them."""

    name: str
    predict: Predict
    held_out: Floats
    error: float


def fit_best(inputs: Floats, target: Floats) -> Fitted:
    """The regression with the least squared error on rows left out."""
    centre, scale = inputs.mean(axis=0), inputs.std(axis=0)
    scale[scale == 0] = 1.0
    table = (inputs - centre) / scale
    rows = len(target)
    tried = [_linear(table, target)]
    binary = len(np.unique(target)) == 2
    if rows <= MOST_FOR_KERNEL:
        tried.append(_smooth(table, target))
        if not binary and float(np.median(target)) > 0:
            tried.append(_multiplicative(table, target))
    if rows >= FEWEST_FOR_TREES:
        tried.append(_trees(table, target))
    best = min(tried, key=lambda one: one.error)
    return Fitted(
        best.name, lambda asked: best.predict((asked - centre) / scale), best.held_out, best.error
    )


def _made(name: str, predict: Predict, held_out: Floats, target: Floats) -> Fitted:
    return Fitted(name, predict, held_out, float(np.mean((target - held_out) ** 2)))


def _linear(table: Floats, target: Floats) -> Fitted:
    """Ridge; the penalty with the least leave-one-out error."""
    mean = float(target.mean())
    left, values, right = np.linalg.svd(table, full_matrices=False)
    spread = left.T @ (target - mean)
    squared = left**2
    best: tuple[float, Floats, float] | None = None
    for penalty in PENALTIES * len(target) / 100:
        shrunk = values**2 / (values**2 + penalty)
        fitted = left @ (shrunk * spread)
        leverage = squared @ shrunk + 1 / len(target)
        held_out = target - (target - mean - fitted) / np.maximum(1 - leverage, 1e-3)
        error = float(np.mean((target - held_out) ** 2))
        if best is None or error < best[0]:
            best = error, held_out, penalty
    assert best is not None
    weights = right.T @ (values / (values**2 + best[2]) * spread)
    return _made("linear", lambda asked: mean + asked @ weights, best[1], target)


def _smooth(table: Floats, target: Floats) -> Fitted:
    """Kernel ridge, a Gaussian kernel plus a linear one; width and penalty by leave-one-out."""
    mean = float(target.mean())
    far = cdist(table, table, "sqeuclidean")
    straight = table @ table.T / table.shape[1]
    typical = float(np.median(far[far > 0])) if (far > 0).any() else 1.0
    best: tuple[float, Floats, Floats, float, float] | None = None
    for width in (1.0, 4.0, 16.0):
        for share in (0.1, 1.0):
            kernel = np.exp(-far / (width * typical)) * 10 + share * straight
            values, vectors = eigh(kernel)
            spread = vectors.T @ (target - mean)
            squared = vectors**2
            for penalty in PENALTIES:
                inverse = 1 / (np.maximum(values, 0) + penalty)
                duals = vectors @ (inverse * spread)
                diagonal = squared @ inverse
                held_out = target - duals / diagonal
                error = float(np.mean((target - held_out) ** 2))
                if best is None or error < best[0]:
                    best = error, held_out, duals, width, share
    assert best is not None
    _, held_out, duals, width, share = best

    def predict(asked: Floats) -> Floats:
        near = np.exp(-cdist(asked, table, "sqeuclidean") / (width * typical)) * 10
        kernel = near + share * asked @ table.T / table.shape[1]
        found: Floats = mean + kernel @ duals
        return found

    return _made("smooth", predict, held_out, target)


def _multiplicative(table: Floats, target: Floats) -> Fitted:
    """Least squares of an exponential of a linear form; the penalty by folds."""
    fold = folds_of(np.zeros(len(target)), FOLDS, np.random.default_rng(0))
    scale = float(np.std(target)) or 1.0
    best: tuple[float, Floats, float] | None = None
    for penalty in (0.01, 0.1, 1.0, 10.0):
        held_out = np.empty(len(target))
        for number in range(FOLDS):
            rest = fold != number
            weights = _exponential(table[rest], target[rest], penalty, scale)
            held_out[~rest] = _raised(table[~rest], weights)
        error = float(np.mean((target - held_out) ** 2))
        if best is None or error < best[0]:
            best = error, held_out, penalty
    assert best is not None
    weights = _exponential(table, target, best[2], scale)
    return _made("multiplicative", lambda asked: _raised(asked, weights), best[1], target)


def _raised(table: Floats, weights: Floats) -> Floats:
    found: Floats = np.exp(np.clip(table @ weights[:-1] + weights[-1], -30, 30))
    return found


def _exponential(table: Floats, target: Floats, penalty: float, scale: float) -> Floats:
    """Weights with the intercept last; errors in units of `scale`, which makes penalties alike."""

    def cost(weights: Floats) -> tuple[float, Floats]:
        fitted = _raised(table, weights)
        wrong = (fitted - target) / scale
        slopes = wrong * fitted / scale
        value = float(wrong @ wrong) / 2 + penalty / 2 * float(weights[:-1] @ weights[:-1])
        return value, np.r_[table.T @ slopes + penalty * weights[:-1], slopes.sum()]

    floor = max(float(np.quantile(target, 0.1)), 1e-3 * scale)
    start = np.r_[np.zeros(table.shape[1]), np.log(max(float(target.mean()), floor))]
    found = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    weights: Floats = found.x
    return weights


def _trees(table: Floats, target: Floats) -> Fitted:
    """Boosted trees, cautious ones, since effects are small beside the noise."""
    fold = folds_of(np.zeros(len(target)), TREE_FOLDS, np.random.default_rng(0))
    held_out = np.empty(len(target))
    for number in range(TREE_FOLDS):
        rest = fold != number
        held_out[~rest] = _boosted(table[rest], target[rest]).predict(table[~rest])
    model = _boosted(table, target)
    return _made("trees", lambda asked: np.asarray(model.predict(asked)), held_out, target)


def _boosted(table: Floats, target: Floats) -> Any:
    import lightgbm

    data = lightgbm.Dataset(table, target, free_raw_data=True)
    settings = {
        "objective": "regression",
        "learning_rate": 0.05,
        "num_leaves": 8,
        "lambda_l2": 10.0,
        "min_data_in_leaf": max(20, len(target) // 100),
        "feature_fraction": 0.7,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "verbosity": -1,
        "num_threads": 1,
        "seed": 0,
        "deterministic": True,
    }
    return lightgbm.train(settings, data, num_boost_round=80)
