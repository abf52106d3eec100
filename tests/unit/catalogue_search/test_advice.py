"""Which size: what a message says of a body, and what follows for a product."""

from dataclasses import replace

import pytest

from catalogue_search.advice import SizeAdvice, fit_bias, size_advice
from catalogue_search.body import Body, read_body
from shop.fit import FitReturns
from shop.views import ProductView
from tests.unit.catalogue_search.goods import (
    BOOTS,
    DOWN,
    HIKERS,
    PARKA,
    RAIN,
    RIDGE,
    RUNNERS,
    SOCKS,
    TREKKERS,
    product,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am 178 cm and 75 kg", Body(height_cm=178, weight_kg=75)),
        ("i'm 1.82m tall, weigh 80kg", Body(height_cm=182, weight_kg=80)),
        ("5'11 and 180 pounds", Body(height_cm=180.3, weight_kg=81.6)),
        ("一米七 130斤穿多大", Body(height_cm=170.0, weight_kg=65.0)),
        ("1米8，160斤", Body(height_cm=180.0, weight_kg=80.0)),
        ("160 50公斤穿什么码", Body(height_cm=160.0, weight_kg=50.0)),
        ("一米八个", Body()),
        ("170/65 what size", Body(height_cm=170, weight_kg=65)),
        ("my foot is 26.5 cm and I have wide feet", Body(foot_cm=26.5, has_wide_feet=True)),
        ("foot length 26", Body(foot_cm=26)),
        ("I usually wear 42", Body(usual_size="42")),
        ("I normally take a large", Body(usual_size="L")),
        ("usually an M", Body(usual_size="M")),
        ("42.5 in other brands, with thick socks", Body(usual_size="42.5", wears_thick_socks=True)),
        ("chest 100 cm", Body(chest_cm=100)),
        ("身高170体重65公斤", Body(height_cm=170, weight_kg=65)),
        ("身高165 110斤 穿什么码", Body(height_cm=165, weight_kg=55)),
        ("我老公身高182，体重160", Body(height_cm=182, weight_kg=80)),
        ("1米75 70公斤", Body(height_cm=175, weight_kg=70)),
        ("我脚长26厘米 登山鞋穿几码", Body(foot_cm=26)),
        ("平时穿42码 脚背有点高", Body(usual_size="42", has_wide_feet=True)),
        ("平时穿L码", Body(usual_size="L")),
        ("登山鞋42和43之间选哪个", Body(between_sizes="42/43")),
        ("I'm between M and L", Body(between_sizes="M/L")),
        ("37 or 45?", Body()),
        ("usually between 43 and 44", Body(between_sizes="43/44")),
        ("我平时穿42到43", Body(between_sizes="42/43")),
        ("i like it loose", Body(likes="loose")),
        ("喜欢修身一点", Body(likes="snug")),
        ("is it tight or loose?", Body()),
        ("订单号是123456", Body()),
        ("a tent under 2 kg for 2 people", Body()),
        ("do you have it in 42?", Body()),
    ],
)
def test_a_body_is_read(text: str, expected: Body) -> None:
    assert read_body(text) == expected


def test_a_body_is_put_together_over_turns_and_kept() -> None:
    body = read_body("I'm 178 cm").joined(read_body("75 kilos")).joined(read_body("sorry, 180 cm"))
    assert body == Body(height_cm=180, weight_kg=75)
    assert Body.from_json(body.to_json()) == body
    assert (Body().to_json(), Body().is_empty, body.is_empty) == ({}, True, False)


