"""Several items changed or exchanged at once: price difference, balances, refusals, once."""

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kit.database import Database
from kit.money import Money
from shop.access import (
    access_order,
    access_orders,
    access_payment_methods,
    access_payments,
    access_returns,
)
from shop.ids import CustomerId, PaymentMethodId, VariantId
from shop.models import Mail, Order, Payment, Variant
from shop.orders import OrderStateError, cancel_lines, cancel_order
from shop.privacy import find_customer
from shop.returns import move_return, start_exchange, start_return
from shop.service import refund_part
from shop.swaps import change_items, change_payment_method
from shop.views import OrderView
from tests.contract.shop.conftest import NOW
from tests.contract.shop.test_tau import SHOP, bring_in, item, paid, variant
from tests.policies import demo_with


@pytest.fixture
def shop(empty: Database, tmp_path: Path) -> Database:
    """Ana with an order that is not packed, one that has come, a card and a gift card of 41.50."""
    shop = copy.deepcopy(SHOP)
    shop["products"]["p1"]["variants"] |= {
        f"k{n}": variant(n, switch, available=True)
        for n, switch in ((3, "tactile"), (30, "gold"), (60, "diamond"))
    }
    shop["users"]["ben_2"] = copy.deepcopy(shop["users"]["ana_1"])
    shop["users"]["ben_2"] |= {"user_id": "ben_2", "email": "ben@example.com"}
    came = {
        "order_id": "#W3",
        "status": "delivered",
        "items": [item(1, 71.5), item(3, 73.5)],
        "payment_history": [paid(145, "c1")],
    }
    shop["orders"]["#W3"] = shop["orders"]["#W1"] | came
    bring_in(empty, tmp_path, shop)
    return empty


def ana(session: Session) -> CustomerId:
    found = find_customer(session, "ana@example.com")
    assert found is not None
    return found


def order(session: Session, number: str) -> OrderView:
    found = access_order(session, ana(session), number)
    assert found is not None
    return found


def method(session: Session, key: str, email: str = "ana@example.com") -> PaymentMethodId:
    customer = find_customer(session, email)
    assert customer is not None
    methods = access_payment_methods(session, customer)
    return next(one.method_id for one in methods if one.key == key)


def balance(session: Session) -> str:
    session.expire_all()
    (card,) = (one for one in access_payment_methods(session, ana(session)) if one.balance)
    return str(card.balance and card.balance.amount)


def swaps(session: Session, number: str, *skus: str) -> dict[int, VariantId]:
    lines = order(session, number).lines
    ids = {sku: key for sku, key in session.execute(select(Variant.sku, Variant.id))}  # noqa: C416
    return {line.line_id: VariantId(ids[sku]) for line, sku in zip(lines, skus, strict=False)}


def history(session: Session, number: str) -> list[tuple[str, str, str]]:
    moved = access_payments(session, ana(session), number)
    return [(one.kind, one.method, str(one.amount.amount)) for one in moved]


def mails(session: Session) -> int:
    return len(session.scalars(select(Mail.id)).all())


def change(session: Session, key: str, *skus: str, email: str = "ana@example.com") -> Any:
    return change_items(
        session,
        ana(session),
        "W1",
        swaps(session, "W1", *skus),
        method_id=method(session, key, email),
        now=NOW,
    )


def test_items_are_changed_at_once_and_a_gift_card_pays_the_difference(shop: Database) -> None:
    with shop.session() as session:
        done = change(session, "g1", "k3", "k30")
        assert (done.changed, done.refund) == (True, None)
        assert [line.sku for line in done.order.lines] == ["k3", "k30"]
        assert done.order.total.amount == Decimal("174.00")
        assert (balance(session), mails(session)) == ("10.50", 1)
        again = change(session, "g1", "k3", "k30")
        assert (again.changed, again.refusal) == (False, None)
        assert (balance(session), mails(session)) == ("10.50", 1)
        cancelled = cancel_order(session, ana(session), "W1", now=NOW)
        assert cancelled.refund is not None
        assert cancelled.refund.amount == Decimal("174.00")
        assert balance(session) == "41.50", "what the gift card paid is on it again"
        assert history(session, "W1") == [
            ("payment", "Visa 9212", "143.00"),
            ("payment", "gift card", "31.00"),
            ("refund", "Visa 9212", "143.00"),
            ("refund", "gift card", "31.00"),
        ]


