"""Purchases are foretold with honest chances; columns that know the answer are named."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from insights.purchase.evaluation import calibration_error, evaluate
from insights.tables import BadData, read_table
from tests.unit.insights.samples import public


def sessions(rows: int = 700, seed: int = 11) -> pd.DataFrame:
    """Visitors who buy the likelier the longer they stay on a page, returning ones more often."""
    rng = np.random.default_rng(seed)
    pages, seconds = rng.integers(1, 40, rows), rng.exponential(600, rows)
    visitor = rng.choice(["new", "back"], rows)
    odds = -3 + np.minimum(seconds / pages / 15, 5) + (visitor == "back")
    bought = rng.random(rows) < 1 / (1 + np.exp(-odds))
    return pd.DataFrame({"pages": pages, "seconds": seconds, "visitor": visitor, "bought": bought})


def test_chances_rank_and_are_calibrated() -> None:
    report = evaluate(sessions(), target="bought", folds=3)
    assert report.auc.low > 0.75
    assert report.auc.low < report.auc.value < report.auc.high
    assert report.average_precision.value > 1.5 * report.bought / report.rows
    assert report.brier < report.brier_of_rate
    assert report.calibration_error < 0.06
    assert report.notes == ()


def test_a_column_that_nearly_tells_is_named_and_can_be_dropped() -> None:
    frame = sessions(400)
    rng = np.random.default_rng(0)
    frame["basket"] = frame["bought"] + rng.normal(0, 0.5, len(frame))
    report = evaluate(frame, target="bought", folds=2)
    assert list(report.suspects) == ["basket"]
    assert "--drop basket" in report.notes[0]
    assert evaluate(frame, target="bought", drop=["basket"], folds=2).suspects == {}


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"bought": 1}, {}, "every row has the value 1"),
        ({"bought": "maybe"}, {}, "missing or no number"),
        ({"paid": lambda f: f["bought"] * f["seconds"]}, {}, "'paid' gives 'bought' away"),
        ({}, {"target": "buys"}, "there is no such column"),
        ({}, {"drop": ["seconds", "hours"]}, "--drop 'hours': there is no such column"),
        ({}, {"drop": ["bought"]}, "is the target itself"),
        ({}, {"drop": ["pages", "seconds", "visitor"]}, "no column beside the target"),
        ({}, {"folds": 1}, "--folds must be from 2"),
        ({"bought": lambda f: f.index < 9}, {}, "stands in 9 rows, 30 are needed"),
    ],
)
def test_what_cannot_be_learned_is_refused(
    change: dict[str, Any], options: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadData, match=said):
        evaluate(sessions(300).assign(**change), **{"target": "bought"} | options)


def test_calibration_error_by_hand() -> None:
    chance, bought = np.array([0.1, 0.3, 0.8, 0.8]), np.array([0.0, 0, 1, 1])
    assert calibration_error(chance, bought, groups=2) == pytest.approx(0.2)


@pytest.mark.real_data
def test_page_values_are_suspected_in_online_shoppers() -> None:
    table = read_table(public("online_shoppers/online_shoppers_intention.csv"))
    part = table.iloc[::8]
    report = evaluate(part, target="Revenue", folds=2)
    assert list(report.suspects) == ["PageValues"]
    assert report.auc.value > 0.9
