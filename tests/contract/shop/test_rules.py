"""Rules about money, exchanges, and what is typed, on each database."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from kit.database import Database
from kit.money import Money
from shop.access import access_order, access_refunds, access_returns
from shop.deliveries import delivery_of
from shop.ids import VariantId
from shop.mail import list_mails
from shop.models import Customer, Order, Product, Refund, StockNotice, Variant
from shop.orders import (
    OrderStateError,
    cancel_order,
    change_line_variant,
    change_shipping_address,
    move,
)
from shop.prices import price_of
from shop.privacy import erase
from shop.promotions import check_coupon
from shop.returns import move_return, returnable_lines, start_return
from shop.stock import add_stock_notice, send_due_notices, shift_stock
from shop.verification import confirm_code, start_verification
from tests.contract.shop.conftest import KEY, NOW, customer_id

MIA, AMIRA, TOM = "mia@fernweg.example", "amira@fernweg.example", "tom@fernweg.example"
UNUSUAL = ["", "\x00", "10482\x00", "9" * 5000, "\ud800", '\'; DROP TABLE "order"; --', "😀" * 50]


@pytest.mark.parametrize("text", UNUSUAL)
def test_unusual_text_is_an_unknown_order(shop: Database, text: str) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        assert access_order(session, mia, text) is None
        assert cancel_order(session, mia, text, now=NOW).refusal == "unknown"
        assert check_coupon(session, text, now=NOW).refusal == "unknown"
        assert start_verification(session, text, text, key=KEY, now=NOW) == "sent"
        assert confirm_code(session, text, text, text, key=KEY, now=NOW) is None
        assert list_mails(session) == []


@pytest.mark.parametrize("text", ["", " ", "\x00", "x" * 501])
def test_what_is_no_address_is_refused(shop: Database, text: str) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        before = access_order(session, mia, "10482")
        done = change_shipping_address(session, mia, "10482", text, now=NOW)
        assert (done.changed, done.refusal) == (False, "bad_address")
        assert access_order(session, mia, "10482") == before
        assert list_mails(session) == []


def test_an_unpaid_order_is_cancelled_without_a_refund(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        session.execute(update(Order).where(Order.number == "10482").values(state="placed"))
        done = cancel_order(session, mia, "10482", now=NOW)
        again = cancel_order(session, mia, "10482", now=NOW)
        assert (done.changed, done.refund, again.changed, again.refund) == (True, None, False, None)
        assert session.scalar(select(func.count()).where(Refund.key.like("cancel:%"))) == 0
        assert [("89.90" in mail.body) for mail in list_mails(session)] == [False]


def test_delivery_starts_the_return_window(shop: Database) -> None:
    with shop.session() as session:
        jonas = customer_id(shop, "jonas@fernweg.example")
        move(session, "10467", "delivered", now=NOW)
        session.expire_all()
        order = access_order(session, jonas, "10467")
        assert order is not None
        assert order.delivered_at == NOW
        last, over = NOW + timedelta(days=30), NOW + timedelta(days=30, seconds=1)
        assert {e.refusal for e in returnable_lines(session, order, now=last)} == {None}
        assert {e.refusal for e in returnable_lines(session, order, now=over)} == {"window_over"}


def test_refunds_of_a_discounted_order_give_back_what_was_paid(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        session.execute(
            update(Order).where(Order.number == "10391").values(discount=Decimal("20.00"))
        )
        order = access_order(session, mia, "10391")
        assert order is not None
        for line in order.lines:
            started = start_return(session, mia, "10391", [line.line_id], "other", now=NOW)
            assert started.returned is not None
            move_return(session, started.returned.number, "received", now=NOW)
            move_return(session, started.returned.number, "refunded", now=NOW)
        refunds = [r.amount for r in access_refunds(session, mia) if r.order_number == "10391"]
    assert len(refunds) == 2
    assert sum(refunds, Money.zero("EUR")) == order.items_total - Money(Decimal(20), "EUR")


def exchange(shop: Database, variant: VariantId) -> tuple[bool, str | None]:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10391")
        assert order is not None
        done = start_return(
            session,
            mia,
            "10391",
            [order.lines[0].line_id],
            "too_small",
            exchange_variant_id=variant,
            now=NOW,
        )
    return done.started, done.refusal


def boots(shop: Database) -> Variant:
    """Another variant of Mia's boots with something on the shelf."""
    with shop.reading() as session:
        order = access_order(session, customer_id(shop, MIA), "10391")
        assert order is not None
        line = order.lines[0]
        return session.scalars(
            select(Variant)
            .where(
                Variant.product_id == line.product_id,
                Variant.id != line.variant_id,
                Variant.stock > 0,
            )
            .order_by(Variant.id)
        ).all()[0]


def test_an_exchange_stays_within_the_product(shop: Database) -> None:
    own = boots(shop)
    with shop.reading() as session:
        other = session.scalars(
            select(Variant).where(Variant.product_id != own.product_id, Variant.stock > 0)
        ).all()[0]
    assert exchange(shop, VariantId(other.id)) == (False, "other_product")
    assert exchange(shop, VariantId(10**6)) == (False, "other_product")
    with shop.reading() as session:
        assert session.scalar(select(Variant.stock).where(Variant.id == other.id)) == other.stock
        assert access_returns(session, customer_id(shop, MIA)) == []


