"""What was said of goods before gives the next message its meaning."""

import pytest

from actions.plain_words import names_fault
from shop.catalogue import get_products
from shop.ids import ProductId
from tests.unit.actions.talking import BOOTS, NOW, SHELL, Talking, cards


def ranges(shopper: Talking) -> dict[str, tuple[str, float | None, float | None]]:
    """The bounds of the search that is kept, by what they bound."""
    held = shopper.state.search or {}
    return {
        one["attribute"]: (one["operator"], one.get("low"), one.get("high"))
        for one in held.get("ranges", ())
    }


def test_after_two_are_compared_a_measure_compares_them_again(english: Talking) -> None:
    english.say("compare the alpenrot summit boots and the nordlicht storm shell", "compare")
    said = english.say("and in weight", "refine", "refine_search")
    assert said["response"] == "utter_compare_by"


def test_said_outright_and_no_question_narrows_the_list(english: Talking) -> None:
    english.say("sleeping bags", "wish", "search_product")
    said = english.say("synthetic, i dont want down", "compare", "search_product")
    assert said["response"] == "utter_products_met"
    held = english.state.search or {}
    assert [one["values"] for one in held["must_not"]] == [["down"]]


@pytest.mark.parametrize(
    ("shopper", "first", "then"),
    [("en", "backpacks around 45 litres", "how about 55"), ("zh", "45升左右的背包", "55的呢")],
    indirect=["shopper"],
)
def test_a_bare_number_is_of_the_quantity_spoken_of(
    shopper: Talking, first: str, then: str
) -> None:
    shopper.say(first, "wish", "search_product")
    shopper.say(then, "refine", "refine_search")
    assert "price" not in ranges(shopper)
    operator, low, high = ranges(shopper)["volume"]
    assert operator == "about"
    assert low is not None
    assert high is not None
    assert low < 55 < high


def test_a_bound_that_may_well_be_a_price_is_one(english: Talking) -> None:
    english.say("backpacks around 45 litres", "wish", "search_product")
    english.say("under 150", "refine", "refine_search")
    assert ranges(english)["price"] == ("at_most", None, 150.0)
    assert "volume" in ranges(english)


def test_more_of_what_was_asked_last(english: Talking) -> None:
    english.say("headlamps", "wish", "search_product")
    english.say(
        "how many lumens does the first one have", "ask", "ask_product_details", ordinal="1"
    )
    said = english.say("is there one with more", "refine", "nlu_fallback")
    assert said["response"] in {"utter_products_met", "utter_no_more"}
    assert (english.state.search or {}).get("ranges") or (english.state.search or {}).get("order")


@pytest.mark.parametrize("text", ["back to the first ones", "show me the original list"])
def test_one_can_go_back_to_the_first_list(english: Talking, text: str) -> None:
    first = cards(english.say("tents", "wish", "search_product"))
    english.say("under 250", "refine", "refine_search")
    english.say("freestanding", "refine", "refine_search")
    said = english.say(text, "wish", "refuse_product")
    assert (said["response"], cards(said)) == ("utter_back_to", first)


def test_an_order_by_what_nobody_knows_is_said_and_left_out(english: Talking) -> None:
    english.say("hiking boots", "wish", "search_product")
    english.say("the brightest of all boots", "refine", "recommend_products")
    assert "utter_order_unknown" in english.said
    assert not (english.state.search or {}).get("order")


def test_reduced_is_asked_of_the_product_in_focus(english: Talking) -> None:
    said = english.say("is it reduced at the moment?", "ask", "ask_promotions", page=BOOTS)
    assert said["response"] in {"utter_not_reduced", "utter_price_reduced"}
    assert english.state.last.subject == BOOTS


def test_a_part_that_no_text_speaks_of_is_not_searched_for(english: Talking) -> None:
    english.say("tell me about the storm rain shell", "ask", "ask_product_details", page=SHELL)
    said = english.say("does it come with a mat", "ask", "nlu_fallback")
    assert said["response"] == "utter_part_untold"


def test_only_one_is_left_to_choose_from(english: Talking) -> None:
    english.say("the nordlicht storm rain shell", "wish", "search_product")
    said = english.say("which is lightest", "compare", "compare_products")
    assert said["response"] == "utter_only_one"


def test_so_many_of_the_best_are_put_side_by_side(english: Talking) -> None:
    said = english.say("compare the lightest two of your backpacks", "compare", "compare_products")
    assert said["response"] == "utter_compare_by"
    assert len(cards(said)) == 2
    listed = cards(english.say("backpacks", "wish", "search_product"))
    said = english.say("compare the lightest two of them", "compare", "compare_products")
    assert (len(cards(said)), set(cards(said)) <= set(listed)) == (2, True)


