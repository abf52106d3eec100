"""Sums, ends of a list, amounts and names: which goods the words mean."""

import pytest

from actions.answers.beside import nod
from actions.chat import Chat
from actions.services import Services
from actions.turn import Talk, Turn
from catalogue_search.query import Query
from dialogue.acts import Act, ActKind
from dialogue.message import Message
from shop.catalogue import get_product
from tests.unit.actions.talking import BOOTS, NOW, SHELL, Talking, cards


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
    shopper: Talking, first: str, asks: str, kind: ActKind, goods: Services
) -> None:
    listed = cards(shopper.say(first, "wish", "search_product"))
    shopper.say("2", "ask", "ask_product_details", ordinal="2")
    shopper.say("1", "ask", "ask_product_details", ordinal="1")
    said = shopper.say(asks, kind, "ask_price")
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


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "show me headlamps", "cheapest first please"),
        ("zh", "头灯", "按价格从低到高"),
    ],
    indirect=["shopper"],
)
def test_a_list_in_order_is_the_whole_search(
    shopper: Talking, first: str, asks: str, goods: Services
) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "refine", "refine_search")
    prices = [price_of(goods, one) for one in cards(said)]
    assert said["response"] == "utter_products_ordered"
    assert prices == sorted(prices)
    assert len(prices) > 2


def test_the_cheapest_for_so_many_is_for_so_many(english: Talking) -> None:
    said = english.say("tents for 4 people, sorted by price", "wish", "search_product")
    assert cards(said)[0] == "lumen-and-lark-aurora-family-tent"


@pytest.mark.parametrize("asks", ["do they come in half sizes", "is there a half size"])
def test_half_sizes_are_answered_by_the_sizes(english: Talking, asks: str) -> None:
    english.say("alpenrot summit boots", "wish", "search_product")
    said = english.say(asks, "ask", "check_stock")
    assert said["response"] == "utter_fact"
    assert "42" in said["fact"]


def test_one_that_is_named_is_compared_with_the_list(english: Talking) -> None:
    listed = cards(english.say("trail shoes", "wish", "search_product"))
    said = english.say(
        "whats the difference to the alpenrot summit boots", "compare", "compare_products"
    )
    assert cards(said) == [*listed[:3], BOOTS]


@pytest.mark.parametrize(
    ("shopper", "first", "price", "asks"),
    [
        ("en", "show me headlamps", "how much is the first", "what do both come to in total"),
        ("zh", "头灯", "第一个多少钱", "这两个加起来多少"),
    ],
    indirect=["shopper"],
)
def test_two_of_two_lists_come_to_a_sum(
    shopper: Talking, first: str, price: str, asks: str, goods: Services
) -> None:
    lamp = cards(shopper.say(first, "wish", "search_product"))[0]
    shopper.say(price, "ask", "ask_price", ordinal="1")
    bag = cards(shopper.say("睡袋 sleeping bags", "wish", "search_product"))[0]
    shopper.say(price, "ask", "ask_price", ordinal="1")
    said = shopper.say(asks, "ask", "nlu_fallback")
    assert cents(said["total"]) == price_of(goods, lamp) + price_of(goods, bag)


def test_a_colour_that_it_lacks_costs_nothing(english: Talking) -> None:
    english.say("alpenrot summit boots", "wish", "search_product")
    said = english.say("how much is the pink one", "ask", "ask_price")
    assert said["response"] == "utter_no_such_variant"


def test_what_two_sleep_like_changes_no_list(chinese: Talking) -> None:
    chinese.say("双人帐篷", "wish", "search_product")
    held = chinese.state.search
    chinese.say("两个人睡挤吗", "ask", "nlu_fallback")
    assert chinese.state.search == held
    assert "utter_products_met" not in chinese.said


@pytest.mark.parametrize("says", ["去三亚穿的", "两百块以内的"])
def test_a_number_in_a_word_is_no_place(says: str, chinese: Talking) -> None:
    chinese.say("裙子", "wish", "search_product")
    said = chinese.say(says, "refine", "refine_search", ordinal="3")
    assert said["response"] != "utter_fact"
    assert chinese.state.focus.kind == ""


def test_a_place_after_its_sign_is_one(chinese: Talking) -> None:
    listed = cards(chinese.say("裙子", "wish", "search_product"))
    chinese.say("第三个多少钱", "ask", "ask_price", ordinal="3")
    assert chinese.state.focus.product == listed[2]


def test_the_lightest_of_these_is_of_all(english: Talking) -> None:
    listed = cards(english.say("show me headlamps", "wish", "search_product"))
    english.say("how bright is the 2nd", "ask", "ask_product_details", ordinal="2")
    said = english.say("whats the lightest of these", "compare", "nlu_fallback")
    assert cards(said) == listed


