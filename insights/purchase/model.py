"""The model of a purchase: boosted trees on features and their ratios, then calibrated.

Two ensembles, whose trees see few and most of the features, err in different places; their mean
ranks better than each. How the mean becomes a probability is learned on rows left out. Forests
beside them cost three times the work and added nothing on public sessions.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from insights.features import folds_of
from insights.tables import Floats

SHARES: Final = (0.3, 0.6)  # of the features, that a tree may see
ROUNDS: Final = 350
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
        held_out[~rest] = _mean(_parts(inputs[rest], bought[rest], seed, SHARES[:1]), inputs[~rest])
    found = LogisticRegression(C=1e6).fit(_log_odds(held_out)[:, None], bought)
    slope, level = float(found.coef_[0, 0]), float(found.intercept_[0])
    return PurchaseModel(_parts(inputs, bought, seed), slope, level)


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


def _parts(
    inputs: Floats, bought: Floats, seed: int, shares: tuple[float, ...] = SHARES
) -> tuple[Any, ...]:
    """Boosted trees, one a share of the features that each tree may see."""
    import lightgbm

    data = lightgbm.Dataset(inputs, bought)
    common = {
        "objective": "binary",
        "learning_rate": 0.02,
        "num_leaves": 12,
        "lambda_l2": 5.0,
        "min_data_in_leaf": 30,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "verbosity": -1,
        "num_threads": 1,
        "deterministic": True,
        "seed": seed,
    }
    return tuple(
        lightgbm.train({**common, "feature_fraction": share}, data, num_boost_round=ROUNDS)
        for share in shares
    )


def _mean(parts: tuple[Any, ...], inputs: Floats) -> Floats:
    found: Floats = np.mean([one.predict(inputs) for one in parts], axis=0)
    return found


def _log_odds(chance: Floats) -> Floats:
    kept = np.clip(chance, _EDGE, 1 - _EDGE)
    found: Floats = np.log(kept / (1 - kept))
    return found


def _sigmoid(values: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-values))
    return found
