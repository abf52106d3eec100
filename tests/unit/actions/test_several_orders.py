"""Which of several orders is meant, all of them at once, and what is asked of one's own goods."""

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from dialogue.message import Part
from kit.database import open_database, upgrade
from kit.i18n import LANGUAGES, Language
from shop.imports import import_tau
from shop.models import Order, OrderLine, ProductText, Return, ReturnLine
from shop.policy_file import read_policy
from tests.dialogues import NOW, Desk, changes, desk_on
from tests.policies import STRICT
from tests.unit.actions.test_items_of_an_order import (
    DONE,
    GOODS,
    HOME,
    SHOP,
    YES,
    order,
    skus,
    talk_to,
)

BOSTON: Final = {
    **HOME,
    "address1": "7 Harbor Road",
    "city": "Boston",
    "state": "MA",
    "zip": "02101",
}
each_language = pytest.mark.parametrize("language", LANGUAGES)


def several() -> dict[str, Any]:
    """Beside the two orders one more pending and delivered, of other makes, and a cancelled one."""
    shop: dict[str, Any] = copy.deepcopy(dict(SHOP))
    more = {
        "#10003": {**order("pending", (7, 12), "paypal_3"), "address": BOSTON},
        "#10004": order("delivered", (3, 10), "paypal_3"),
        "#10005": {
            **order("cancelled", (12,), "paypal_3"),
            "fulfillments": [{"tracking_id": ["55512345"], "item_ids": ["i12"]}],
        },
    }
    shop["orders"] |= {number: {"order_id": number, **one} for number, one in more.items()}
    shop["users"]["ana_1"]["orders"] = list(shop["orders"])
    return shop


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("several")
    path = folder / "db.json"
    path.write_text(json.dumps(several()), encoding="utf-8")
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


def states(desk: Desk) -> dict[str, str]:
    with desk.database.reading() as session:
        return {one.number: one.state for one in session.scalars(select(Order))}


def returned(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        rows = session.scalars(select(Return)).all()
        return sorted(session.get_one(Order, one.order_id).number for one in rows)


@each_language
def test_all_pending_orders_are_cancelled_one_after_the_other_each_with_a_yes(
    shop: Desk, language: Language
) -> None:
    talk = talk_to(shop, language)
    said = {
        "en": "please cancel all my pending orders, I no longer need them",
        "zh": "取消我所有未发货的订单，不再需要了",
    }[language]
    assert talk.say(said, "cancel_order", reason="no_longer_needed")[-1] == "utter_ask_cancel"
    first = talk.state.frame.slots["order"]
    assert talk.say(YES[language], "affirm") == ["utter_cancelled", "utter_ask_cancel"]
    other = talk.state.frame.slots["order"]
    assert {first, other} == {"10001", "10003"}
    found = states(shop)
    assert found[first] == "cancelled"
    assert found[other] != "cancelled"
    before = shop.rows()
    talk.say({"en": "no, keep that one", "zh": "不，这个留着"}[language], "deny")
    assert changes(before, shop.rows()) == []
    assert talk.state.frame is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("I want to return the white keyboard", "10004"),
        ("I want to return the pricier of my keyboards", "10004"),
        ("I want to return the cheaper keyboard I received", "10002"),
        ("把贵的那个键盘退了", "10004"),
    ],
)
def test_of_several_of_a_kind_the_one_described_is_meant(
    shop: Desk, said: str, number: str
) -> None:
    talk = talk_to(shop, "en" if said.isascii() else "zh")
    talk.say(said, "return_item")
    assert talk.state.frame.slots["order"] == number


