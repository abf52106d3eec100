"""Money back and things sent again: for one order's own lines, once, never more than was paid."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from sqlalchemy import select, update

from kit.database import Database
from kit.money import Money
from shop.access import access_order
from shop.ids import VariantId
from shop.mail import list_mails
from shop.models import Order, OrderLine, Refund, Variant
from shop.returns import move_return, returnable_lines, start_return
from shop.service import PAID, SENT, Served, refund_missing, refund_part, replace_lines, send_again
from shop.views import OrderState
from tests.dialogues import FLEECE_M, FLEECE_S, LINE, MIA, NOW, SHIRT_M, TOM
from tests.unit.shop.conftest import Changed, put

LATER = NOW + timedelta(hours=1)
FLEECE, SHIRT = LINE["20002", FLEECE_M], LINE["20002", SHIRT_M]


def refund(shop: Database, amount: str, key: str = "k", **more: Any) -> Served:
    with shop.session() as session:
        return refund_part(
            session,
            more.pop("who", MIA),
            more.pop("number", "20002"),
            Decimal(amount),
            key=key,
            now=NOW,
            **more,
        )


def test_part_of_the_money_goes_back_and_the_customer_hears_of_it(
    shop: Database, changed: Changed
) -> None:
    assert refund(shop, "0.50") == Served(None, None, True)
    assert changed() == [
        "+ mail mia@fernweg.example Your refund for order 20002",
        "+ refund 2 0.50 PayPal",
    ]
    with shop.reading() as session:
        row = session.scalars(select(Refund).where(Refund.order_id == 2)).one()
        [mail] = list_mails(session)
    assert (row.key, row.state, row.created_at) == ("desk:k", "pending", NOW)
    assert str(row.expected_on) == "2026-12-01"
    for word in ("Mia Berg", "€0.50", "PayPal", "1 December"):
        assert word in mail.body
    assert refund(shop, "0.50") == Served(None, None, False)
    assert refund(shop, "0.51") == Served("other_amount", None, False)
    assert changed() == []
    assert refund(shop, "0.50", "l") == Served()
    assert len(changed()) == 2


@pytest.mark.parametrize(
    ("amounts", "last"),
    [
        (["279.80"], None),
        (["279.81"], "too_much"),
        (["200", "79.80"], None),
        (["200", "79.81"], "too_much"),
        (["0"], "too_much"),
        (["-1"], "too_much"),
        (["0.01"], None),
    ],
)
def test_no_more_goes_back_than_was_paid(
    shop: Database, changed: Changed, amounts: list[str], last: str | None
) -> None:
    refund(shop, "20", "other", number="30002", who=TOM)
    changed()
    found = [refund(shop, amount, f"k{place}") for place, amount in enumerate(amounts)]
    assert [one.refusal for one in found] == [None] * (len(amounts) - 1) + [last]
    assert len(changed()) == 2 * sum(one.refusal is None for one in found)


def test_an_agents_limit_is_for_the_order_as_a_whole(shop: Database) -> None:
    with shop.session() as session:
        session.add(
            Refund(
                key="import:2",
                order_id=2,
                amount=Decimal(9),
                state="paid",
                method="x",
                created_at=NOW,
            )
        )
    limit = Decimal(50)
    refund(shop, "50", "t", number="20004", limit=limit)
    assert refund(shop, "50.01", "a", limit=limit).refusal == "over_limit"
    assert refund(shop, "30", "b", limit=limit).refusal is None
    assert refund(shop, "20.01", "c", limit=limit).refusal == "over_limit"
    assert refund(shop, "20", "d", limit=limit).refusal is None
    assert refund(shop, "0.01", "e", limit=limit).refusal == "over_limit"
    assert refund(shop, "0.01", "f").refusal is None


@pytest.mark.parametrize("state", get_args(OrderState))
def test_what_is_served_in_which_state(shop: Database, changed: Changed, state: str) -> None:
    put(shop, "20002", state=state)
    changed()
    paid = refund(shop, "1")
    with shop.session() as session:
        again = send_again(session, MIA, "20002", now=NOW)
        part = replace_lines(session, MIA, "20002", {FLEECE: VariantId(FLEECE_M)}, now=NOW)
    is_paid = state in {"paid", "packed", "shipped", "in_transit", "out_for_delivery", "delivered"}
    is_sent = is_paid and state not in {"paid", "packed"}
    assert paid.refusal == (None if is_paid else "not_paid")
    assert again.refusal == (None if is_sent else "not_sent")
    assert part.refusal == ("settled" if is_sent else "not_sent")
    assert (state in PAID, state in SENT) == (is_paid, is_sent)
    assert bool(changed()) is is_paid


def test_a_foreign_order_is_not_served(shop: Database, changed: Changed) -> None:
    assert refund(shop, "1", who=TOM).refusal == "unknown"
    with shop.session() as session:
        wanted = {FLEECE: VariantId(FLEECE_M)}
        assert send_again(session, TOM, "20002", now=NOW).refusal == "unknown"
        assert replace_lines(session, TOM, "20002", wanted, now=NOW).refusal == "unknown"
        assert refund_missing(session, TOM, "20002", [FLEECE], now=NOW) == (
            Served("unknown"),
            None,
        )
        assert refund_missing(session, MIA, "20002", [LINE["20001", SHIRT_M]], now=NOW) == (
            Served("unknown"),
            None,
        )
        foreign = {LINE["20001", SHIRT_M]: VariantId(SHIRT_M)}
        assert replace_lines(session, MIA, "20002", foreign, now=NOW).refusal == "not_sent"
    assert changed() == []


def test_the_same_things_are_sent_again_free_of_charge_once(
    shop: Database, changed: Changed
) -> None:
    with shop.session() as session:
        done = send_again(session, MIA, "20002", now=LATER)
    assert done == Served(None, "20002-R", True)
    assert changed() == [
        "+ mail mia@fernweg.example We are sending order 20002 again",
        "+ order 20002-R",
        "+ order_line 10 2 2 0.00",
        "+ order_line 10 8 2 0.00",
        "variant 2: stock 9 → 7",
        "variant 8: stock 9 → 7",
    ]
    with shop.session() as session:
        first, second = (access_order(session, MIA, one) for one in ("20002", "20002-R"))
        assert first is not None
        assert second is not None
        assert [(one.position, one.variant_id, one.quantity) for one in second.lines] == [
            (one.position, one.variant_id, one.quantity) for one in first.lines
        ]
        nothing = Money.zero("EUR")
        assert (second.state, second.placed_at) == ("paid", LATER)
        assert (second.items_total, second.total, second.discount) == (nothing, nothing, nothing)
        assert {one.unit_price for one in second.lines} == {nothing}
        assert (second.recipient, second.address, second.country) == (
            first.recipient,
            first.address,
            first.country,
        )
        [mail] = list_mails(session)
        assert "20002-R" in mail.body
        assert send_again(session, MIA, "20002", now=LATER) == Served(None, "20002-R", False)
    assert changed() == []
    put(shop, "20002-R", state="delivered")
    changed()
    with shop.session() as session:
        assert send_again(session, MIA, "20002-R", now=LATER).refusal == "not_sent"
        line = next(iter(access_order(session, MIA, "20002-R").lines))  # type: ignore[union-attr]
        wanted = {line.line_id: line.variant_id}
        assert replace_lines(session, MIA, "20002-R", wanted, now=LATER).refusal == "not_sent"
        assert send_again(session, MIA, "20004", now=LATER).order_number == "20004-R"
    assert sum("+ mail" in line for line in changed()) == 1


def test_what_is_sold_out_is_not_promised(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        session.execute(update(Variant).where(Variant.id == SHIRT_M).values(stock=1))
    changed()
    with shop.session() as session:
        assert send_again(session, MIA, "20002", now=NOW) == Served("no_stock")
    assert changed() == []


def test_another_size_is_sent_for_one_line(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        done = replace_lines(session, MIA, "20002", {FLEECE: VariantId(FLEECE_S)}, now=NOW)
        assert done == Served(None, "20002-R1", True)
        second = replace_lines(session, MIA, "20002", {SHIRT: VariantId(SHIRT_M)}, now=NOW)
        assert second == Served(None, "20002-R2", True)
        both = {FLEECE: VariantId(FLEECE_S), SHIRT: VariantId(SHIRT_M)}
        assert replace_lines(session, MIA, "20002", both, now=NOW) == Served(
            "settled", "20002-R1", False
        )
        money, amount = refund_missing(session, MIA, "20002", [SHIRT], now=NOW)
        assert (money.refusal, amount) == ("settled", None)
    assert changed() == [
        "+ mail mia@fernweg.example We are sending order 20002 again",
        "+ mail mia@fernweg.example We are sending order 20002 again",
        "+ order 20002-R1",
        "+ order 20002-R2",
        "+ order_line 10 7 2 0.00",
        "+ order_line 11 2 2 0.00",
        "variant 2: stock 9 → 7",
        "variant 7: stock 9 → 7",
    ]
    with shop.session() as session:  # and nothing of that settles anything of another order
        other = LINE["20004", 5]
        done, amount = refund_missing(session, MIA, "20004", [other], now=NOW)
        assert (done, str(amount)) == (Served(), "339.90 EUR")


def test_both_lines_together_are_one_new_order(shop: Database) -> None:
    wanted = {SHIRT: VariantId(SHIRT_M), FLEECE: VariantId(FLEECE_M)}
    with shop.session() as session:
        done = replace_lines(session, MIA, "20002", wanted, now=NOW)
        again = replace_lines(session, MIA, "20002", wanted, now=NOW)
        row = session.scalars(select(Order).where(Order.number == "20002-R1")).one()
        places = session.scalars(
            select(OrderLine.position).where(OrderLine.order_id == row.id).order_by("position")
        ).all()
    assert (done, again) == (Served(None, "20002-R1", True), Served(None, "20002-R1", False))
    assert places == [1, 2]


def test_what_never_came_is_paid_back_as_it_was_paid(shop: Database, changed: Changed) -> None:
    put(shop, "20002", discount=Decimal("27.98"), total=Decimal("251.82"))
    changed()
    with shop.session() as session:
        done, amount = refund_missing(session, MIA, "20002", [FLEECE], now=NOW)
        again, same = refund_missing(session, MIA, "20002", [FLEECE], now=NOW)
    assert (done, again) == (Served(), Served(None, None, False))
    assert (str(amount), same) == ("143.91 EUR", amount)
    assert changed() == [
        "+ mail mia@fernweg.example Your refund for order 20002",
        "+ refund 2 143.91 PayPal",
    ]
    with shop.session() as session:
        both, nothing = refund_missing(session, MIA, "20002", [FLEECE, SHIRT], now=NOW)
        assert (both.refusal, nothing) == ("settled", None)
        rest, amount = refund_missing(session, MIA, "20002", [SHIRT], now=NOW)
        assert (rest, str(amount)) == (Served(), "107.91 EUR")
        keys = session.scalars(select(Refund.key).where(Refund.order_id == 2)).all()
    assert keys == ["desk:missing:2:1", "desk:missing:2:2"]


def test_both_missing_lines_are_one_payment_of_at_most_the_order(shop: Database) -> None:
    put(shop, "20002", total=Decimal("200"))
    with shop.session() as session:
        done, amount = refund_missing(session, MIA, "20002", [SHIRT, FLEECE], now=NOW)
        assert (done, str(amount)) == (Served(), "200.00 EUR")
        [key] = session.scalars(select(Refund.key).where(Refund.order_id == 2))
        assert key == "desk:missing:2:1.2"
        one, _ = refund_missing(session, MIA, "20002", [SHIRT], now=NOW)
        assert one.refusal == "settled"


def test_what_comes_back_is_not_paid_or_sent_as_missing(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        start_return(session, MIA, "20002", [FLEECE], "damaged", now=NOW)
        changed()
        missing, _ = refund_missing(session, MIA, "20002", [FLEECE], now=NOW)
        new = replace_lines(session, MIA, "20002", {FLEECE: VariantId(FLEECE_M)}, now=NOW)
        assert (missing.refusal, new.refusal) == ("settled", "settled")
        other, _ = refund_missing(session, MIA, "20002", [SHIRT], now=NOW)
        assert other.refusal is None


def test_what_was_paid_as_missing_does_not_come_back(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        refund_missing(session, MIA, "20002", [FLEECE], now=NOW)
    changed()
    with shop.session() as session:
        order = access_order(session, MIA, "20002")
        assert order is not None
        found = [one.refusal for one in returnable_lines(session, order, now=NOW)]
        assert found == ["already_returned", None]
        done = start_return(session, MIA, "20002", [FLEECE], "other", now=NOW)
        assert (done.started, done.returned, done.refusal) == (False, None, "already_returned")
    assert changed() == []


def test_a_return_pays_no_more_than_is_left(shop: Database) -> None:
    refund(shop, "200")
    with shop.session() as session:
        for line in (FLEECE, SHIRT):
            done = start_return(session, MIA, "20002", [line], "other", now=NOW)
            assert done.returned is not None
            move_return(session, done.returned.number, "received", now=NOW)
            move_return(session, done.returned.number, "refunded", now=NOW)
        given = session.scalars(select(Refund.amount).where(Refund.order_id == 2)).all()
    assert given == [Decimal(200), Decimal("79.80"), Decimal(0)]
