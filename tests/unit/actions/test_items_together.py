"""Several items in one breath: which words are of which, what is asked of money, what is wished on
another order."""

from decimal import Decimal

import pytest
from sqlalchemy import select, update

from kit.i18n import Language
from shop.models import Order, PaymentMethod, ProductText
from tests.dialogues import Desk, changes
from tests.unit.actions.test_items_of_an_order import (
    YES,
    balance,
    each_language,
    exchanged,
    shop,
    skus,
    talk_to,
    template,
)

__all__ = ["shop", "template"]
SWAP: dict[Language, str] = {
    "en": "Exchange the kettle of order 10002 for the 1.5 liter one with PayPal, that's all",
    "zh": "订单10002的水壶换成1.5升的，用PayPal，就这些",
}


@each_language
def test_all_items_to_the_cheapest_leaves_out_what_would_cost_more(
    shop: Desk, language: Language
) -> None:
    talk = talk_to(shop, language)
    where = {"en": "where is order 10001?", "zh": "订单10001到哪了"}[language]
    talk.say(where, "track_order")
    said = {
        "en": "Can you switch all items to their cheapest options?",
        "zh": "能帮我把所有商品都换成最便宜的吗？",
    }[language]
    talk.say(said, "nlu_fallback")
    assert talk.state.frame.task == "change_items"
    assert [one["variant"] is not None for one in talk.state.frame.slots["swaps"].values()] == [
        True
    ]
    before = shop.rows()
    talk.say({"en": "no, that's all", "zh": "就这些"}[language])
    if talk.state.question.slot == "method":
        talk.say("paypal")
    assert changes(before, shop.rows()) == []
    talk.say(YES[language], "affirm")
    assert skus(shop, "10001") == ["i1", "i7", "i8", "i11"]


@each_language
def test_asking_for_a_method_at_the_confirmation_is_to_wish_for_it(
    shop: Desk, language: Language
) -> None:
    talk = talk_to(shop, language)
    talk.say(SWAP[language], "exchange_item")
    asks = {"en": "Could you use my gift card for it?", "zh": "可以用礼品卡吗？"}[language]
    assert talk.say(asks, "ask_gift_card") == ["utter_ask_exchange_items"]
    talk.say(YES[language], "affirm")
    assert exchanged(shop) == (["i9"], "gift_card_1", Decimal("4.00"))


@each_language
def test_a_gift_card_that_holds_too_little_is_told_before_anything_is_done(
    shop: Desk, language: Language
) -> None:
    with shop.database.session() as session:
        spent = update(PaymentMethod).where(PaymentMethod.key == "gift_card_1").values(balance=3)
        session.execute(spent)
    before, talk = shop.rows(), talk_to(shop, language)
    talk.say(SWAP[language], "exchange_item")
    asks = {"en": "Can I pay with my gift card?", "zh": "可以用礼品卡吗？"}[language]
    assert talk.say(asks, "ask_gift_card")[0] == "utter_method_balance"
    assert (changes(before, shop.rows()), balance(shop)) == ([], Decimal(3))


