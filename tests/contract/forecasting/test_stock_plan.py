"""The nightly stock plan and the notices, on SQLite and PostgreSQL."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from forecasting.replenishment import (
    count_plans,
    list_plans,
    make_plan,
    plan_is_due,
    read_plan,
    weekly_history,
)
from forecasting.restock import back_by_probability, restock_of
from forecasting.tables import DemandForecastRow
from kit.database import Database, open_database, upgrade
from shop.demo import make_demo
from shop.ids import VariantId
from shop.models import (
    Mail,
    Order,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderLine,
    StockNotice,
    Supplier,
    Variant,
)
from shop.stock import add_stock_notice, send_due_notices
from tests.databases import KINDS, fresh_url

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh_url(request.param, tmp_path) as url:
        upgrade(url)
        yield url


@pytest.fixture
def shop(address: str) -> Iterator[Database]:
    database = open_database(address)
    make_demo(database, now=NOW, customers=20, products=60, days=120)
    yield database
    database.close()


def a_variant(database: Database, *, stock: int, weekly: int) -> str:
    """A variant with that much stock, nothing on order, that sold `weekly` pieces a week."""
    with database.session() as session:
        variant = session.scalars(select(Variant).order_by(Variant.id.desc())).first()
        assert variant is not None
        variant.stock = stock
        session.execute(delete(PurchaseOrderLine).where(PurchaseOrderLine.variant_id == variant.id))
        customer = session.scalars(select(Order.customer_id)).first()
        assert customer is not None
        for week in range(20 if weekly else 0):
            order = Order(
                number=f"7{week:04d}",
                customer_id=customer,
                state="delivered",
                currency="EUR",
                items_total=Decimal(0),
                total=Decimal(0),
                placed_at=NOW - timedelta(days=3 + 7 * week),
            )
            order.lines = [
                OrderLine(position=1, variant_id=variant.id, quantity=weekly, unit_price=Decimal(0))
            ]
            session.add(order)
        return variant.sku


def on_order(database: Database, sku: str, pieces: int, expected_on: date) -> None:
    with database.session() as session:
        variant = session.scalars(select(Variant).where(Variant.sku == sku)).one()
        supplier = session.scalars(select(Supplier).order_by(Supplier.id)).first()
        assert supplier is not None
        order = PurchaseOrder(
            number="PO-9", supplier_id=supplier.id, ordered_on=TODAY, expected_on=expected_on
        )
        order.lines = [PurchaseOrderLine(variant_id=variant.id, quantity=pieces)]
        session.add(order)


def test_what_sells_and_runs_out_is_to_be_ordered(shop: Database) -> None:
    sku = a_variant(shop, stock=6, weekly=5)
    count = make_plan(shop, now=NOW)
    with shop.reading() as session:
        assert (
            count
            == count_plans(session, show="all")
            == session.scalar(select(func.count(Variant.id)))
        )
        found = read_plan(session, sku)
        assert found is not None
        plan = found.plan
        history = weekly_history(session, plan.variant_id, now=NOW, weeks=20)
        first = list_plans(session, limit=5)
    assert plan.reason == "runs_out"
    assert history.pieces == (5,) * 20
    assert 3.5 < plan.weekly_mean < 6
    assert plan.stockout_on is not None
    assert TODAY + timedelta(days=4) <= plan.stockout_on <= TODAY + timedelta(days=14)
    assert plan.quantity == plan.reorder_point + plan.lot - 6
    weeks_covered = (plan.lead_days + 7) / 7
    assert plan.reorder_point > plan.weekly_mean * weeks_covered
    assert plan.restock_likely is not None
    assert plan.restock_surely is not None
    assert not plan.restock_is_ordered
    assert plan.restock_likely <= plan.restock_surely
    assert sku in {one.sku for one in first}


def test_what_is_on_its_way_is_not_ordered_twice(shop: Database) -> None:
    sku = a_variant(shop, stock=0, weekly=5)
    on_order(shop, sku, 400, TODAY + timedelta(days=12))
    make_plan(shop, now=NOW)
    with shop.reading() as session:
        found = read_plan(session, sku)
        assert found is not None
        live = restock_of(session, found.plan.variant_id, today=TODAY)
    assert live is not None
    assert (found.plan.quantity, found.plan.reason, found.plan.on_order) == (0, "covered", 400)
    assert found.plan.restock_is_ordered
    assert (found.plan.restock_likely, found.plan.restock_surely) == (live.likely, live.surely)
    assert live.likely == TODAY + timedelta(days=13)


def test_quantile_forecasts_are_used_where_there_are_some(shop: Database) -> None:
    sku = a_variant(shop, stock=6, weekly=5)
    with shop.session() as session:
        session.add(
            DemandForecastRow(
                level="variant",
                key=sku,
                start=TODAY,
                step_days=7,
                demand_class="smooth",
                model="ets",
                mean=[50.0] * 13,
                made_at=NOW,
                quantiles={"0.1": [40.0] * 13, "0.5": [50.0] * 13, "0.9": [60.0] * 13},
            )
        )
    make_plan(shop, now=NOW)
    with shop.reading() as session:
        found = read_plan(session, sku)
    assert found is not None
    assert found.plan.source == "ets"
    assert 45 < found.plan.weekly_mean < 55


def test_those_who_wait_are_counted_and_served_first(shop: Database) -> None:
    sku = a_variant(shop, stock=0, weekly=0)
    with shop.session() as session:
        key = VariantId(session.scalars(select(Variant.id).where(Variant.sku == sku)).one())
        for place in range(7):
            add_stock_notice(session, key, f"{place}@mail.example", language="en", now=NOW)
    make_plan(shop, now=NOW)
    with shop.reading() as session:
        first = list_plans(session, limit=1)[0]
    assert first.sku == sku
    assert first.plan.waiting == 7
    assert first.plan.quantity >= 7


def test_the_plan_is_made_once_a_night_and_twice_is_the_same(shop: Database) -> None:
    with shop.reading() as session:
        assert plan_is_due(session, now=NOW)
    make_plan(shop, now=NOW)
    with shop.reading() as session:
        before = list_plans(session, show="all", limit=1000)
        assert not plan_is_due(session, now=NOW)
        assert not plan_is_due(session, now=NOW + timedelta(hours=10))
        assert plan_is_due(session, now=NOW + timedelta(days=1))
    make_plan(shop, now=NOW)
    with shop.reading() as session:
        assert list_plans(session, show="all", limit=1000) == before


def test_numbers_of_every_plan_are_possible(shop: Database) -> None:
    make_plan(shop, now=NOW)
    with shop.reading() as session:
        plans = [one.plan for one in list_plans(session, show="all", limit=5000)]
    for plan in plans:
        assert plan.quantity >= 0
        assert plan.reorder_point >= 0
        assert plan.lot >= 1
        assert 0 <= plan.stockout_probability <= 1
        assert plan.weekly_mean >= 0
        assert list(plan.protection.values()) == sorted(plan.protection.values())
        assert min(min(line) for line in plan.fan.values()) >= 0


def test_an_overdue_order_still_has_a_day(shop: Database) -> None:
    sku = a_variant(shop, stock=0, weekly=1)
    on_order(shop, sku, 10, TODAY - timedelta(days=25))
    with shop.reading() as session:
        key = VariantId(session.scalars(select(Variant.id).where(Variant.sku == sku)).one())
        found = restock_of(session, key, today=TODAY)
        soon = back_by_probability(session, key, TODAY + timedelta(days=2), today=TODAY)
        later = back_by_probability(session, key, TODAY + timedelta(days=60), today=TODAY)
    assert found is not None
    assert TODAY <= found.likely <= found.surely
    assert soon is not None
    assert later is not None
    assert 0 < soon < later < 1


WORKER = """
import sys, time
from datetime import UTC, datetime
import shop.stock
from kit.database import open_database
queue = shop.stock.queue_mail
def slowly(*arguments, **named):
    time.sleep(0.02)
    return queue(*arguments, **named)
