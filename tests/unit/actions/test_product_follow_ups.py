"""Follow-ups on a list, on one thing of it and on its price, size, care and use."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from shop.catalogue import get_product
from shop.models import Variant
from tests.unit.actions.talking import BOOTS, NAME, NOW, SHELL, Talking, cards, open_services


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "show me sleeping bags", "does the second one come in black"),
        ("zh", "睡袋", "第二个有黑色吗"),
    ],
    indirect=["shopper"],
)
def test_a_colour_of_one_of_the_list_is_asked_of_its_stock(
    shopper: Talking, first: str, asks: str
) -> None:
    """What it does not come in is named, and is not asked for any more afterwards."""
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "ask", "nlu_fallback", ordinal="2", colour="black")
    assert said["response"] == "utter_no_such_variant"
    assert said["wanted"] == {"en": "black", "zh": "黑色"}[shopper.language]
    assert shopper.state.focus.colour is None


def test_a_number_of_the_name_is_no_size(english: Talking) -> None:
    english.say("karst ridge 45", "other", "nlu_fallback", size="45")
    said = english.say("do you have it in blue", "ask", "check_stock", colour="blue")
    assert (said["response"], said["variants"]) == ("utter_stock_yes_one", "blue")


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "rain jackets", "which of these would you take for autumn"),
        ("zh", "徒步袜", "秋天穿你推荐哪个"),
    ],
    indirect=["shopper"],
)
def test_which_to_take_is_advice_and_no_list_of_yes(
    shopper: Talking, first: str, asks: str
) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "compare", "recommend_products")
    assert said["response"] in {"utter_compare_advice", "utter_compare_even"}


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "which is the most popular of them"), ("zh", "哪个卖得最好")],
    indirect=["shopper"],
)
def test_popularity_is_known_to_the_catalogue(shopper: Talking, asks: str) -> None:
    shopper.say("hiking socks" if shopper.language == "en" else "徒步袜", "wish", "search_product")
    said = shopper.say(asks, "compare", "compare_products")
    assert said["response"] == "utter_compare_top"
    assert len(cards(said)) == 1


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "has it been cheaper before?"), ("zh", "以前有没有更便宜过")],
    indirect=["shopper"],
)
def test_a_price_before_is_told_from_the_prices_kept(shopper: Talking, asks: str) -> None:
    said = shopper.say(asks, "refine", "ask_price", page=BOOTS)
    assert said["response"] in {"utter_was_cheaper", "utter_not_cheaper"}
    assert all(said[name] for name in ("product", "lowest", "day"))


def test_a_bound_after_a_list_narrows_it_and_compares_nothing(english: Talking) -> None:
    english.say("show me headlamps", "wish", "search_product")
    said = english.say("70 at most, for evening runs", "compare", "nlu_fallback")
    assert "€70" in said["met"]
    assert all(float(card["price"][1:]) <= 70 for card in said["custom"]["cards"])


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "show me sleeping bags", "can they go in the dryer"),
        ("zh", "睡袋", "能用烘干机吗"),
    ],
    indirect=["shopper"],
)
def test_care_of_a_list_is_said_of_each(shopper: Talking, first: str, asks: str) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "ask", "ask_product_details")
    assert said["response"] == "utter_fact"
    assert len(said["fact"].splitlines()) == len(shopper.state.shown.keys)


def test_the_other_one_is_the_one_that_is_not_in_focus(chinese: Talking) -> None:
    listed = cards(chinese.say("睡袋", "wish", "search_product"))[:2]
    chinese.state.shown.keys = chinese.state.shown.keys[:2]
    chinese.say("第一个", "choose", "choose_option", ordinal="1")
    said = chinese.say("另一个呢", "other", "nlu_fallback")
    assert cards(said) == [listed[1]]


@pytest.mark.parametrize(("shopper", "text"), [("en", "M"), ("zh", "XL")], indirect=["shopper"])
def test_a_bare_size_starts_no_search(shopper: Talking, text: str) -> None:
    said = shopper.say(text, "other", "nlu_fallback", size=text)
    assert (said["response"], cards(said)) == ("utter_size_of_what", [])
    kind = {"M": "fleece jackets", "XL": "抓绒"}[text]
    found = shopper.say(kind, "wish", "search_product")  # the size is what they must come in
    assert text in found["met"]


def test_other_money_is_no_limit_in_euros(chinese: Talking) -> None:
    said = chinese.say("头灯，预算500元人民币", "wish", "search_product")
    assert said["response"] == "utter_prices_not_converted"
    assert chinese.state.search is not None
    assert "ranges" not in chinese.state.search


def test_more_of_a_search_comes_round_to_nothing_shown_before(english: Talking) -> None:
    seen = set(cards(english.say("show me headlamps", "wish", "search_product")))
    more = set(cards(english.say("something else", "refine", "nlu_fallback")))
    assert more
    assert not seen & more


def test_a_superlative_after_a_superlative_is_of_the_whole_kind(english: Talking) -> None:
    english.say("your lightest headlamp", "wish", "search_product")
    said = english.say("and the cheapest?", "ask", "nlu_fallback")
    prices = [float(card["price"][1:]) for card in said["custom"]["cards"]]
    assert prices == sorted(prices)
    assert said["response"] == "utter_products_ordered"


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "and if i wear a fleece underneath?"), ("zh", "里面要套抓绒呢")],
    indirect=["shopper"],
)
def test_a_layer_under_it_changes_the_size_and_not_the_thing(shopper: Talking, asks: str) -> None:
    first = (
        "182 cm and 84 kg, which size" if shopper.language == "en" else "身高182体重84公斤穿什么码"
    )
    shopper.say(first, "wish", "ask_size_advice", page=SHELL)
    said = shopper.say(asks, "other", "nlu_fallback", page=SHELL)
    assert said["response"].startswith("utter_size")
    assert cards(said) == [SHELL]


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [
        ("en", "trekking poles", "im 175cm which length"),
        ("zh", "登山杖", "我175用多长的"),
    ],
    indirect=["shopper"],
)
def test_what_has_no_sizes_gets_no_size(shopper: Talking, first: str, asks: str) -> None:
    shopper.say(first, "wish", "search_product")
    assert shopper.say(asks, "ask", "ask_size_advice")["response"] == "utter_fact_unknown"


def test_the_thing_a_size_was_asked_for_gets_its_size(english: Talking) -> None:
    english.say("my foot is 26.5 cm", "wish", "ask_size_advice")
    said = english.say("for the Alpenrot Summit boots", "wish", "search_product")
    assert (said["response"], said["product"]) == ("utter_size_between", NAME)


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "will the price drop if i wait"), ("zh", "过几天会降价吗")],
    indirect=["shopper"],
)
def test_nobody_knows_a_price_to_come(shopper: Talking, asks: str) -> None:
    said = shopper.say(asks, "wish", "price_protection", page=BOOTS)
    assert said["response"] == "utter_price_later"


def test_another_brand_than_that_in_focus_is_compared_with_it(english: Talking) -> None:
    english.say("tell me about the basalt glacier headlamp", "wish", "ask_product_details")
    said = english.say("vs the kiesel one", "compare", "compare_products")
    assert cards(said)[0] == "basalt-glacier-headlamp"
    assert cards(said)[1].startswith("kiesel-")


def test_an_occasion_that_nothing_listed_is_made_for_is_said(english: Talking) -> None:
    english.say("a tent for two for winter camping", "wish", "search_product")
    assert "utter_not_meant_for" in english.said


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "a stove for 2 people"), ("zh", "一个人用的炉头")],
    indirect=["shopper"],
)
def test_no_kind_is_said_to_lack_what_the_shop_tells_of_none(shopper: Talking, asks: str) -> None:
    said = shopper.say(asks, "wish", "search_product")
    assert said["response"] == "utter_products_of_kind"


def test_a_question_no_attribute_answers_gets_what_the_shop_writes(english: Talking) -> None:
    english.say("tell me about the nordlicht aurora tent", "wish", "ask_product_details")
    said = english.say("how long does it take to set up?", "ask", "nlu_fallback")
    assert said["response"] == "utter_detail_unknown"
    assert said["description"]


@pytest.mark.parametrize(
    ("shopper", "asks", "kind"),
    [("en", "i need crampons", "crampons"), ("zh", "我想买冰爪", "冰爪")],
    indirect=["shopper"],
)
def test_goods_that_the_shop_lacks_stay_spoken_of(shopper: Talking, asks: str, kind: str) -> None:
    """A size that follows is still for them, and finds nothing else."""
    first = shopper.say(asks, "wish", "search_product")
    later = shopper.say("size L" if shopper.language == "en" else "L码的", "ask", "nlu_fallback")
    assert (first["response"], first["kind"]) == ("utter_kind_unknown", kind)
    assert (later["response"], later["kind"]) == ("utter_kind_unknown", kind)


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "ok then gaiters"), ("zh", "那雪套吧")],
    indirect=["shopper"],
)
def test_goods_that_are_named_take_no_leave(shopper: Talking, asks: str) -> None:
    shopper.say("crampons" if shopper.language == "en" else "冰爪", "wish", "search_product")
    said = shopper.aside(asks, "goodbye")
    assert said["response"] == "utter_kind_unknown"
    assert shopper.aside("thanks for the tent, bye", "goodbye")["response"] == "utter_goodbye"


@pytest.mark.parametrize(
    ("shopper", "first", "asks", "wish"),
    [
        ("en", "sleeping bags", "with a hot water tank", "hot water tank"),
        ("zh", "睡袋", "要有反光条的", "反光"),
    ],
    indirect=["shopper"],
)
def test_what_no_text_tells_is_named(shopper: Talking, first: str, asks: str, wish: str) -> None:
    shopper.say(first, "wish", "search_product")
    shown = shopper.state.shown.keys
    said = shopper.say(asks, "refine", "refine_search")
    assert (said["response"], said["wish"]) == ("utter_wish_untold", wish)
    assert shopper.state.shown.keys == shown


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [("en", "sleeping bags", "for a 6 year old"), ("zh", "睡袋", "给6岁孩子用的")],
    indirect=["shopper"],
)
def test_what_is_for_children_is_said_not_to_be_marked(
    shopper: Talking, first: str, asks: str
) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "refine", "refine_search")
    assert said["response"] == "utter_not_marked"


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [("en", "sleeping bags", "which is warmest"), ("zh", "睡袋", "哪个最暖和")],
    indirect=["shopper"],
)
def test_the_warmest_is_told_by_its_temperature(shopper: Talking, first: str, asks: str) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "compare", "compare_products")
    assert (said["response"], said["value"]) == ("utter_compare_most", "−12 °C")


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [("en", "rain shells", "which one is the most breathable"), ("zh", "冲锋衣", "哪个最透气")],
    indirect=["shopper"],
)
def test_a_property_of_all_ranks_none(shopper: Talking, first: str, asks: str) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "compare", "compare_products")
    assert said["response"] == "utter_all_of_these"


@pytest.mark.parametrize(
    ("shopper", "asks", "more"),
    [
        ("en", "can 5 people fit", "is there one for 5 people"),
        ("zh", "能睡五个人吗", "那有五个人的吗"),
    ],
    indirect=["shopper"],
)
def test_a_question_on_the_one_in_focus_searches_for_nothing(
    shopper: Talking, asks: str, more: str
) -> None:
    first = shopper.say("tents" if shopper.language == "en" else "帐篷", "wish", "search_product")
    assert cards(first)
    said = shopper.say(asks, "refine", "nlu_fallback", page=shopper.first_shown())
    assert said["response"] == "utter_fact"
    assert shopper.say(more, "refine", "nlu_fallback")["response"] == "utter_products_met"


@pytest.mark.parametrize(
    ("shopper", "first", "cheaper", "total"),
    [
        ("en", "how much is a tent and a sleeping bag together", "the cheapest", "in total?"),
        ("zh", "帐篷睡袋一套多少钱", "最便宜的", "加起来多少"),
    ],
    indirect=["shopper"],
)
def test_several_kinds_at_once_are_a_kit_with_its_sum(
    shopper: Talking, first: str, cheaper: str, total: str
) -> None:
    kit = shopper.say(first, "wish", "ask_price")
    cheapest = shopper.say(cheaper, "refine", "refine_search")
    said = shopper.say(total, "ask", "ask_price")
    assert kit["response"] == cheapest["response"] == "utter_kit"
    assert len(cards(kit)) == 2
    assert said["response"] == "utter_kit_total"
    assert said["total"] == cheapest["total"]


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "what are the dimensions"), ("zh", "尺寸多少")],
    indirect=["shopper"],
)
def test_measurements_of_a_pack_are_no_sizes(shopper: Talking, asks: str) -> None:
    shopper.say("backpacks" if shopper.language == "en" else "背包", "wish", "search_product")
    said = shopper.say(asks, "ask", "ask_size_advice", page=shopper.first_shown())
    assert said["response"] == "utter_dimensions_known"


@pytest.mark.parametrize(
    ("shopper", "first", "skips"),
    [
        ("en", "i want to buy a tent, a sleeping bag and a stove", "skip the stove"),
        ("zh", "想买帐篷 睡袋 炉子", "不要炉子了"),
    ],
    indirect=["shopper"],
)
def test_a_kind_is_left_out_of_a_kit(shopper: Talking, first: str, skips: str) -> None:
    kit = shopper.say(first, "wish", "search_product")
    rest = shopper.say(skips, "refine", "refine_search")
    assert len(cards(kit)) == 3
    assert cards(rest) == cards(kit)[:2]


@pytest.mark.parametrize(
    ("shopper", "first", "asks"),
    [("en", "rain shells", "does it have pit zips"), ("zh", "冲锋衣", "有反光条吗")],
    indirect=["shopper"],
)
def test_a_part_that_the_text_does_not_mention_is_not_guessed(
    shopper: Talking, first: str, asks: str
) -> None:
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "ask", "ask_product_details", page=shopper.first_shown())
    assert said["response"] == "utter_part_untold"


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "how much for 3 pairs"), ("zh", "三双多少钱")],
    indirect=["shopper"],
)
def test_several_of_one_thing_are_summed(shopper: Talking, asks: str) -> None:
    said = shopper.say(asks, "ask", "ask_price", page=BOOTS)
    assert (said["response"], said["lowest"]) == ("utter_price", "€149.95")
    assert shopper.said == ["utter_price", "utter_kit_total"]


@pytest.mark.parametrize("asks", ["第三双多少钱", "150双多少钱"])
def test_a_place_or_a_larger_number_is_no_count_of_it(chinese: Talking, asks: str) -> None:
    chinese.say(asks, "ask", "ask_price", page=BOOTS)
    assert "utter_kit_total" not in chinese.said


@pytest.mark.parametrize(
    ("first", "counts"),
    [
        ("how much are 2 tents and 3 sleeping bags together", (2, 3)),
        ("how much are size 43 boots and a tent together", (1, 1)),
        ("a set below 250 tents and sleeping bags, how much together", (1, 1)),
    ],
)
def test_a_size_or_a_price_before_a_kind_is_no_count_of_it(
    english: Talking, first: str, counts: tuple[int, int]
) -> None:
    kit = english.say(first, "wish", "ask_price")
    rows = kit["rows"].split("\n")
    assert [int(row.split()[1]) for row in rows] == list(counts)


def test_a_product_newer_than_the_catalogue_is_compared_all_the_same(
    english: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in the database, and in the catalogue from the next look on."""
    known = english.services.catalogue.current()
    with english.services.database.reading() as session:
        found = get_product(session, SHELL, now=NOW)
    assert found is not None
    names = {key: words for key, words in known.names.names.items() if key != found.product_id}
    rows = {key: row for key, row in known.row_of.items() if key != found.product_id}
    earlier = replace(known, names=replace(known.names, names=names), row_of=rows)
    monkeypatch.setattr(english.services.catalogue, "current", lambda: earlier)
    said = english.say("is it better than the others?", "compare", "compare_products", page=SHELL)
    assert said["response"]


