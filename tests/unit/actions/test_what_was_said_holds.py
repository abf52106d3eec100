"""What was said, asked or named a moment ago still holds in what is asked next."""

import pytest

from shop.catalogue import get_product, get_products
from shop.ids import ProductId
from tests.unit.actions.talking import NOW, Talking, cards


@pytest.mark.parametrize(
    ("shopper", "first", "which", "asks"),
    [
        (
            "en",
            "show me sleeping bags",
            "which is the lightest of them?",
            "what's the comfort temperature?",
        ),
        ("zh", "睡袋", "最轻的是哪个", "舒适温度多少"),
    ],
    indirect=["shopper"],
)
def test_a_fact_is_asked_of_the_one_just_named(
    shopper: Talking, first: str, which: str, asks: str
) -> None:
    shopper.say(first, "wish", "search_product")
    shopper.say(which, "compare", "compare_products")
    best = shopper.state.focus.product
    said = shopper.say(asks, "wish", "ask_product_details")
    assert said["response"] == "utter_fact"
    assert shopper.state.focus.product == best
    with shopper.services.database.reading() as session:
        one = get_product(session, str(best), now=NOW)
    assert one is not None
    assert said["fact"].startswith(one.name(shopper.language))


def test_the_cheapest_for_two_looks_for_it_and_prices_nothing(english: Talking) -> None:
    english.say("the lightest tents", "wish", "search_product")
    said = english.say("and the cheapest for 2 people?", "wish", "ask_price")
    assert said["response"] in {"utter_products_ordered_met", "utter_only_one"}
    with english.services.database.reading() as session:
        found = get_products(
            session, [ProductId(int(k)) for k in english.state.shown.keys], now=NOW
        )
    assert {one.category for one in found} == {"tents"}
    assert all(int(str(one.attributes["persons"])) >= 2 for one in found)


@pytest.mark.parametrize(
    ("shopper", "first", "asks", "again", "phrase"),
    [
        ("en", "show me jackets", "is the second one waterproof?", "and the first?", "waterproof"),
        ("zh", "夹克", "第二个防水吗", "第一个呢", "防水"),
    ],
    indirect=["shopper"],
)
def test_the_same_is_asked_of_another(
    shopper: Talking, first: str, asks: str, again: str, phrase: str
) -> None:
    shopper.say(first, "wish", "search_product")
    shopper.say(asks, "ask", "ask_product_details", ordinal="2")
    said = shopper.say(again, "ask", "nlu_fallback", ordinal="1")
    assert said["response"] in {"utter_fact", "utter_check_unknown"}
    assert phrase in said.get("fact", "") + said.get("phrase", "")


@pytest.mark.parametrize(
    ("shopper", "first", "asks", "then"),
    [
        (
            "en",
            "show me down jackets",
            "is the first one down? im allergic to feathers",
            "so what would you recommend instead",
        ),
        ("zh", "羽绒服", "第一件是羽绒的吗 我对羽毛过敏", "那有别的推荐吗"),
    ],
    indirect=["shopper"],
)
def test_instead_of_what_is_not_so_comes_what_is(
    shopper: Talking, first: str, asks: str, then: str
) -> None:
    shopper.say(first, "wish", "search_product")
    shopper.say(asks, "ask", "ask_product_details", ordinal="1")
    shopper.say(then, "compare", "recommend_products")
    assert shopper.said[-1] == "utter_products_met"
    held = shopper.state.search or {}
    assert [one["values"] for one in held["must_not"]] == [["down"]]


def test_a_budget_holds_where_nothing_is_cheaper(english: Talking) -> None:
    english.say("rain jackets under 300", "wish", "search_product")
    for _ in range(9):
        said = english.say("cheaper", "refine", "refine_search")
        if said["response"] == "utter_no_more":
            break
    else:
        pytest.fail("there is always something cheaper")
    with english.services.database.reading() as session:
        found = get_products(
            session, [ProductId(int(k)) for k in english.state.shown.keys], now=NOW
        )
    assert all(one.price.amount <= 300 for one in found)


@pytest.mark.parametrize(
    ("shopper", "wish", "then"),
    [
        (
            "en",
            "need a gift for my dad, 150 euros altogether, maybe two or three things",
            "he already has enough socks",
        ),
        ("zh", "给我爸买礼物，一共预算150欧，两三样都行", "他袜子多得很 别推荐袜子"),
    ],
    indirect=["shopper"],
)
def test_several_things_for_one_budget_are_one_present(
    shopper: Talking, wish: str, then: str
) -> None:
    said = shopper.say(wish, "wish", "recommend_products")
    assert said["response"] in {"utter_kit", "utter_kit_met"}
    before = cards(said)
    assert len(before) == 3
    with shopper.services.database.reading() as session:
        found = get_products(
            session, [ProductId(int(k)) for k in shopper.state.shown.keys], now=NOW
        )
    assert sum(one.price.amount for one in found) <= 150
    assert "socks" in {one.category for one in found}
    left = cards(shopper.say(then, "wish", "recommend_products"))
    assert 0 < len(left) < len(before)
    assert not any("socks" in slug for slug in left)


def test_what_points_at_one_is_not_what_is_asked_of_it(chinese: Talking) -> None:
    """The warm one is meant; asked is its size."""
    chinese.say("夹克", "wish", "search_product")
    said = chinese.say("那就要最暖和的那个 有L码吗", "choose", "inform", size="L")
    assert said["response"].startswith(("utter_stock", "utter_back", "utter_no_such"))
