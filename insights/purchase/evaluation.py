"""Measure purchase prediction by folds; say which columns may know the purchase already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from insights.features import auc_alone, features, folds_of, gives_away
from insights.purchase.model import fit_purchases, with_ratios
from insights.tables import BadData, Floats, columns, two_valued

FEWEST_OF_A_KIND: Final = 30
SUSPECT: Final = 0.8  # area under the curve of one column alone
DRAWS: Final = 300


@dataclass(frozen=True)
class Interval:
    """A mean over folds with a 95 % interval from resampled rows."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PurchaseReport:
    """Figures on rows left out: ranking, calibration, and the base rate it is held against.

    `calibration_error` is the mean distance between foretold and actual shares over ten groups of
    equal size; `suspects` are columns that tell the outcome almost alone, with their AUC.
    """

    rows: int
    bought: int
    auc: Interval
    average_precision: Interval
    brier: float
    brier_of_rate: float
    calibration_error: float
    suspects: dict[str, float]
    notes: tuple[str, ...]


def evaluate(
    frame: Any,
    *,
    target: str,
    drop: Sequence[str] = (),
    folds: int = 10,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> PurchaseReport:
    """Fit and calibrate on all folds but one, measure on it; raises BadData for what cannot be."""
    bought = two_valued(frame, target, "--target")
    if target in columns(frame, list(drop), "--drop"):
        raise BadData(f"--drop {target!r} is the target itself")
    rare = int(min(bought.sum(), (1 - bought).sum()))
    if rare < FEWEST_OF_A_KIND:
        raise BadData(
            f"--target {target!r}: the rarer outcome stands in {rare} rows, {FEWEST_OF_A_KIND} are "
            "needed; give more data"
        )
    if not 2 <= folds <= rare:
        raise BadData(f"--folds must be from 2 to {rare}, got {folds}")
    read = features(frame, [name for name in frame.columns if name not in {target, *drop}])
    if not read.names:
        raise BadData("--data: no column beside the target says anything; give more columns")
    notes = []
    if read.left_out:
        notes.append(f"left out as always alike or never: {', '.join(read.left_out)}")
    suspects: dict[str, float] = {}
    for place, (name, source) in enumerate(zip(read.names, read.source, strict=True)):
        if gives_away(read.values[:, place], bought):
            raise BadData(
                f"{source!r} gives {target!r} away ({name}); leave it out by --drop {source}"
            )
        if (alone := auc_alone(read.values[:, place], bought)) > SUSPECT:
            suspects[source] = max(alone, suspects.get(source, 0))
    notes += [
        f"{name!r} alone tells {target!r} with AUC {alone:.3f}: is it known before? "
        f"If not, --drop {name}"
        for name, alone in suspects.items()
    ]
    rng = np.random.default_rng(seed)
    inputs, fold = with_ratios(read.filled()), folds_of(bought, folds, rng)
    chance = np.empty(len(bought))
    for number in range(folds):
        tell(f"fold {number + 1} of {folds}")
        rest = fold != number
        chance[~rest] = fit_purchases(inputs[rest], bought[rest], seed).probability(inputs[~rest])
    rate = float(bought.mean())
    return PurchaseReport(
        len(bought),
        int(bought.sum()),
        _over_folds(roc_auc_score, chance, bought, fold, rng),
        _over_folds(average_precision_score, chance, bought, fold, rng),
        float(np.mean((chance - bought) ** 2)),
        rate * (1 - rate),
        calibration_error(chance, bought),
        suspects,
        tuple(notes),
    )


def calibration_error(chance: Floats, bought: Floats, groups: int = 10) -> float:
    """Mean distance of foretold and actual shares, over groups of equal size by chance."""
    parts = np.array_split(np.argsort(chance, kind="stable"), min(groups, len(chance)))
    gaps = [abs(float(chance[rows].mean() - bought[rows].mean())) for rows in parts]
    return float(np.average(gaps, weights=[len(rows) for rows in parts]))


def _over_folds(
    measure: Callable[[Floats, Floats], float],
    chance: Floats,
    bought: Floats,
    fold: Any,
    rng: np.random.Generator,
) -> Interval:
    """The mean over folds; its interval from rows of all folds drawn anew, outcome by outcome."""
    each = [fold == number for number in range(int(fold.max()) + 1)]
    value = float(np.mean([measure(bought[rows], chance[rows]) for rows in each]))
    kinds = [np.flatnonzero(bought == one) for one in (0, 1)]
    drawn = []
    for _ in range(DRAWS):
        rows = np.concatenate([rng.choice(kind, len(kind)) for kind in kinds])
        drawn.append(measure(bought[rows], chance[rows]))
    spread = 1.96 * float(np.std(drawn))
    return Interval(value, max(value - spread, 0.0), min(value + spread, 1.0))