def test_what_is_left_of_a_kit_stays_as_it_was(english: Talking) -> None:
    english.say("how much is a tent, a sleeping bag and a stove together", "wish", "ask_price")
    kept = [english.state.shown.keys[0], english.state.shown.keys[1]]
    english.say("skip the stove", "refine", "refine_search")
    assert english.state.shown.keys == kept


def test_a_series_of_one_in_sight_is_that_one(english: Talking) -> None:
    english.say(
        "compare the Fernweg Harbour 22 and the Karst Ridge 45", "compare", "compare_products"
    )
    said = english.say("does the harbour have a rain cover", "ask", "ask_product_details")
    assert "Fernweg Harbour 22 Daypack" in said["fact"]


def test_that_one_is_no_number(english: Talking) -> None:
    english.say("show me sleeping mats", "wish", "search_product")
    said = english.say(
        "what's the R-value of the first one", "ask", "ask_product_details", ordinal="1"
    )
    assert said["response"] == "utter_fact"
    english.say("what's the R-value of that one", "ask", "ask_product_details")
    assert english.said == ["utter_fact"]


def test_what_has_no_sizes_stays_in_focus(english: Talking) -> None:
    english.say("tell me about the Nordlicht Aurora tent", "wish", "ask_product_details")
    tent = english.state.focus.product
    english.say("will i fit, im 195", "ask", "ask_size_advice")
    assert english.state.focus.product == tent
    said = english.say("and how waterproof", "ask", "ask_product_details")
    assert said["response"] == "utter_fact"


