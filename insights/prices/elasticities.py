"""Elasticities: log-log least squares, shrinkage across groups, double machine learning."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from insights.features import folds_of
from insights.prices.demand import Demand
from insights.regressions import fit_best
from insights.tables import Floats

FOLDS: Final = 5
_Z95: Final = 1.959963984540054


@dataclass(frozen=True)
class Elasticity:
    """Change of demand in per cent when the price rises by one, with its 95 % interval."""

    elasticity: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """The standard error."""
        return (self.high - self.low) / (2 * _Z95)


def of(value: float, error: float) -> Elasticity:
    """An elasticity from its value and standard error."""
    return Elasticity(float(value), float(value - _Z95 * error), float(value + _Z95 * error))


def least_squares(price: Floats, others: Floats, quantity: Floats) -> tuple[Floats, Floats]:
    """(coefficients, standard errors), the price's first; errors hold for uneven noise (HC1)."""
    table = np.column_stack([price, others])
    rows, size = table.shape
    inverse = np.linalg.pinv(table.T @ table)
    weights = inverse @ (table.T @ quantity)
    wrong = quantity - table @ weights
    spread = inverse @ ((table.T * wrong**2) @ table) @ inverse * rows / max(rows - size, 1)
    return weights, np.sqrt(np.maximum(np.diag(spread), 0))


def pooled(one: Demand, *, controlled: bool) -> Elasticity:
    """One elasticity for all groups, each with a level of its own."""
    others = [one.dummies()] + ([one.controls.values] if controlled else [])
    weights, errors = least_squares(one.price, np.hstack(others), one.quantity)
    return of(weights[0], errors[0])


def by_group(one: Demand) -> dict[str, Elasticity]:
    """Each group by itself, controls included."""
    found = {}
    for place, name in enumerate(one.groups):
        rows = one.group == place
        others = np.column_stack([np.ones(int(rows.sum())), one.controls.values[rows]])
        weights, errors = least_squares(one.price[rows], others, one.quantity[rows])
        found[name] = of(weights[0], errors[0])
    return found


def by_level(one: Demand, fewest: int = 30) -> dict[str, Elasticity]:
    """Each group at each value of each yes/no control by itself, as `group, control=value`."""
    found = {}
    for column, control in enumerate(one.controls.names):
        values = one.controls.values[:, column]
        if set(np.unique(values)) != {0.0, 1.0}:
            continue
        for place, name in enumerate(one.groups):
            for level in (0, 1):
                rows = (one.group == place) & (values == level)
                if rows.sum() < fewest or np.ptp(one.price[rows]) == 0:
                    continue
                ones = np.ones((int(rows.sum()), 1))
                weights, errors = least_squares(one.price[rows], ones, one.quantity[rows])
                found[f"{name}, {control}={level}"] = of(weights[0], errors[0])
    return found


def shrunk(groups: dict[str, Elasticity]) -> dict[str, Elasticity]:
    """Pull each group towards the mean of all, the more the less is known of it.

    Empirical Bayes with the variance between groups by moments (DerSimonian, Laird 1986).
    """
    values = np.array([one.elasticity for one in groups.values()])
    variances = np.maximum([one.error**2 for one in groups.values()], 1e-12)
    weights = 1 / variances
    centre = weights @ values / weights.sum()
    excess = weights @ (values - centre) ** 2 - (len(values) - 1)
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    between = max(float(excess / scale), 0.0) if scale > 0 else 0.0
    weights = 1 / (variances + between)
    centre, doubt = weights @ values / weights.sum(), 1 / weights.sum()
    own = between / (between + variances)
    means = own * values + (1 - own) * centre
    errors = np.sqrt(own * variances + (1 - own) ** 2 * doubt)
    return {name: of(m, e) for name, m, e in zip(groups, means, errors, strict=True)}


def double_machine_learning(one: Demand, rng: np.random.Generator) -> Elasticity:
    """Quantity and price, each less what groups and controls foretell of it on rows left out.

    Chernozhukov et al.: Double/debiased machine learning (The Econometrics Journal 21, 2018),
    partially linear model, five folds.
    """
    inputs = np.hstack([one.dummies(), one.controls.values])
    fold = folds_of(one.group, FOLDS, rng)
    price, quantity = np.empty(len(fold)), np.empty(len(fold))
    for number in range(FOLDS):
        rest, asked = fold != number, fold == number
        for target, left in ((one.price, price), (one.quantity, quantity)):
            left[asked] = target[asked] - fit_best(inputs[rest], target[rest]).predict(
                inputs[asked]
            )
    value = float(price @ quantity / (price @ price))
    wrong = quantity - value * price
    error = np.sqrt(float(price**2 @ wrong**2)) / float(price @ price)
    return of(value, error)
