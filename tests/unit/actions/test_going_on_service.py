"""What follows on the state of an order, a refusal or a task in hand is read as asked of that."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kit.i18n import LANGUAGES, Language
from shop.models import Order
from tests.dialogues import BOOTS_42, LENA, LINE, MIA, NOW, SHIRT_L, SHIRT_M, TOM, Desk, changes

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


@each_language
def test_what_goes_back_already_is_not_counted_among_what_is_left(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    back = {"en": "return the fleece of 20002, too small", "zh": "20002的抓绒夹克太小了，退货"}
    talk.say(back[language], "return_item", order_number="20002", reason="too_small")
    talk.say({"en": "yes", "zh": "好的"}[language], "affirm")
    same = {"en": "return the fleece", "zh": "抓绒夹克也退"}[language]
    with desk.database.session() as session:  # the fleece of 20003 would be another one
        session.execute(update(Order).where(Order.number == "20003").values(state="cancelled"))
    before = desk.rows()
    assert talk.say(same, "return_item") == ["utter_return_already_returned"]
    other = {"en": "the other one too please", "zh": "另外那件也退"}[language]
    talk.say(other, "return_item")
    assert talk.state.frame.slots["order"] == "20002"
    assert talk.state.frame.slots["lines"] == [LINE["20002", SHIRT_M]]
    assert changes(before, desk.rows()) == []


@each_language
def test_a_word_of_an_address_put_right_after_the_change_asks_anew(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    new = {
        "en": "send 20001 to Rosenallee 4, 20249 Hamburg",
        "zh": "20001寄到 上海市徐汇区漕溪路18号502室",
    }
    if language == "zh":
        with desk.database.session() as session:
            session.execute(update(Order).values(country="CN"))
    talk.say(new[language], "change_address", order_number="20001")
    talk.say({"en": "yes", "zh": "好的"}[language], "affirm")
    before = desk.rows()
    mended = {"en": "actually it's 14 not 4", "zh": "还是503室，不是502室"}[language]
    talk.say(mended, "inform")
    assert {"en": "Rosenallee 14", "zh": "503"}[language] in talk.state.question.values["address"]
    assert changes(before, desk.rows()) == []


@each_language
def test_how_a_parcel_is_handed_over_is_told_of_the_order_under_way(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(TOM, language)
    talk.say({"en": "where is 30002", "zh": "30002到哪了"}[language], "track_order")
    spot = {"en": "can the neighbour take it", "zh": "能放驿站吗"}[language]
    assert talk.say(spot, "change_address") == ["utter_handing_over_spot"]
    hour = {"en": "can u tell the driver to call me", "zh": "能晚上送吗"}[language]
    assert talk.say(hour, "ask_delivery") == ["utter_handing_over_hour"]
    mail = {"en": "resend the confirmation mail", "zh": "确认邮件再发一次"}[language]
    assert talk.say(mail, "report_no_code") == ["utter_confirmation_again"]


@each_language
def test_let_be_and_another_wish_with_nothing_open_is_that_wish(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    talk.say({"en": "where is 20003", "zh": "20003到哪了"}[language], "track_order")
    said = {"en": "Never mind. Just cancel it.", "zh": "算了 不等了 退了吧"}[language]
    talk.say(said, "stop")
    assert talk.state.frame.task == "cancel_order"
    assert talk.state.frame.slots["order"] == "20003"


@each_language
def test_a_refund_asked_after_again_is_not_told_in_the_same_words(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(LENA, language)
    first = talk.say({"en": "where is my refund", "zh": "退款到了吗"}[language], "track_refund")
    again = talk.say({"en": "why so long", "zh": "怎么这么久"}[language], "track_refund")
    assert first != again


@each_language
def test_of_goods_told_as_ordered_those_are_meant_of_which_more_is_said(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    said = {
        "en": "I ordered a fleece and a shirt (20002), the shirt is too small, return it",
        "zh": "我20002买了抓绒夹克和T恤，T恤太小了，退货",
    }
    talk.say(said[language], "return_item")
    assert talk.state.frame.slots["lines"] == [LINE["20002", SHIRT_M]]


@each_language
def test_a_photo_that_cannot_be_sent_chooses_no_remedy(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    fault = {"en": "the fleece of 20002 is torn", "zh": "20002的抓绒夹克破了"}[language]
    talk.say(fault, "report_damaged_item")
    photo = {"en": "no i can't send a photo right now", "zh": "现在拍不了照片 发不了"}[language]
    talk.say(photo, "deny")
    assert "remedy" not in (talk.state.frame.slots if talk.state.frame else {})


@each_language
def test_only_wanting_one_thing_keeps_it(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    said = {
        "en": "pls dont send the boots of 20001, only want the shirt",
        "zh": "20001的登山鞋不要了 只要T恤",
    }
    talk.say(said[language], "cancel_item")
    assert talk.state.frame.task == "cancel_item"
    assert talk.state.frame.slots["lines"] == [LINE["20001", BOOTS_42]]


@each_language
def test_an_own_thing_asked_after_by_its_name_is_looked_up(desk: Desk, language: Language) -> None:
    talk = desk.talk(TOM, language)
    said = {"en": "and my boots?", "zh": "我的登山鞋呢？？？"}[language]
    talk.say(said)
    assert talk.state.last.intent == "track_order"


@each_language
def test_whether_it_may_go_back_asked_of_ones_own_begins_and_changes_nothing(
    desk: Desk, language: Language
) -> None:
    before, talk = desk.rows(), desk.talk(LENA, language)
    said = {"en": "can I still send back the shirt of 40002?", "zh": "40002的T恤还能退吗"}
    talk.say(said[language])
    assert talk.state.frame.task == "return"
    assert changes(before, desk.rows()) == []


@each_language
def test_the_size_above_the_own_one_is_meant_where_both_are_said(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    small = {"en": "the shirt of 20002 is too small, exchange it", "zh": "20002的T恤太小了 换"}
    talk.say(small[language], "exchange_item", order_number="20002")
    up = {"en": "M is what I have, what's the next size up", "zh": "我现在是M 要大一码"}[language]
    talk.say(up, "inform", size="M")
    assert talk.state.frame.slots["variant"] == SHIRT_L


@each_language
def test_only_wanting_one_thing_at_a_cancellation_cancels_the_others(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    talk.say({"en": "cancel 20001", "zh": "取消20001"}[language], "cancel_order")
    before = desk.rows()
    talk.say({"en": "no, I only want the shirt", "zh": "那改成只要T恤"}[language], "inform")
    assert talk.state.frame.task == "cancel_item"
    assert talk.state.frame.slots["lines"] == [LINE["20001", BOOTS_42]]
    assert changes(before, desk.rows()) == []


@each_language
def test_what_if_it_never_comes_asks_of_the_search(desk: Desk, language: Language) -> None:
    talk = desk.talk(TOM, language)
    talk.say({"en": "where is 30002", "zh": "30002到哪了"}[language], "track_order")
    said = {"en": "what if it never comes", "zh": "万一没收到呢"}[language]
    assert talk.say(said) == ["utter_lost_details"]
