"""Doors to a customer's rows: each opens to theirs alone, while others have the same things."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import update

from kit.database import Database
from kit.money import Money
from shop.access import (
    access_customer,
    access_order,
    access_orders,
    access_refunds,
    access_returns,
    customers_called,
    lock_order,
)
from shop.ids import CustomerId
from shop.models import Consent, Customer, Order, Refund, Return, ReturnLine
from shop.orders import cancel_order
from shop.returns import start_return
from shop.views import CustomerView, RefundView
from tests.dialogues import BOOTS_42, FLEECE_M, LENA, LINE, MIA, NOW, SHIRT_L, SHIRT_M, TOM


def test_refunds_are_the_customers_own_newest_first(shop: Database) -> None:
    with shop.session() as session:
        assert access_refunds(session, MIA) == []
        cancel_order(session, MIA, "20001", now=NOW)
        cancel_order(session, MIA, "20003", now=NOW)
        session.add(
            Refund(
                key="early",
                order_id=2,
                amount=Decimal(7),
                state="paid",
                method="card",
                created_at=NOW - timedelta(days=1),
                paid_at=NOW,
            )
        )
        session.flush()
        mine, lenas = access_refunds(session, MIA), access_refunds(session, LENA)
    assert [(one.order_number, str(one.amount)) for one in mine] == [
        ("20003", "279.80 EUR"),
        ("20001", "459.80 EUR"),
        ("20002", "7.00 EUR"),
    ]
    assert mine[2].paid_at == NOW
    assert lenas == [
        RefundView(
            "40001",
            Money(Decimal("459.80"), "EUR"),
            "pending",
            "PayPal",
            NOW - timedelta(days=8),
            (NOW + timedelta(days=2)).date(),
            None,
        )
    ]


def test_returns_are_the_customers_own_with_the_lines_that_come_back(shop: Database) -> None:
    with shop.session() as session:
        assert access_returns(session, MIA) == []
        start_return(session, MIA, "20002", [LINE["20002", SHIRT_M]], "too_big", now=NOW)
        start_return(session, MIA, "20002", [LINE["20002", FLEECE_M]], "other", now=NOW)
        session.execute(update(Order).where(Order.id == 9).values(discount=Decimal("27.98")))
        mine, lenas = access_returns(session, MIA), access_returns(session, LENA)
    assert [
        (one.number, one.reason, [line.line_id for line in one.lines], str(one.amount))
        for one in mine
    ] == [
        ("R20002-2", "other", [LINE["20002", FLEECE_M]], "159.90 EUR"),
        ("R20002-1", "too_big", [LINE["20002", SHIRT_M]], "119.90 EUR"),
    ]
    [lena] = lenas
    assert (lena.return_id, lena.order_number, lena.kind, lena.state, lena.label) == (
        1,
        "40002",
        "refund",
        "label_sent",
        "RET-40002-1",
    )
    assert lena.created_at == NOW - timedelta(days=2)
    assert str(lena.amount) == "143.91 EUR"  # a tenth less, as was paid


def test_a_return_of_both_lines_is_worth_both(shop: Database) -> None:
    with shop.session() as session:
        session.add(ReturnLine(return_id=1, order_line_id=LINE["40002", SHIRT_L], quantity=2))
        session.add(
            Return(
                id=2,
                number="R40002-2",
                order_id=9,
                kind="refund",
                state="requested",
                reason="other",
                label="",
                created_at=NOW - timedelta(days=3),
                changed_at=NOW,
            )
        )
        session.flush()
        both, empty = access_returns(session, LENA)
    assert (str(both.amount), len(both.lines)) == ("279.80 EUR", 2)
    assert (empty.number, str(empty.amount), empty.lines) == ("R40002-2", "0.00 EUR", ())


def test_a_customer_is_told_of_their_own_consent_and_orders(shop: Database) -> None:
    with shop.session() as session:
        session.execute(update(Consent).where(Consent.customer_id == TOM).values(granted=False))
        session.add(Consent(customer_id=TOM, purpose="profiling", granted=True, changed_at=NOW))
        session.execute(update(Customer).where(Customer.id == TOM).values(loyalty_points=12))
        tom, mia = access_customer(session, TOM), access_customer(session, MIA)
        assert tom == CustomerView(
            TOM, "Tom Hill", "tom@fernweg.example", "en", 12, False, 3, NOW - timedelta(days=90)
        )
        assert mia is not None
        assert (mia.newsletter, mia.order_count, mia.loyalty_points) == (True, 4, 0)
        session.execute(update(Consent).where(Consent.purpose == "newsletter").values(granted=True))
        session.execute(update(Consent).where(Consent.purpose == "profiling").values(granted=False))
        tom = access_customer(session, TOM)
        assert tom is not None
        assert tom.newsletter is True


def test_who_never_said_anything_gets_no_newsletter(shop: Database) -> None:
    with shop.session() as session:
        session.add(Customer(id=4, email="new@fernweg.example", name="New", created_at=NOW))
        session.flush()
        session.add(Consent(customer_id=4, purpose="profiling", granted=True, changed_at=NOW))
        session.flush()
        new = access_customer(session, CustomerId(4))
    assert new is not None
    assert (new.newsletter, new.order_count) == (False, 0)


def test_orders_are_the_newest_ones_up_to_the_limit(shop: Database) -> None:
    with shop.session() as session:
        session.execute(update(Order).where(Order.id == 3).values(placed_at=NOW))
        session.execute(update(Order).where(Order.id == 1).values(placed_at=NOW))
        numbers = [
            [one.number for one in access_orders(session, MIA, **limit)]
            for limit in ({}, {"limit": 3}, {"limit": 1})
        ]
        toms = {one.number for one in access_orders(session, TOM)}
    # Of two placed at the same moment the one stored later is the newer one.
    assert numbers == [["20003", "20001", "20002", "20004"], ["20003", "20001", "20002"], ["20003"]]
    assert toms == {"30001", "30002", "30003"}


def test_an_order_opens_to_its_owner_only(shop: Database) -> None:
    with shop.session() as session:
        for door in (access_order, lock_order):
            mine = door(session, MIA, " 20002 ")
            assert mine is not None
            assert (mine.number, mine.customer_id, mine.payment_method) == ("20002", MIA, "PayPal")
            assert [(one.variant_id, one.quantity) for one in mine.lines] == [
                (FLEECE_M, 2),
                (SHIRT_M, 2),
            ]
            assert [one.tracking_number for one in mine.shipments] == ["JD20002"]
            assert door(session, TOM, "20002") is None
            assert door(session, MIA, "99999") is None


def test_a_lock_shows_what_others_did_meanwhile(shop: Database) -> None:
    with shop.session() as session:
        seen = access_order(session, MIA, "20001")
        assert seen is not None
        held = session.get_one(Order, seen.order_id)
        session.connection().exec_driver_sql(
            "UPDATE \"order\" SET state = 'packed' WHERE number = '20001'"
        )
        locked = lock_order(session, MIA, "20001")
        assert locked is not None
        assert (locked.state, held.state) == ("packed", "packed")


def test_people_are_found_by_part_of_a_name_or_mail(shop: Database) -> None:
    with shop.session() as session:
        assert customers_called(session, "hill", 5) == [TOM]
        assert customers_called(session, "LENA@", 5) == [LENA]
        assert set(customers_called(session, "fernweg", 5)) == {MIA, TOM, LENA}
        assert len(customers_called(session, "fernweg", 2)) == 2
        assert customers_called(session, "nobody", 5) == []
        session.execute(update(Customer).where(Customer.id == TOM).values(erased_at=NOW))
        assert set(customers_called(session, "fernweg", 5)) == {MIA, LENA}
        assert access_customer(session, TOM) is None
        assert access_customer(session, CustomerId(99)) is None


def test_boots_of_two_people_are_two_lines(shop: Database) -> None:
    assert LINE["20001", BOOTS_42] != LINE["40001", BOOTS_42]
    with shop.session() as session:
        mine = access_order(session, MIA, "20001")
        hers = access_order(session, LENA, "40001")
    assert mine is not None
    assert hers is not None
    assert not {one.line_id for one in mine.lines} & {one.line_id for one in hers.lines}