def test_the_other_one_of_a_kind_takes_its_place_and_only_that_goes_back(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("I want to return the cheaper keyboard I received", "return_item")
    talk.say(DONE["en"])
    talk.say("my credit card")
    talk.say("I changed my mind: the more expensive one instead")
    talk.say(DONE["en"])
    assert talk.state.frame.slots["order"] == "10004"
    talk.say("paypal")
    assert "white" in talk.text
    talk.say("yes", "affirm")
    assert returned(shop) == ["10004"]


def test_goods_of_another_order_are_not_those_just_sent_back(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("return the desk lamp of 10002", "return_item", order_number="10002")
    talk.say(DONE["en"])
    talk.say("my credit card")
    talk.say("yes", "affirm")
    talk.say("I want to send back the steel kettle that I received", "return_item")
    assert talk.state.frame.slots["order"] == "10004"


def test_an_address_is_known_by_its_town(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("send order 10001 to my Boston address", "change_address", order_number="10001")
    assert talk.said == ["utter_ask_change_address"]
    assert "7 Harbor Road" in talk.text


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("Pier 9, Boston", "Pier 9, Boston"),
        ("for 10001, the Boston one", "7 Harbor Road, Suite 2, Boston, MA 02101"),
        ("the Boston one", "7 Harbor Road, Suite 2, Boston, MA 02101"),
    ],
)
def test_another_house_in_the_same_town_is_another_address(
    shop: Desk, told: str, meant: str
) -> None:
    talk = talk_to(shop)
    talk.say("change the address of order 10001", "change_address", order_number="10001")
    talk.say(told, "inform")
    assert talk.state.frame.slots["address"] == meant


def test_one_like_another_of_ones_own(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say(
        "change the keyboard of 10001 to the same one as I received in my other order",
        "change_item",
        order_number="10001",
    )
    talk.say(DONE["en"])
    talk.say("paypal")
    talk.say("yes", "affirm")
    assert skus(shop, "10001")[0] == "i3"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("what is the tracking number of the order that was cancelled?", "55512345"),
        ("which address does my order 10003 go to?", "7 Harbor Road"),
        (
            "how much did I pay for the white keyboard I ordered, and which switch type is it?",
            "82.50",
        ),
        ("what do all the keyboards I bought cost together?", "225.50"),
    ],
)
def test_what_ones_own_orders_tell(shop: Desk, said: str, told: str) -> None:
    before, talk = shop.rows(), talk_to(shop)
    talk.say(said, "ask_product_details")
    assert told in talk.text
    assert changes(before, shop.rows()) == []


def test_two_questions_on_an_order_are_both_answered_each_once(shop: Desk) -> None:
    first, second = "which address did that order go to?", "And what is the tracking number?"
    parts = (Part(first, "change_address", 0.6), Part(second, "track_parcel", 1.0))
    talk = talk_to(shop)
    talk.say("where is my order 10005?", "track_order", order_number="10005")
    assert talk.say(f"{first} {second}", "track_parcel", parts=parts) == [
        "utter_order_tracking",
        "utter_order_address",
    ]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "and the tracking number?"), ("zh", "快递单号是多少？")]
)
def test_the_number_of_an_order_spoken_of_needs_no_my(
    shop: Desk, language: Language, said: str
) -> None:
    talk = talk_to(shop, language)
    talk.say("order 10005?", "track_order", order_number="10005")
    assert talk.say(said, "track_parcel") == ["utter_order_tracking"]
    assert "55512345" in talk.text


def test_what_is_left_of_an_order_is_summed_up(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("return the desk lamp of 10002", "return_item", order_number="10002")
    talk.say(DONE["en"])
    talk.say("my credit card")
    talk.say("yes", "affirm")
    with shop.database.session() as session:
        for one in session.scalars(select(Order).where(Order.number == "10002")):
            one.discount = Decimal("15.05")
    talk.say("how much did I pay for the remaining items in that order?", "ask_price")
    assert "108.45" in talk.text  # 120.50 of 150.50, less its share of the discount


def test_what_was_turned_down_is_still_there(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("return the desk lamp of 10002", "return_item", order_number="10002")
    talk.say(DONE["en"])
    talk.say("my credit card")
    talk.say("yes", "affirm")
    with shop.database.session() as session:
        lamp = session.scalars(select(Return)).one()
        mug = session.scalars(
            select(OrderLine).where(OrderLine.order_id == lamp.order_id, OrderLine.position == 4)
        ).one()
        same = {name: getattr(lamp, name) for name in ("order_id", "kind", "reason", "label")}
        times = {"created_at": lamp.created_at, "changed_at": lamp.changed_at}
        refused = Return(number="R-refused", state="rejected", **same, **times)
        refused.lines = [ReturnLine(order_line_id=mug.id, quantity=1)]
        session.add(refused)
    talk.say("how much did I pay for the remaining items in that order?", "ask_price")
    assert "120.50" in talk.text  # the mug of 9.00 was not taken back


def test_letting_one_thing_be_and_wishing_for_another(shop: Desk) -> None:
    talk = talk_to(shop)
    talk.say("change the mug of 10001", "change_item", order_number="10001")
    talk.say("Okay, never mind then. I want to return the steel kettle.", "return_item")
    assert talk.state.frame.task == "return"
    assert talk.state.frame.slots["order"] == "10004"
    assert talk.state.parked == []
