"""Effects of regions that were treated are found, with honest doubt; wrong days are refused."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from insights.regions.effects import evaluate
from insights.regions.panel import Panel, panel
from insights.tables import BadData
from tests.unit.insights.samples import START

TODAY = dt.date(2026, 11, 1)


def regions(effect: float, seed: int = 7, days: int = 80, count: int = 16) -> pd.DataFrame:
    """Two of the regions treated from day 60 on; all share a trend and a season to their degree."""
    rng = np.random.default_rng(seed)
    time = np.arange(days)
    shared = np.vstack([np.sin(time / 5) * 10, time * 0.3])
    level = 100 + rng.random((count, 2)) @ shared + rng.normal(0, 20, (count, 1))
    values = level + rng.normal(0, 2, (count, days))
    values[:2, 60:] += effect
    return pd.DataFrame(
        {
            "town": np.repeat([f"town {i}" for i in range(count)], days),
            "day": np.tile((START + time).astype(str), count),
            "sold": values.ravel(),
            "ours": np.repeat((np.arange(count) < 2).astype(int), days),
        }
    )


def read(frame: pd.DataFrame, start: str = "2024-03-01") -> Panel:
    return panel(
        frame, unit="town", date="day", treated="ours", outcome="sold", start=start, today=TODAY
    )


def test_an_effect_is_found_and_none_where_there_is_none() -> None:
    found, none = evaluate(read(regions(8))), evaluate(read(regions(0)))
    assert found.effect_low < 8 < found.effect_high
    assert found.effect_low > 0
    assert found.p_value < 0.05
    assert none.effect_low < 0 < none.effect_high
    assert found.method == none.method == min(found.errors, key=found.errors.__getitem__)
    assert found.total == pytest.approx(found.effect * 20 * 2)


def test_intervals_hold_about_as_often_as_they_say() -> None:
    held = [
        one.effect_low < 5 < one.effect_high
        for one in (evaluate(read(regions(5, seed))) for seed in range(30))
    ]
    assert sum(held) >= 26


def test_a_mark_that_begins_with_the_campaign_says_the_same() -> None:
    frame = regions(8)
    late = frame.assign(ours=frame["ours"] * (frame["day"] >= "2024-03-01"))
    assert evaluate(read(late)).effect == evaluate(read(frame)).effect


def test_an_effect_where_nothing_is_expected_has_no_proportion() -> None:
    frame = regions(0).assign(sold=lambda f: (f["day"] < "2024-01-11").astype(float))
    frame.loc[(frame["ours"] == 1) & (frame["day"] >= "2024-03-01"), "sold"] = 5.0
    found = evaluate(read(frame))
    assert found.effect == 5
    assert np.isnan(found.relative)


@pytest.mark.parametrize(
    ("change", "start", "said"),
    [
        ({}, "2024-01-03", "2 days lie before it"),
        ({}, "2025-01-01", "0 from it on"),
        ({}, "2024-13-01", "--start must be a day"),
        ({"ours": 0}, "2024-03-01", "every row has the value 0"),
        ({"ours": 2}, "2024-03-01", "every row has the value 2"),
        ({"day": "2029-01-01"}, "2024-03-01", "after today"),
        ({"sold": None}, "2024-03-01", "missing or no number"),
    ],
)
def test_what_says_nothing_is_refused(change: dict[str, object], start: str, said: str) -> None:
    with pytest.raises(BadData, match=said):
        read(regions(5).assign(**change), start)


def test_a_campaign_that_began_on_another_day_is_refused() -> None:
    frame = regions(8)
    early = frame.assign(ours=frame["ours"] * (frame["day"] >= "2024-02-10"))
    with pytest.raises(BadData, match="marked from 2024-02-10"):
        read(early)


def test_too_few_untreated_regions_are_refused() -> None:
    with pytest.raises(BadData, match="2 regions are not treated, 4 are needed"):
        read(regions(5, count=4))
