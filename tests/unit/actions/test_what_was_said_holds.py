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


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "show me jackets", "are they heavy?"),
        ("en", "show me jackets", "do you have those in other colours"),
        ("en", "show me jackets", "do they run small?"),
        ("en", "show me jackets", "how many left?"),
        ("zh", "夹克", "重量呢"),
        ("zh", "夹克", "还剩多少"),
    ],
    indirect=["shopper"],
)
def test_a_question_on_a_list_is_answered_for_each(shopper: Talking, first: str, asks: str) -> None:
    shopper.say(first, "wish", "search_product")
    shown = list(shopper.state.shown.keys)
    intents = {"fit": "ask_size_advice", "left": "check_stock", "剩": "check_stock"}
    asked = "fit" if "run small" in asks else asks
    intent = next((one for word, one in intents.items() if word in asked), "refine_search")
    said = shopper.say(asks, "ask" if intent != "refine_search" else "refine", intent)
    assert said["response"] == "utter_fact"
    assert len(said["fact"].splitlines()) == len(shown)
    assert shopper.state.shown.keys == shown


def test_what_is_asked_of_a_part_changes_no_kit(english: Talking) -> None:
    kit = english.say("I need a tent, a sleeping bag and a headlamp", "wish", "search_product")
    assert kit["response"] == "utter_kit"
    said = english.say("is the headlamp rechargeable?", "ask", "ask_product_details")
    assert said["response"] in {"utter_fact", "utter_check_unknown"}


@pytest.mark.parametrize(
    ("shopper", "wish"),
    [
        ("en", "we are 3 and go camping, we have nothing, what do we need"),
        ("zh", "三口之家去露营 啥都没有 需要买什么"),
    ],
    indirect=["shopper"],
)
def test_who_has_nothing_is_told_all_that_a_use_needs(shopper: Talking, wish: str) -> None:
    said = shopper.say(wish, "wish", "recommend_products")
    assert said["response"].startswith("utter_kit")
    assert len(cards(said)) == 4


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "which sleeping mat is the warmest"), ("zh", "睡垫哪种暖和")],
    indirect=["shopper"],
)
def test_which_of_all_needs_no_two_to_compare(shopper: Talking, asks: str) -> None:
    assert shopper.say(asks, "compare", "compare_products")["response"].startswith("utter_products")


def test_smaller_by_a_number_is_of_what_was_spoken_of(english: Talking) -> None:
    english.say("backpacks about 45 litres", "wish", "search_product")
    said = english.say("hmm smaller, like 30", "refine", "refine_search")
    assert said["response"] != "utter_no_more"
    ranges = (english.state.search or {}).get("ranges", ())
    assert not any(one["attribute"] == "capacity" for one in ranges)


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "how heavy is that"), ("zh", "多重")],
    indirect=["shopper"],
)
def test_how_heavy_is_asked_of_the_best_and_not_of_the_heaviest(
    shopper: Talking, asks: str
) -> None:
    shopper.say("show me jackets" if shopper.language == "en" else "夹克", "wish", "search_product")
    which = "which has the best rating" if shopper.language == "en" else "哪个评分最高"
    shopper.say(which, "compare", "compare_products")
    best = shopper.state.focus.product
    said = shopper.say(asks, "ask", "ask_product_details")
    assert (said["response"], shopper.state.focus.product) == ("utter_fact", best)


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "show me jackets", "has the first one been cheaper before"),
        ("zh", "夹克", "第一件以前便宜过吗"),
    ],
    indirect=["shopper"],
)
def test_a_price_before_is_told_whatever_it_was_taken_for(
    shopper: Talking, first: str, asks: str
) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "compare", "compare_products", ordinal="1")
    assert said["response"] in {"utter_was_cheaper", "utter_not_cheaper"}


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "sleeping bags", "which would you take for minus 40"),
        ("zh", "睡袋", "零下四十度的推荐哪个"),
    ],
    indirect=["shopper"],
)
def test_of_a_list_none_of_which_will_do_none_is_advised(
    shopper: Talking, first: str, asks: str
) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "compare", "recommend_products")
    assert said["response"] == "utter_none_fits_nearest"
    comfort = next(one for one in (shopper.state.search or {})["ranges"])
    assert (comfort["attribute"], comfort["high"] > -40) == ("comfort", True)


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "show me some then"), ("zh", "那推荐几款吧")],
    indirect=["shopper"],
)
def test_after_advice_on_a_kind_some_of_it_are_shown(shopper: Talking, asks: str) -> None:
    shopper.say("sleeping bags" if shopper.language == "en" else "睡袋", "wish", "search_product")
    shopper.state.shown.keys = []
    shopper.state.last.did = "article"
    said = shopper.say(asks, "wish", "recommend_products")
    assert said["response"].startswith("utter_products")
    with shopper.services.database.reading() as session:
        keys = [ProductId(int(k)) for k in shopper.state.shown.keys]
        found = get_products(session, keys, now=NOW)
    assert {one.category for one in found} == {"sleeping-bags"}


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "do the hiking socks come in 40"), ("zh", "徒步袜有40码吗")],
    indirect=["shopper"],
)
def test_a_size_is_there_in_the_band_that_holds_it(shopper: Talking, asks: str) -> None:
    shopper.say(
        "show me hiking socks" if shopper.language == "en" else "徒步袜", "wish", "search_product"
    )
    shopper.say("the first one" if shopper.language == "en" else "第一双", "choose", ordinal="1")
    said = shopper.say(asks, "ask", "check_stock", size="40")
    assert said["response"].startswith(("utter_stock", "utter_back"))


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [
        ("en", "compare your cheapest and your most expensive jacket"),
        ("zh", "比较一下最便宜和最贵的夹克"),
    ],
    indirect=["shopper"],
)
def test_both_ends_of_one_quantity_are_two_to_compare(shopper: Talking, asks: str) -> None:
    said = shopper.say(asks, "compare", "compare_products")
    assert said["response"].startswith("utter_compare")
    assert len(cards(said)) == 2


