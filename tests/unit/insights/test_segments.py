"""The rules that put a customer into a segment, and what chance may not set."""

from dataclasses import replace

import numpy as np
import pytest

from insights.profiles.basis import fifths_of, habit_of, score
from insights.profiles.segments import SEGMENTS, Standing, marks_of, segment_of
from insights.profiles.tastes import Taste, level_of, offers_of, shelf_of

REGULAR = Standing(
    buying_days=6,
    first_days=400,
    recency_days=50,
    frequency=4,
    money=4,
    alive=0.9,
    usual_gap=60,
)


@pytest.mark.parametrize(
    ("one", "segment"),
    [
        (Standing(), "none"),
        (replace(REGULAR, first_days=60, recency_days=2), "new"),
        (replace(REGULAR, recency_days=366), "asleep"),
        (replace(REGULAR, alive=0.4), "drifting"),
        (replace(REGULAR, recency_days=190), "drifting"),
        (replace(REGULAR, recency_days=190, usual_gap=100), "loyal"),  # their own pace is slow
        (replace(REGULAR, money=5), "best"),
        (REGULAR, "loyal"),
        (replace(REGULAR, frequency=3), "occasional"),
        (replace(REGULAR, buying_days=1, frequency=1, usual_gap=None), "once"),
        (replace(REGULAR, frequency=None, money=None, alive=None), "occasional"),
    ],
)
def test_the_first_rule_that_holds_decides(one: Standing, segment: str) -> None:
    assert segment_of(one) == segment
    assert segment in SEGMENTS


def test_marks_are_set_where_chance_is_ruled_out() -> None:
    few = {"offer_low": 0.1, "offers_in_shop": 0.2, "price_low": 0.3, "price_high": 0.7}
    assert marks_of(REGULAR, **few) == ["due"]
    sure = {"offer_low": 0.3, "offers_in_shop": 0.2, "price_low": 0.7, "price_high": 0.9}
    assert marks_of(replace(REGULAR, usual_gap=None), **sure) == ["offers", "premium"]


def test_one_cheap_piece_says_little_of_the_price_level() -> None:
    shelf = shelf_of([("tents", price) for price in range(100, 200)], [("tents", 10)])
    one, many = Taste(places=[0.05]), Taste(places=[0.05] * 30)
    assert shelf.place("tents", 105) == pytest.approx(0.055)
    assert shelf.place("boats", 105) is None
    first, sure = level_of(one), level_of(many)
    assert first is not None
    assert sure is not None
    assert first[2] > 0.4 > sure[2]


def test_the_share_on_offer_is_drawn_to_the_shops() -> None:
    alike = habit_of([(10, 1, 90), (10, 2, 10)])
    assert alike is not None
    assert alike.share == pytest.approx(0.11)
    share, low, high = offers_of(Taste(lines=2, on_offer=2), alike)
    assert 0.11 < share < 0.5
    assert low < share < high
    assert habit_of([(10, 0, 90)]) is None  # nothing was ever on offer


def test_scores_run_from_one_to_five() -> None:
    days = [float(day) for day in range(100)]
    cuts = fifths_of(*[np.array(days)] * 3)
    assert [score(day, cuts["money"]) for day in (0, 30, 50, 70, 99)] == [1, 2, 3, 4, 5]
    assert score(0, cuts["recency"], low_is_good=True) == 5
