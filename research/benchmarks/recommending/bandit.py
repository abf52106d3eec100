"""Open Bandit (small): what Thompson sampling would click, from logs of random choice."""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas

from insights.policies.estimators import ESTIMATORS, Array, Log, estimate, judged, reward_model
from research.benchmarks.recommending.lines import Line

RUNS: Final = 30
PUBLISHED: Final = {
    "dm": 0.157,
    "ipw": 0.311,
    "snipw": 0.312,
    "dr": 0.292,
    "switch-dr": 0.258,
    "dros": 0.160,
}


def run(folder: Path, out: Path) -> list[Line]:
    """Relative errors of 30 bootstrap samples of the log, campaign `all`, random → BTS.

    The truth is the click rate of the Thompson sampler's own log; the policy's probabilities are
    its shares of items by position there, as it does not look at the shopper.
    """
    random, features, items = log_of(folder / "obd" / "random" / "all")
    bts, _, _ = log_of(folder / "obd" / "bts" / "all")
    truth = float(bts.reward.mean())
    shares = shares_of(bts, len(items))
    rng = np.random.default_rng(0)
    errors: dict[str, list[float]] = {name: [] for name in ESTIMATORS}
    for number in range(RUNS):
        rows = rng.integers(0, len(random.action), len(random.action))
        sample = Log(
            random.action[rows], random.position[rows], random.reward[rows], random.propensity[rows]
        )
        guesses = reward_model(features[rows], sample, items, seed=number)
        parts = judged(sample, shares[sample.position], guesses)
        for name, estimator in ESTIMATORS.items():
            errors[name].append(abs(float(estimator(parts).mean()) - truth) / truth)
    lines = []
    for name, found in errors.items():
        means = [np.mean(rng.choice(found, RUNS)) for _ in range(2000)]
        low, high = np.quantile(means, [0.025, 0.975])
        lines.append(Line("bandit", name, "relative_error", float(np.mean(found)), low, high))
        lines.append(Line("bandit", f"{name} (published)", "relative_error", PUBLISHED[name]))
    whole = judged(random, shares[random.position], reward_model(features, random, items))
    lines += [
        Line("bandit", name, "click_rate", one.value, one.low, one.high)
        for name, one in estimate(whole, rng).items()
    ]
    return [*lines, Line("bandit", "truth", "click_rate", truth)]


def log_of(folder: Path) -> tuple[Log, Array, Array]:
    """The log, (rounds, d) one-hot features of shoppers, (actions, e) features of items."""
    table = pandas.read_csv(next(folder.glob("*.csv.gz")), index_col=0)
    items = pandas.read_csv(folder / "item_context.csv", index_col=0).sort_values("item_id")
    log = Log(
        table["item_id"].to_numpy(np.int64),
        table["position"].to_numpy(np.int64) - 1,
        table["click"].to_numpy(np.float64),
        table["propensity_score"].to_numpy(np.float64),
    )
    people = pandas.get_dummies(
        table[[name for name in table if name.startswith("user_feature")]].astype(str)
    )
    names = [f"item_feature_{number}" for number in (1, 2, 3)]
    kinds = pandas.get_dummies(items[names].astype(str))
    number = items[["item_feature_0"]].to_numpy(np.float64)
    number = (number - number.mean()) / number.std()
    described = np.concatenate([number, kinds.to_numpy(np.float64)], axis=1)
    return log, people.to_numpy(np.float64), described


def shares_of(log: Log, actions: int) -> npt.NDArray[np.float64]:
    """(positions, actions) how often each item was shown at each position."""
    counts = np.zeros((int(log.position.max()) + 1, actions))
    np.add.at(counts, (log.position, log.action), 1)
    shares: npt.NDArray[np.float64] = counts / counts.sum(axis=1, keepdims=True)
    return shares
