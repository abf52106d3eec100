"""Off-policy estimators on a log whose truth is known."""

import numpy as np
import pytest

from insights.policies.estimators import (
    ESTIMATORS,
    BadLog,
    Judged,
    Log,
    estimate,
    judged,
    reward_model,
    switch_doubly_robust,
)

CHANCES = np.asarray([0.1, 0.3, 0.6, 0.2])
LOGGING = np.asarray([0.4, 0.3, 0.1, 0.2])
NEW = np.asarray([0.1, 0.1, 0.7, 0.1])


def log(rounds: int = 20_000) -> Log:
    rng = np.random.default_rng(0)
    action = rng.choice(4, rounds, p=LOGGING)
    reward = (rng.random(rounds) < CHANCES[action]).astype(float)
    return Log(action, rng.integers(0, 2, rounds), reward, LOGGING[action])


def parts(one: Log) -> Judged:
    rng = np.random.default_rng(1)
    features = rng.standard_normal((len(one.action), 2))
    guesses = reward_model(features, one, np.eye(4))
    return judged(one, np.tile(NEW, (len(one.action), 1)), guesses)


def test_every_estimator_finds_the_truth_within_its_interval() -> None:
    truth = float(NEW @ CHANCES)
    found = estimate(parts(log()), np.random.default_rng(2), draws=200)
    assert set(found) == set(ESTIMATORS) == {"dm", "ipw", "snipw", "dr", "switch-dr", "dros"}
    for one in found.values():
        assert one.value == pytest.approx(truth, abs=0.02)
        assert one.low <= one.value <= one.high
    assert found["ipw"].low <= truth <= found["ipw"].high


def test_the_estimators_by_hand() -> None:
    one = Judged(
        np.asarray([2.0, 0.5]),
        np.asarray([1.0, 0.0]),
        np.asarray([0.5, 0.5]),
        np.asarray([0.4, 0.2]),
    )
    means = {name: float(found(one).mean()) for name, found in ESTIMATORS.items()}
    assert means["dm"] == pytest.approx(0.3)
    assert means["ipw"] == pytest.approx(1.0)
    assert means["snipw"] == pytest.approx(1.0 / 1.25)
    assert means["dr"] == pytest.approx(0.3 + (2.0 * 0.5 - 0.5 * 0.5) / 2)
    assert float(switch_doubly_robust(one, 1.0).mean()) == pytest.approx(0.3 - 0.125)
    assert float(switch_doubly_robust(one, 0.1).mean()) == pytest.approx(means["dm"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reward": np.zeros(3)}, "reward has 3 rows, action 2"),
        ({"propensity": np.asarray([0.5, 0.0])}, "propensity, row 1: 0.0 is not within"),
        ({"reward": np.asarray([np.nan, 1.0])}, "reward, row 0: missing"),
        (
            {
                "action": np.zeros(0, int),
                "position": np.zeros(0, int),
                "reward": np.zeros(0),
                "propensity": np.zeros(0),
            },
            "the log is empty",
        ),
    ],
)
def test_bad_logs_are_named(change: dict[str, np.ndarray], message: str) -> None:
    columns = {
        "action": np.zeros(2, int),
        "position": np.zeros(2, int),
        "reward": np.zeros(2),
        "propensity": np.full(2, 0.5),
    }
    with pytest.raises(BadLog, match=message):
        Log(**{**columns, **change})
