"""When goods are back: from what is on its way, each supplier as punctual as they were."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from forecasting.lateness import Arrival, lateness_of
from forecasting.restock import (
    Incoming,
    Restock,
    back_by_probability,
    incoming,
    punctuality_of,
    restock_from,
    restock_of,
)
from kit.database import Database, open_database
from shop.ids import VariantId
from shop.models import PurchaseOrder, PurchaseOrderLine, Supplier
from tests.dialogues import make_template

TODAY = date(2026, 11, 24)
ONE, TWO, NONE = VariantId(1), VariantId(2), VariantId(3)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Database]:
    """Two suppliers, the first two days early, the second ten days late; each sends both goods."""
    database = open_database(f"sqlite:///{make_template(tmp_path)}")
    with database.session() as session:
        for supplier, delay, spread in ((1, -2, 1), (2, 10, 3)):
            session.add(
                Supplier(
                    id=supplier, name=f"S{supplier}", lead_time_days=9, lead_time_spread_days=spread
                )
            )
            session.flush()
            for number in range(70):  # the ten oldest of them were a month late
                late = 30 if number < 10 else delay
                session.add(
                    PurchaseOrder(
                        number=f"{supplier}-{number}",
                        supplier_id=supplier,
                        ordered_on=day(-300),
                        expected_on=day(number - 200 - late),
                        received_on=day(number - 200),
                    )
                )
        session.flush()
        for number, (supplier, expected, variant, quantity, received) in enumerate(
            (
                (1, 20, ONE, 5, None),
                (2, 10, ONE, 7, None),
                (2, 10, TWO, 0, None),
                (1, 4, TWO, 9, None),
                (1, 2, ONE, 3, day(0)),
            ),
            start=1000,
        ):
            session.add(
                PurchaseOrder(
                    id=number,
                    number=str(number),
                    supplier_id=supplier,
                    ordered_on=day(-9),
                    expected_on=day(expected),
                    received_on=received,
                )
            )
            session.flush()
            session.add(
                PurchaseOrderLine(purchase_order_id=number, variant_id=variant, quantity=quantity)
            )
    yield database
    database.close()


def test_each_supplier_is_as_late_as_their_newest_deliveries(shop: Database) -> None:
    with shop.session() as session:
        session.execute(
            update(PurchaseOrder).where(PurchaseOrder.id == 1004).values(received_on=None)
        )
        found = punctuality_of(session, [1, 2])
        assert set(punctuality_of(session, [2])) == {2}
    assert set(found) == {1, 2}
    for supplier, delay, spread in ((1, -2, 1), (2, 10, 3)):
        expected = lateness_of(spread, [delay] * 60)
        assert found[supplier].masses == pytest.approx(expected.masses)


def test_what_is_on_its_way_comes_earliest_first(shop: Database) -> None:
    with shop.reading() as session:
        late = punctuality_of(session, [1, 2])
        found, one = incoming(session), incoming(session, [TWO])
    told = {
        variant: [(one.quantity, one.arrival.expected_on) for one in rows]
        for variant, rows in found.items()
    }
    assert told == {ONE: [(7, day(11)), (5, day(21))], TWO: [(9, day(5))]}
    assert list(one) == [TWO]
    for row, supplier in zip(found[ONE], (2, 1), strict=True):
        assert row.variant_id == ONE
        assert row.arrival.lateness.masses == pytest.approx(late[supplier].masses)


def test_the_day_it_is_back(shop: Database) -> None:
    with shop.reading() as session:
        assert restock_of(session, TWO, today=TODAY) == Restock(day(3), day(3), 9)
        first = restock_of(session, ONE, today=TODAY)
        assert first is not None
        # The later one is from who is early, the earlier one from who is late: day 19 or 21.
        assert (first.likely, first.quantity) == (day(19), 7)
        assert first.likely <= first.surely <= day(21)
        assert restock_of(session, NONE, today=TODAY) is None
        assert back_by_probability(session, NONE, day(9), today=TODAY) is None
        chances = [back_by_probability(session, TWO, day(one), today=TODAY) for one in (2, 3)]
    assert chances[0] is not None
    assert chances[1] is not None
    assert chances[0] < 0.1 < 0.9 < chances[1]


def test_nothing_on_its_way_is_no_day() -> None:
    assert restock_from([], today=TODAY) is None
    late = lateness_of(1)
    coming = [Incoming(ONE, 5, Arrival(day(9), late)), Incoming(ONE, 7, Arrival(day(4), late))]
    found = restock_from(coming, today=TODAY)
    assert found is not None
    assert (found.likely, found.quantity) == (day(4), 7)
