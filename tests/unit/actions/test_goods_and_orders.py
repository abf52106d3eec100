"""Goods on show and orders share words: which of the two a message is about."""

import pytest

from kit.i18n import LANGUAGES, Language
from tests.dialogues import MIA, Desk

each_language = pytest.mark.parametrize("language", LANGUAGES)
SEARCH = {"en": "show me boots", "zh": "登山鞋"}


@each_language
def test_how_long_to_a_place_asks_no_guest_for_an_order(desk: Desk, language: Language) -> None:
    talk = desk.talk(None, language)
    talk.say(SEARCH[language], "search_product")
    asks = {"en": "how long till i get it in Paris", "zh": "几天能到成都"}[language]
    assert not any(one.startswith("utter_ask_") for one in talk.say(asks, "track_order"))


@each_language
def test_whether_goods_on_show_can_be_returned_asks_for_the_rules(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(None, language)
    talk.say(SEARCH[language], "search_product")
    asks = {"en": "ok and can i return them if they pinch", "zh": "如果不合适能退吗"}[language]
    said = talk.say(asks)
    assert not any(one.startswith(("utter_products", "utter_fact")) for one in said)
    assert talk.state.last.intent in {"ask_return_policy", ""}
    assert talk.state.frame is None


@each_language
def test_a_part_for_goods_is_no_compensation(desk: Desk, language: Language) -> None:
    talk = desk.talk(None, language)
    wish = {"en": "a rain cover for my backpack then", "zh": "那给背包配个防雨罩"}[language]
    assert talk.say(wish, "ask_compensation")[0] != "utter_compensation"
    assert talk.state.question is None


@each_language
def test_a_place_of_the_list_is_no_parcel(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say(SEARCH[language], "search_product")
    asks = {"en": "first one pls, link?", "zh": "第一个 发个链接"}[language]
    said = talk.say(asks, "track_parcel", ordinal="1")
    assert said[0].startswith("utter_product")