@pytest.mark.parametrize(
    ("shopper", "first", "tells"),
    [
        ("en", "hiking boots or trail shoes", "her feet are wide, size 38"),
        ("zh", "登山鞋或者跑鞋", "她脚有点宽 38码"),
    ],
    indirect=["shopper"],
)
def test_a_size_told_of_a_list_narrows_it_and_is_not_asked(
    shopper: Talking, first: str, tells: str
) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(tells, "refine", "ask_size_advice", size="38")
    assert said["response"].startswith(("utter_products", "utter_none", "utter_fits"))
    held = {one["attribute"]: one["values"] for one in (shopper.state.search or {})["must"]}
    assert "38" in held["size"]


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "can your watches measure my heart rate"), ("zh", "手表能测心率吗")],
    indirect=["shopper"],
)
def test_what_no_text_tells_of_a_kind_is_said_before_it_is_listed(
    shopper: Talking, asks: str
) -> None:
    shopper.say(asks, "wish", "ask_product_details")
    assert shopper.said[0] == "utter_wish_untold"


def test_one_of_those_in_a_size_is_asked_for_in_that_size(english: Talking) -> None:
    english.say("jackets in M", "wish", "search_product")
    said = english.say("is the second one in stock?", "choose", "check_stock", ordinal="2")
    assert said["response"].startswith("utter_stock")
    assert "(M)" in said["variants"] or "size M" in said["variants"]
    assert "XL" not in said["variants"]


def test_the_cheaper_of_two_is_picked_and_no_search(english: Talking) -> None:
    english.say("compare the alpenrot summit boots and the nordlicht storm shell", "compare")
    before = list(english.state.shown.keys)
    english.say("ok the cheaper one", "choose", "choose_option")
    assert english.state.shown.keys == before
    assert english.state.focus.product


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "show me jackets", "is the first one breathable"),
        ("zh", "夹克", "第一件透气吗"),
    ],
    indirect=["shopper"],
)
def test_a_feature_taken_for_stock_is_a_feature(shopper: Talking, first: str, asks: str) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "ask", "check_stock", ordinal="1")
    assert said["response"] in {"utter_fact", "utter_check_unknown", "utter_detail_unknown"}


def test_lighter_than_it_is_less_than_it_weighs(chinese: Talking) -> None:
    chinese.say("夹克", "wish", "search_product")
    chinese.say("第一件", "choose", "choose_option", ordinal="1")
    chinese.say("比它轻的有吗", "refine", "refine_search")
    assert chinese.said[-1] in {"utter_products_met", "utter_no_more", "utter_none_fits_nearest"}
    held = (chinese.state.search or {}).get("ranges", ())
    assert all(one["operator"] != "little" for one in held)
