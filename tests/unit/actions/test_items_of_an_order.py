"""Several items of one order changed, exchanged or sent back together, and what pays for it."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from kit.database import open_database, upgrade
from kit.i18n import LANGUAGES, Language
from shop.access import access_payment_methods, access_payments
from shop.ids import CustomerId
from shop.imports import import_tau
from shop.models import (
    Address,
    Customer,
    Order,
    PaymentMethod,
    ProductText,
    Return,
    Variant,
)
from shop.policy_file import read_policy
from tests.dialogues import NOW, Desk, Talk, changes, desk_on
from tests.policies import STRICT

HOME: Final = {
    "address1": "1 Elm Street",
    "address2": "Suite 2",
    "city": "Denver",
    "country": "USA",
    "state": "CO",
    "zip": "80279",
}
# Name, Chinese name, and its variants: number, options, price, whether there are any.
GOODS: Final = (
    (
        "Keyboard",
        "键盘",
        (
            (1, {"switch type": "linear", "color": "black"}, 71.5, True),
            (2, {"switch type": "clicky", "color": "black"}, 80.0, False),
            (3, {"switch type": "clicky", "color": "white"}, 82.5, True),
            (4, {"switch type": "tactile", "color": "black"}, 79.0, True),
        ),
    ),
    (
        "Desk Lamp",
        "台灯",
        (
            (5, {"color": "black", "brightness": "low"}, 30.0, True),
            (6, {"color": "black", "brightness": "high"}, 33.0, True),
            (7, {"color": "white", "brightness": "low"}, 28.0, True),
        ),
    ),
    ("Mug", "马克杯", ((11, {"color": "white"}, 9.0, True), (12, {"color": "red"}, 9.0, True))),
    (
        "Tea Kettle",
        "水壶",
        (
            (8, {"capacity": "1 liter", "material": "glass"}, 40.0, True),
            (9, {"capacity": "1.5 liters", "material": "glass"}, 44.0, True),
            (10, {"capacity": "2 liters", "material": "steel"}, 52.0, True),
        ),
    ),
)
each_language = pytest.mark.parametrize("language", LANGUAGES)
YES: Final[dict[Language, str]] = {"en": "yes, please go ahead", "zh": "确认"}
DONE: Final[dict[Language, str]] = {"en": "no, that's all", "zh": "就这些"}
# The tasks that are played here, not among the cases of one item.
PLAYED: Final = frozenset({"change_items", "exchange_items", "change_payment", "change_home"})


def order(status: str, items: tuple[int, ...], method: str) -> dict[str, Any]:
    prices = {number: (name, price) for name, _, its in GOODS for number, _, price, _ in its}
    listed = [
        {
            "name": prices[n][0],
            "product_id": prices[n][0],
            "item_id": f"i{n}",
            "price": prices[n][1],
            "options": {},
        }
        for n in items
    ]
    paid = {
        "transaction_type": "payment",
        "amount": sum(one["price"] for one in listed),
        "payment_method_id": method,
    }
    return {
        "user_id": "ana_1",
        "address": HOME,
        "status": status,
        "items": listed,
        "payment_history": [paid],
        "fulfillments": [],
    }


SHOP: Final[dict[str, Any]] = {
    "products": {
        name: {
            "name": name,
            "product_id": name,
            "variants": {
                f"i{n}": {
                    "item_id": f"i{n}",
                    "options": options,
                    "available": there,
                    "price": price,
                }
                for n, options, price, there in its
            },
        }
        for name, _, its in GOODS
    },
    "users": {
        "ana_1": {
            "user_id": "ana_1",
            "name": {"first_name": "Ana", "last_name": "Lima"},
            "address": HOME,
            "email": "ana@example.com",
            "orders": ["#10001", "#10002"],
            "payment_methods": {
                "gift_card_1": {"source": "gift_card", "id": "gift_card_1", "balance": 41.5},
                "credit_card_2": {
                    "source": "credit_card",
                    "id": "credit_card_2",
                    "brand": "visa",
                    "last_four": "9212",
                },
                "paypal_3": {"source": "paypal", "id": "paypal_3"},
            },
        }
    },
    "orders": {
        "#10001": {"order_id": "#10001", **order("pending", (1, 5, 8, 11), "credit_card_2")},
        "#10002": {"order_id": "#10002", **order("delivered", (1, 5, 8, 11), "credit_card_2")},
    },
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("items")
    path = folder / "db.json"
    path.write_text(json.dumps(SHOP), encoding="utf-8")
    upgrade(f"sqlite:///{folder}/shop.db")
    database = open_database(f"sqlite:///{folder}/shop.db")
    import_tau(database, path, rejects=folder / "r.csv", now=NOW)
    with database.session() as session:
        for name, chinese, _ in GOODS:
            for key in session.scalars(select(ProductText.product_id).filter_by(name=name)).all():
                session.add(ProductText(product_id=key, language="zh", name=chinese))
    database.close()
    return folder / "shop.db"


@pytest.fixture
def shop(template: Path, tmp_path: Path) -> Iterator[Desk]:
    path = tmp_path / "shop.db"
    path.write_bytes(template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    yield desk_on(database, tmp_path).under(read_policy(STRICT))
    database.close()


def ana(desk: Desk) -> CustomerId:
    with desk.database.reading() as session:
        key = select(Customer.id).where(Customer.external_id == "ana_1")
        return CustomerId(session.scalars(key).one())


def talk_to(desk: Desk, language: Language = "en") -> Talk:
    return desk.talk(ana(desk), language)


def skus(desk: Desk, number: str) -> list[str]:
    with desk.database.reading() as session:
        row = session.scalars(select(Order).where(Order.number == number)).one()
        return [session.get_one(Variant, line.variant_id).sku for line in row.lines]


def exchanged(desk: Desk) -> tuple[list[str], str, Decimal]:
    """What goes out, the method's key and the difference of the only exchange."""
    with desk.database.reading() as session:
        back = session.scalars(select(Return)).one()
        assert back.kind == "exchange"
        new = [session.get_one(Variant, line.exchange_variant_id).sku for line in back.lines]
        method = session.get_one(PaymentMethod, back.payment_method_id)
        return sorted(new), method.key, back.price_difference


