"""Off-policy estimators on logs whose truth is known."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
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
from insights.policies.evaluation import evaluate
from insights.policies.logs import question
from insights.tables import BadData, read_table
from tests.unit.insights.samples import public

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


def shown(rounds: int = 6000, seed: int = 0, chances: Sequence[float] = LOGGING) -> Any:
    """A log as a table: four items at two places; `new` is the judged policy's chance."""
    rng = np.random.default_rng(seed)
    item = rng.choice(4, rounds, p=chances)
    return pd.DataFrame(
        {
            "item": [f"item {number}" for number in item],
            "click": (rng.random(rounds) < CHANCES[item]).astype(int),
            "chance": np.asarray(chances)[item],
            "new": NEW[item],
            "place": rng.integers(1, 3, rounds),
            "who": rng.choice(["a", "b"], rounds),
        }
    )


NAMED = {"action": "item", "reward": "click", "propensity": "chance"}


def test_a_policy_is_judged_by_its_own_log_and_the_truth_is_not_used() -> None:
    ran = shown(6000, seed=1, chances=NEW)
    items = pd.DataFrame({"item": [f"item {n}" for n in range(4)], "price": [1.0, 2.0, 3.0, 2.0]})
    options = {**NAMED, "position": "place", "chosen": ["who"]}
    report = evaluate(question(shown(), **options, ran=ran, items=items))
    assert set(report.estimators) == set(ESTIMATORS)
    truth = float(NEW @ CHANCES)
    chosen = report.estimators[report.chosen]
    assert chosen.low <= truth <= chosen.high
    assert report.logged == pytest.approx(float(LOGGING @ CHANCES), abs=0.02)
    assert report.truth == pytest.approx(truth, abs=0.03)
    widths = {name: one.high - one.low for name, one in report.estimators.items()}
    assert widths[report.chosen] == min(widths[name] for name in ("ipw", "snipw", "dr"))
    ran["click"] = 1 - ran["click"]
    again = evaluate(question(shown(), **options, ran=ran, items=items))
    assert again.estimators == report.estimators


def test_a_column_of_chances_needs_no_model() -> None:
    report = evaluate(question(shown(), **NAMED, chances="new"))
    assert set(report.estimators) == {"ipw", "snipw"}
    assert report.truth is None
    assert report.estimators["snipw"].value == pytest.approx(float(NEW @ CHANCES), abs=0.05)
    assert 0 < report.effective < 6000


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {}, "say which policy is to be judged"),
        ({"chance": 0.0}, {"chances": "new"}, "--propensity 'chance': .* not within"),
        ({"new": 1.5}, {"chances": "new"}, "--chances 'new': must lie between"),
        ({"click": 0}, {"chances": "new"}, "--reward 'click': 0 rounds are not 0"),
        ({"item": "one"}, {"chances": "new"}, "--action 'item': 1 actions"),
        ({"place": 0.5}, {"chances": "new", "position": "place"}, "--position 'place': must be"),
        ({"place": 3}, {"ran": shown(50), "position": "place"}, "nothing was shown at position 3"),
        ({}, {"ran": shown(50), "items": shown(1)}, "--items: one row an action"),
        ({"new": 0.0}, {"chances": "new"}, "0.0 of 6000 rounds count"),
    ],
)
def test_what_no_estimate_can_be_made_from_is_refused(
    change: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadData, match=message):
        evaluate(question(shown().assign(**change), **NAMED, **options))


def test_thompson_sampling_on_open_bandit_is_foretold_from_random_choice() -> None:
    logs = [read_table(public(f"obd/{name}/all/all.csv.gz")) for name in ("random", "bts")]
    options = {"action": "item_id", "reward": "click", "propensity": "propensity_score"}
    report = evaluate(question(logs[0], **options, position="position", ran=logs[1]))
    assert report.truth == pytest.approx(0.0042)
    assert report.logged == pytest.approx(0.0038)
    chosen = report.estimators[report.chosen]
    assert chosen.low <= 0.0042 <= chosen.high