def test_what_is_paid_and_what_comes_back_are_set_against_each_other(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say(SWAP["en"], "exchange_item")
    talk.say("yes", "affirm")
    talk.say("Change the lamp of 10001 to white with PayPal, that's all", "change_item")
    talk.say("yes", "affirm")
    assert talk.say("How much do I pay in total?", "ask_payment") == ["utter_total_due_less"]
    assert "$4.00" in talk.text
    assert "which leaves $2.00 to pay" in talk.text
    assert talk.say("How much do I get back altogether?", "track_refund") == [
        "utter_total_back_less"
    ]
    assert "$2.00 back" in talk.text


@each_language
def test_another_order_after_an_effect_is_a_wish_of_its_own(shop: Desk, language: Language) -> None:
    """By the very verb: a return is none of the change that was just made."""
    talk = talk_to(shop, language)
    change = {
        "en": "Change the lamp of 10001 to white with PayPal, that's all",
        "zh": "10001的台灯换成白色的，用PayPal，就这些",
    }[language]
    talk.say(change, "change_item")
    talk.say(YES[language], "affirm")
    back = {"en": "Order 10002: I return the kettle", "zh": "订单10002，我要退水壶"}[language]
    talk.say(back, "return_item")
    assert (talk.state.frame.task, talk.state.frame.slots["order"]) == ("return", "10002")


def test_both_of_two_that_are_named_are_not_the_whole_order(shop: Desk) -> None:
    with shop.database.session() as session:
        order = session.scalars(select(Order).where(Order.number == "10002")).one()
        mug = next(line for line in order.lines if line.position == 4)
        mug.variant_id = order.lines[2].variant_id
    talk = talk_to(shop)
    talk.say("The two kettles of 10002 are bad. I want to return both", "return_item")
    assert len(talk.state.frame.slots["lines"]) == 2


def test_a_named_colour_of_what_goes_back_is_no_wish_for_another(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("Return the lamp and the mug of 10002 to my credit card, that's all", "return_item")
    assert talk.said == ["utter_ask_return"]
    talk.say("No, it's the black lamp and the kettle and nothing else", colour="black")
    assert talk.state.frame.task == "return"


def test_the_word_for_a_product_tells_no_option_of_it(shop: Desk) -> None:
    """蓝牙 is no 蓝."""
    with shop.database.session() as session:
        known = select(ProductText.product_id).where(ProductText.name == "Mug")
        mug = session.scalars(known).one()
        session.merge(ProductText(product_id=mug, language="zh", name="红牙杯"))
    talk = talk_to(shop, "zh")
    talk.say("10001的红牙杯换成白色的，台灯换成白色的，用PayPal，就这些", "change_item")
    kept = [one["variant"] for one in talk.state.frame.slots["swaps"].values()]
    before = shop.rows()
    assert len(kept) == 2
    assert changes(before, shop.rows()) == []


def test_what_a_thing_is_like_may_be_listed_before_its_name(shop: Desk) -> None:
    with shop.database.session() as session:
        order = session.scalars(select(Order).where(Order.number == "10001")).one()
        order.lines[3].variant_id = order.lines[1].variant_id + 1  # a second lamp, brighter
    talk = talk_to(shop)
    talk.say(
        "Change the keyboard of 10001 to white clicky and the black, high brightness lamp to white",
        "change_item",
    )
    assert set(talk.state.frame.slots["swaps"]) == {
        str(order_line) for order_line in _lines(shop, (0, 3))
    }


def _lines(desk: Desk, places: tuple[int, ...]) -> list[int]:
    with desk.database.reading() as session:
        order = session.scalars(select(Order).where(Order.number == "10001")).one()
        return [order.lines[place].id for place in places]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "订单10001改成用尾号9212的信用卡付款"),
        ("zh", "我想用PayPal账户里的钱付订单10001"),
        ("en", "Order 10001 should be paid with PayPal"),
    ],
)
def test_what_pays_is_changed_whatever_was_heard(shop: Desk, language: Language, text: str) -> None:
    with shop.database.session() as session:
        pays = select(PaymentMethod.id).where(PaymentMethod.key == "gift_card_1")
        assert session.scalar(pays)
    talk = talk_to(shop, language)
    talk.say(text, "change_item")
    assert talk.said[-1] in {"utter_ask_change_payment", "utter_ask_method_payment"}


def test_an_address_just_told_may_become_ones_own(shop: Desk) -> None:
    said = "And use that as my default address from now on"
    assert talk_to(shop).say(said, "change_account_details") == ["utter_ask_home"]


def test_another_orders_address_is_pointed_at_in_chinese(shop: Desk) -> None:
    elsewhere = "7 Pine Road, Boston, MA 02108"
    with shop.database.session() as session:
        session.execute(update(Order).where(Order.number == "10002").values(address=elsewhere))
    for said in ("订单10001的地址改成10002那一单的地址", "订单10001的收货地址请用订单10002的"):
        talk = talk_to(shop, "zh")
        assert talk.say(said, "nlu_fallback") == ["utter_ask_change_address"]
        assert elsewhere in talk.text
