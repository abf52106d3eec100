"""Several wishes in one message, a wish beside a yes, more of what a person is offered for."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kit.i18n import LANGUAGES, Language
from shop.models import Order
from tests.dialogues import FLEECE_S, LENA, MIA, NOW, SHIRT_L, TOM, Desk, changes

each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.parametrize(
    ("language", "yes"),
    [
        ("en", "yes and make the address my office please"),
        ("zh", "对 顺便改一下地址"),
    ],
)
def test_a_yes_with_another_task_does_the_first_and_begins_the_other(
    desk: Desk, language: Language, yes: str
) -> None:
    talk = desk.talk(MIA, language)
    change = {"en": "change the boots of 20001 to 43", "zh": "20001的登山鞋换成43码"}
    talk.say(change[language], "change_item", order_number="20001", size="43")
    before = desk.rows()
    said = talk.say(yes, "affirm")
    assert said == ["utter_item_changed", "utter_ask_address"]
    assert not any("address" in one for one in changes(before, desk.rows()) if "+" not in one)


def test_a_yes_with_a_refund_or_an_exception_is_no_yes_to_another_task(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("cancel 20001", "cancel_order", order_number="20001")
    before = desk.rows()
    talk.say("yes but keep the shirt", "affirm")
    assert changes(before, desk.rows()) == []


def test_leaving_it_in_the_end_is_a_no(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("cancel 20001", "cancel_order", order_number="20001")
    before = desk.rows()
    said = talk.say("oh wait no thursday is fine actually leave it", "urge_dispatch")
    assert said == ["utter_nothing_changed"]
    assert changes(before, desk.rows()) == []


def test_a_fault_told_at_a_refund_is_a_refund_and_no_paid_return(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("20002的抓绒衣起球了", "report_damaged_item", order_number="20002")
    talk.say("能退吗", "return_item")
    assert talk.state.frame.task == "report_damaged"
    assert talk.state.frame.slots["remedy"] == "refund"
    before = desk.rows()
    talk.say("不想换 就退钱", "exchange_item")
    assert talk.state.frame.slots["remedy"] == "refund"
    assert changes(before, desk.rows()) == []


def test_to_swap_a_faulty_thing_asks_for_a_new_one(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("the fleece of 20002 is torn", "report_damaged_item", order_number="20002")
    talk.say("then swap it please", "exchange_item")
    assert talk.state.frame.task == "report_damaged"
    assert talk.state.frame.slots["remedy"] == "replacement"


def test_less_money_for_a_fault_is_a_persons_and_a_new_one_still_possible(desk: Desk) -> None:
    talk = desk.talk(MIA)
    report = "the fleece of 20002 is scratched, I'd keep it for a bit off"
    assert talk.say(report, "report_damaged_item", order_number="20002") == ["utter_compensation"]
    talk.say("no forget it, send a new one", "deny")
    assert talk.state.frame.slots["remedy"] == "replacement"


@pytest.mark.parametrize(
    ("first", "intent", "more"),
    [
        ("i was charged twice!!", "ask_payment", "two charges of 460 on my paypal"),
        ("the name on order 20001 is wrong", "change_address", "it's Mia Bergmann"),
    ],
)
def test_more_of_what_a_person_is_offered_for_is_passed_on(
    desk: Desk, first: str, intent: str, more: str
) -> None:
    talk = desk.talk(MIA)
    talk.say(first, intent)
    assert talk.state.question.slot == "person"
    assert talk.say(more, intent) == ["utter_offer_person_with_that"]
    talk.say("yes do that", "affirm")
    assert talk.state.person_wanted


@each_language
def test_what_is_on_its_way_is_exchanged_when_it_is_there(desk: Desk, language: Language) -> None:
    with desk.database.session() as session:
        session.execute(update(Order).where(Order.number == "30001").values(state="cancelled"))
        session.execute(update(Order).where(Order.number == "30003").values(state="cancelled"))
    talk = desk.talk(TOM, language)
    wish = {"en": "I need the boots in 42, not 43", "zh": "登山鞋买大了想换42码"}[language]
    assert talk.say(wish, "exchange_item", size="42") == ["utter_exchange_not_delivered"]
    assert "{" not in talk.text


def test_money_that_has_not_come_is_no_wish_to_return(desk: Desk) -> None:
    talk = desk.talk(LENA, "zh")
    assert talk.say("上次退的T恤钱还没到", "track_refund") == ["utter_refund_pending"]


def test_one_chosen_wrongly_by_oneself_was_not_sent_wrongly(desk: Desk) -> None:
    talk = desk.talk(MIA)
    back = "return the fleece of 20002"
    talk.say(back, "return_item", order_number="20002", reason="wrong_item")
    talk.say("no, i picked the wrong one myself", "report_wrong_item")
    assert talk.state.frame.task == "return"
    assert talk.state.frame.slots["reason"] == "other"


def test_only_two_months_protests_against_a_refusal(desk: Desk) -> None:
    with desk.database.session() as session:
        session.execute(update(Order).values(delivered_at=NOW - timedelta(days=70)))
    talk = desk.talk(MIA)
    talk.say("return the fleece of 20002", "return_item", order_number="20002")
    assert talk.said == ["utter_return_window_over"]
    assert talk.say("its only been 2 months", "report_late_order") == ["utter_offer_person_again"]


def test_another_colour_at_a_refund_is_no_refund(desk: Desk) -> None:
    talk = desk.talk(MIA)
    report = "the fleece of 20002 is torn, money back please"
    talk.say(report, "report_damaged_item", order_number="20002")
    assert talk.state.frame.slots["remedy"] == "refund"
    before = desk.rows()
    talk.say("no wait, can i get size S instead?", "exchange_item", size="S")
    assert talk.state.frame.slots["remedy"] == "replacement"
    assert talk.state.frame.slots["variant"] == FLEECE_S
    assert changes(before, desk.rows()) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "change the shirt of 20001 to large"), ("zh", "20001的T恤换成大号")],
)
def test_a_size_in_words_is_a_size(desk: Desk, language: Language, text: str) -> None:
    talk = desk.talk(MIA, language)
    talk.say(text, "change_item", order_number="20001")
    assert talk.state.frame.slots["variant"] == SHIRT_L


def test_the_new_total_is_that_of_the_order(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("take the boots out of 20001", "cancel_item", order_number="20001")
    talk.say("yes", "affirm")
    assert talk.say("whats the new total", "ask_price") == ["utter_order_facts"]
    assert "119.90" in talk.text


def test_the_difference_in_price_sends_nothing_back(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("我买的登山鞋降价了 能退差价吗", "price_protection")
    assert talk.state.frame is None
