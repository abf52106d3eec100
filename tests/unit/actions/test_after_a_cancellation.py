"""What is asked of an order once it was cancelled, and what comes first where a parcel is lost."""

from typing import Any

import pytest

from kit.i18n import LANGUAGES, Language
from tests.dialogues import BOOTS_43, MIA, TOM, Desk, Talk, changes

each_language = pytest.mark.parametrize("language", LANGUAGES)


def _cancelled(desk: Desk, language: Language = "en") -> tuple[Talk, dict[str, Any]]:
    talk = desk.talk(MIA, language)
    talk.say("cancel 20001", "cancel_order", order_number="20001")
    assert talk.say({"en": "yes", "zh": "确认"}[language], "affirm") == ["utter_cancelled"]
    return talk, desk.rows()


@each_language
def test_a_cancelled_order_cannot_go_back_and_its_money_is_told(
    desk: Desk, language: Language
) -> None:
    talk, before = _cancelled(desk, language)
    wish = {"en": "can I send it back in case it still comes", "zh": "这个要是还寄来能退吗"}
    said = talk.say(wish[language], "return_item")
    assert said == ["utter_return_already_cancelled", "utter_refund_pending"]
    assert changes(before, desk.rows()) == []


@each_language
def test_how_the_money_comes_back_is_where_it_stands(desk: Desk, language: Language) -> None:
    talk, _ = _cancelled(desk, language)
    ask = {"en": "how do I get my money back?", "zh": "钱怎么退给我"}[language]
    assert talk.say(ask, "nlu_fallback") == ["utter_refund_pending"]
    assert "{" not in talk.text


def test_cancelled_twice_it_is_told_where_the_money_is(desk: Desk) -> None:
    talk, _ = _cancelled(desk)
    said = talk.say("cancel order 20001", "cancel_order", order_number="20001")
    assert said == ["utter_refused_already_cancelled", "utter_refund_pending"]


@pytest.mark.parametrize(
    ("language", "wish", "intent"),
    [
        ("en", "no i want it sent again not money", "nlu_fallback"),
        ("zh", "我要重发 不要退款", "cancel_order"),
    ],
)
def test_a_new_parcel_comes_after_the_search(
    desk: Desk, language: Language, wish: str, intent: str
) -> None:
    talk = desk.talk(TOM, language)
    talk.say("30002 is lost", "report_lost_parcel", order_number="30002")
    assert "utter_ask_report_lost" in talk.state.question.response
    before = desk.rows()
    said = talk.say(wish, intent)
    assert said[0] == "utter_lost_details"
    assert talk.state.frame.task == "report_lost"
    assert changes(before, desk.rows()) == []


@pytest.mark.parametrize(("language", "yes"), [("en", "ok search first"), ("zh", "行吧那先查")])
def test_to_do_the_very_thing_first_is_a_yes(desk: Desk, language: Language, yes: str) -> None:
    talk = desk.talk(TOM, language)
    talk.say("30002 is lost", "report_lost_parcel", order_number="30002")
    assert talk.say(yes, "nlu_fallback") == ["utter_lost_reported"]


def test_goods_of_my_other_order_are_meant(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("where is 20002", "track_order", order_number="20002")
    talk.say("change the boots in my other order to 43", "change_item", size="43")
    assert talk.state.frame.slots["order"] == "20001"
    assert talk.state.frame.slots["variant"] == BOOTS_43


@pytest.mark.parametrize(
    ("language", "report"),
    [
        ("en", "the fleece came without the spare button"),
        ("zh", "抓绒夹克里少了备用扣"),
    ],
)
def test_a_missing_part_is_not_the_whole_thing(desk: Desk, language: Language, report: str) -> None:
    talk = desk.talk(MIA, language)
    before = desk.rows()
    assert talk.say(report, "report_missing_item", order_number="20002") == ["utter_part_missing"]
    talk.say({"en": "yes", "zh": "好的"}[language], "affirm")
    assert talk.state.person_wanted
    assert not any("order" in one.split(" ")[:2] for one in changes(before, desk.rows()))


@each_language
def test_a_misfit_supposed_asks_for_the_rules(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    wish = {"en": "can she return the shirt if it's too small", "zh": "T恤要是大了能退吗"}
    before = desk.rows()
    talk.say(wish[language], "return_item")
    assert talk.state.frame is None
    assert changes(before, desk.rows()) == []


def test_double_edged_praise_in_trouble_is_none(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    report = "20002的抓绒夹克发错了，换一件"
    talk.say(report, "report_wrong_item", order_number="20002")
    assert "utter_praise" not in talk.say("你们真行", "praise")