def test_a_tent_bag_and_mat_are_a_set(english: Talking) -> None:
    said = english.say("i need a tent, bag and mat", "wish", "search_product")
    assert said["response"] == "utter_kit"
    assert ["tent" in cards(said)[0], "sleeping-bag" in cards(said)[1]] == [True, True]
    english.say("ok what does it come to now", "ask", "nlu_fallback")
    assert english.said == ["utter_kit_total"]


def test_where_it_is_used_is_not_looked_for(english: Talking) -> None:
    english.say("gas stoves", "wish", "search_product")
    held = english.state.search
    english.say("can i use it inside the tent", "ask", "ask_product_details")
    assert english.state.search == held


@pytest.mark.parametrize("shopper", ["en", "zh"], indirect=True)
def test_one_is_compared_with_those_for_so_many(shopper: Talking, goods: Services) -> None:
    shopper.say("lumen and lark heath family tent", "wish", "search_product")
    asks = {"en": "how much more is it than the 2 person one", "zh": "跟双人的比贵多少"}
    said = shopper.say(asks[shopper.language], "ask", "ask_price")
    assert said["response"] == "utter_compare_by"
    assert "nordlicht-aurora-two-person-tent" in cards(said)


def test_what_nobody_wrote_of_a_list_is_said_to_be_so(chinese: Talking) -> None:
    chinese.say("背包", "wish", "search_product")
    said = chinese.say("能放A4书吗", "ask", "ask_product_details")
    assert said["response"] == "utter_wish_untold"


@pytest.mark.parametrize("asks", ["你们家头灯和别家比有什么优势"])
def test_other_shops_are_not_compared(asks: str, chinese: Talking) -> None:
    said = chinese.say(asks, "compare", "compare_products")
    assert said["response"] == "utter_no_article"


def test_matching_trousers_are_trousers(chinese: Talking) -> None:
    said = chinese.say("有没有配套的裤子", "wish", "ask_complements")
    assert cards(said)
    assert all("trousers" in one for one in cards(said))


def test_a_size_that_is_doubted_is_not_the_usual_one(chinese: Talking) -> None:
    chinese.say("裙子", "wish", "search_product")
    chinese.say("165 55kg 穿M行吗", "wish", "ask_size_advice")
    body = chinese.state.notes["body"]
    assert body.get("usual_size") is None


@pytest.mark.parametrize(
    ("shopper", "asks"), [("en", "and lighter?"), ("zh", "哪个更轻")], indirect=["shopper"]
)
def test_of_two_that_were_compared_a_degree_asks_again(shopper: Talking, asks: str) -> None:
    said = shopper.say(
        "basalt aurora rain shell vs nordlicht storm rain shell", "compare", "compare_products"
    )
    both = cards(said)
    again = shopper.say(asks, "refine", "refine_search")
    assert again["response"] == "utter_compare_by"
    assert cards(again) == both


def test_so_many_pairs_are_no_place(english: Talking) -> None:
    english.say("hiking socks", "wish", "search_product")
    english.say("3 pairs", "refine", "nlu_fallback", ordinal="3")
    assert english.state.focus.product is None


@pytest.mark.parametrize(
    ("shopper", "takes"), [("en", "i'll take it"), ("zh", "就它了")], indirect=["shopper"]
)
def test_a_nod_that_takes_it_leads_to_the_basket(shopper: Talking, takes: str) -> None:
    shopper.say("nordlicht storm rain shell", "wish", "search_product")
    message = Message(takes, shopper.language, "affirm", 0.9, (("affirm", 0.9),), {})
    talk = Talk()
    act = Act("other", message, "by hand", intent="nod")
    turn = Turn("c", "m", message, None, None, "v", {}, NOW)
    nod(Chat(turn, shopper.state, talk, shopper.services, acts=[act]), act)
    assert [one["response"] for one in talk.responses] == ["utter_order_this"]


def test_how_long_it_keeps_warm_is_no_yes(english: Talking) -> None:
    english.say("basalt dune down jacket", "wish", "search_product")
    said = english.say("how long does it stay waterproof", "ask", "ask_product_details")
    assert said["response"] != "utter_fact"


def test_all_of_a_list_are_asked_of_as_one(chinese: Talking) -> None:
    chinese.say("头灯", "wish", "search_product")
    said = chinese.say("这几款都防水吗", "ask", "ask_product_details")
    assert said["response"] == "utter_wish_untold"
    assert said["wish"] == "防水"


def test_too_heavy_leaves_the_lightest_to_be_found(english: Talking) -> None:
    english.say("tents for 4 people", "wish", "search_product")
    said = english.say(
        "too heavy. whats the lightest 4 person tent you have", "wish", "search_product"
    )
    assert said["response"].startswith("utter_products_ordered")