@pytest.mark.parametrize(
    ("goods", "body", "size", "alternative"),
    [
        # (26 + 1.0) * 1.5 = 40.5, and there are whole sizes only.
        (BOOTS, Body(foot_cm=26), "41", "40"),
        (BOOTS, Body(foot_cm=26.5, has_wide_feet=True), "42", None),
        (BOOTS, Body(usual_size="42"), "42", None),
        (BOOTS, Body(usual_size="42", wears_thick_socks=True), "43", "42"),
        (TREKKERS, Body(usual_size="41"), "42", "41"),
        (RUNNERS, Body(foot_cm=26.8), "42", None),
        (HIKERS, Body(usual_size="44"), None, None),
        (SOCKS, Body(usual_size="42"), "39-42", None),
        (SOCKS, Body(foot_cm=28), "43-46", None),
        (RAIN, Body(height_cm=174, weight_kg=68), "M", None),
        (RAIN, Body(height_cm=178, weight_kg=75), "L", "M"),
        (DOWN, Body(height_cm=166, weight_kg=60), "M", None),
        (PARKA, Body(height_cm=187, weight_kg=84), "L", None),
        (RAIN, Body(usual_size="L"), "L", None),
        (RAIN, Body(chest_cm=100), "M", None),
    ],
)
def test_the_size_to_take(
    goods: ProductView, body: Body, size: str | None, alternative: str | None
) -> None:
    found = size_advice(goods, body)
    assert (found.size, found.alternative) == (size, alternative)
    assert found.in_stock is (size is not None)


@pytest.mark.parametrize(
    ("goods", "body", "missing"),
    [
        (BOOTS, Body(height_cm=180), ("foot_cm", "usual_size")),
        (RAIN, Body(height_cm=180), ("weight_kg",)),
        (RAIN, Body(), ("height_cm", "weight_kg")),
        (SOCKS, Body(), ("usual_size",)),
        (RIDGE, Body(), ()),
    ],
)
def test_what_is_missing_is_said(goods: ProductView, body: Body, missing: tuple[str, ...]) -> None:
    assert size_advice(goods, body) == SizeAdvice(None, missing=missing)


def test_how_somebody_likes_it_moves_the_size() -> None:
    body = Body(height_cm=178, weight_kg=75)
    plain, loose = (size_advice(RAIN, replace(body, likes=one)) for one in (None, "loose"))
    assert (plain.exact or 0) < (loose.exact or 0)
    assert loose.reasons[0] == ("likes_loose", 0.0)


def test_the_reasons_of_a_size() -> None:
    found = size_advice(TREKKERS, Body(foot_cm=26, has_wide_feet=True))
    assert found.reasons == (
        ("foot_cm", 26),
        ("room_cm", 1.0),
        ("runs_small", 0.5),
        ("wide_feet", 0.5),
    )
    assert (found.exact, found.size, found.alternative) == (41.5, "42", "41")


@pytest.mark.parametrize(
    ("returns", "bias", "reason"),
    [
        (FitReturns(sold=60, too_small=7, too_big=1), 0.5, [("returns_too_small", 7.0)]),
        (FitReturns(sold=60, too_small=1, too_big=8), -0.5, [("returns_too_big", 8.0)]),
        (FitReturns(sold=60, too_small=7, too_big=5), 0.0, []),
        (FitReturns(sold=60, too_small=4, too_big=0), 0.0, []),
        (FitReturns(sold=900, too_small=7, too_big=1), 0.0, []),
        (None, 0.0, []),
    ],
)
def test_returns_tell_the_fit_when_there_are_enough(
    returns: FitReturns | None, bias: float, reason: list[tuple[str, float]]
) -> None:
    assert fit_bias(RUNNERS, returns) == (bias, reason)


def test_the_products_own_word_is_not_counted_twice() -> None:
    returns = FitReturns(sold=60, too_small=20, too_big=0)
    assert fit_bias(TREKKERS, returns) == (0.5, [("runs_small", 0.5)])


def test_a_wide_last_needs_no_larger_size() -> None:
    wide = product(
        90,
        "Karst Dune Hiking Boots|Karst 沙丘登山鞋",
        "hiking-boots",
        "150",
        sizes="41 42 43",
        wide_fit=True,
    )
    found = size_advice(wide, Body(usual_size="42", has_wide_feet=True))
    assert (found.size, found.reasons) == ("42", (("usual_size", "42"), ("wide_last", 0.0)))