shop.stock.queue_mail = slowly
database = open_database(sys.argv[1])
print("ready", flush=True)
while True:
    with database.session() as session:
        if not shop.stock.send_due_notices(session, now=datetime.now(UTC), limit=3):
            break
"""


def test_notices_go_out_once_and_in_order_though_the_worker_is_killed(
    shop: Database, address: str
) -> None:
    sku = a_variant(shop, stock=0, weekly=0)
    with shop.session() as session:
        session.execute(delete(StockNotice))
        key = VariantId(session.scalars(select(Variant.id).where(Variant.sku == sku)).one())
        for place in range(60):
            asked = NOW + timedelta(minutes=place)
            add_stock_notice(session, key, f"w{place:02d}@mail.example", language="en", now=asked)
        assert send_due_notices(session, now=NOW) == 0
        session.execute(update(Variant).where(Variant.id == key).values(stock=5))
    kills = 0
    for _ in range(40):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, address], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert worker.stdout is not None
        worker.stdout.readline()
        if kills < 5:
            time.sleep(0.15 + 0.03 * kills)
            worker.send_signal(signal.SIGKILL)
            kills += 1
        worker.wait(timeout=60)
        if worker.returncode == 0:
            break
    with shop.reading() as session:
        mails = session.scalars(
            select(Mail.recipient).where(Mail.recipient.like("w%@mail.example")).order_by(Mail.id)
        ).all()
        left = session.scalar(
            select(func.count(StockNotice.id)).where(StockNotice.sent_at.is_(None))
        )
    assert kills == 5
    assert list(mails) == [f"w{place:02d}@mail.example" for place in range(60)]
    assert left == 0
