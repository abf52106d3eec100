"""S-, T-, X- and DR-learner: what a treatment does to each customer.

Künzel, Sekhon, Bickel, Yu: Metalearners for estimating heterogeneous treatment effects (PNAS 2019);
Kennedy: Towards optimal doubly robust estimation of heterogeneous causal effects (2020).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from insights.regressions import Fitted, Predict, fit_best
from insights.tables import Floats

LEARNERS: Final = ("s", "t", "x", "dr")
BASELINE: Final = "ols"
LEAST_CHANCE: Final = 0.02  # of being treated, or not: rows beyond weigh no more than this allows


@dataclass(frozen=True, eq=False)
class Arms:
    """What is expected untreated and treated, and the chance to be treated, of any rows."""

    untreated: Fitted
    treated: Fitted
    chance: Predict


@dataclass(frozen=True, eq=False)
class Effects:
    """Every learner's effect of any rows, and the arms' models they were built on."""

    arms: Arms
    of: dict[str, Predict]


def fit_effects(inputs: Floats, treated: Floats, outcome: Floats) -> Effects:
    """Fit all learners to rows with a treatment 0 or 1 and an outcome."""
    on, off = treated == 1, treated == 0
    arms = Arms(
        fit_best(inputs[off], outcome[off]),
        fit_best(inputs[on], outcome[on]),
        fit_chance(inputs, treated),
    )
    both = fit_best(np.column_stack([inputs, treated]), outcome)
    from_untreated = fit_best(inputs[off], arms.treated.predict(inputs[off]) - outcome[off])
    from_treated = fit_best(inputs[on], outcome[on] - arms.untreated.predict(inputs[on]))
    corrected = fit_best(inputs, pseudo_effects(arms, inputs, treated, outcome))

    def single(asked: Floats) -> Floats:
        ones = np.ones(len(asked))
        return both.predict(np.column_stack([asked, ones])) - both.predict(
            np.column_stack([asked, 0 * ones])
        )

    def crossed(asked: Floats) -> Floats:
        chance = arms.chance(asked)
        return chance * from_untreated.predict(asked) + (1 - chance) * from_treated.predict(asked)

    return Effects(
        arms,
        {
            "s": single,
            "t": lambda asked: arms.treated.predict(asked) - arms.untreated.predict(asked),
            "x": crossed,
            "dr": corrected.predict,
            BASELINE: _linear_arms(inputs, treated, outcome),
        },
    )


def pseudo_effects(arms: Arms, inputs: Floats, treated: Floats, outcome: Floats) -> Floats:
    """(rows,) doubly robust effects of the arms' own rows; noisy, and right on average.

    Each row is predicted as if it had been left out.
    """
    untreated, on = arms.untreated.predict(inputs), arms.treated.predict(inputs)
    untreated[treated == 0] = arms.untreated.held_out
    on[treated == 1] = arms.treated.held_out
    return doubly_robust(untreated, on, arms.chance(inputs), treated, outcome)


def doubly_robust(
    untreated: Floats, on: Floats, chance: Floats, treated: Floats, outcome: Floats
) -> Floats:
    """(rows,) difference of the expectations, corrected by the weighted error of the arm seen."""
    seen = np.where(treated == 1, on, untreated)
    weight = (treated - chance) / (chance * (1 - chance))
    found: Floats = on - untreated + weight * (outcome - seen)
    return found


def fit_chance(inputs: Floats, treated: Floats) -> Callable[[Floats], Floats]:
    """The chance to be treated by logistic regression, kept off 0 and 1."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    model.fit(inputs, treated)
    return lambda asked: np.clip(model.predict_proba(asked)[:, 1], LEAST_CHANCE, 1 - LEAST_CHANCE)


def _linear_arms(inputs: Floats, treated: Floats, outcome: Floats) -> Predict:
    """The baseline: ordinary least squares in each arm."""
    table = np.column_stack([np.ones(len(inputs)), inputs])
    weights = [
        np.linalg.lstsq(table[treated == arm], outcome[treated == arm], rcond=None)[0]
        for arm in (0, 1)
    ]
    return lambda asked: np.column_stack([np.ones(len(asked)), asked]) @ (weights[1] - weights[0])
