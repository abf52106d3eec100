"""Measure demand models: elasticities in several ways, and how likely rows left out are."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from insights.features import folds_of
from insights.prices.demand import Demand
from insights.prices.elasticities import (
    FOLDS,
    Elasticity,
    by_group,
    by_level,
    double_machine_learning,
    least_squares,
    pooled,
    shrunk,
)
from insights.tables import Floats, Mask


@dataclass(frozen=True, eq=False)
class ElasticityReport:
    """All elasticities, and log-likelihoods a row on rows left out.

    `main` is the pooled one, with the controls where there are any; `gain` is how much likelier a
    row is by the groups' shrunk model than by the pooled one, with its 95 % interval.
    """

    rows: int
    main: Elasticity
    plain: Elasticity
    learned: Elasticity
    groups: dict[str, Elasticity]
    shrunk: dict[str, Elasticity]
    levels: dict[str, Elasticity]
    likelihood_pooled: float
    likelihood_groups: float
    gain: tuple[float, float, float]
    notes: tuple[str, ...]


def evaluate(
    one: Demand, *, seed: int = 0, tell: Callable[[str], None] = lambda _: None
) -> ElasticityReport:
    """Fit all models to all rows, and again fold by fold for the likelihoods."""
    rng = np.random.default_rng(seed)
    tell("fitting by groups")
    groups = by_group(one)
    tell("double machine learning")
    learned = double_machine_learning(one, rng)
    tell("measuring on rows left out")
    fold = folds_of(one.group, FOLDS, rng)
    alone, together = np.empty(len(fold)), np.empty(len(fold))
    for number in range(FOLDS):
        rest, asked = fold != number, fold == number
        alone[asked] = _pooled_likelihood(one, rest, asked)
        together[asked] = _groups_likelihood(one, rest, asked)
    gain = together - alone
    error = 1.96 * float(gain.std(ddof=1)) / np.sqrt(len(gain))
    notes = list(one.notes)
    main = pooled(one, controlled=bool(one.controls.names))
    if main.elasticity > 0:
        notes.append("demand rises with the price: something else moves both; name it as a control")
    return ElasticityReport(
        len(fold),
        main,
        pooled(one, controlled=False),
        learned,
        groups,
        shrunk(groups),
        by_level(one),
        float(alone.mean()),
        float(together.mean()),
        (float(gain.mean()), float(gain.mean()) - error, float(gain.mean()) + error),
        tuple(notes),
    )


def _pooled_likelihood(one: Demand, rest: Mask, asked: Mask) -> Floats:
    """(asked,) log-likelihoods by least squares with one price slope, and one noise, for all."""
    table = np.hstack([one.dummies(), one.controls.values])
    weights, _ = least_squares(one.price[rest], table[rest], one.quantity[rest])
    whole = np.column_stack([one.price, table])
    return _normal(one.quantity - whole @ weights, rest, asked)


def _groups_likelihood(one: Demand, rest: Mask, asked: Mask) -> Floats:
    """(asked,) log-likelihoods with shrunk slopes, and level, controls and noise of each group."""
    part = replace(
        one,
        quantity=one.quantity[rest],
        price=one.price[rest],
        group=one.group[rest],
        controls=replace(one.controls, values=one.controls.values[rest]),
    )
    slopes = np.array([found.elasticity for found in shrunk(by_group(part)).values()])
    left = one.quantity - slopes[one.group] * one.price
    table = np.column_stack([np.ones(len(left)), one.controls.values])
    found = np.empty(len(left))
    for place in range(len(one.groups)):
        mine = one.group == place
        learn, told = mine & rest, mine & asked
        weights = np.linalg.lstsq(table[learn], left[learn], rcond=None)[0]
        found[told] = _normal(left - table @ weights, learn, told)
    likely: Floats = found[asked]
    return likely


def _normal(wrong: Floats, rest: Mask, asked: Mask) -> Floats:
    variance = float(np.mean(wrong[rest] ** 2))
    likely: Floats = -0.5 * (np.log(2 * np.pi * variance) + wrong[asked] ** 2 / variance)
    return likely
