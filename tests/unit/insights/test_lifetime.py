"""Lifetime models find the parameters that made the purchases, and refuse what says nothing."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from insights.lifetime.evaluation import LifetimeReport, evaluate
from insights.tables import BadData, read_table
from tests.unit.insights.samples import buyers, public

TODAY = dt.date(2026, 11, 1)


def measured(frame: Any, split: str = "2025-01-01", **options: Any) -> LifetimeReport:
    given = {"customer": "who", "date": "day", "amount": "paid", "split": split} | options
    return evaluate(frame, today=TODAY, **given)


def test_the_parameters_that_made_the_purchases_are_found() -> None:
    report = measured(buyers(1_000))
    for found, truth in (
        (report.buying.r, 0.8),
        (report.buying.alpha, 6),
        (report.buying.a, 0.9),
        (report.buying.b, 3),
    ):
        assert found.low < truth < found.high
    assert report.spending is not None
    assert report.spending.p.value == pytest.approx(6, rel=0.2)
    assert report.spending.q.value == pytest.approx(4, rel=0.2)
    assert abs(report.purchases_error) < 0.1
    assert report.mae < report.mae_of_means < report.mae_of_rates
    assert report.covered > 0.93


def test_two_rows_of_a_day_are_one_purchase_and_returns_are_none() -> None:
    frame = buyers(200)
    twice = pd.concat([frame, frame.assign(paid=-1.0)])
    once, both = measured(frame), measured(twice)
    assert both.purchases == once.purchases
    assert both.buying == once.buying
    assert "returns" in both.notes[0]


def test_amounts_that_are_all_below_0_are_refused() -> None:
    with pytest.raises(BadData, match="--amount 'paid': every row is below 0; turn the sign"):
        measured(buyers(50).assign(paid=-1.0))


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({}, {"split": "2030-01-01"}, "runs from 2024-01-0"),
        ({}, {"split": "2025-02-31"}, "--split must be a day"),
        ({}, {"customer": "whom"}, "there is no such column; there are who"),
        ({"day": "2025-02-31"}, {}, "hold no date"),
        ({"day": "2031-01-01"}, {}, "after today"),
        ({"paid": "a lot"}, {}, "missing or no number"),
    ],
)
def test_what_cannot_be_used_is_refused(
    change: dict[str, str], options: dict[str, str], said: str
) -> None:
    frame = buyers(50).astype(object)
    for column, value in change.items():
        frame.loc[3, column] = value
    with pytest.raises(BadData, match=said):
        measured(frame, **options)


def test_customers_who_never_come_back_say_too_little() -> None:
    frame = buyers(100).drop_duplicates("who")
    with pytest.raises(BadData, match="0 customers bought on two days or more"):
        measured(frame, split="2024-02-15")


@pytest.mark.real_data
def test_the_published_parameters_are_reproduced() -> None:
    table = read_table(public("cdnow/CDNOW_sample.txt"))
    report = measured(table, customer="0", date="2", amount="4", split="1997-09-30")
    assert report.spending is not None
    found = [report.buying.r, report.buying.alpha, report.buying.a, report.buying.b]
    found += [report.spending.p, report.spending.q, report.spending.v]
    published = [0.243, 4.414, 0.793, 2.426, 6.25, 3.74, 15.45]
    digits = [3, 3, 3, 3, 2, 2, 2]
    assert [round(one.value, d) for one, d in zip(found, digits, strict=True)] == published
    assert abs(report.purchases_error) < 0.08
    assert report.mae < 0.75
    assert np.isfinite([one.low for one in found]).all()
