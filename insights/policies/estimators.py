"""What a new policy would have earned, from the log of another: off-policy estimators.

A log holds what was shown (action, position), with what probability (propensity), and whether it
was clicked (reward). The policy to be judged is given as its probabilities for every action at
each position of each round. All estimators are means over rounds, so that each has a bootstrap
interval.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Actions = npt.NDArray[np.int64]
LAMBDAS: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, float("inf"))


class BadLog(ValueError):
    """A log that no estimate can be made from; the message names the column."""


@dataclass(frozen=True, eq=False)
class Log:
    """What was shown: (rounds,) columns; `propensity` is the chance the logging policy gave it."""

    action: Actions
    position: Actions
    reward: Array
    propensity: Array

    def __post_init__(self) -> None:
        """Raise BadLog for columns of other lengths and propensities outside (0, 1]."""
        for name in ("position", "reward", "propensity"):
            if len(getattr(self, name)) != len(self.action):
                rows = len(getattr(self, name))
                raise BadLog(f"{name} has {rows} rows, action {len(self.action)}")
        if not len(self.action):
            raise BadLog("the log is empty")
        bad = ~((self.propensity > 0) & (self.propensity <= 1))
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise BadLog(f"propensity, row {row}: {self.propensity[row]} is not within (0, 1]")
        if not np.isfinite(self.reward).all():
            raise BadLog(
                f"reward, row {int(np.flatnonzero(~np.isfinite(self.reward))[0])}: missing"
            )


@dataclass(frozen=True, eq=False)
class Judged:
    """The ingredients that every estimator combines, (rounds,) each.

    `weight` is π(a|x) / propensity, `guess` the reward model's q̂(x, a) of what was shown, `value`
    its expectation Σ π(a|x) q̂(x, a) under the policy that is judged.
    """

    weight: Array
    reward: Array
    guess: Array
    value: Array


@dataclass(frozen=True)
class PolicyValue:
    """A policy's estimated reward a round, with a 95 % bootstrap interval."""

    estimator: str
    value: float
    low: float
    high: float


def judged(log: Log, policy: Array, guesses: Array) -> Judged:
    """Put together log, policy (rounds, actions) and reward model (rounds, actions).

    `policy[i]` are the probabilities at the position of round i.
    """
    rounds = np.arange(len(log.action))
    if policy.shape != guesses.shape or len(policy) != len(rounds):
        shapes = f"policy {policy.shape} and guesses {guesses.shape}"
        raise BadLog(f"{shapes} must both have {len(rounds)} rows and a column an action")
    return Judged(
        policy[rounds, log.action] / log.propensity,
        log.reward,
        guesses[rounds, log.action],
        (policy * guesses).sum(axis=1),
    )


def direct_method(one: Judged) -> Array:
    """DM: what the reward model expects.

    Beygelzimer, Langford: The Offset Tree for Learning with Partial Labels (KDD 2009).
    """
    return one.value


def inverse_propensity(one: Judged) -> Array:
    """IPW: rewards weighted by how much more often the policy would show them.

    Precup, Sutton, Singh: Eligibility Traces for Off-Policy Policy Evaluation (ICML 2000).
    """
    return one.weight * one.reward


def self_normalised(one: Judged) -> Array:
    """SNIPW: IPW over the mean weight.

    Swaminathan, Joachims: The Self-Normalized Estimator for Counterfactual Learning (NIPS 2015).
    """
    return one.weight * one.reward / max(float(one.weight.mean()), 1e-12)


def doubly_robust(one: Judged) -> Array:
    """DR: the reward model, corrected by weighted errors.

    Dudík, Langford, Li: Doubly Robust Policy Evaluation and Learning (ICML 2011).
    """
    return one.value + one.weight * (one.reward - one.guess)


def switch_doubly_robust(one: Judged, limit: float | None = None) -> Array:
    """Switch-DR: as DR, but without the correction where a weight exceeds `limit`.

    Wang, Agarwal, Dudík: Optimal and Adaptive Off-policy Evaluation (ICML 2017). Without `limit`
    the one with the least estimated squared error is taken (section 5 there).
    """
    if limit is None:
        limit = _best(LAMBDAS, one, switch_doubly_robust, lambda w, at: w * (w > at))
    return one.value + one.weight * (one.weight <= limit) * (one.reward - one.guess)


