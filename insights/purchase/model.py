"""The model of a purchase: boosted trees and two kinds of forests, averaged, then calibrated.

Boosting, forests and extremely random trees err in different places; their mean ranks better than
each. How the mean becomes a probability is learned on rows left out.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from insights.features import folds_of
from insights.tables import Floats

SEEDS: Final = 2
CALIBRATION_FOLDS: Final = 3
_MOST_RATIOS: Final = 12  # numeric columns that are also read in proportion to each other
_EDGE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class PurchaseModel:
    """Fitted parts, and slope and level that turn their mean log-odds into a probability."""

    parts: tuple[Any, ...]
    slope: float
    level: float

    def probability(self, inputs: Floats) -> Floats:
        """(rows,) chance of a purchase."""
        return _sigmoid(self.slope * _log_odds(_mean(self.parts, inputs)) + self.level)


def fit_purchases(inputs: Floats, bought: Floats, seed: int = 0) -> PurchaseModel:
    """Fit to (rows, features) without gaps and outcomes 0 or 1."""
    from sklearn.linear_model import LogisticRegression

    fold = folds_of(bought, CALIBRATION_FOLDS, np.random.default_rng(seed))
    held_out = np.empty(len(bought))
    for number in range(CALIBRATION_FOLDS):
        rest = fold != number
        held_out[~rest] = _mean(_parts(inputs[rest], bought[rest], seed, light=True), inputs[~rest])
    found = LogisticRegression(C=1e6).fit(_log_odds(held_out)[:, None], bought)
    slope, level = float(found.coef_[0, 0]), float(found.intercept_[0])
    return PurchaseModel(_parts(inputs, bought, seed, light=False), slope, level)


def with_ratios(values: Floats) -> Floats:
    """The features, and each larger-scaled count or time in proportion to every other one.

    Trees cut one feature at a time, so that "seconds a page" has to be given. Read are the columns
    without negative values that take many values.
    """
    many = [
        place
        for place in range(values.shape[1])
        if values[:, place].min() >= 0 and len(np.unique(values[:, place])) > 20
    ]
    many = sorted(many, key=lambda place: -len(np.unique(values[:, place])))[:_MOST_RATIOS]
    scale = [float(values[:, place].mean()) or 1.0 for place in many]
    made = [
        values[:, one] / scale[i] / (values[:, two] / scale[j] + 0.05)
        for i, one in enumerate(many)
        for j, two in enumerate(many)
        if i < j
    ]
    return np.column_stack([values, *made]) if made else values


def _parts(inputs: Floats, bought: Floats, seed: int, *, light: bool) -> tuple[Any, ...]:
    import lightgbm
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    data = lightgbm.Dataset(inputs, bought)
    boosted = [
        lightgbm.train(
            {
                "objective": "binary", "learning_rate": 0.02, "num_leaves": 12, "lambda_l2": 5.0,
                "min_data_in_leaf": 30, "feature_fraction": 0.3, "bagging_fraction": 0.7,
                "bagging_freq": 1, "verbosity": -1, "num_threads": 1, "deterministic": True,
                "seed": seed + number,
            },
            data,
            num_boost_round=350,
        )
        for number in range(1 if light else SEEDS)
    ]  # fmt: skip
    trees, common = 40 if light else 100, {"n_jobs": 1, "random_state": seed, "max_features": 0.3}
    forest = RandomForestClassifier(trees, min_samples_leaf=4, **common).fit(inputs, bought)
    extreme = ExtraTreesClassifier(trees, min_samples_leaf=3, **common).fit(inputs, bought)
    return (*boosted, forest, extreme)


def _mean(parts: tuple[Any, ...], inputs: Floats) -> Floats:
    """Boosting counts half, the two forests a quarter each."""
    *boosted, forest, extreme = parts
    trees = np.mean([one.predict(inputs) for one in boosted], axis=0)
    forests = forest.predict_proba(inputs)[:, 1] + extreme.predict_proba(inputs)[:, 1]
    found: Floats = trees / 2 + forests / 4
    return found


def _log_odds(chance: Floats) -> Floats:
    kept = np.clip(chance, _EDGE, 1 - _EDGE)
    found: Floats = np.log(kept / (1 - kept))
    return found


def _sigmoid(values: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-values))
    return found
