"""Answers on products keep their context: constraints, the product in focus, the list, the pair."""

import pytest

from tests.unit.actions.talking import BOOTS, NAME, SHELL, Talking, cards


def test_what_cannot_be_met_together_is_named(english: Talking) -> None:
    said = english.say("waterproof boots without leather", "wish", "search_product")
    assert said["response"] == "utter_none_fits_nearest"
    assert "free of leather" in said["wanted"]
    assert said["kind"] == "hiking boots"
    assert cards(said)


def test_a_fit_says_what_is_met(english: Talking) -> None:
    said = english.say("rain jackets under 400 in size L", "wish", "search_product")
    assert (said["response"], said["met"]) == ("utter_products_met", "at most €400 and in size L")


def test_a_colour_alone_asks_for_the_product_in_focus_and_keeps_the_size(english: Talking) -> None:
    english.say("is the Nordlicht Storm Rain Shell there in M", "wish", "check_stock", size="M")
    said = english.say("and in black?", "refine", "refine_search", colour="black")
    assert cards(said) == [SHELL]
    assert (english.state.focus.size, english.state.focus.colour) == ("M", "black")


def test_a_product_in_focus_outlives_a_list(english: Talking) -> None:
    english.say("tell me about the Alpenrot Summit Hiking Boots", "wish", "ask_product_details")
    english.say("show me tents", "wish", "search_product")
    assert (english.state.focus.kind, english.state.focus.product) == ("", BOOTS)
    said = english.say("when is it back", "ask", "ask_restock_date")
    assert said["product"] == "Alpenrot Summit Hiking Boots"


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("are they waterproof?", f"Yes, {NAME} is waterproof (15000 mm water column)."),
        ("how heavy are they", "Alpenrot Summit Hiking Boots – weight: 1.24 kg."),
        ("what are they made of?", "Alpenrot Summit Hiking Boots – material: nubuck leather."),
    ],
)
def test_only_the_asked_attribute_is_told(english: Talking, text: str, fact: str) -> None:
    said = english.say(text, "ask", "ask_product_details", page=BOOTS)
    assert (said["response"], said["fact"]) == ("utter_fact", fact)


def test_an_unknown_detail_is_not_guessed(english: Talking) -> None:
    said = english.say("are they windproof?", "ask", "ask_product_details", page=BOOTS)
    assert (said["response"], said["phrase"]) == ("utter_check_unknown", "windproof")
    assert [button["payload"] for button in said["buttons"]] == ["/talk_to_person"]


def test_a_pair_is_kept_for_the_next_question(english: Talking) -> None:
    names = "Karst Ridge 45 Backpack or Alpenrot Summit Hiking Boots"
    first = english.say(f"{names}, which is cheaper", "compare", "compare_products")
    again = english.say("and which is lighter", "compare", "compare_products")
    assert len(cards(first)) == 2
    assert (again["response"], again["product"]) == (
        "utter_compare_by",
        "Alpenrot Summit Hiking Boots",
    )


def test_sizes_are_advised_from_the_foot_and_grow_with_what_is_told(chinese: Talking) -> None:
    first = chinese.say("我脚长26厘米 穿几码", "wish", "ask_size_advice", page=BOOTS)
    later = chinese.say("脚背有点高", "ask", "nlu_fallback", page=BOOTS)
    assert (first["size"], first["other"]) == ("41", "40")
    assert later["size"] == "41"
    assert "脚背高" in later["reasons"]


def test_unknown_kinds_are_said_honestly(english: Talking) -> None:
    said = english.say("do you sell kayaks?", "wish", "search_product")
    assert (said["response"], said["kind"]) == ("utter_kind_unknown", "kayaks")


def test_haggling_is_answered_with_what_there_is(chinese: Talking) -> None:
    said = chinese.say("能便宜点吗", "ask", "ask_price", page=BOOTS)
    assert said["response"] == "utter_haggle"
    assert "WELCOME10" in said["rows"]


def test_the_one_that_is_picked_can_be_ordered(english: Talking) -> None:
    listed = english.say("show me tents", "wish", "search_product")
    said = english.say("the second one, how do I order?", "choose", "add_to_cart", ordinal="2")
    assert said["response"] == "utter_order_this"
    assert cards(said) == [cards(listed)[1]]


