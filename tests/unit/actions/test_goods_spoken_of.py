"""Sums, ends of a list, amounts and names: which goods the words mean."""

import pytest

from actions.services import Services
from catalogue_search.query import Query
from shop.catalogue import get_product
from tests.unit.actions.talking import NOW, SHELL, Talking, cards


def price_of(services: Services, slug: str) -> int:
    with services.database.reading() as session:
        found = get_product(session, slug, now=NOW)
    assert found is not None
    return int(found.price.amount * 100)


def cents(told: str) -> int:
    return int("".join(sign for sign in told if sign.isdigit()))


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "show me headlamps", "how much do both cost together"),
        ("zh", "头灯", "两个一起多少钱"),
    ],
    indirect=["shopper"],
)
@pytest.mark.parametrize("kind", ["compare", "ask"])
def test_both_are_the_two_spoken_of(
    shopper: Talking, first: str, asks: str, kind: str, goods: Services
) -> None:
    listed = cards(shopper.say(first, "wish", "search_product"))
    shopper.say("2", "ask", "ask_product_details", ordinal="2")
    shopper.say("1", "ask", "ask_product_details", ordinal="1")
    said = shopper.say(asks, "compare" if kind == "compare" else "ask", "ask_price")
    assert said["response"] == "utter_both_total"
    assert cents(said["total"]) == sum(price_of(goods, one) for one in listed[:2])


@pytest.mark.parametrize(
    ("shopper", "first", "asks", "place"),
    [
        ("en", "show me headlamps", "difference between the top two", slice(0, 2)),
        ("en", "show me headlamps", "compare the last two", slice(-2, None)),
        ("zh", "头灯", "后两个有什么区别", slice(-2, None)),
    ],
    indirect=["shopper"],
)
def test_so_many_from_an_end_of_the_list(
    shopper: Talking, first: str, asks: str, place: slice
) -> None:
    listed = cards(shopper.say(first, "wish", "search_product"))
    said = shopper.say(asks, "compare", "compare_products")
    assert cards(said) == listed[place]


@pytest.mark.parametrize(
    ("shopper", "first", "count", "asks"),
    [
        ("en", "nordlicht storm rain shell", "is it cheaper if I take 3 of them", "and in total?"),
        ("zh", "nordlicht storm rain shell", "买三件有优惠吗", "一共多少钱"),
    ],
    indirect=["shopper"],
)
def test_a_total_is_of_as_many_as_were_said(
    shopper: Talking, first: str, count: str, asks: str, goods: Services
) -> None:
    shopper.say(first, "wish", "search_product")
    shopper.say(count, "ask", "ask_promotions")
    shopper.say(asks, "ask", "ask_price")
    assert shopper.said[-1] == "utter_kit_total"


def test_amounts_are_compared_by_the_cheapest_of_each(chinese: Talking, goods: Services) -> None:
    chinese.say("四个人的帐篷", "wish", "search_product")
    said = chinese.say("四人和六人的价格差多少", "compare", "compare_products")
    assert said["response"] == "utter_compare_by"
    with goods.database.reading() as session:
        found = [get_product(session, one, now=NOW) for one in cards(said)]
    assert [one.attributes["persons"] for one in found if one is not None] == [4, 6]


def test_a_name_before_another_kind_names_no_thing_of_it(english: Talking) -> None:
    """There is a Dune down jacket and a Dune stove, and no Dune tent."""
    said = english.say("basalt dune tent", "wish", "search_product")
    assert all("tent" in one for one in cards(said))


def test_what_was_shown_instead_is_spoken_of(chinese: Talking) -> None:
    chinese.say("有气罐吗", "wish", "search_product")
    chinese.say("轻一点的", "refine", "refine_search")
    assert Query.from_json(chinese.state.search or {}).kind_values() == ("category:stoves",)
    assert "utter_none_of_kind" not in chinese.said


def test_a_question_on_a_list_that_nothing_tells_asks_for_no_name(chinese: Talking) -> None:
    chinese.say("T恤", "wish", "search_product")
    said = chinese.say("会不会透", "ask", "ask_product_details")
    assert said["response"] == "utter_wish_untold"
    assert "会不会透" in said["wish"]


def test_the_fit_is_of_what_is_listed(english: Talking) -> None:
    english.say("trail shoes", "wish", "search_product")
    english.say("not the ember", "refine", "refine_search")
    first = english.first_shown()
    english.say("do they run small? im usually between 43 and 44", "ask", "ask_size_advice")
    assert (english.state.notes["sized"] or [""])[0] == first


@pytest.mark.parametrize("asks", ["how heavy a rain can it take?", "能防多大的雨"])
def test_how_much_rain_is_the_water_column(english: Talking, asks: str) -> None:
    said = english.say(asks, "ask", "ask_product_details", page=SHELL)
    assert "20000" in said["fact"]


def test_three_seasons_stay_seasons(english: Talking) -> None:
    said = english.say(
        "which season is the Nordlicht Aurora tent for", "ask", "ask_product_details"
    )
    assert "threes" not in said["fact"]