def balance(desk: Desk) -> Decimal:
    with desk.database.reading() as session:
        methods = access_payment_methods(session, ana(desk))
    return next(one.balance.amount for one in methods if one.balance is not None)


THREE: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "I'd like to exchange the keyboard of order 10002 for a clicky white one",
        "also the desk lamp, the same but high brightness",
        "and the kettle to 1.5 liters",
        "no, that's all",
        "my gift card, please",
    ),
    "zh": (
        "订单10002的键盘想换成clicky的白色款",
        "还有台灯，换成brightness high的，其他不变",
        "水壶换成1.5升的",
        "就这些",
        "用礼品卡",
    ),
}


@each_language
def test_three_items_are_exchanged_at_once_and_a_gift_card_pays_the_difference(
    shop: Desk, language: Language
) -> None:
    before = shop.rows()
    talk = talk_to(shop, language)
    first, second, third, done, method = THREE[language]
    assert talk.say(first, "exchange_item") == ["utter_ask_more"]
    assert talk.say(second) == ["utter_ask_more"]
    assert talk.say(third) == ["utter_ask_more"]
    assert talk.say(done) == ["utter_ask_method_difference"]
    assert talk.say(method, "ask_gift_card") == ["utter_ask_exchange_items"]
    rows = talk.text.splitlines()
    assert [row.count("→") for row in rows].count(1) == 3
    assert "18.00" in talk.text  # 82.50 + 33 + 44 instead of 71.50 + 30 + 40
    assert changes(before, shop.rows()) == []
    assert talk.say(YES[language], "affirm") == ["utter_items_exchanged"]
    assert exchanged(shop) == (["i3", "i6", "i9"], "gift_card_1", Decimal("18.00"))
    assert skus(shop, "10002") == ["i1", "i5", "i8", "i11"]
    after = shop.rows()
    talk.say(YES[language], "affirm")
    assert changes(after, shop.rows()) == []