@pytest.mark.parametrize(
    ("shopper", "first", "then", "number"),
    [
        ("en", "show me sleeping bags", "sorry, a tent for two people", "2"),
        ("zh", "双人帐篷", "不对，我要三人的", "3"),
    ],
    indirect=["shopper"],
)
def test_a_headcount_is_no_place_in_the_list(
    shopper: Talking, first: str, then: str, number: str
) -> None:
    shopper.say(first, "wish", "search_product")
    shopper.say(then, "refine", "search_product", ordinal=number)
    assert shopper.state.search is not None
    persons = [one for one in shopper.state.search["ranges"] if one["attribute"] == "persons"]
    assert [one["low"] for one in persons] == [float(number)]


def test_an_offer_of_the_kind_asked_for_is_told_and_a_list_not_twice(english: Talking) -> None:
    first = english.say("any discount for nurses?", "wish", "ask_promotions")
    assert (first["response"], first["what"]) == ("utter_no_promotions_for", "nurses")
    assert english.said == ["utter_no_promotions_for", "utter_promotions"]
    of_kind = english.say("spend 100 and save something?", "ask", "ask_promotions")
    assert of_kind["response"] == "utter_codes_of_kind"
    assert "TRAIL20" in of_kind["rows"]
    assert "WELCOME10" not in of_kind["rows"]
    english.say("what else is running", "ask", "ask_promotions")
    assert english.said == ["utter_promotions_listed"]


def test_an_offer_for_a_first_order_is_the_code_for_it(chinese: Talking) -> None:
    told = chinese.say("新人有优惠吗", "wish", "ask_promotions")
    assert told["response"] == "utter_codes_of_kind"
    assert [code for code in ("WELCOME10", "TRAIL20") if code in told["rows"]] == ["WELCOME10"]


def test_how_large_a_thing_without_sizes_is_comes_from_its_own_figures(chinese: Talking) -> None:
    chinese.say("背包", "wish", "search_product", category="backpacks")
    chinese.say("第一个", "choose", "choose_option", ordinal="1")
    told = chinese.say("尺寸多少", "ask", "ask_size_advice")
    assert told["response"] == "utter_dimensions_known"
    assert "升" in told["facts"]


def test_waterproof_or_only_resistant_is_answered_with_what_it_is(english: Talking) -> None:
    said = english.say(
        "is it waterproof or just resistant", "ask", "ask_product_details", page=BOOTS
    )
    assert said["fact"] == f"Yes, {NAME} is waterproof (15000 mm water column)."


@pytest.mark.parametrize(
    ("shopper", "text"),
    [("en", "the lightest and cheapest sleeping bag"), ("zh", "最轻最便宜的睡袋")],
    indirect=["shopper"],
)
def test_two_superlatives_are_both_told(shopper: Talking, text: str) -> None:
    said = shopper.say(text, "wish", "search_product")
    two = said["response"] == "utter_both_ends"
    assert said["response"] in {"utter_both_ends", "utter_both_ends_in_one"}
    assert len(cards(said)) == (2 if two else 1)


def test_the_two_cheapest_are_compared_and_stay_the_pair(english: Talking) -> None:
    first = english.say("difference between the two cheapest tents", "compare", "compare_products")
    pair = cards(first)
    assert len(pair) == 2
    english.say("and which is lighter", "compare", "compare_products")
    assert len(english.state.shown.keys) == 2


def test_a_thing_that_only_a_text_mentions_is_not_sold(english: Talking) -> None:
    said = english.say("do you sell skis?", "ask")
    assert (said["response"], said["kind"]) == ("utter_kind_unknown", "skis")


def test_a_price_of_nothing_is_asked_back(english: Talking) -> None:
    said = english.say("how much is that altogether", "wish", "ask_price")
    assert said["response"] == "utter_ask_which_product"


def test_what_a_use_prefers_gives_way_to_what_is_asked_outright(english: Talking) -> None:
    said = english.say("something waterproof for work, mens L", "wish", "search_product")
    assert said["response"] == "utter_products_met"
    assert said["met"] == "waterproof, for men and in size L"