@pytest.mark.parametrize(("end", "back"), [("rejected", 0), ("refunded", 0), ("exchanged", -1)])
def test_an_exchange_gives_back_what_it_does_not_send(shop: Database, end: str, back: int) -> None:
    own = boots(shop)
    assert exchange(shop, VariantId(own.id)) == (True, None)
    with shop.session() as session:
        number = access_returns(session, customer_id(shop, MIA))[0].number
        move_return(session, number, "received", now=NOW)
        move_return(session, number, end, now=NOW)  # type: ignore[arg-type]
    with shop.reading() as session:
        stock = session.scalar(select(Variant.stock).where(Variant.id == own.id))
    assert stock == own.stock + back


def test_a_return_for_money_is_not_exchanged(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10391")
        assert order is not None
        done = start_return(session, mia, "10391", [order.lines[0].line_id], "other", now=NOW)
        assert done.returned is not None
        move_return(session, done.returned.number, "received", now=NOW)
        with pytest.raises(OrderStateError):
            move_return(session, done.returned.number, "exchanged", now=NOW)
        assert access_returns(session, mia)[0].state == "received"


def test_final_sales_stay(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10391")
        assert order is not None
        product = session.get_one(Product, order.lines[0].product_id)
        product.attributes = {**product.attributes, "final_sale": True}
        session.flush()
        refusals = [entry.refusal for entry in returnable_lines(session, order, now=NOW)]
        assert refusals == ["final", None]
        done = start_return(session, mia, "10391", [order.lines[0].line_id], "other", now=NOW)
        assert (done.started, done.refusal) == (False, "final")


def test_a_dearer_variant_is_refused_and_nothing_moves(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10482")
        assert order is not None
        line = order.lines[0]
        target = session.scalars(
            select(Variant).where(
                Variant.product_id == line.product_id,
                Variant.id != line.variant_id,
                Variant.stock > 0,
            )
        ).all()[0]
        target.price += 1
        stock = target.stock
        done = change_line_variant(
            session, mia, "10482", line.line_id, VariantId(target.id), now=NOW
        )
        assert (done.changed, done.refusal, target.stock) == (False, "price_differs", stock)


def test_stock_moves_all_or_not_at_all(shop: Database) -> None:
    with shop.session() as session:
        first, second = (VariantId(v) for v in session.scalars(select(Variant.id).limit(2)))
        session.execute(update(Variant).where(Variant.id.in_([first, second])).values(stock=2))
        assert shift_stock(session, {first: -1, second: -3}) is False
        assert shift_stock(session, {first: -2, second: 1}) is True
        found = session.execute(
            select(Variant.id, Variant.stock).where(Variant.id.in_([first, second]))
        )
        assert {row[0]: row[1] for row in found} == {first: 0, second: 3}


def test_a_notice_can_be_asked_for_again(shop: Database) -> None:
    with shop.session() as session:
        key = VariantId(session.scalars(select(Variant.id).where(Variant.stock > 0)).all()[0])
        session.query(StockNotice).delete()
        later = NOW + timedelta(days=3)
        assert add_stock_notice(session, key, " A@b.cc", language="en", now=NOW) is True
        assert send_due_notices(session, now=NOW) == 1
        assert add_stock_notice(session, key, "a@b.cc", language="en", now=later) is True
        assert add_stock_notice(session, key, "a@b.cc", language="en", now=later) is False
        assert send_due_notices(session, now=later) == 1


def test_erasing_finds_notices_however_the_address_was_written(shop: Database) -> None:
    tom = customer_id(shop, TOM)
    with shop.session() as session:
        key = VariantId(session.scalars(select(Variant.id)).all()[0])
        session.execute(update(Order).where(Order.customer_id == tom).values(state="delivered"))
        add_stock_notice(session, key, TOM, language="en", now=NOW)
        add_stock_notice(session, key, "x@y.zz", language="en", customer_id=tom, now=NOW)
        session.get_one(Customer, tom).email = TOM.title()
        session.flush()
        assert erase(session, tom, now=NOW) is True
        left = session.scalars(select(StockNotice.email)).all()
    assert not {TOM, "x@y.zz"} & set(left)


def test_where_a_late_parcel_is(shop: Database) -> None:
    with shop.reading() as session:
        order = access_order(session, customer_id(shop, AMIRA), "10401")
        waiting = access_order(session, customer_id(shop, MIA), "10482")
    assert order is not None
    assert waiting is not None
    late = delivery_of(order, now=NOW)
    assert (late.days_late, late.days_quiet) == (6, 5)
    assert late.latest is not None
    assert late.latest.code == "sorting_centre"
    quiet = delivery_of(waiting, now=NOW)
    assert (quiet.latest, quiet.shipment, quiet.days_quiet) == (None, None, None)


def test_a_price_knows_its_history(shop: Database) -> None:
    with shop.reading() as session:
        key = VariantId(session.scalars(select(Variant.id).order_by(Variant.id)).all()[0])
        view = price_of(session, key, now=NOW)
        assert view is not None
        assert view.price.amount == session.scalar(select(Variant.price).where(Variant.id == key))
        assert view.history[-1][1] == view.price
        assert price_of(session, VariantId(10**6), now=NOW) is None


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    code=st.sampled_from(["WELCOME10", "TRAIL20", "SUMMER24", "PACKS15", "nope"]) | st.text(),
    basket=st.decimals(min_value=0, max_value=2000, places=2),
)
def test_coupons_never_save_more_than_the_basket(
    shop: Database, code: str, basket: Decimal
) -> None:
    total = Money(basket, "EUR")
    with shop.reading() as session:
        check = check_coupon(session, code, basket_total=total, now=NOW)
    assert check.valid is (check.refusal is None)
    if check.saves is not None:
        assert check.valid
        assert Decimal(0) <= check.saves.amount <= basket
    if check.minimum is not None and total < check.minimum:
        assert not check.valid
