"""Orders: what may change, once, also when two do it at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from kit.database import Database
from shop.access import access_order, access_orders, access_refunds
from shop.mail import list_mails
from shop.models import Order, Refund, Variant
from shop.orders import (
    MOVES,
    OrderStateError,
    cancel_order,
    change_line_variant,
    change_shipping_address,
    move,
    report_lost,
)
from tests.contract.shop.conftest import NOW, customer_id

MIA, JONAS, AMIRA = "mia@fernweg.example", "jonas@fernweg.example", "amira@fernweg.example"


def test_an_order_tells_what_it_is(shop: Database) -> None:
    with shop.reading() as session:
        order = access_order(session, customer_id(shop, MIA), "10482")
    assert order is not None
    assert (order.state, order.item_count, str(order.total)) == ("paid", 2, "89.90 EUR")
    assert [line.name("zh") for line in order.lines] == [
        "Talwind 清风美利奴T恤",
        "Moorhuhn 松林羊毛帽",
    ]


def test_a_foreign_order_is_no_order(shop: Database) -> None:
    jonas = customer_id(shop, JONAS)
    with shop.session() as session:
        assert access_order(session, jonas, "10482") is None
        assert cancel_order(session, jonas, "10482", now=NOW).refusal == "unknown"
        assert session.scalar(select(Order.state).where(Order.number == "10482")) == "paid"


def test_cancelling_brings_stock_and_money_back_once(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10482")
        assert order is not None
        ids = [line.variant_id for line in order.lines]
        before = session.scalar(select(func.sum(Variant.stock)).where(Variant.id.in_(ids)))
    for expected in (True, False):
        with shop.session() as session:
            done = cancel_order(session, mia, "10482", now=NOW)
            assert done.changed is expected
            assert done.order is not None
            assert done.order.state == "cancelled"
    with shop.reading() as session:
        after = session.scalar(select(func.sum(Variant.stock)).where(Variant.id.in_(ids)))
        refunds = [r for r in access_refunds(session, mia) if r.order_number == "10482"]
        mails = [mail for mail in list_mails(session) if "10482" in mail.subject]
    assert (before, after) == (before, (before or 0) + 2)
    assert [(str(r.amount), r.state, str(r.expected_on)) for r in refunds] == [
        ("89.90 EUR", "pending", "2026-12-01")
    ]
    assert len(mails) == 1
    assert "Tuesday 1 December" in mails[0].body


def test_two_cancel_at_once_and_one_wins(shop: Database) -> None:
    mia = customer_id(shop, MIA)

    def cancel(_: int) -> bool:
        with shop.session() as session:
            return cancel_order(session, mia, "10482", now=NOW).changed

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(cancel, range(4))) == [False, False, False, True]
    with shop.reading() as session:
        order = session.scalar(select(Order.id).where(Order.number == "10482"))
        assert session.scalar(select(func.count()).where(Refund.order_id == order)) == 1


def test_what_is_on_its_way_cannot_be_cancelled_or_redirected(shop: Database) -> None:
    jonas = customer_id(shop, JONAS)
    with shop.session() as session:
        assert cancel_order(session, jonas, "10467", now=NOW).refusal == "already_packed"
        moved = change_shipping_address(session, jonas, "10467", "Elsewhere 1", now=NOW)
        assert moved.refusal == "already_packed"
    with shop.reading() as session:
        order = access_order(session, jonas, "10467")
    assert order is not None
    assert (order.state, order.address) == ("in_transit", "Hafenstraße 5, 10115 Berlin")


def test_address_changes_while_not_packed(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        done = change_shipping_address(session, mia, "10482", "Neuer Weg 3, 20095 Hamburg", now=NOW)
        again = change_shipping_address(
            session, mia, "10482", "Neuer Weg 3, 20095 Hamburg", now=NOW
        )
    assert (done.changed, again.changed, again.refusal) == (True, False, None)
    assert again.order is not None
    assert again.order.address == "Neuer Weg 3, 20095 Hamburg"


def test_a_line_changes_size_with_stock_moving(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10482")
        assert order is not None
        line = order.lines[0]
        target = session.scalars(
            select(Variant).where(
                Variant.product_id == line.product_id, Variant.size == "L", Variant.colour == "navy"
            )
        ).one()
        old = session.get_one(Variant, line.variant_id)
        stocks = (old.stock, target.stock)
        done = change_line_variant(session, mia, "10482", line.line_id, target.id, now=NOW)  # type: ignore[arg-type]
        assert done.changed
        assert done.order is not None
        assert done.order.lines[0].size == "L"
        session.refresh(old)
        session.refresh(target)
        assert (old.stock, target.stock) == (stocks[0] + 1, stocks[1] - 1)


def test_a_sold_out_size_is_refused_and_nothing_moves(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10482")
        assert order is not None
        line = order.lines[0]
        target = session.scalars(
            select(Variant).where(Variant.product_id == line.product_id, Variant.size == "XL")
        ).first()
        assert target is not None
        target.stock = 0
        session.flush()
        done = change_line_variant(session, mia, "10482", line.line_id, target.id, now=NOW)  # type: ignore[arg-type]
        assert (done.changed, done.refusal) == (False, "no_stock")
        again = access_order(session, mia, "10482")
        assert again is not None
        assert again.lines[0].variant_id == line.variant_id


def test_lateness_and_lost_report(shop: Database) -> None:
    amira = customer_id(shop, AMIRA)
    with shop.session() as session:
        order = access_order(session, amira, "10401")
        assert order is not None
        assert order.days_late(NOW.date()) == 6
        assert order.shipments[0].events[-1].code == "sorting_centre"
        assert report_lost(session, amira, "10401", now=NOW).changed is True
        assert report_lost(session, amira, "10401", now=NOW).changed is False


@pytest.mark.parametrize("state", MOVES)
def test_impossible_moves_are_refused(shop: Database, state: str) -> None:
    mia = customer_id(shop, MIA)
    for target in MOVES:
        with shop.session() as session:
            order = session.scalars(select(Order).where(Order.number == "10482")).one()
            order.state = state
            session.flush()
            if target in MOVES[state]:  # type: ignore[index]
                move(session, "10482", target, now=NOW)
                assert session.scalar(select(Order.state).where(Order.number == "10482")) == target
            else:
                with pytest.raises(OrderStateError, match=target):
                    move(session, "10482", target, now=NOW)
    assert mia


def test_newest_orders_come_first(shop: Database) -> None:
    with shop.reading() as session:
        orders = access_orders(session, customer_id(shop, MIA))
    assert [order.number for order in orders] == ["10482", "10391"]