@each_language
def test_items_of_an_open_order_are_changed_and_paid_for_whatever_the_word(
    shop: Desk, language: Language
) -> None:
    said = {
        "en": "Exchange the lamp in 10001 for the white one and the kettle for a steel 2 liter one, "
        "the gift card pays the difference",
        "zh": "10001里的台灯换成白色的，水壶换成2升steel的，差价用礼品卡",
    }[language]
    talk = talk_to(shop, language)
    assert talk.say(said, "exchange_item") == ["utter_ask_more"]
    assert talk.say(DONE[language]) == ["utter_ask_change_items"]
    assert talk.say(YES[language], "affirm") == ["utter_items_changed"]
    assert skus(shop, "10001") == ["i1", "i7", "i10", "i11"]
    assert balance(shop) == Decimal("31.50")  # 2 less for the lamp, 12 more for the kettle


@each_language
def test_what_is_said_for_the_case_that_the_first_wish_cannot_be_met_is_done(
    shop: Desk, language: Language
) -> None:
    said = {
        "en": "Change the keyboard of 10001 to the same one but clicky. If there is no clicky one in black, "
        "I'd go for tactile. That's all.",
        "zh": "10001的键盘换成clicky的，其他不变，如果没有black的clicky，就要tactile的，就这些",
    }[language]
    talk = talk_to(shop, language)
    told = talk.say(said, "change_item")
    assert told == ["utter_second_choice", "utter_ask_method_difference"]
    assert "clicky" in talk.text
    talk.say({"en": "paypal", "zh": "paypal"}[language])
    assert talk.said == ["utter_ask_change_items"]
    talk.say(YES[language], "affirm")
    assert skus(shop, "10001") == ["i4", "i5", "i8", "i11"]


@each_language
def test_an_item_stays_where_that_was_said_for_the_case(shop: Desk, language: Language) -> None:
    said = {
        "en": "Change the keyboard of 10001 to the same one but clicky, otherwise leave it, "
        "and the lamp to white",
        "zh": "10001的键盘换成black的clicky，没有的话就不换，台灯换成white的",
    }[language]
    talk = talk_to(shop, language)
    assert talk.say(said, "change_item")[0] == "utter_item_stays"
    talk.say(DONE[language])
    talk.say("paypal")
    talk.say(YES[language], "affirm")
    assert skus(shop, "10001") == ["i1", "i7", "i8", "i11"]


@each_language
def test_a_second_change_of_the_items_is_refused(shop: Desk, language: Language) -> None:
    with shop.database.session() as session:
        once = update(Order).where(Order.number == "10001").values(items_changed_at=NOW)
        session.execute(once)
    before = shop.rows()
    said = {"en": "Change the lamp in 10001 to white", "zh": "10001的台灯换成白色的"}[language]
    talk = talk_to(shop, language)
    assert talk.say(said, "change_item") == ["utter_refused_changed_once"]
    assert changes(before, shop.rows()) == []


@each_language
def test_a_refund_goes_where_the_rules_let_it(shop: Desk, language: Language) -> None:
    said = {
        "en": "Return the kettle and the lamp of 10002 to my PayPal account, that's all",
        "zh": "退10002的水壶和台灯，退到PayPal，就这些",
    }[language]
    talk = talk_to(shop, language)
    told = talk.say(said, "return_item")
    assert told == ["utter_method_refused_refund", "utter_ask_method_refund"]
    talk.say({"en": "then my gift card", "zh": "那就退到礼品卡"}[language])
    assert talk.said == ["utter_ask_return"]
    assert ("gift card" if language == "en" else "礼品卡") in talk.text
    talk.say(YES[language], "affirm")
    with shop.database.reading() as session:
        back = session.scalars(select(Return)).one()
        method = session.get_one(PaymentMethod, back.payment_method_id)
        assert (back.kind, method.key, len(back.lines)) == ("refund", "gift_card_1", 2)


def test_what_is_wanted_is_kept_until_the_order_is_known(shop: Desk) -> None:
    with shop.database.session() as session:
        session.execute(update(Order).values(state="delivered", delivered_at=NOW))
    talk = talk_to(shop)
    assert talk.say(
        "I want a clicky white keyboard instead of mine, the difference goes on PayPal",
        "exchange_item",
    ) == ["utter_ask_which_order"]
    assert talk.say("10002", "inform") == ["utter_ask_more"]
    assert talk.say("that's everything") == ["utter_ask_exchange_items"]
    assert "PayPal" in talk.text
    talk.say("yes", "affirm")
    assert exchanged(shop) == (["i3"], "paypal_3", Decimal("11.00"))