def test_of_two_the_lighter_one_may_be_asked_for_in_a_colour(english: Talking) -> None:
    english.say(
        "basalt aurora rain shell vs nordlicht storm rain shell", "compare", "compare_products"
    )
    said = english.say("the lighter one in orange?", "refine", "refine_search")
    assert said["product"] == "Nordlicht Storm Rain Shell"


def test_the_first_stays_the_first_after_two_are_compared(chinese: Talking) -> None:
    listed = cards(chinese.say("头灯", "wish", "search_product"))
    chinese.say("第二个多少钱", "ask", "ask_price", ordinal="2")
    chinese.say("比第一个贵吗", "compare", "compare_products", ordinal="1")
    chinese.say("那要第一个", "choose", "choose_option", ordinal="1")
    assert chinese.state.focus.product == listed[0]


def test_for_whom_stays_after_a_size_is_asked(chinese: Talking) -> None:
    chinese.say("登山裤男 穿多大", "wish", "ask_size_advice")
    held = Query.from_json(chinese.state.search or {})
    assert [one.values for one in held.must if one.attribute == "gender"] == [("men",)]


def test_the_two_cheapest_come_to_a_sum(chinese: Talking, goods: Services) -> None:
    listed = cards(chinese.say("头灯", "wish", "search_product"))
    said = chinese.say("最便宜两个一共多少", "ask", "ask_price")
    assert cents(said["total"]) == sum(sorted(price_of(goods, one) for one in listed)[:2])


def test_whether_merino_shrinks_narrows_no_list(english: Talking) -> None:
    english.say("t-shirts", "wish", "search_product")
    held = english.state.search
    english.say("does merino shrink in the wash", "refine", "ask_product_details")
    assert english.state.search == held


def test_what_goes_along_is_not_looked_for(chinese: Talking) -> None:
    chinese.say("背包", "wish", "search_product")
    chinese.say("我一米七 周末露营带帐篷", "refine", "nlu_fallback")
    assert Query.from_json(chinese.state.search or {}).kind_values() == ("backpack",)


def test_any_good_asks_for_the_ratings(english: Talking) -> None:
    said = english.say("are they any good", "ask", "nlu_fallback", page=BOOTS)
    assert "stars" in said["fact"]


def test_two_to_be_zipped_together_come_to_no_sum(english: Talking) -> None:
    english.say(
        "compare the basalt glacier and the seidenweg lagoon sleeping bag", "compare", "compare"
    )
    english.say("can i zip the two together", "ask", "nlu_fallback")
    assert "utter_both_total" not in english.said


def test_goods_spoken_of_stay_when_another_kind_is_not_sold(english: Talking) -> None:
    english.say("rain shells", "wish", "search_product")
    held = english.state.search
    english.say("do you sell violins?", "wish", "search_product")
    assert english.said == ["utter_kind_unknown"]
    assert english.state.search == held


def test_pairs_in_a_pack_are_no_backpacks(english: Talking) -> None:
    english.say("hiking socks", "wish", "search_product")
    held = english.state.search
    english.say("how many pairs in a pack", "ask", "ask_product_details")
    assert english.state.search == held


def test_a_body_beside_two_sizes_is_advised(chinese: Talking) -> None:
    chinese.say("裙子", "wish", "search_product")
    chinese.say("175 70公斤穿L还是XL", "refine", "ask_size_advice")
    assert chinese.said[0].startswith("utter_size_")


def test_the_best_of_a_list_is_asked_for_in_a_colour(chinese: Talking) -> None:
    chinese.say("头灯", "wish", "search_product")
    said = chinese.say("最轻的那款有黑色吗", "refine", "refine_search")
    assert said["response"] in {"utter_no_such_variant", "utter_stock_yes_one", "utter_stock_few"}


@pytest.mark.parametrize("kind", ["compare", "refine"])
def test_the_best_within_a_limit_is_looked_for(
    kind: ActKind, english: Talking, goods: Services
) -> None:
    english.say("gas stoves", "wish", "search_product")
    said = english.say("whats the lightest under 60 euro", kind, "nlu_fallback")
    assert all(price_of(goods, one) <= 6000 for one in cards(said))


@pytest.mark.parametrize(
    ("shopper", "more"), [("en", "and 2 of them?"), ("zh", "那三件呢")], indirect=["shopper"]
)
def test_so_many_of_what_the_price_was_told_of(shopper: Talking, more: str) -> None:
    shopper.say("nordlicht storm rain shell", "wish", "search_product")
    shopper.say("多少钱 how much is it", "ask", "ask_price")
    shopper.say(more, "ask", "nlu_fallback")
    assert shopper.said[-1] == "utter_kit_total"
