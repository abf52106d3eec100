"""What follows on the state of an order, a refusal or a task in hand is read as asked of that."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kit.i18n import LANGUAGES, Language
from shop.models import Order
from tests.dialogues import LENA, MIA, NOW, TOM, Desk, changes

each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
def test_how_long_a_return_takes_is_no_question_on_its_label(
    desk: Desk, language: Language
) -> None:
    before, talk = desk.rows(), desk.talk(MIA, language)
    back = {"en": "return the fleece of 20002, too small", "zh": "20002的抓绒夹克太小了，退货"}
    talk.say(back[language], "return_item", order_number="20002")
    how_long = {"en": "how long does that take", "zh": "要多久"}[language]
    said = talk.say(how_long, "nlu_fallback")
    assert said[0] in {"utter_return_refund", "utter_return_amount"}
    assert talk.state.frame.task == "return"
    assert changes(before, desk.rows()) == []


def test_who_can_prove_nothing_is_offered_a_person_who_gets_what_they_know(desk: Desk) -> None:
    talk = desk.talk(None)
    talk.say("where is my order", "track_order")
    talk.say("no idea what the number is")
    assert talk.say("I forgot that too") == ["utter_no_proof"]
    said = talk.say("it was ordered by Jonas Weber in Berlin")
    assert said == ["utter_offer_person_with_that"]
    talk.say("yes please", "affirm")
    assert talk.state.person_wanted


def test_any_news_after_a_late_parcel_asks_of_no_return(desk: Desk) -> None:
    talk = desk.talk(TOM)
    first = talk.say("where is 30002", "track_order", order_number="30002")
    assert talk.say("any update?", "track_return")[0].startswith(first[0][:12])


def test_all_of_the_money_asked_of_a_cancellation_is_the_sum(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("cancel 20003", "cancel_order", order_number="20003")
    said = talk.say("will I get it all back", "ask_restock_date")
    assert said[0] == "utter_amount"


def test_a_way_to_buy_asked_of_money_in_hand_shows_no_basket(desk: Desk) -> None:
    talk = desk.talk(LENA)
    report = "the fleece of 40002 is torn, I want my money back"
    talk.say(report, "report_damaged_item", order_number="40002")
    said = talk.say("how will I get it", "add_to_cart")
    assert "utter_add_to_cart" not in said
    assert talk.state.frame.task == "report_damaged"


def test_more_of_what_was_passed_on_is_added_and_not_reported_again(desk: Desk) -> None:
    talk = desk.talk(MIA)
    with desk.database.session() as session:
        session.execute(update(Order).values(delivered_at=NOW - timedelta(days=200)))
    talk.say("the fleece of 20002 leaks", "report_damaged_item", order_number="20002")
    assert talk.state.person_wanted
    said = talk.say("not the seams, the zip", "report_damaged_item")
    assert said == ["utter_added_for_colleague"]
