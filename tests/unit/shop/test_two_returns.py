"""Returns: of one's own lines, once, and one of two moves without the other."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from kit.database import Database
from shop.access import access_order, access_returns
from shop.ids import VariantId
from shop.mail import list_mails
from shop.models import Order, OrderLine, Product, Refund, Return, ReturnLine, Variant
from shop.orders import OrderStateError
from shop.policy_file import shop_policy
from shop.returns import MOVES, move_return, returnable_lines, start_return
from shop.rules import window_end
from tests.dialogues import (
    BOOTS_42,
    BOOTS_43,
    FLEECE_M,
    FLEECE_S,
    LENA,
    LINE,
    MIA,
    NOW,
    SHIRT_L,
    SHIRT_M,
    SHIRT_S,
    TOM,
)
from tests.unit.shop.conftest import Changed

LATER = NOW + timedelta(hours=1)
FLEECE, SHIRT = LINE["20002", FLEECE_M], LINE["20002", SHIRT_M]


def start(shop: Database, lines: list[int], **more: Any) -> Any:
    with shop.session() as session:
        return start_return(
            session,
            more.pop("who", MIA),
            more.pop("number", "20002"),
            lines,
            more.pop("reason", "other"),
            now=more.pop("now", NOW),
            **more,
        )


def test_two_lines_come_back_in_one_return(shop: Database, changed: Changed) -> None:
    done = start(shop, [SHIRT, FLEECE], reason="late")
    assert changed() == [
        "+ mail mia@fernweg.example Your return label for order 20002",
        "+ return R20002-1 refund late",
        f"+ return_line {FLEECE} 2",
        f"+ return_line {SHIRT} 2",
    ]
    assert (done.started, done.refusal, str(done.returned.amount)) == (True, None, "279.80 EUR")
    with shop.reading() as session:
        [mail] = list_mails(session)
        row = session.scalars(select(Return).where(Return.order_id == 2)).one()
    assert (row.state, row.label, row.created_at, row.changed_at) == (
        "label_sent",
        "RET-20002-1",
        NOW,
        NOW,
    )
    assert "your return R20002-1 is set up. Your label is RET-20002-1" in mail.body
    assert "Fernweg Birch Fleece Jacket, Talwind Breeze Merino T-Shirt" in mail.body


def test_the_second_return_has_the_second_number(shop: Database) -> None:
    numbers = [
        start(shop, [line], number=number).returned.number
        for number, line in (
            ("20002", SHIRT),
            ("20004", LINE["20004", SHIRT_S]),
            ("20002", FLEECE),
        )
    ]
    assert numbers == ["R20002-1", "R20004-1", "R20002-2"]
    with shop.reading() as session:
        assert len(list_mails(session)) == 3
        assert [one.number for one in access_returns(session, LENA)] == ["R40002-1"]


def test_the_same_line_twice_is_the_same_return(shop: Database, changed: Changed) -> None:
    first, second = start(shop, [SHIRT]), start(shop, [FLEECE])
    changed()
    again = start(shop, [FLEECE])
    assert (again.started, again.refusal, again.returned) == (False, None, second.returned)
    assert first.returned != second.returned
    assert changed() == []


def test_a_wish_half_done_is_refused_as_a_whole(shop: Database, changed: Changed) -> None:
    start(shop, [SHIRT])
    changed()
    mixed = start(shop, [SHIRT, FLEECE])
    assert (mixed.started, mixed.returned, mixed.refusal) == (False, None, "already_returned")
    assert changed() == []


@pytest.mark.parametrize(
    ("lines", "more", "refusal"),
    [
        ([SHIRT], {"who": TOM}, "unknown"),
        ([SHIRT], {"number": "99999"}, "unknown"),
        ([], {}, "nothing_chosen"),
        ([LINE["20004", SHIRT_S]], {}, "nothing_chosen"),
        ([LINE["20001", SHIRT_M]], {"number": "20001"}, "not_delivered"),
        ([SHIRT], {"now": NOW + timedelta(days=27, seconds=1)}, "window_over"),
        ([SHIRT], {"exchange_variant_id": VariantId(BOOTS_43)}, "other_product"),
        ([SHIRT, FLEECE], {"exchange_variant_id": VariantId(SHIRT_L)}, "other_product"),
        ([SHIRT], {"exchange_variant_id": VariantId(999)}, "other_product"),
    ],
)
def test_what_may_not_come_back(
    shop: Database, changed: Changed, lines: list[int], more: dict[str, Any], refusal: str
) -> None:
    done = start(shop, lines, **more)
    assert (done.started, done.returned, done.refusal) == (False, None, refusal)
    assert changed() == []


def test_the_window_ends_with_its_last_moment(shop: Database) -> None:
    with shop.reading() as session:
        order = access_order(session, MIA, "20002")
    assert order is not None
    end = window_end(order, "return", shop_policy())
    assert end == NOW + timedelta(days=27)
    assert start(shop, [SHIRT], now=end).started is True


def test_an_unknown_reason_is_refused(shop: Database, changed: Changed) -> None:
    assert start(shop, [SHIRT], reason="whim").refusal == "bad_reason"
    assert changed() == []


def test_a_delivered_order_without_a_day_is_not_delivered(shop: Database) -> None:
    with shop.session() as session:
        session.execute(update(Order).where(Order.id == 2).values(delivered_at=None))
    assert start(shop, [SHIRT]).refusal == "not_delivered"


def test_what_is_sold_for_good_stays_and_the_rest_may_come_back(shop: Database) -> None:
    with shop.session() as session:
        session.get_one(Product, 3).attributes = {"final_sale": True}
        session.get_one(Product, 1).attributes = {"final_sale": False}
        session.flush()
        order = access_order(session, MIA, "20002")
        assert order is not None
        found = [one.refusal for one in returnable_lines(session, order, now=NOW)]
        assert found == ["final", None]
        late = NOW + timedelta(days=60)
        found = [one.refusal for one in returnable_lines(session, order, now=late)]
        assert found == ["window_over", "window_over"]
        session.add(
            Return(
                id=7,
                number="R",
                order_id=2,
                kind="refund",
                state="approved",
                label="",
                reason="other",
                created_at=NOW,
                changed_at=NOW,
            )
        )
        session.flush()
        session.add(ReturnLine(return_id=7, order_line_id=SHIRT, quantity=2))
        session.flush()
        found = [one.refusal for one in returnable_lines(session, order, now=late)]
        assert found == ["window_over", "already_returned"]


# -- exchanges ---------------------------------------------------------------------------------


def test_an_exchange_holds_as_many_as_come_back(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        session.execute(update(Variant).where(Variant.id == FLEECE_S).values(stock=2))
    changed()
    done = start(shop, [FLEECE], exchange_variant_id=VariantId(FLEECE_S))
    assert (done.started, done.returned.kind) == (True, "exchange")
    assert "variant 7: stock 2 → 0" in changed()
    with shop.reading() as session:
        line = session.scalars(select(ReturnLine).where(ReturnLine.order_line_id == FLEECE)).one()
    assert (line.quantity, line.exchange_variant_id) == (2, FLEECE_S)


@pytest.mark.parametrize(
    ("own", "new", "refusal"),
    [
        ("79.95", "99.95", "price_differs"),  # nobody would pay for the larger one
        ("79.95", "59.95", "price_differs"),  # nobody would give the rest back
        ("99.95", "99.95", None),  # dearer since it was bought, in every size
        ("99.95", "79.95", None),  # for what was paid
    ],
)
def test_an_exchange_that_nobody_pays_for_is_for_the_same_price(
    shop: Database, changed: Changed, own: str, new: str, refusal: str | None
) -> None:
    with shop.session() as session:
        assert session.get_one(OrderLine, FLEECE).unit_price == Decimal("79.95")
        for variant, price in ((FLEECE_M, own), (FLEECE_S, new)):
            session.get_one(Variant, variant).price = Decimal(price)
    changed()
    done = start(shop, [FLEECE], exchange_variant_id=VariantId(FLEECE_S))
    assert (done.started, done.refusal) == (refusal is None, refusal)
    assert (changed() == []) is (refusal is not None)


def test_an_exchange_of_two_lines_of_one_product_holds_all(
    shop: Database, changed: Changed
) -> None:
    with shop.session() as session:
        values = {"variant_id": SHIRT_L, "quantity": 3}
        session.execute(update(OrderLine).where(OrderLine.id == FLEECE).values(**values))
    changed()
    assert start(shop, [FLEECE, SHIRT], exchange_variant_id=VariantId(SHIRT_S)).started
    assert "variant 1: stock 9 → 4" in changed()
    with shop.session() as session:
        move_return(session, "R20002-1", "received", now=LATER)
        move_return(session, "R20002-1", "rejected", now=LATER)
    assert "variant 1: stock 4 → 9" in changed()


def test_what_is_short_is_not_exchanged(shop: Database, changed: Changed) -> None:
    with shop.session() as session:
        session.execute(update(Variant).where(Variant.id == FLEECE_S).values(stock=1))
    changed()
    done = start(shop, [FLEECE], exchange_variant_id=VariantId(FLEECE_S))
    assert (done.started, done.refusal) == (False, "no_stock")
    assert changed() == []


@pytest.mark.parametrize("end", ["refunded", "exchanged", "rejected"])
def test_one_exchange_ends_and_the_other_holds_what_it_holds(
    shop: Database, changed: Changed, end: Any
) -> None:
    start(shop, [FLEECE], exchange_variant_id=VariantId(FLEECE_S))
    boots = LINE["20004", BOOTS_42]
    start(shop, [boots], number="20004", exchange_variant_id=VariantId(BOOTS_43))
    with shop.session() as session:
        move_return(session, "R20002-1", "received", now=NOW)
    changed()
    with shop.session() as session:
        move_return(session, "R20002-1", end, now=LATER)
    back = [] if end == "exchanged" else ["variant 7: stock 7 → 9"]
    money = ["+ refund 2 159.90 PayPal"] if end == "refunded" else []
    assert changed() == [
        *money,
        f"return R20002-1 exchange other: state received → {end}",
        *back,
    ]


# -- moves -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", MOVES)
def test_one_return_moves_and_no_other(shop: Database, changed: Changed, state: Any) -> None:
    start(shop, [SHIRT])
    for to in MOVES:
        with shop.session() as session:
            session.execute(update(Return).values(state=state, changed_at=NOW))
            session.execute(delete(Refund).where(Refund.return_id == 1))
        changed()
        may = to in MOVES[state] and to != "exchanged"  # that is for exchanges
        with shop.session() as session:
            if may:
                move_return(session, "R40002-1", to, now=LATER)
            else:
                with pytest.raises(OrderStateError, match=f"state {state} cannot become {to}"):
                    move_return(session, "R40002-1", to, now=LATER)
        moved = [f"return R40002-1 refund too_big: state {state} → {to}"] if may else []
        money = ["+ refund 9 159.90 PayPal"] if may and to == "refunded" else []
        assert changed() == [*money, *moved]
        with shop.reading() as session:
            moments = {one.number: one.changed_at for one in session.scalars(select(Return))}
        assert moments == {"R40002-1": LATER if may else NOW, "R20002-1": NOW}


def test_the_money_of_a_return_is_noted_whole(shop: Database) -> None:
    done = start(shop, [SHIRT])
    with shop.session() as session:
        session.execute(update(Order).where(Order.id == 9).values(discount=Decimal("27.98")))
        for to in ("received", "refunded"):
            move_return(session, "R40002-1", to, now=NOW)  # type: ignore[arg-type]
        hers = session.scalars(select(Refund).where(Refund.return_id == 1)).one()
        assert (hers.key, hers.order_id, hers.method, hers.state) == (
            "return:1",
            9,
            "PayPal",
            "pending",
        )
        assert (str(hers.amount), hers.created_at, str(hers.expected_on)) == (
            "143.91",
            NOW,
            "2026-12-01",
        )
        for to in ("received", "refunded"):
            move_return(session, done.returned.number, to, now=NOW)  # type: ignore[arg-type]
        mine = session.scalars(select(Refund).where(Refund.order_id == 2)).one()
        assert (str(mine.amount), mine.return_id) == ("119.90", done.returned.return_id)
