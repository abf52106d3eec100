"""The wishes of a message are found part by part; one that nothing is cut off from has none."""

from collections.abc import Callable

import pytest

from understanding.two_requests import parts_of, understood_parts

KNOWN = {
    "cancel my order": ("cancel_order", 0.9),
    "when do you open": ("ask_opening_hours", 0.8),
    "where is my parcel": ("track_order", 0.9),
    "where has it got to": ("track_parcel", 0.9),
    "thank you so much": ("thank", 0.95),
    "我要取消订单": ("cancel_order", 0.9),
    "你们几点开门": ("ask_opening_hours", 0.9),
}


def understood(text: str) -> tuple[str, float]:
    return KNOWN.get(text, ("small_talk", 0.3))


def kin(intent: str) -> set[str]:
    group = {"track_order", "track_parcel"}
    return group if intent in group else {intent}


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("cancel my order and when do you open", ("cancel_order", "ask_opening_hours")),
        ("where is my parcel? also, when do you open?", ("track_order", "ask_opening_hours")),
        ("我要取消订单，另外你们几点开门", ("cancel_order", "ask_opening_hours")),
        ("where is my parcel and where has it got to", ("track_order",)),
        ("thank you so much. cancel my order", ("cancel_order",)),
        ("hi! where is my parcel?", ("track_order",)),
        ("cancel my order. where is my parcel? 你们几点开门？我要取消订单", ()),
        ("cancel my order!", ()),
        ("do you have black and white boots", ()),
        ("cancel my order", ()),
        ("", ()),
    ],
)
def test_wishes(text: str, wishes: tuple[str, ...]) -> None:
    assert tuple(part.intent for part in understood_parts(text, understood, kin)) == wishes


def test_a_doubtful_part_is_no_wish() -> None:
    doubtful: Callable[[str], tuple[str, float]] = lambda text: (understood(text)[0], 0.5)  # noqa: E731
    assert understood_parts("cancel my order and when do you open", doubtful, kin) == ()


def test_short_parts_are_left_out() -> None:
    assert parts_of("hi. where is my parcel") == ["where is my parcel"]
    assert parts_of("black, white and red") == ["black, white"]