def test_one_is_put_beside_the_others_of_its_kind(english: Talking) -> None:
    text = "how does the nordlicht storm rain shell differ from your other jackets"
    shown = cards(english.say(text, "compare", "compare_products"))
    assert (shown[0], len(shown) > 1) == (SHELL, True)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("compare the first two", slice(2)),
        ("and the last three", slice(-3, None)),
        ("比较前两个", slice(2)),
        ("那后两款呢", slice(-2, None)),
    ],
)
def test_an_end_of_the_list_is_compared(english: Talking, text: str, part: slice) -> None:
    listed = cards(english.say("show me backpacks", "wish", "search_product"))
    assert cards(english.say(text, "compare", "compare_products")) == listed[part]


@pytest.mark.parametrize("text", ["the first two, how much together", "前两个一共多少钱"])
def test_the_ends_of_a_list_are_added_up(english: Talking, text: str) -> None:
    english.say("show me backpacks", "wish", "search_product")
    assert english.say(text, "ask", "ask_price")["response"] == "utter_both_total"


def test_both_that_are_taken_are_told_how_to_buy(english: Talking) -> None:
    listed = cards(english.say("show me backpacks", "wish", "search_product"))
    said = english.say("i'll take the last two", "choose", "add_to_cart")
    assert (said["response"], cards(said)) == ("utter_order_these", listed[-2:])


def test_the_other_end_of_the_list_is_compared_next(english: Talking) -> None:
    listed = cards(english.say("show me backpacks", "wish", "search_product"))
    english.say("compare the first two", "compare", "compare_products")
    assert cards(english.say("那后两个呢", "choose", "nlu_fallback")) == listed[-2:]


@pytest.mark.parametrize("text", ["she has bad knees and a sore back", "她膝盖不好"])
def test_bad_knees_are_no_damaged_goods(english: Talking, text: str) -> None:
    english.say("boots for my mum", "wish", "search_product")
    said = english.say(text, "refine", "report_damaged_item")
    assert said["response"] == "utter_ailment"
    assert not names_fault(text)
    assert names_fault("my knees hurt and the zip is broken")


def test_the_price_difference_of_two_compared_is_no_promise_of_a_price(english: Talking) -> None:
    english.say("compare the alpenrot summit boots and the nordlicht storm shell", "compare")
    said = english.say("so what's the price difference", "compare", "price_protection")
    assert said["response"] == "utter_compare_by"


def test_the_size_that_was_advised_is_searched_for(english: Talking) -> None:
    english.say("183 cm and 90 kg, which size of jacket?", "wish", "ask_size_advice")
    size = english.state.notes["size_advised"]
    english.say("show me jackets in that size", "wish", "search_product")
    held = (english.state.search or {})["must"]
    assert [one["values"] for one in held if one["attribute"] == "size"] == [[size]]


def test_a_use_narrows_a_wide_kind(english: Talking) -> None:
    english.say("shoes for the city", "wish", "search_product")
    kinds = (english.state.search or {})["kinds"]
    assert [one["values"] for one in kinds] == [["sneaker"]]


def test_a_present_for_a_man_is_one_for_what_he_does(english: Talking) -> None:
    said = english.say("a gift for my dad, he hikes, under 30 euros", "wish", "search_product")
    with english.services.database.reading() as session:
        ids = [ProductId(int(key)) for key in english.state.shown.keys]
        views = get_products(session, ids, now=NOW)
    assert said["response"].startswith("utter_products")
    assert {one.category for one in views} <= {"backpacks", "hiking-boots", "socks", "bottles"}


def test_what_nobody_knows_of_one_in_focus_changes_no_search(english: Talking) -> None:
    english.say("is the nordlicht storm rain shell waterproof", "ask", "ask_product_details")
    said = english.say("15 inch", "refine", "nlu_fallback")
    assert said["response"] in {"utter_detail_unknown", "utter_fact_unknown"}


def test_a_sum_without_a_currency_is_said_to_be_read_as_euros_once(chinese: Talking) -> None:
    chinese.say("帐篷 500以内", "wish", "search_product")
    assert chinese.said[0] == "utter_prices_in_euros"
    chinese.say("300以内", "refine", "refine_search")
    assert "utter_prices_in_euros" not in chinese.said