def test_a_body_without_a_thing_gets_the_size_of_our_clothes(english: Talking) -> None:
    english.say("im 183 and 79 kilos", "wish", "ask_size_advice")
    assert english.said[0].startswith("utter_size_")
    assert "utter_size_of_what" not in english.said


def test_a_size_that_would_fit_and_is_sold_out_is_said_to_be(tmp_path: Path) -> None:
    with open_services(tmp_path) as services:
        with services.database.session() as session:
            session.execute(update(Variant).values(stock=0))
        shopper = Talking(services)
        shopper.say("what size for 183 cm and 79 kg", "wish", "ask_size_advice", page=SHELL)
        assert shopper.said == ["utter_size_take_sold_out"]
        shopper.say("will it fit me", "ask", "ask_size_advice")
        assert shopper.said == ["utter_size_take_sold_out"]


@pytest.mark.parametrize(
    ("shopper", "first", "buys"),
    [("en", "sleeping bags", "ok this one, how do I buy it"), ("zh", "睡袋", "那就这个吧 怎么买")],
    indirect=["shopper"],
)
def test_buying_one_of_several_asks_which(shopper: Talking, first: str, buys: str) -> None:
    shopper.say(first, "wish", "search_product")
    shown = list(shopper.state.shown.keys)
    said = shopper.say(buys, "choose", "add_to_cart")
    assert said["response"] == "utter_ask_which_product"
    assert shopper.state.shown.keys == shown
    said = shopper.say("", "choose", "add_to_cart", ordinal="2")
    assert said["response"] == "utter_order_this"
    assert len(cards(said)) == 1