def test_the_word_of_a_wish_tells_which_of_two_orders_with_the_goods_is_meant(shop: Desk) -> None:
    for intent, number in (("exchange_item", "10002"), ("change_item", "10001")):
        talk = talk_to(shop)
        assert talk.say("I want a clicky white keyboard instead of mine", intent) == [
            "utter_ask_more"
        ]
        assert talk.state.frame.slots["order"] == number


def test_an_item_of_which_nothing_is_said_is_asked_about(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("I want to change the kettle in 10001", "change_item")
    assert talk.said == ["utter_ask_variant"]
    assert talk.replies[-1].asks is not None
    assert talk.replies[-1].asks["slot"] == "variant"
    assert talk.say("a bigger one") == ["utter_ask_more"]
    assert talk.say("that's it for this order") == ["utter_ask_method_difference"]
    talk.say("paypal")
    talk.say("yes", "affirm")
    assert skus(shop, "10001") == ["i1", "i5", "i9", "i11"]


def test_a_gift_card_with_too_little_on_it_is_not_used(shop: Desk) -> None:
    with shop.database.session() as session:
        session.execute(
            update(PaymentMethod).where(PaymentMethod.key == "gift_card_1").values(balance=3)
        )
    talk = talk_to(shop)
    talk.say(
        "Change the kettle of 10001 to the 1.5 liter one, pay with my gift card. That's all",
        "change_item",
    )
    assert talk.said == ["utter_method_balance", "utter_ask_method_difference"]
    assert "3.00" in talk.text
    talk.say("the credit card then")
    talk.say("yes", "affirm")
    assert (skus(shop, "10001"), balance(shop)) == (["i1", "i5", "i9", "i11"], Decimal(3))


def test_another_item_at_the_confirmation_comes_to_the_others(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say(
        "Change the lamp of 10001 to white with PayPal, that's all",
        "change_item",
    )
    assert talk.said == ["utter_ask_change_items"]
    talk.say("wait, the kettle should be steel and 2 liters, too")
    assert talk.said == ["utter_ask_more"]
    talk.say("that is all now")
    talk.say("yes", "affirm")
    assert skus(shop, "10001") == ["i1", "i7", "i10", "i11"]


def test_a_wish_on_another_order_is_no_answer(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("Change the lamp of 10001 to white", "change_item")
    talk.say("Return the kettle of order 10002 please", "return_item")
    assert talk.state.frame.task == "return"
    assert talk.state.frame.slots["order"] == "10002"


@each_language
def test_another_method_pays_for_an_order(shop: Desk, language: Language) -> None:
    said = {
        "en": "Please change the payment method of 10001 to PayPal",
        "zh": "把10001的支付方式改成PayPal",
    }[language]
    talk = talk_to(shop, language)
    assert talk.say(said, "ask_payment") == ["utter_ask_change_payment"]
    before = shop.rows()
    assert talk.say(YES[language], "affirm") == ["utter_payment_changed"]
    assert len(changes(before, shop.rows())) > 0
    with shop.database.reading() as session:
        paid = access_payments(session, ana(shop), "10001")
        keys = {one.id: one.key for one in session.scalars(select(PaymentMethod))}
    moved = [(one.kind, keys[int(one.method_id or 0)], one.amount.amount) for one in paid]
    assert sorted(moved) == [
        ("payment", "credit_card_2", Decimal("150.50")),
        ("payment", "paypal_3", Decimal("150.50")),
        ("refund", "credit_card_2", Decimal("150.50")),
    ]


def test_a_gift_card_pays_no_more_than_it_holds(shop: Desk) -> None:
    before = shop.rows()
    talk = talk_to(shop)
    talk.say("switch the payment for 10001 to my gift card", "ask_payment")
    assert talk.said[0] == "utter_method_balance"
    assert changes(before, shop.rows()) == []


@each_language
def test_the_default_address_changes_and_orders_keep_theirs(shop: Desk, language: Language) -> None:
    said = {
        "en": "I moved, please update my default address",
        "zh": "我搬家了，请修改我的默认地址",
    }[language]
    talk = talk_to(shop, language)
    assert talk.say(said, "change_account_details") == ["utter_ask_home"]
    assert talk.say("9 Oak Avenue, Apt 4, Austin, TX, 73301") == ["utter_ask_change_home"]
    assert talk.say(YES[language], "affirm") == ["utter_home_changed"]
    with shop.database.reading() as session:
        known = session.scalars(select(Address).where(Address.is_default)).one()
        assert known.text == "9 Oak Avenue, Apt 4, Austin, TX 73301"
        assert {one.address for one in session.scalars(select(Order))} == {
            "1 Elm Street, Suite 2, Denver, CO 80279"
        }


def test_an_order_goes_where_another_one_goes(shop: Desk) -> None:
    elsewhere = "7 Pine Road, Boston, MA 02108"
    with shop.database.session() as session:
        session.execute(update(Order).where(Order.number == "10002").values(address=elsewhere))
    talk = talk_to(shop)
    talk.say(
        "Send order 10001 to the same address as order 10002",
        "change_address",
    )
    assert talk.said == ["utter_ask_change_address"]
    talk.say("yes", "affirm")
    with shop.database.reading() as session:
        assert set(session.scalars(select(Order.address))) == {elsewhere}


@each_language
def test_what_is_said_for_the_case_of_a_refusal_takes_its_place(
    shop: Desk, language: Language
) -> None:
    said = {
        "en": "Take the desk lamp out of order 10001. If you can't do that, cancel the whole order",
        "zh": "把10001里的台灯去掉，如果不行就取消整个订单",
    }[language]
    talk = talk_to(shop, language)
    refused, asked = talk.say(said, "cancel_item")
    assert refused == "utter_refused_not_offered"
    assert asked == "utter_ask_cancel_reason"
    assert talk.state.frame.task == "cancel_order"
    talk.press(talk.replies[-1].buttons[0][0])
    assert talk.said == ["utter_ask_cancel"]
    talk.say(YES[language], "affirm")
    with shop.database.reading() as session:
        states = session.scalars(select(Order.state).order_by(Order.number)).all()
    assert states == ["cancelled", "delivered"]


@each_language
def test_numbers_that_the_shop_knows_are_told(shop: Desk, language: Language) -> None:
    talk = talk_to(shop, language)
    asked = {"en": "How many keyboard options do you have?", "zh": "键盘有多少款？"}[language]
    assert talk.say(asked, "check_stock") == ["utter_option_count"]
    assert "3" in talk.text
    assert "4" in talk.text
    asked = {"en": "What's the balance of my gift card?", "zh": "我的礼品卡余额多少？"}[language]
    assert talk.say(asked, "ask_gift_card") == ["utter_balance"]
    assert "41.50" in talk.text
    asked = {"en": "What is the total of order 10001?", "zh": "订单10001总共多少钱？"}[language]
    assert talk.say(asked, "list_orders") == ["utter_order_total"]
    assert "150.50" in talk.text
    asked = {"en": "Which is the cheapest kettle?", "zh": "最便宜的水壶是哪个？"}[language]
    assert talk.say(asked, "nlu_fallback") == ["utter_cheapest"]
    assert "40.00" in talk.text


@pytest.mark.parametrize(
    ("language", "said", "intent"),
    [
        ("en", "Where is order 10001? I paid for express", "track_order"),
        ("en", "How much longer will order 10001 take?", "track_order"),
        ("en", "How much do I get back for order 10001?", "track_refund"),
        ("en", "What does shipping cost for order 10001?", "ask_delivery"),
        ("en", "I paid for order 10001 twice, what happened?", "ask_payment"),
        ("zh", "订单10001的运费多少钱？", "ask_delivery"),
        ("en", "How many keyboards do you have in stock?", "check_stock"),
        ("zh", "键盘还有多少个？", "check_stock"),
        ("en", "How much can I put on a gift card?", "ask_gift_card"),
        ("en", "How much do gift cards cost?", "ask_gift_card"),
    ],
)
def test_other_numbers_are_not_answered_with_those_that_are_at_hand(
    shop: Desk, language: Language, said: str, intent: str
) -> None:
    talk = talk_to(shop, language)
    numbers = {"utter_order_total", "utter_option_count", "utter_balance"}
    assert talk.say(said, intent)
    assert not numbers & set(talk.said)


@pytest.mark.parametrize(
    "said",
    [
        "Hello. How much did I pay for order 10001?",
        "And the total of order 10001?",
        "Can you confirm the new total price of order 10001?",
    ],
)
def test_what_an_order_came_to_is_told_beside_other_words(shop: Desk, said: str) -> None:
    assert talk_to(shop).say(said, "track_order") == ["utter_order_total"]


def test_what_comes_back_is_added_up(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("Cancel order 10001", "cancel_order")
    talk.press(talk.replies[-1].buttons[0][0])
    talk.say("yes", "affirm")
    talk.say("Return the mug of order 10002 to my credit card, that's all", "return_item")
    talk.say("yes", "affirm")
    assert talk.say("How much do I get back in total?", "track_refund") == ["utter_total_back"]
    assert "159.50" in talk.text


OPEN: Final = (("10002", "exchange_item"), ("10001", "change_item"))


def at_confirmation(desk: Desk, number: str, intent: str, language: Language = "en") -> Talk:
    said = {
        "en": f"Take a steel kettle instead of mine in order {number} with PayPal, that's all",
        "zh": f"订单{number}的水壶换成steel的，用PayPal，就这些",
    }[language]
    talk = talk_to(desk, language)
    assert talk.say(said, intent) in (["utter_ask_exchange_items"], ["utter_ask_change_items"])
    return talk


def test_what_is_to_be_paid_is_added_up(shop: Desk) -> None:
    talk = at_confirmation(shop, *OPEN[0])
    talk.say("yes", "affirm")
    assert talk.say("How much do I owe in total?", "ask_payment") == ["utter_total_due"]
    assert "12.00" in talk.text


@each_language
@pytest.mark.parametrize(("number", "intent"), OPEN)
def test_the_words_of_its_button_confirm_several_items(
    shop: Desk, number: str, intent: str, language: Language
) -> None:
    talk = at_confirmation(shop, number, intent, language)
    title = talk.replies[-1].buttons[0][0]
    assert talk.say(title, intent) in (["utter_items_exchanged"], ["utter_items_changed"])


@pytest.mark.parametrize(("number", "intent"), OPEN)
def test_only_returning_it_is_no_yes_to_other_items(shop: Desk, number: str, intent: str) -> None:
    talk = at_confirmation(shop, number, intent)
    before = shop.rows()
    talk.say("yes, only return the kettle", "return_item")
    assert changes(before, shop.rows()) == []


@pytest.mark.parametrize("said", ["my mastercard", "my Master Card", "my master card", "card 1111"])
def test_of_two_cards_the_brand_or_the_digits_tell_which(shop: Desk, said: str) -> None:
    with shop.database.session() as session:
        second = PaymentMethod(
            customer_id=ana(shop),
            kind="card",
            key="credit_card_4",
            brand="mastercard",
            last_four="1111",
            currency="USD",
            created_at=NOW,
        )
        session.add(second)
        session.flush()
        key = second.id
    talk = talk_to(shop)
    talk.say(f"Change the lamp of 10001 to white with {said}, that's all", "change_item")
    assert (talk.said, talk.state.frame.slots["method"]) == (["utter_ask_change_items"], [key])
    talk = talk_to(shop)
    talk.say("Change the lamp of 10001 to white with my credit card, that's all", "change_item")
    assert talk.said == ["utter_ask_method_difference"]


@pytest.mark.parametrize(("number", "intent"), OPEN)
def test_no_more_is_said_to_come_back_than_was_paid(shop: Desk, number: str, intent: str) -> None:
    with shop.database.session() as session:
        row = session.scalars(select(Order).where(Order.number == number)).one()
        row.discount, row.total = row.items_total - 1, Decimal(1)
    talk = talk_to(shop)
    talk.say(f"Change the lamp of {number} to white with PayPal, that's all", intent)
    assert talk.state.question.kind == "confirm"
    assert "$1.00 back" in talk.text
