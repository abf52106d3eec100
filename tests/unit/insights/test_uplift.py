"""Effects are found where they are, none where there is none, and leaks are seen."""

import numpy as np
import pandas as pd
import pytest

from insights.tables import BadData, read_table
from insights.uplift.evaluation import evaluate
from insights.uplift.experiment import experiment
from insights.uplift.qini import qini, qini_curve
from tests.unit.insights.samples import public


def mailing(rows: int = 450, seed: int = 3) -> pd.DataFrame:
    """Three arms at random; the mail about shoes adds 1 + 2 age to what is spent, hats nothing."""
    rng = np.random.default_rng(seed)
    age, town = rng.normal(0, 1, rows), rng.choice(["north", "south"], rows)
    mail = rng.choice(["shoes", "hats", "none"], rows)
    mu0 = age + (town == "south")
    mu1 = mu0 + np.where(mail == "hats", 0, 1 + 2 * age)
    spend = np.where(mail == "shoes", mu1, mu0) + rng.normal(0, 1, rows)
    return pd.DataFrame(
        {
            "mail": mail,
            "age": age,
            "town": town,
            "mu0": mu0,
            "mu1": mu1,
            "spend": spend,
            "bought": (spend > 1).astype(int),
        }
    )


def test_the_arm_that_works_is_told_from_the_one_that_does_not() -> None:
    arms = {}
    for arm in ("shoes", "hats"):
        one = experiment(
            mailing(),
            treatment="mail",
            arm=arm,
            control="none",
            outcome="spend",
            chosen=["age", "town"],
        )
        arms[arm] = evaluate(one)
    shoes, hats = arms["shoes"], arms["hats"]
    assert shoes.ate_low < 1 < shoes.ate_high
    assert shoes.learners[shoes.chosen].qini_low > 0
    assert hats.ate_low < 0 < hats.ate_high
    assert hats.learners[hats.chosen].qini_low < 0.1


def test_the_truth_measures_and_does_not_choose() -> None:
    frame = mailing()
    frame = frame[frame["mail"] != "hats"]
    asked = {"treatment": "mail", "arm": "shoes", "control": "none", "outcome": "spend"}
    plain = evaluate(experiment(frame, **asked, chosen=["age", "town"]))
    known = evaluate(experiment(frame, **asked, chosen=["age", "town"], mu0="mu0", mu1="mu1"))
    best = known.learners[known.chosen]
    assert plain.chosen == known.chosen
    assert best.pehe is not None
    assert best.pehe < 0.5
    assert plain.learners[plain.chosen].pehe is None


def test_what_is_known_only_afterwards_is_left_out_or_refused() -> None:
    frame = mailing(900)
    frame["visit"] = ((frame["bought"] == 1) | (frame["age"] > 0)).astype(int)
    asked = {"treatment": "mail", "arm": "shoes", "control": "none", "outcome": "bought"}
    one = experiment(frame.drop(columns=["mu0", "mu1"]), **asked)
    assert set(one.inputs.source) == {"age", "town"}
    assert "spend" not in one.inputs.source
    with pytest.raises(BadData, match="--features visit: known only after the outcome"):
        experiment(frame, **asked, chosen=["age", "visit"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "say by --arm and --control"),
        ({"arm": "socks", "control": "none"}, "--arm 'socks': 'mail' has no such value"),
        ({"arm": "none", "control": "none"}, "name two"),
        ({"arm": "shoes", "control": "none", "mu0": "mu0"}, "go together"),
        ({"arm": "shoes", "control": "none", "outcome": "town"}, "missing or no number"),
        ({"arm": "shoes", "control": "none", "chosen": ["spend"]}, "itself"),
    ],
)
def test_what_cannot_be_compared_is_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(BadData, match=said):
        experiment(mailing(), **{"treatment": "mail", "outcome": "spend"} | options)  # type: ignore[arg-type]


def test_too_few_treated_are_refused() -> None:
    frame = mailing()
    few = pd.concat([frame[frame["mail"] == "shoes"].head(20), frame[frame["mail"] == "none"]])
    with pytest.raises(BadData, match="20 rows are treated, 40 are needed"):
        experiment(few, treatment="mail", arm="shoes", control="none", outcome="spend")


def test_qini_of_the_perfect_order_by_hand() -> None:
    treated = np.array([1.0, 0, 1, 0])
    outcome = np.array([1.0, 0, 0, 0])
    share, gain = qini_curve(np.array([4.0, 3, 2, 1]), treated, outcome)
    assert share.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert gain.tolist() == [0, 0.5, 0.5, 0.5, 0.5]
    assert qini(np.array([4.0, 3, 2, 1]), treated, outcome) == pytest.approx(0.1875)
    assert qini(np.array([1.0, 2, 3, 4]), treated, outcome) < 0


@pytest.mark.real_data
def test_known_effects_of_ihdp_are_found() -> None:
    table = read_table(public("ihdp/ihdp_npci_1.csv.gz"))
    one = experiment(table, treatment="0", outcome="1", mu0="3", mu1="4")
    assert "2" not in one.inputs.source
    assert len(one.inputs.source) == 25
    found = evaluate(one)
    best, floor = found.learners[found.chosen], found.learners["ols"]
    assert best.pehe is not None
    assert floor.pehe is not None
    assert best.pehe < floor.pehe < 1
