"""What a policy would have earned: every estimator with its interval, beside what was earned."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from insights.policies.estimators import (
    Judged,
    PolicyValue,
    estimate,
    judged,
    reward_model,
)
from insights.policies.logs import Question
from insights.tables import BadData

WITHOUT_MODEL: Final = ("ipw", "snipw")  # need the policy's chance of what was shown alone
UNBIASED: Final = ("ipw", "snipw", "dr")  # right in the limit whenever the chances are
FEWEST_EFFECTIVE: Final = 10.0


@dataclass(frozen=True)
class Report:
    """`logged` is what the policy that ran earned a round; `effective` how many rounds the weights
    leave of `rounds`; `chosen` the estimator with the narrowest interval of those that are right
    whenever the chances are."""

    rounds: int
    logged: float
    effective: float
    chosen: str
    estimators: dict[str, PolicyValue]
    truth: float | None

    def error(self, name: str) -> float | None:
        """An estimator's relative error, where the truth is known."""
        if not self.truth:
            return None
        return abs(self.estimators[name].value - self.truth) / abs(self.truth)


def evaluate(
    one: Question, *, seed: int = 0, tell: Callable[[str], None] = lambda _: None
) -> Report:
    """Estimate what the policy earns a round; raises BadData where the log cannot tell.

    Kish: Survey Sampling (1965) for the effective number of rounds.
    """
    parts = _ingredients(one, seed, tell)
    weight = parts.weight
    effective = float(weight.sum() ** 2 / max(float((weight**2).sum()), 1e-12))
    if effective < FEWEST_EFFECTIVE:
        raise BadData(
            f"the log hardly shows what the policy would: {effective:.1f} of {len(weight)} rounds "
            f"count, {FEWEST_EFFECTIVE:g} are needed"
        )
    tell("drawing samples")
    found = estimate(parts, np.random.default_rng(seed))
    if one.is_by_round:
        found = {name: found[name] for name in WITHOUT_MODEL}
    sure = [name for name in UNBIASED if name in found]
    chosen = min(sure, key=lambda name: found[name].high - found[name].low)
    return Report(
        len(weight), float(parts.reward.mean()), effective, chosen, dict(found), one.truth
    )


def _ingredients(one: Question, seed: int, tell: Callable[[str], None]) -> Judged:
    log = one.log
    if one.is_by_round:
        nothing = np.zeros_like(log.reward)
        return Judged(one.policy / log.propensity, log.reward, nothing, nothing)
    tell("learning what is clicked")
    guesses = reward_model(one.features, log, one.actions, seed=seed)
    return judged(log, one.policy[log.position], guesses)
