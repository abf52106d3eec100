"""Measure uplift learners on rows left out, choose one without looking at the truth."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from insights.features import folds_of
from insights.tables import Floats
from insights.uplift.experiment import Experiment
from insights.uplift.learners import (
    BASELINE,
    LEARNERS,
    LEAST_CHANCE,
    doubly_robust,
    fit_effects,
)
from insights.uplift.qini import qini

FOLDS: Final = 5
FOLDS_OF_MANY: Final = 3
MANY: Final = 10_000  # rows
DRAWS: Final = 200
THIN: Final = 0.05


@dataclass(frozen=True)
class LearnerFigures:
    """One learner on rows left out: mean effect, Qini with 95 % interval, loss, √PEHE.

    `loss` is the squared distance to doubly robust effects, which chooses. PEHE are None where the
    true effects are not known; in-sample effects are of rows the learner was fitted to.
    """

    mean_effect: float
    qini: float
    qini_low: float
    qini_high: float
    loss: float
    pehe: float | None
    pehe_in_sample: float | None


@dataclass(frozen=True, eq=False)
class UpliftReport:
    """The average effect with its interval, each learner's figures and the learner chosen."""

    rows: int
    treated: int
    ate: float
    ate_low: float
    ate_high: float
    difference: float
    chosen: str
    learners: dict[str, LearnerFigures]
    notes: tuple[str, ...]


def evaluate(
    one: Experiment, *, seed: int = 0, tell: Callable[[str], None] = lambda _: None
) -> UpliftReport:
    """Fit the learners fold by fold; every figure but `in_sample` is of rows left out."""
    rng = np.random.default_rng(seed)
    inputs, rows = one.inputs.filled(), len(one.treated)
    count = FOLDS if rows < MANY else FOLDS_OF_MANY
    fold = folds_of(one.treated, count, rng)
    names = (*LEARNERS, BASELINE)
    effects = {name: np.empty(rows) for name in names}
    untreated, on, chance = np.empty(rows), np.empty(rows), np.empty(rows)
    for number in range(count):
        tell(f"fitting fold {number + 1} of {count}")
        rest, asked = fold != number, fold == number
        fitted = fit_effects(inputs[rest], one.treated[rest], one.outcome[rest])
        for name in names:
            effects[name][asked] = fitted.of[name](inputs[asked])
        untreated[asked] = fitted.arms.untreated.predict(inputs[asked])
        on[asked] = fitted.arms.treated.predict(inputs[asked])
        chance[asked] = fitted.arms.chance(inputs[asked])
    corrected = doubly_robust(untreated, on, chance, one.treated, one.outcome)
    in_sample: dict[str, Floats] = {}
    if one.truth is not None:
        tell("fitting all rows")
        fitted = fit_effects(inputs, one.treated, one.outcome)
        in_sample = {name: fitted.of[name](inputs) for name in names}
    tell("drawing intervals")
    samples = [rng.integers(0, rows, rows) for _ in range(DRAWS)]
    figures = {
        name: _figures(one, effects[name], corrected, in_sample.get(name), samples)
        for name in names
    }
    ate, error = float(corrected.mean()), float(corrected.std(ddof=1) / np.sqrt(rows))
    thin = float(((chance <= LEAST_CHANCE) | (chance >= 1 - LEAST_CHANCE)).mean())
    notes = list(one.notes)
    if thin > THIN:
        notes.append(
            f"{thin:.0%} of the rows were almost sure to be treated, or not: effects there are "
            "guesses"
        )
    return UpliftReport(
        rows,
        int(one.treated.sum()),
        ate,
        ate - 1.96 * error,
        ate + 1.96 * error,
        float(one.outcome[one.treated == 1].mean() - one.outcome[one.treated == 0].mean()),
        min(LEARNERS, key=lambda name: figures[name].loss),
        figures,
        tuple(notes),
    )


def _figures(
    one: Experiment,
    effect: Floats,
    corrected: Floats,
    in_sample: Floats | None,
    samples: list[npt.NDArray[np.int64]],
) -> LearnerFigures:
    drawn = [qini(effect[rows], one.treated[rows], one.outcome[rows]) for rows in samples]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return LearnerFigures(
        float(effect.mean()),
        qini(effect, one.treated, one.outcome),
        float(low),
        float(high),
        float(np.mean((corrected - effect) ** 2)),
        _pehe(effect, one.truth),
        None if in_sample is None else _pehe(in_sample, one.truth),
    )


def _pehe(effect: Floats, truth: Floats | None) -> float | None:
    """Root of the mean squared error of each row's effect (Hill, 2011)."""
    return None if truth is None else float(np.sqrt(np.mean((effect - truth) ** 2)))