def optimistic_shrinkage(one: Judged, strength: float | None = None) -> Array:
    """DRos: as DR with weights shrunk to λw / (w² + λ).

    Su, Dimakopoulou, Krishnamurthy, Dudík: Doubly Robust Off-Policy Evaluation with Shrinkage
    (ICML 2020). Without `strength` the one with the least estimated squared error is taken.
    """
    if strength is None:
        strength = _best(LAMBDAS, one, optimistic_shrinkage, lambda w, at: w - _shrunk(w, at))
    return one.value + _shrunk(one.weight, strength) * (one.reward - one.guess)


ESTIMATORS: Final[dict[str, Callable[[Judged], Array]]] = {
    "dm": direct_method,
    "ipw": inverse_propensity,
    "snipw": self_normalised,
    "dr": doubly_robust,
    "switch-dr": switch_doubly_robust,
    "dros": optimistic_shrinkage,
}


def estimate(one: Judged, rng: np.random.Generator, *, draws: int = 500) -> dict[str, PolicyValue]:
    """Every estimator's value with its bootstrap interval over rounds."""
    count = len(one.reward)
    samples = [rng.integers(0, count, count) for _ in range(draws)]
    found = {}
    for name, estimator in ESTIMATORS.items():
        rounds = estimator(one)
        means = np.asarray([rounds[rows].mean() for rows in samples])
        low, high = np.quantile(means, [0.025, 0.975])
        found[name] = PolicyValue(name, float(rounds.mean()), float(low), float(high))
    return found


def reward_model(
    features: Array, log: Log, action_features: Array, *, folds: int = 3, seed: int = 0
) -> Array:
    """(rounds, actions) expected rewards by logistic regression, cross-fitted.

    `features` (rounds, d) describe the round, `action_features` (actions, e) the actions; position
    is one-hot. A round's own reward never enters its own expectation (Narita, Yasui, Yata: Debiased
    Off-Policy Evaluation for Recommendation Systems, RecSys 2021).
    """
    rounds, actions = len(log.action), len(action_features)
    positions = int(log.position.max()) + 1
    own = np.concatenate([features, np.eye(positions)[log.position]], axis=1)
    shown = np.concatenate([own, action_features[log.action]], axis=1)
    fold = np.random.default_rng(seed).integers(0, folds, rounds)
    guesses = np.empty((rounds, actions))
    for number in range(folds):
        rest, asked = fold != number, fold == number
        weights, bias = _logistic(shown[rest], log.reward[rest])
        split = own.shape[1]
        left = own[asked] @ weights[:split]
        guesses[asked] = _sigmoid(left[:, None] + (action_features @ weights[split:])[None] + bias)
    return guesses


def _logistic(inputs: Array, labels: Array, penalty: float = 1.0) -> tuple[Array, float]:
    """Ridge-penalised logistic regression by Newton's method; the bias is not penalised."""
    table = np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1)
    ridge = np.full(table.shape[1], penalty)
    ridge[-1] = 1e-6
    rate = min(max(float(labels.mean()), 1e-6), 1 - 1e-6)
    weights = np.zeros(table.shape[1])
    weights[-1] = np.log(rate / (1 - rate))
    for _ in range(25):
        chance = _sigmoid(table @ weights)
        gradient = table.T @ (chance - labels) + ridge * weights
        spread = np.maximum(chance * (1 - chance), 1e-9)
        step = np.linalg.solve((table.T * spread) @ table + np.diag(ridge), gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights[:-1], float(weights[-1])


def _sigmoid(values: Array) -> Array:
    squashed: Array = 1 / (1 + np.exp(-np.clip(values, -40, 40)))
    return squashed


def _shrunk(weight: Array, strength: float) -> Array:
    if np.isinf(strength):
        return weight
    shrunk: Array = strength * weight / (weight**2 + strength)
    return shrunk


def _best(
    values: tuple[float, ...],
    one: Judged,
    estimator: Callable[..., Array],
    left_out: Callable[[Array, float], Array],
) -> float:
    """The value with the least variance of the mean plus squared estimated bias."""

    def squared_error(value: float) -> float:
        rounds = estimator(one, value)
        bias = float(np.mean(left_out(one.weight, value) * (one.reward - one.guess)))
        return float(rounds.var() / len(rounds) + bias**2)

    return min(values, key=squared_error)
