"""Channels that made the outcome are told from one that did not; odd periods are refused."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from insights.mix.evaluation import evaluate
from insights.mix.weeks import Weeks, weeks
from insights.tables import BadData
from tests.unit.insights.samples import START

TODAY = dt.date(2030, 1, 1)


def spending(periods: int = 140, seed: int = 2) -> pd.DataFrame:
    """Weekly sales with a season; search works at once, tv works on, radio does nothing."""
    rng = np.random.default_rng(seed)
    week = np.arange(periods)
    spend = {
        name: rng.gamma(2, 50, periods) * (rng.random(periods) < 0.7)
        for name in ("search", "tv", "radio")
    }
    stock = np.zeros(periods)
    for i in week:
        stock[i] = 0.4 * spend["tv"][i] + 0.6 * (stock[i - 1] if i else 0)
    media = 300 * spend["search"] / (spend["search"] + 100) + 300 * stock / (stock + 100)
    sold = 1000 + 200 * np.sin(2 * np.pi * week / 52.18) + media + rng.normal(0, 20, periods)
    return pd.DataFrame({"week": (START + 7 * week).astype(str), "sold": sold, **spend})


def read(frame: pd.DataFrame, **options: Any) -> Weeks:
    given: dict[str, Any] = {
        "date": "week",
        "outcome": "sold",
        "channels": ["search", "tv", "radio"],
        "controls": [],
        "split": "2026-02-28",
        "today": TODAY,
    }
    return weeks(frame, **given | options)


def test_channels_that_work_are_told_from_one_that_does_not() -> None:
    frame = spending()
    report = evaluate(read(frame))
    brought = {one.name: one.contribution for one in report.channels}
    truth = float((300 * frame["search"] / (frame["search"] + 100))[:113].mean())
    assert brought["search"][1] < truth < brought["search"][2]
    assert brought["radio"][0] < 0.25 * min(brought["search"][0], brought["tv"][0])
    assert report.error < 0.8 * report.error_seasonal
    assert report.error < report.error_last_year
    assert report.covered > 0.8
    assert report.gain > 0
    shares = {one.name: one.share_better for one in report.channels}
    assert shares["radio"] < 0.15
    assert sum(shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"channels": []}, "--channels is empty"),
        ({"channels": ["tv", "posters"]}, "'posters': there is no such column"),
        ({"channels": ["tv", "sold"]}, "outcome or control too"),
        ({"split": "2024-05-01"}, "60 and 4 are needed"),
    ],
)
def test_what_says_nothing_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadData, match=said):
        read(spending(), **options)


def test_missing_and_repeated_periods_and_idle_channels_are_refused() -> None:
    frame = spending()
    with pytest.raises(BadData, match="periods are missing after 2024-01-08"):
        read(frame.drop(index=2))
    with pytest.raises(BadData, match="stands there twice"):
        read(pd.concat([frame, frame.tail(1)]))
    with pytest.raises(BadData, match="'radio': never changes"):
        read(frame.assign(radio=0.0))
