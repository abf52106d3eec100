"""The assistant obeys the shop's rules and says them: each rule changed, and what it does then."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from kit.i18n import LANGUAGES, Language, Texts
from shop.models import Customer, Order, OrderLine
from shop.policy import ProofWay, Reason
from tests.dialogues import FLEECE_M, LINE, MIA, NOW, Desk, Talk, changes
from tests.policies import demo_policy, demo_with

each_language = pytest.mark.parametrize("language", LANGUAGES)
CANCEL: dict[Language, str] = {"en": "please cancel order 20001", "zh": "取消订单 20001"}
YES: dict[Language, str] = {"en": "yes please", "zh": "确认"}
RETURN = "I want to return the fleece from order 20002"


def to_packed(desk: Desk, number: str) -> None:
    with desk.database.session() as session:
        session.execute(update(Order).where(Order.number == number).values(state="packed"))


def proving(desk: Desk, *ways: ProofWay) -> Desk:
    policy = demo_policy()
    return desk.under(replace(policy, proof=replace(policy.proof, ways=ways)))


# -- what may be done when


@each_language
def test_a_packed_order_is_cancelled_where_the_rules_allow_it(
    desk: Desk, language: Language
) -> None:
    to_packed(desk, "20001")
    before = desk.rows()
    assert desk.talk(language=language).say(CANCEL[language], "cancel_order") == [
        "utter_refused_already_packed"
    ]
    assert changes(before, desk.rows()) == []
    late = desk.under(demo_with("cancel_order", states=frozenset({"placed", "paid", "packed"})))
    talk = late.talk(language=language)
    assert talk.say(CANCEL[language], "cancel_order") == ["utter_ask_cancel"]
    assert talk.say(YES[language], "affirm") == ["utter_cancelled"]
    done = changes(before, desk.rows())
    assert any("state packed → cancelled" in one for one in done)
    assert [one for one in done if one.startswith("+ refund")] != []


@each_language
def test_what_is_not_offered_is_refused_and_said(desk: Desk, language: Language) -> None:
    before = desk.rows()
    never = desk.under(demo_with("cancel_order", by="nobody", states=frozenset()))
    talk = never.talk(language=language)
    assert talk.say(CANCEL[language], "cancel_order") == ["utter_refused_not_offered"]
    assert ("cancel orders" if language == "en" else "取消订单") in talk.text
    assert changes(before, desk.rows()) == []


@each_language
def test_a_person_decides_where_the_rules_say_so(desk: Desk, language: Language) -> None:
    before = desk.rows()
    asks = desk.under(demo_with("cancel_order", person_from=Decimal(100)))
    talk = asks.talk(language=language)
    assert talk.say(CANCEL[language], "cancel_order") == ["utter_needs_person"]
    done = changes(before, desk.rows())
    assert [one for one in done if not one.startswith("+ ticket")] == []
    assert len(done) == 1


def test_a_change_of_items_once_ends_what_the_rules_close(desk: Desk) -> None:
    with desk.database.session() as session:
        session.execute(update(Order).where(Order.number == "20001").values(items_changed_at=NOW))
    assert desk.talk().say(CANCEL["en"], "cancel_order") == ["utter_ask_cancel"]
    before = desk.rows()
    once = desk.under(demo_with("change_items", once=True, closes=frozenset({"cancel_order"})))
    assert once.talk().say(CANCEL["en"], "cancel_order") == ["utter_refused_changed_once"]
    assert changes(before, desk.rows()) == []


def test_nothing_to_cancel_says_until_when_it_would_have_been(desk: Desk) -> None:
    for number in ("20001", "20003"):
        to_packed(desk, number)
    talk = desk.talk()
    assert talk.say("cancel my order", "cancel_order") == ["utter_nothing_to_cancel"]
    assert "until an order is packed. What has arrived can go back within 30 days." in talk.text
    talk = desk.under(demo_with("return", by="nobody", states=frozenset())).talk()
    assert talk.say("cancel my order", "cancel_order") == ["utter_nothing_to_cancel"]
    assert talk.text.endswith("until an order is packed.")


# -- windows


def test_the_window_is_the_files_and_said(desk: Desk) -> None:
    assert desk.talk().say(RETURN, "return_item", category="fleece-jackets") == ["utter_ask_reason"]
    short = desk.under(demo_with("return", days=2))
    talk = short.talk()
    before = desk.rows()
    assert talk.say(RETURN, "return_item", category="fleece-jackets") == [
        "utter_return_window_over"
    ]
    assert "the 2 days for order 20002" in talk.text
    assert changes(before, desk.rows()) == []


def test_where_the_money_can_go_is_the_files_and_said(desk: Desk) -> None:
    talk = desk.talk()
    talk.say(RETURN, "return_item", category="fleece-jackets")
    assert talk.say("can I get store credit", "nlu_fallback") == [
        "utter_refund_to_original",
        "utter_ask_reason",
    ]
    assert "your store credit" in talk.text
    talk = desk.under(demo_with("return", refund_to=("original", "store_credit"))).talk()
    talk.say(RETURN, "return_item", category="fleece-jackets")
    assert talk.say("can I get store credit", "nlu_fallback")[0] == "utter_refund_to_any"


def test_without_a_window_no_number_of_days_is_said(desk: Desk) -> None:
    to_packed(desk, "20001")
    ever = desk.under(demo_with("return", days=None))
    talk = ever.talk()
    talk.say(CANCEL["en"], "cancel_order")
    assert talk.text.endswith("When it arrives you can send it back.")


# -- reasons


def asked_why(desk: Desk, language: Language) -> Talk:
    reasons = (
        Reason("no_longer_needed"),
        Reason("wrong_gift", Texts.of({"en": "wrong gift", "zh": "礼物送错"})),
    )
    talk = desk.under(demo_with("cancel_order", reasons=reasons)).talk(language=language)
    assert talk.say(CANCEL[language], "cancel_order") == ["utter_ask_cancel_reason"]
    return talk


@each_language
def test_a_reason_is_asked_where_the_rules_want_one(desk: Desk, language: Language) -> None:
    talk = asked_why(desk, language)
    titles = [title for title, _ in talk.replies[0].buttons]
    assert titles == (
        ["No longer needed", "Wrong gift"] if language == "en" else ["不再需要", "礼物送错"]
    )
    why = {"en": "I don't need it any more", "zh": "我不需要了"}
    assert talk.say(why[language], "cancel_order") == ["utter_ask_cancel"]
    before = desk.rows()
    assert talk.say(YES[language], "affirm") == ["utter_cancelled"]
    told = [one for one in changes(before, desk.rows()) if "cancel_reason" in one]
    assert len(told) == 1
    assert "None → no_longer_needed" in told[0]


def test_a_reason_of_the_shops_own_is_chosen_by_its_words(desk: Desk) -> None:
    talk = asked_why(desk, "en")
    assert talk.press("Wrong gift") == ["utter_ask_cancel"]


def test_another_reason_is_not_accepted_and_nothing_happens(desk: Desk) -> None:
    talk = asked_why(desk, "en")
    before = desk.rows()
    assert talk.say("I found it cheaper elsewhere", "inform") == ["utter_ask_reason_accepted"]
    assert "no longer needed and wrong gift" in talk.text
    assert changes(before, desk.rows()) == []


def test_a_reason_in_the_first_message_is_not_asked_again(desk: Desk) -> None:
    policy = demo_with("cancel_order", reasons=(Reason("ordered_by_mistake"),))
    talk = desk.under(policy).talk()
    said = "cancel order 20001, I ordered it by mistake"
    assert talk.say(said, "cancel_order") == ["utter_ask_cancel"]


def test_without_reasons_a_return_asks_for_none(desk: Desk) -> None:
    talk = desk.under(demo_with("return", reasons=())).talk()
    assert talk.say(RETURN, "return_item", category="fleece-jackets") == ["utter_ask_return"]
    assert talk.text.endswith("(Order 20002)")


# -- who it is


@pytest.mark.parametrize(
    ("language", "who", "yes"),
    [
        ("en", "Sure, my name is Mia Berg and my zip code is 20253.", "yes please"),
        ("en", "mia berg 20253", "yes please"),
        ("zh", "Mia Berg，邮编是20253", "确认"),
    ],
)
def test_name_and_postcode_prove_it_where_the_rules_say_so(
    desk: Desk, language: Language, who: str, yes: str
) -> None:
    talk = proving(desk, "name_and_postcode").talk(None, language)
    assert talk.say(CANCEL[language], "cancel_order") == ["utter_ask_identity"]
    assert talk.say(who, "change_account") == ["utter_ask_cancel"]
    assert "20001" in talk.text
    assert talk.say(yes, "affirm") == ["utter_cancelled"]


@pytest.mark.parametrize(
    ("language", "who"),
    [
        ("en", "Hello, this is Mia Berg from 20253"),
        ("en", "Mia Berg, 20253"),
        ("en", "Hi there, Mia Berg here, 20253"),
        ("zh", "我叫Mia Berg，邮编20253"),
        ("zh", "姓名：Mia Berg，邮编：20253"),
    ],
)
def test_who_one_is_is_heard_before_it_is_asked(desk: Desk, language: Language, who: str) -> None:
    talk = proving(desk, "name_and_postcode").talk(None, language)
    assert talk.say(who, "inform") == ["utter_proved"]
    assert talk.say(CANCEL[language], "cancel_order") == ["utter_ask_cancel"]


def test_who_proves_nobody_before_anything_is_wished_is_told_so(desk: Desk) -> None:
    talk = proving(desk, "name_and_postcode").talk(None)
    assert talk.say("Hello, this is Mia Berg from 30303", "inform") == ["utter_wrong_identity"]
    assert talk.say("Mia Berg, 20253", "inform") == ["utter_proved"]


def test_goods_and_the_number_of_an_order_are_nobody(desk: Desk) -> None:
    talk = proving(desk, "name_and_postcode").talk(None)
    assert talk.say("Return Merino Shirt, 20001", "return_item") == ["utter_ask_identity"]


def test_half_of_it_is_kept_and_the_other_half_asked(desk: Desk) -> None:
    talk = proving(desk, "name_and_postcode").talk(None)
    talk.say("Hi, I'm Mia Berg and I want to cancel order 20001", "cancel_order")
    assert talk.said == ["utter_ask_postcode"]
    assert talk.say("20253", "inform") == ["utter_ask_cancel"]
    talk = proving(desk, "name_and_postcode").talk(None)
    talk.say("cancel order 20001, my postcode is 20253", "cancel_order")
    assert talk.said == ["utter_ask_name"]
    assert talk.say("Mia Berg", "inform") == ["utter_ask_cancel"]


def test_an_email_alone_proves_it_only_where_the_rules_say_so(desk: Desk) -> None:
    said = "cancel order 20001, my email is mia@fernweg.example"
    assert desk.talk(None).say(said, "cancel_order") == ["utter_ask_code"]
    assert proving(desk, "email").talk(None).say(said, "cancel_order") == ["utter_ask_cancel"]


def test_the_phones_last_digits_prove_it_where_the_rules_say_so(desk: Desk) -> None:
    with desk.database.session() as session:
        session.execute(update(Customer).where(Customer.id == MIA).values(phone="+49 40 555 4711"))
    talk = proving(desk, "phone_digits").talk(None)
    assert talk.say(CANCEL["en"], "cancel_order") == ["utter_ask_phone_digits"]
    assert "last 4 digits" in talk.text
    assert talk.say("4711", "inform") == ["utter_ask_cancel"]


def test_who_one_is_may_be_said_before_anything_is_wanted(desk: Desk) -> None:
    talk = proving(desk, "email", "name_and_postcode").talk(None)
    assert talk.say("My name is Mia Berg, zip 20253", "change_account") == ["utter_proved"]
    assert talk.say(CANCEL["en"], "cancel_order") == ["utter_ask_cancel"]


def test_a_liar_learns_nothing_and_is_stopped(desk: Desk) -> None:
    talk = proving(desk, "name_and_postcode").talk(None)
    before = desk.rows()
    talk.say(CANCEL["en"], "cancel_order")
    right_name, right_code = "Mia Berg, 30303", "Mia Bergmann, 20253"
    assert talk.say(right_name, "inform") == ["utter_wrong_identity"]
    first = talk.text
    assert talk.say(right_code, "inform") == ["utter_wrong_identity"]
    assert talk.text == first
    assert talk.say("Mia Berg, 40404", "inform") == ["utter_not_proved"]
    talk.say(CANCEL["en"], "cancel_order")
    talk.say("Mia Berg, 20253", "inform")  # the right answer, too late
    assert talk.said[0] == "utter_not_proved"
    assert changes(before, desk.rows()) == []


def test_a_foreign_order_is_an_unknown_one(desk: Desk) -> None:
    talk = proving(desk, "email").talk(None)
    talk.say("cancel order 30001, my email is mia@fernweg.example", "cancel_order")
    assert talk.said[0] == "utter_order_not_found"


def test_a_code_by_mail_and_facts_may_stand_side_by_side(desk: Desk) -> None:
    both = proving(desk, "mail_code", "name_and_postcode")
    talk = both.talk(None)
    assert talk.say(CANCEL["en"], "cancel_order") == ["utter_ask_identity"]
    assert "the email address you ordered with or your full name and postcode" in talk.text
    assert talk.say("mia@fernweg.example", "inform") == ["utter_ask_code"]
    talk = both.talk(None)
    talk.say(CANCEL["en"], "cancel_order")
    assert talk.say("Mia Berg, 20253", "inform") == ["utter_ask_cancel"]


def test_a_return_names_what_was_paid_with_its_share_of_a_discount(desk: Desk) -> None:
    with desk.database.session() as session:
        row = session.scalars(select(Order).where(Order.number == "20002")).one()
        row.discount, row.total = row.items_total / 2, row.items_total / 2
        fleece = session.get_one(OrderLine, LINE["20002", FLEECE_M])
        paid = fleece.unit_price * fleece.quantity / 2
    talk = desk.talk()
    talk.say(
        "I want to return the fleece from order 20002, it is too big",
        "return_item",
        reason="too_big",
    )
    assert talk.said == ["utter_ask_return"]
    assert f"{paid:.2f}" in talk.text
    talk.say("yes please", "affirm")
    assert talk.said == ["utter_return_started"]
    assert f"{paid:.2f}" in talk.text
