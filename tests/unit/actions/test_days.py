"""Days as shoppers name them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.days import last_day_meant

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("will it be here by Friday", date(2026, 11, 27)),
        ("will it arrive before Friday?", date(2026, 11, 26)),
        ("can I have it on Tuesday", date(2026, 11, 24)),
        ("by next Friday please", date(2026, 12, 4)),
        ("does it come tomorrow", date(2026, 11, 25)),
        ("the day after tomorrow at the latest", date(2026, 11, 26)),
        ("before Christmas", date(2026, 12, 23)),
        ("I need it by 3 December", date(2026, 12, 3)),
        ("by December 3rd", date(2026, 12, 3)),
        ("bis 3.12.", date(2026, 12, 3)),
        ("until 2027-01-05", date(2027, 1, 5)),
        ("by 5 January", date(2027, 1, 5)),
        ("for the weekend", date(2026, 11, 28)),
        ("can it be here by the 3rd", date(2026, 12, 3)),
        ("before the 28th please", date(2026, 11, 27)),
        ("能赶在3号之前到吗", date(2026, 12, 2)),
        ("30号能到吗", date(2026, 11, 30)),
        ("30日之前能到吗", date(2026, 11, 29)),
        ("42号的鞋明天能到吗", date(2026, 11, 25)),
        ("支持7日无理由退货吗", None),
        ("7日内能到吗", None),
        ("2日达吗，周五能到吗", date(2026, 11, 27)),
        ("周五之前能到吗", date(2026, 11, 26)),
        ("周五能到吗", date(2026, 11, 27)),
        ("下周三能收到吗", date(2026, 12, 2)),
        ("明天能到吗", date(2026, 11, 25)),
        ("12月3日前能送到吗", date(2026, 12, 2)),
        ("圣诞节前能到吗", date(2026, 12, 23)),
        ("when does it arrive", None),
        ("31 February", None),
        ("it was due 3 November", None),
        ("99.99.", None),
    ],
)
def test_the_last_day_in_time(text: str, day: date | None) -> None:
    assert last_day_meant(text, TUESDAY) == day


@given(text=st.text(max_size=60))
def test_no_text_breaks_it_and_no_day_is_over(text: str) -> None:
    day = last_day_meant(text, TUESDAY)
    assert day is None or day >= TUESDAY