@pytest.mark.parametrize(
    ("key", "email", "skus", "refusal"),
    [
        ("g1", "ana@example.com", ("k30", "k30"), "low_balance"),
        ("g1", "ben@example.com", ("k3",), "unknown_method"),
        ("c1", "ana@example.com", ("k3", "k2"), "no_stock"),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(
    shop: Database, key: str, email: str, skus: tuple[str, ...], refusal: str
) -> None:
    with shop.session() as session:
        before = order(session, "W1")
        done = change(session, key, *skus, email=email)
        assert (done.changed, done.refusal) == (False, refusal)
        assert order(session, "W1") == before
        assert (balance(session), mails(session)) == ("41.50", 0)
        assert len(history(session, "W1")) == 1
        strange = change_items(
            session,
            ana(session),
            "W1",
            swaps(session, "W3", "k3"),
            method_id=method(session, "c1"),
            now=NOW,
        )
        assert strange.refusal == "unknown", "the lines of another order"


def test_a_cheaper_item_gives_money_back_to_the_method_named(shop: Database) -> None:
    with shop.session() as session:
        change(session, "c1", "k3", "k3")
        done = change(session, "g1", "k1", "k1")
        assert done.refund is not None
        assert (str(done.refund.amount), balance(session)) == ("4.00", "45.50")


def test_a_cancelled_order_gives_back_no_more_than_it_costs(shop: Database) -> None:
    with shop.session() as session:
        change(session, "y1", "k30", "k1")
        change(session, "g1", "k3", "k1")
        cancelled = cancel_order(session, ana(session), "W1", now=NOW)
        assert cancelled.refund is not None
        paid_back = [
            float(amount) for kind, _, amount in history(session, "W1") if kind == "refund"
        ]
        assert (cancelled.refund.amount, sum(paid_back)) == (Decimal("145.00"), 143 + 29)


def test_a_cheaper_item_gives_no_more_back_than_is_left(shop: Database) -> None:
    with shop.session() as session:
        change(session, "c1", "k60", "k60")
        refund_part(session, ana(session), "W1", Decimal(250), key="k", now=NOW)
        done = change(session, "g1", "k1", "k1")
        assert (str(done.refund.amount), balance(session)) == ("11.00", "52.50")
        assert cancel_order(session, ana(session), "W1", now=NOW).refund == Money.zero("USD")


def test_a_discount_takes_no_order_below_nothing(shop: Database) -> None:
    with shop.session() as session:
        change(session, "c1", "k60", "k60")
        less = {"discount": Decimal(200), "total": Decimal(61)}
        session.execute(update(Order).where(Order.number == "W1").values(**less))
        done = change(session, "g1", "k1", "k1")
        assert (str(done.refund.amount), balance(session)) == ("61.00", "102.50")
        assert (done.order.total.amount, done.order.discount.amount) == (0, Decimal(143))


def test_what_is_not_paid_yet_moves_no_money(shop: Database) -> None:
    with shop.session() as session:
        session.execute(delete(Payment).where(Payment.order_id == order(session, "W1").order_id))
        session.execute(update(Order).where(Order.number == "W1").values(state="placed"))
        more = change(session, "g1", "k60", "k60")
        less = change(session, "g1", "k1", "k60")
        assert (more.changed, less.changed, less.refund) == (True, True, None)
        assert less.order.total.amount == Decimal("202.00")
        assert (balance(session), history(session, "W1")) == ("41.50", [])


def test_the_only_method_whose_money_is_left_gets_it_back(shop: Database) -> None:
    with shop.session() as session:
        place = session, ana(session), "W1"
        change(session, "g1", "k30", "k1")
        cancel_lines(*place, [order(session, "W1").lines[0].line_id], now=NOW)
        refund_part(*place, Decimal("42.50"), key="k", now=NOW)
        cancel_order(*place, now=NOW)
        assert history(session, "W1")[2:] == [
            ("refund", "Visa 9212", "100.50"),
            ("refund", "Visa 9212", "42.50"),
            ("refund", "gift card", "29.00"),
        ]
        assert balance(session) == "41.50"


def test_a_payment_known_by_its_name_alone_goes_back_there(shop: Database) -> None:
    with shop.session() as session:
        session.execute(update(Payment).values(payment_method_id=None))
        change_payment_method(session, ana(session), "W1", method(session, "y1"), now=NOW)
        assert history(session, "W1") == [
            ("payment", "Visa 9212", "143.00"),
            ("payment", "PayPal", "143.00"),
            ("refund", "Visa 9212", "143.00"),
        ]


def test_another_method_pays_and_the_first_gets_all_back(shop: Database) -> None:
    with shop.session() as session:
        place = session, ana(session), "W1"
        low = change_payment_method(*place, method(session, "g1"), now=NOW)
        same = change_payment_method(*place, method(session, "c1"), now=NOW)
        assert (low.refusal, same.refusal) == ("low_balance", "same_method")
        assert (balance(session), len(history(session, "W1"))) == ("41.50", 1)
        done = change_payment_method(*place, method(session, "y1"), now=NOW)
        assert done.order is not None
        assert (done.changed, done.order.payment_method) == (True, "PayPal")
        cancel_order(*place, now=NOW)
        assert history(session, "W1") == [
            ("payment", "Visa 9212", "143.00"),
            ("payment", "PayPal", "143.00"),
            ("refund", "Visa 9212", "143.00"),
            ("refund", "PayPal", "143.00"),
        ]


def exchange(session: Session, key: str, *skus: str) -> Any:
    return start_exchange(
        session,
        ana(session),
        "W3",
        swaps(session, "W3", *skus),
        "other",
        method_id=method(session, key),
        now=NOW,
    )


def test_several_items_are_exchanged_and_the_difference_is_settled_at_the_end(
    shop: Database,
) -> None:
    with shop.session() as session:
        assert exchange(session, "g1", "k30", "k60").refusal == "low_balance"
        strange = start_exchange(
            session,
            ana(session),
            "W3",
            swaps(session, "W3", "k3") | swaps(session, "W1", "k3"),
            "other",
            method_id=method(session, "c1"),
            now=NOW,
        )
        assert strange.refusal == "unknown"
        assert access_returns(session, ana(session)) == []
        done = exchange(session, "g1", "k3", "k30")
        assert (done.started, len(done.returned.lines)) == (True, 2)
        assert exchange(session, "g1", "k3", "k30").started is False
        assert balance(session) == "41.50", "nothing is paid before the things are back"
        move_return(session, done.returned.number, "received", now=NOW)
        move_return(session, done.returned.number, "exchanged", now=NOW)
        assert balance(session) == "12.50"


def test_a_cheaper_exchange_gives_no_more_back_than_is_left(shop: Database) -> None:
    with shop.session() as session:
        done = exchange(session, "g1", "k1", "k1")
        refund_part(session, ana(session), "W3", Decimal(144), key="k", now=NOW)
        move_return(session, done.returned.number, "received", now=NOW)
        move_return(session, done.returned.number, "exchanged", now=NOW)
        assert balance(session) == "42.50"


def test_a_spent_gift_card_stops_the_end_of_an_exchange(shop: Database) -> None:
    with shop.session() as session:
        done = exchange(session, "g1", "k30")
        change(session, "g1", "k30")
        move_return(session, done.returned.number, "received", now=NOW)
        with pytest.raises(OrderStateError, match="balance"):
            move_return(session, done.returned.number, "exchanged", now=NOW)
        assert [one.state for one in access_returns(session, ana(session))] == ["received"]


def test_money_of_a_return_goes_to_the_first_method_or_a_gift_card(shop: Database) -> None:
    with shop.session() as session:
        lines = [line.line_id for line in order(session, "W3").lines]
        place = ana(session), "W3", lines, "other"
        for key in ("y1", "g1"):
            refused = start_return(session, *place, method_id=method(session, key), now=NOW)
            assert (refused.refusal, access_returns(session, place[0])) == ("other_method", [])
    to_card = demo_with("return", refund_to=("gift_card",))
    with shop.with_info(policy=to_card).session() as session:
        refused = start_return(session, *place, now=NOW)
        assert (refused.refusal, access_returns(session, place[0])) == ("other_method", [])
        done = start_return(session, *place, method_id=method(session, "g1"), now=NOW)
        assert done.returned is not None
        move_return(session, done.returned.number, "received", now=NOW)
        move_return(session, done.returned.number, "refunded", now=NOW)
        assert balance(session) == "186.50"
        assert [one.number for one in access_orders(session, ana(session))][:1] == ["W3"]
