"""Answers on products keep their context: constraints, the product in focus, the list, the pair."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from actions.answers import answer
from actions.browsing.live import LiveCatalogue
from actions.chat import Chat
from actions.server import import_actions
from actions.services import Services
from actions.turn import Talk, Turn
from dialogue.acts import Act, ActKind
from dialogue.message import Message
from dialogue.state import State
from kit.clock import FixedClock
from kit.database import open_database, upgrade
from kit.i18n import Catalogue, Language
from kit.settings import load_settings
from shop.demo import make_demo
from shop.terms import terms

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NAME = "Alpenrot Summit Hiking Boots"
BOOTS = "alpenrot-summit-hiking-boots"
SHELL = "nordlicht-storm-rain-shell"


class NoArticles:
    """Knowledge without an article."""

    def search(self, text: str, language: Language, topic: str | None = None) -> list[Any]:
        return []


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    import_actions()
    folder = tmp_path_factory.mktemp("shop")
    url = f"sqlite:///{folder}/shop.db"
    upgrade(url)
    database = open_database(url)
    make_demo(database, now=NOW, customers=20, products=60, days=120)
    clock = FixedClock(NOW)
    yield Services(
        settings=load_settings({"CONCIERGE_DATA_DIR": str(folder)}, folder),
        database=database,
        knowledge=cast(Any, NoArticles()),
        words=Catalogue.load(ROOT / "actions/locales", terms("Fernweg")),
        clock=clock,
        models=cast(Any, None),
        reasons=cast(Any, None),
        catalogue=LiveCatalogue(database, clock),
        random=np.random.default_rng(1),
    )
    database.close()


@dataclass
class Talking:
    """A conversation by hand: each message with the act and the intent that were read."""

    services: Services
    language: Language = "en"
    state: State = field(default_factory=State)

    def say(
        self, text: str, kind: ActKind, intent: str = "", page: str | None = None, **found: str
    ) -> dict[str, Any]:
        entities = {name: (value,) for name, value in found.items()}
        message = Message(text, self.language, intent, 0.9, ((intent, 0.9),), entities)
        turn = Turn("c", "m", message, None, page, "v", {}, NOW)
        talk = Talk()
        self.state.turn += 1
        act = Act(kind, message, "by hand", intent=intent)
        answer(Chat(turn, self.state, talk, self.services, acts=[act]), act)
        return talk.responses[0]


@pytest.fixture
def english(services: Services) -> Talking:
    return Talking(services)


@pytest.fixture
def chinese(services: Services) -> Talking:
    return Talking(services, "zh")


def cards(said: dict[str, Any]) -> list[str]:
    return [card["sku"] for card in said.get("custom", {}).get("cards", ())]


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
)  # fmt: skip
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
        "utter_compare_by", "Alpenrot Summit Hiking Boots",
    )  # fmt: skip


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
    ("talking", "first", "then", "number"),
    [
        ("english", "show me sleeping bags", "sorry, a tent for two people", "2"),
        ("chinese", "双人帐篷", "不对，我要三人的", "3"),
    ],
)
def test_a_headcount_is_no_place_in_the_list(
    request: pytest.FixtureRequest, talking: str, first: str, then: str, number: str
) -> None:
    shopper: Talking = request.getfixturevalue(talking)
    shopper.say(first, "wish", "search_product")
    shopper.say(then, "refine", "search_product", ordinal=number)
    assert shopper.state.search is not None
    persons = [one for one in shopper.state.search["ranges"] if one["attribute"] == "persons"]
    assert [one["low"] for one in persons] == [float(number)]


@pytest.mark.parametrize(
    ("talking", "first", "asks"),
    [
        ("english", "show me sleeping bags", "does the second one come in black"),
        ("chinese", "睡袋", "第二个有黑色吗"),
    ],
)
def test_a_colour_of_one_of_the_list_is_asked_of_its_stock(
    request: pytest.FixtureRequest, talking: str, first: str, asks: str
) -> None:
    """What it does not come in is named, and is not asked for any more afterwards."""
    shopper: Talking = request.getfixturevalue(talking)
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
    ("talking", "first", "asks"),
    [
        ("english", "rain jackets", "which of these would you take for autumn"),
        ("chinese", "徒步袜", "秋天穿你推荐哪个"),
    ],
)
def test_which_to_take_is_advice_and_no_list_of_yes(
    request: pytest.FixtureRequest, talking: str, first: str, asks: str
) -> None:
    shopper: Talking = request.getfixturevalue(talking)
    shopper.say(first, "wish", "search_product")
    said = shopper.say(asks, "compare", "recommend_products")
    assert said["response"] in {"utter_compare_advice", "utter_compare_even"}


@pytest.mark.parametrize(
    ("talking", "asks"),
    [("english", "which is the most popular of them"), ("chinese", "哪个卖得最好")],
)
def test_popularity_is_known_to_the_catalogue(
    request: pytest.FixtureRequest, talking: str, asks: str
) -> None:
    shopper: Talking = request.getfixturevalue(talking)
    shopper.say("hiking socks" if talking == "english" else "徒步袜", "wish", "search_product")
    said = shopper.say(asks, "compare", "compare_products")
    assert said["response"] == "utter_compare_top"
    assert len(cards(said)) == 1


@pytest.mark.parametrize(
    ("talking", "asks"),
    [("english", "has it been cheaper before?"), ("chinese", "以前有没有更便宜过")],
)
def test_a_price_before_is_told_from_the_prices_kept(
    request: pytest.FixtureRequest, talking: str, asks: str
) -> None:
    shopper: Talking = request.getfixturevalue(talking)
    said = shopper.say(asks, "refine", "ask_price", page=BOOTS)
    assert said["response"] in {"utter_was_cheaper", "utter_not_cheaper"}
    assert all(said[value] for value in ("product", "lowest", "day"))


def test_a_bound_after_a_list_narrows_it_and_compares_nothing(english: Talking) -> None:
    english.say("show me headlamps", "wish", "search_product")
    said = english.say("70 at most, for evening runs", "compare", "nlu_fallback")
    assert "€70" in said["met"]
    assert all(float(card["price"][1:]) <= 70 for card in said["custom"]["cards"])


@pytest.mark.parametrize(
    ("talking", "first", "asks"),
    [
        ("english", "show me sleeping bags", "can they go in the dryer"),
        ("chinese", "睡袋", "能用烘干机吗"),
    ],
)
def test_care_of_a_list_is_said_of_each(
    request: pytest.FixtureRequest, talking: str, first: str, asks: str
) -> None:
    shopper: Talking = request.getfixturevalue(talking)
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


@pytest.mark.parametrize(("talking", "text"), [("english", "M"), ("chinese", "XL")])
def test_a_bare_size_starts_no_search(
    request: pytest.FixtureRequest, talking: str, text: str
) -> None:
    shopper: Talking = request.getfixturevalue(talking)
    said = shopper.say(text, "other", "nlu_fallback", size=text)
    assert (said["response"], cards(said)) == ("utter_size_of_what", [])
    assert shopper.state.search is None


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
