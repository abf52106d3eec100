"""What happens to orders: every row that changes, to this order alone, once, in which words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from kit.database import Database
from kit.money import Money
from shop.ids import OrderId, VariantId
from shop.mail import list_mails
from shop.models import Customer, Order, OrderLine, Payment, Refund, Variant
from shop.orders import (
    MOVES,
    OrderStateError,
    cancel_lines,
    cancel_order,
    change_line_variant,
    change_shipping_address,
    move,
    report_lost,
    still_paid,
    tell_customer,
)
from shop.payments import add_working_days, pay_back
from shop.service import refund_part
from tests.dialogues import (
    BOOTS_41,
    BOOTS_42,
    BOOTS_43,
    FLEECE_S,
    LENA,
    LINE,
    MIA,
    NOW,
    SHIRT_L,
    SHIRT_M,
    TOM,
)
from tests.unit.shop.conftest import Changed, put

LATER = NOW + timedelta(hours=1)
NEW = "Elm Street 4, 20095 Hamburg"
BOOTS = LINE["20001", BOOTS_42]


def mails(shop: Database) -> list[tuple[str, str, str]]:
    """Recipient, subject and body of each mail, newest first."""
    with shop.reading() as session:
        return [(one.recipient, one.subject, one.body) for one in list_mails(session)]


def row(shop: Database, number: str) -> Order:
    with shop.reading() as session:
        return session.scalars(select(Order).where(Order.number == number)).one()


# -- every wish, refused -----------------------------------------------------------------------

Wish = Callable[..., Any]
WISHES: dict[str, Wish] = {
    "cancel": lambda session, who, number, line: cancel_order(session, who, number, now=NOW),
    "address": lambda session, who, number, line: change_shipping_address(
        session, who, number, NEW, now=NOW
    ),
    "variant": lambda session, who, number, line: change_line_variant(
        session, who, number, line, VariantId(BOOTS_43), now=NOW
    ),
    "lines": lambda session, who, number, line: cancel_lines(session, who, number, [line], now=NOW),
}


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ("packed", "already_packed"),
        ("shipped", "already_packed"),
        ("in_transit", "already_packed"),
        ("out_for_delivery", "already_packed"),
        ("delivered", "already_delivered"),
        ("cancelled", "already_cancelled"),
    ],
)
def test_what_is_packed_or_over_stays_as_it_is(
    shop: Database, changed: Changed, wish: str, state: str, refusal: str
) -> None:
    put(shop, "20001", state=state)
    changed()
    with shop.session() as session:
        done = WISHES[wish](session, MIA, "20001", BOOTS)
    assert changed() == []
    assert done.changed is False
    assert done.order.number == "20001"
    # Cancelled twice is no refusal: it is what was wanted.
    assert done.refusal == (None if (wish, state) == ("cancel", "cancelled") else refusal)


@pytest.mark.parametrize("wish", WISHES)
def test_a_foreign_order_is_unknown_to_every_wish(
    shop: Database, changed: Changed, wish: str
) -> None:
    with shop.session() as session:
        done = WISHES[wish](session, TOM, "20001", BOOTS)
        lost = report_lost(session, MIA, "30002", now=NOW)
    assert (done.order, done.changed, done.refusal, done.refund) == (None, False, "unknown", None)
    assert (lost.order, lost.changed, lost.refusal) == (None, False, "unknown")
    assert changed() == []


# -- cancelling --------------------------------------------------------------------------------


def test_each_of_two_cancelled_orders_has_its_money_stock_and_mail(
    shop: Database, changed: Changed
) -> None:
    with shop.session() as session:
        first = cancel_order(session, MIA, "20001", now=NOW)
        second = cancel_order(session, MIA, "20003", now=NOW)
    assert changed() == [
        "+ mail mia@fernweg.example Order 20001 is cancelled",
        "+ mail mia@fernweg.example Order 20003 is cancelled",
        "+ refund 1 459.80 PayPal",
        "+ refund 3 279.80 PayPal",
        "order 20001: state paid → cancelled",
        "order 20003: state paid → cancelled",
        "variant 2: stock 9 → 11",
        "variant 3: stock 9 → 11",
        "variant 5: stock 9 → 11",
        "variant 7: stock 9 → 11",
    ]
    for done, amount in ((first, "459.80"), (second, "279.80")):
        assert done.order is not None
        assert (done.changed, done.refusal, done.order.state) == (True, None, "cancelled")
        assert done.refund == Money(Decimal(amount), "EUR")
    assert (row(shop, "20001").cancelled_at, row(shop, "20001").version) == (NOW, 2)
    body = mails(shop)[1][2]
    assert "Mia Berg" in body
    assert "€459.80" in body
    assert "PayPal" in body
    assert "1 December" in body
    with shop.session() as session:
        refund = session.scalars(select(Refund).where(Refund.order_id == 1)).one()
        assert (refund.key, refund.state, refund.created_at) == ("cancel:1", "pending", NOW)
        assert str(refund.expected_on) == "2026-12-01"
        again = cancel_order(session, MIA, "20001", now=LATER)
        assert (again.changed, again.refund) == (False, Money(Decimal("459.80"), "EUR"))
    assert changed() == []


def test_two_lines_of_one_variant_come_back_both(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        session.execute(
            update(OrderLine).where(OrderLine.id == BOOTS).values(variant_id=SHIRT_M, quantity=3)
        )
    changed()
    with shop.session() as session:
        cancel_order(session, MIA, "20001", now=NOW)
    assert "variant 2: stock 9 → 14" in changed()


def test_nothing_is_given_back_of_an_unpaid_order(shop: Database, changed: Changed) -> None:
    put(shop, "20001", state="placed")
    changed()
    with shop.session() as session:
        done = cancel_order(session, MIA, "20001", now=NOW)
        lines = cancel_lines(session, MIA, "20003", [LINE["20003", SHIRT_L]], now=NOW)
    assert done.refund is None
    assert lines.refund is not None
    assert [line for line in changed() if "20001" in line or "refund" in line] == [
        "+ mail mia@fernweg.example Order 20001 is cancelled",
        "+ refund 3 119.90 PayPal",
        "order 20001: state placed → cancelled",
    ]
    assert "wasn't paid yet" in mails(shop)[1][2]


def test_never_more_goes_back_than_is_left(shop: Database) -> None:
    with shop.session() as session:
        given = refund_part(session, MIA, "20001", Decimal("59.80"), key="1", now=NOW)
        assert given.refusal is None
        refund_part(session, MIA, "20003", Decimal("50"), key="2", now=NOW)
        done = cancel_order(session, MIA, "20001", now=NOW)
        of_order = select(Refund.amount).where(Refund.order_id == 1).order_by(Refund.id)
        assert session.scalars(of_order).all() == [Decimal("59.80"), Decimal("400.00")]
        assert done.refund == Money(Decimal(400), "EUR")
    assert "€400.00" in mails(shop)[0][2]


# -- taking lines out --------------------------------------------------------------------------


def test_a_line_goes_with_its_share_of_the_discount(shop: Database, changed: Changed) -> None:
    put(shop, "20001", discount=Decimal("45.98"), shipping=Decimal("4.90"), total=Decimal("418.72"))
    changed()
    with shop.session() as session:
        done = cancel_lines(session, MIA, "20001", [BOOTS, LINE["30001", SHIRT_L]], now=NOW)
        again = cancel_lines(session, MIA, "20001", [BOOTS], now=NOW)
    assert changed() == [
        "+ mail mia@fernweg.example Order 20001: items cancelled",
        "+ refund 1 305.91 PayPal",
        "- order_line 1 5 2 169.95",
        "order 20001: items_total 459.80 → 119.90, discount 45.98 → 11.99, total 418.72 → 112.81",
        "variant 5: stock 9 → 11",
    ]
    assert done.order is not None
    assert (done.changed, str(done.refund)) == (True, "305.91 EUR")
    assert [line.variant_id for line in done.order.lines] == [SHIRT_M]
    assert (again.changed, again.refusal, again.refund) == (False, None, None)
    assert row(shop, "20001").version == 2
    body = mails(shop)[0][2]
    assert "Alpenrot Summit Hiking Boots" in body
    assert "Talwind" not in body
    assert "€305.91" in body
    with shop.session() as session:  # the last line is not taken out, the order is cancelled
        last = cancel_lines(session, MIA, "20001", [LINE["20001", SHIRT_M]], now=NOW)
        assert (last.changed, last.refusal) == (False, "unknown")
        assert changed() == []
        whole = cancel_order(session, MIA, "20001", now=NOW)
        assert str(whole.refund) == "112.81 EUR"


def test_lines_of_two_orders_are_two_refunds(shop: Database) -> None:
    with shop.session() as session:
        for number, variant in (("20001", BOOTS_42), ("20003", SHIRT_L)):
            cancel_lines(session, MIA, number, [LINE[number, variant]], now=NOW)
        keys = session.scalars(select(Refund.key).where(Refund.key.like("cancel:_:%"))).all()
    assert keys == [f"cancel:1:{BOOTS}", f"cancel:3:{LINE['20003', SHIRT_L]}"]
    assert len(mails(shop)) == 2


def test_an_unpaid_line_costs_nothing_to_take_out(shop: Database, changed: Changed) -> None:
    put(shop, "20001", state="placed")
    changed()
    with shop.session() as session:
        done = cancel_lines(session, MIA, "20001", [BOOTS], now=NOW)
        none = cancel_lines(session, MIA, "20001", [999], now=NOW)
    assert (done.changed, done.refund, none.changed, none.refusal) == (True, None, False, None)
    assert not [line for line in changed() if "refund" in line]


def test_after_lines_are_out_the_rest_can_be_given_back(shop: Database) -> None:
    with shop.session() as session:
        refund_part(session, MIA, "20001", Decimal(100), key="1", now=NOW)
        cancel_lines(session, MIA, "20001", [BOOTS], now=NOW)  # 339.90 of 459.80
        assert still_paid(session, OrderId(1), Decimal("119.90")) == Decimal("19.90")
        most = refund_part(session, MIA, "20001", Decimal("19.91"), key="2", now=NOW)
        assert most.refusal == "too_much"
        rest = refund_part(session, MIA, "20001", Decimal("19.90"), key="3", now=NOW)
        assert rest.refusal is None
        assert still_paid(session, OrderId(1), Decimal("119.90")) == 0
        assert still_paid(session, OrderId(1), Decimal(7)) == 0
        assert still_paid(session, OrderId(3), Decimal("279.80")) == Decimal("279.80")


def test_a_line_whose_money_is_back_already_is_not_paid_again(shop: Database) -> None:
    with shop.session() as session:
        refund_part(session, MIA, "20001", Decimal("400"), key="1", now=NOW)
        done = cancel_lines(session, MIA, "20001", [BOOTS], now=NOW)
        assert str(done.refund) == "59.80 EUR"
        assert done.order is not None
        assert str(done.order.total) == "119.90 EUR"
        assert cancel_order(session, MIA, "20001", now=NOW).refund == Money.zero("EUR")


# -- addresses and variants --------------------------------------------------------------------


def test_an_address_is_changed_in_one_order(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        done = change_shipping_address(session, MIA, "20001", f" {NEW}\x00", now=NOW)
        same = change_shipping_address(session, MIA, "20001", NEW, now=LATER)
    assert (done.changed, same.changed, same.refusal) == (True, False, None)
    assert changed() == [
        "+ mail mia@fernweg.example New delivery address for order 20001",
        f"order 20001: address Old Road 1, 20253 Hamburg → {NEW}",
    ]
    assert row(shop, "20001").version == 2
    assert NEW in mails(shop)[0][2]
    with shop.session() as session:  # there and back is two changes, and two mails
        change_shipping_address(session, MIA, "20001", "Old Road 1, 20253 Hamburg", now=LATER)
        change_shipping_address(session, MIA, "20003", NEW, now=NOW)
    assert len(mails(shop)) == 3


@pytest.mark.parametrize(
    ("length", "refusal"), [(0, "bad_address"), (1, None), (500, None), (501, "bad_address")]
)
def test_an_address_has_its_length(shop: Database, length: int, refusal: str | None) -> None:
    with shop.session() as session:
        done = change_shipping_address(session, MIA, "20001", "x" * length, now=NOW)
    assert (done.changed, done.refusal) == (refusal is None, refusal)


def test_a_line_is_changed_for_as_many_pieces_as_it_has(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        done = change_line_variant(session, MIA, "20001", BOOTS, VariantId(BOOTS_43), now=NOW)
    assert changed() == [
        "+ mail mia@fernweg.example Order 20001 was changed",
        f"order 20001: items_changed_at None → {NOW}",
        "order_line 1 6 2 169.95: variant_id 5 → 6",
        "variant 5: stock 9 → 11",
        "variant 6: stock 9 → 7",
    ]
    assert done.order is not None
    assert (done.changed, done.order.lines[1].size, row(shop, "20001").version) == (True, "43", 2)
    body = mails(shop)[0][2]
    assert "Alpenrot Summit Hiking Boots" in body
    assert "brown 43" in body
    with shop.session() as session:
        for variant in (BOOTS_42, BOOTS_43):
            change_line_variant(session, MIA, "20001", BOOTS, VariantId(variant), now=LATER)
    assert len(mails(shop)) == 2  # at one moment once for a line
    with shop.session() as session:
        shirt = LINE["20001", SHIRT_M]
        change_line_variant(session, MIA, "20001", shirt, VariantId(SHIRT_L), now=LATER)
    assert len(mails(shop)) == 3


@pytest.mark.parametrize(
    ("line", "variant", "stock", "price", "refusal"),
    [
        (LINE["20003", FLEECE_S], BOOTS_43, 9, "169.95", "unknown"),  # another order's
        (BOOTS, SHIRT_L, 9, "169.95", "unknown"),  # another product
        (BOOTS, 999, 9, "169.95", "unknown"),
        (BOOTS, BOOTS_42, 9, "169.95", "same_variant"),
        (BOOTS, BOOTS_41, 9, "169.96", "price_differs"),
        (BOOTS, BOOTS_41, 9, "169.94", "price_differs"),
        (BOOTS, BOOTS_41, 1, "169.95", "no_stock"),
        (BOOTS, BOOTS_41, 2, "169.95", None),
    ],
)
def test_which_variants_a_line_may_become(
    shop: Database,
    changed: Changed,
    line: int,
    variant: int,
    stock: int,
    price: str,
    refusal: str | None,
) -> None:
    with shop.session() as session:
        session.execute(
            update(Variant).where(Variant.id == BOOTS_41).values(stock=stock, price=Decimal(price))
        )
    changed()
    with shop.session() as session:
        done = change_line_variant(session, MIA, "20001", line, VariantId(variant), now=NOW)
    assert (done.changed, done.refusal) == (refusal is None, refusal)
    assert bool(changed()) is (refusal is None)


# -- lost parcels ------------------------------------------------------------------------------


def test_one_lost_parcel_is_reported_once(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        done = report_lost(session, TOM, "30002", now=NOW)
        again = report_lost(session, TOM, "30002", now=LATER)
        unsent = report_lost(session, TOM, "30001", now=NOW)
    assert changed() == [f"order 30002: lost_reported_at None → {NOW}"]
    assert row(shop, "30002").version == 2
    assert (done.changed, done.refusal) == (True, None)
    assert (again.changed, again.refusal) == (False, None)
    assert (unsent.changed, unsent.refusal) == (False, "not_shipped")
    assert done.order is not None
    assert unsent.order is not None
    assert (done.order.number, unsent.order.number) == ("30002", "30001")


# -- states, days, mails -----------------------------------------------------------------------


@pytest.mark.parametrize("start", MOVES)
def test_one_order_moves_and_no_other(shop: Database, changed: Changed, start: Any) -> None:
    for to in MOVES:
        with shop.session() as session:
            reset = {"state": start, "version": 1, "delivered_at": None, "cancelled_at": None}
            session.execute(update(Order).values(**reset))
        changed()
        with shop.session() as session:
            if to not in MOVES[start]:
                with pytest.raises(OrderStateError, match=f"{start} cannot become {to}"):
                    move(session, "20001", to, now=LATER)
                continue
            move(session, "20001", to, now=LATER)
        told = f", delivered_at None → {LATER}" if to == "delivered" else ""
        assert changed() == [f"order 20001: state {start} → {to}{told}"]
        found = row(shop, "20001")
        assert found.version == 2
        assert found.cancelled_at == (LATER if to == "cancelled" else None)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [(2, 1, 3), (4, 0, 4), (4, 1, 5), (6, 1, 9), (7, 1, 9), (8, 1, 9), (4, 5, 11), (6, 10, 20)],
)
def test_working_days_pass_over_weekends(start: int, days: int, end: int) -> None:
    november = datetime(2026, 11, start, 23, 30, tzinfo=UTC)  # the 7th is a Saturday
    assert add_working_days(november, days) == datetime(2026, 11, end, 23, 30, tzinfo=UTC)


def test_money_goes_back_once_for_a_key(shop: Database) -> None:
    put(shop, "20001", total=Decimal(50))
    with shop.session() as session:
        order = cancel_order(session, LENA, "40001", now=NOW).order
        assert order is not None
        session.add(Payment(order_id=8, method="card", state="captured", amount=1, at=NOW))
        for key in ("a", "a", "b"):
            due = pay_back(session, order.order_id, key, Decimal("3.21"), NOW)
        rows = session.scalars(select(Refund).where(Refund.key.in_(["a", "b"]))).all()
    assert [(one.key, one.order_id, str(one.amount), one.method) for one in rows] == [
        ("a", 8, "3.21", "PayPal"),
        ("b", 8, "3.21", "PayPal"),
    ]
    assert (str(due), rows[0].expected_on, rows[0].state) == ("2026-12-01", due, "pending")


def test_mails_speak_the_customers_language(shop: Database) -> None:
    with shop.session() as session:
        session.execute(update(Customer).where(Customer.id == MIA).values(language="zh"))
        change_line_variant(session, MIA, "20001", BOOTS, VariantId(BOOTS_43), now=NOW)
        cancel_lines(session, MIA, "20001", [BOOTS], now=NOW)
        cancel_order(session, MIA, "20001", now=NOW)
    cancelled, lines, item = mails(shop)
    assert "12月1日" in cancelled[2]
    assert "119.90" in cancelled[2]
    for one in (lines, item):
        assert "Alpenrot 顶峰登山鞋" in one[2]
        assert "Summit" not in one[2]
    assert all(one[0] == "mia@fernweg.example" for one in (cancelled, lines, item))


def test_who_is_erased_gets_no_mail(shop: Database) -> None:
    with shop.session() as session:
        session.execute(update(Customer).where(Customer.id == MIA).values(erased_at=NOW))
        tell_customer(session, MIA, "k", "order_cancelled_unpaid", NOW, number="1")
        tell_customer(session, TOM, "l", "order_cancelled_unpaid", NOW, number="1")
    assert [one[0] for one in mails(shop)] == ["tom@fernweg.example"]
