"""The stock page: who may see it, what it says, what leaves as CSV."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from forecasting.replenishment import list_plans, make_plan
from forecasting.replenishment.tables import StockPlanRow
from kit.database import Base, Database
from shop.demo import make_demo
from shop.models import Product, ProductText, Variant
from tests.web.desk.conftest import NOW, Browser


@pytest.fixture
def planned(desk_database: Database) -> Iterator[Database]:
    Base.metadata.create_all(desk_database.engine)
    make_demo(desk_database, now=NOW, customers=20, products=60, days=120)
    make_plan(desk_database, now=NOW)
    with desk_database.session() as session:
        # One variant that is surely to be ordered, with a name that a spreadsheet would run.
        first = session.scalars(select(StockPlanRow.variant_id)).first()
        values = {
            "stock": 1,
            "on_order": 0,
            "reorder_point": 9,
            "lot": 5,
            "quantity": 13,
            "reason": "below_point",
            "weekly_mean": 2.5,
            "waiting": 0,
            "stockout_probability": 0.99,
            "protection": {
                key: 4.0 + place
                for place, key in enumerate(
                    (
                        "0.5",
                        "0.6",
                        "0.7",
                        "0.8",
                        "0.85",
                        "0.9",
                        "0.925",
                        "0.95",
                        "0.97",
                        "0.98",
                        "0.99",
                        "0.995",
                    )
                )
            },
        }
        session.execute(
            update(StockPlanRow).where(StockPlanRow.variant_id == first).values(**values)
        )
        product_id = session.scalar(select(Variant.product_id).where(Variant.id == first))
        session.execute(
            update(ProductText)
            .where(ProductText.product_id == product_id, ProductText.language == "en")
            .values(name='=HYPERLINK("x")')
        )
    return desk_database


def sku(database: Database) -> str:
    with database.reading() as session:
        return list_plans(session, search="HYPERLINK")[0].sku


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("supervisor", 200), ("admin", 200)])
async def test_supervisors_see_it(
    browser: Browser, planned: Database, role: str, status: int
) -> None:
    await browser.sign_in(role)
    for path in ("/desk/stock", "/desk/stock.csv", f"/desk/stock/{sku(planned)}"):
        assert (await browser.open(path))[0] == status


async def test_a_shop_without_a_plan_is_told_when_there_is_one(
    browser: Browser, desk_database: Database
) -> None:
    Base.metadata.create_all(desk_database.engine)
    await browser.sign_in("supervisor")
    status, text = await browser.open("/desk/stock")
    assert status == 200
    assert "No plan yet" in text


async def test_quantity_reason_and_escaped_name_stand_there(
    browser: Browser, planned: Database
) -> None:
    await browser.sign_in("supervisor")
    _, text = await browser.open("/desk/stock?search=HYPERLINK")
    assert "<b>13</b>" in text  # as the night has planned it
    assert "=HYPERLINK(&#34;x&#34;)" in text
    assert "reorder point of 9" in text
    _, text = await browser.open("/desk/stock?search=HYPERLINK&service=95")
    assert "<b>15</b>" in text  # the point at 95 % is 11, and 5 more, less the one that is there
    _, text = await browser.open("/desk/stock?search=HYPERLINK&service=80")
    assert "<b>11</b>" in text


async def test_one_variant_has_a_chart_without_scripts(browser: Browser, planned: Database) -> None:
    await browser.sign_in("admin")
    response = await browser.client.get(f"/desk/stock/{sku(planned)}")
    text = await response.text()
    assert '<polygon class="band"' in text
    assert "style=" not in text
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert (await browser.open("/desk/stock/none"))[0] == 404


@pytest.mark.parametrize("service", ["100", "1e9", "-5", "nan", "x", "49"])
async def test_an_impossible_service_level_is_refused(
    browser: Browser, planned: Database, service: str
) -> None:
    await browser.sign_in("supervisor")
    status, text = await browser.open(f"/desk/stock?service={service}")
    assert status == 422
    assert "from 50 to 99.5" in text


async def test_cells_that_a_spreadsheet_would_run_are_harmless(
    browser: Browser, planned: Database
) -> None:
    await browser.sign_in("supervisor")
    _, text = await browser.open("/desk/stock.csv?show=all&search=HYPERLINK")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0]["product"] == '\'=HYPERLINK("x")'
    assert {row["order"] for row in rows if row["sku"] == sku(planned)} == {"13"}


async def test_the_page_speaks_chinese(browser: Browser, planned: Database) -> None:
    await browser.sign_in("supervisor")
    _, text = await browser.open("/desk/stock", headers={"Accept-Language": "zh"})
    assert "今天该订什么" in text
    assert "What to order" not in text


async def test_estimates_are_whole_amounts_in_the_plans_currency(
    browser: Browser, planned: Database
) -> None:
    with planned.session() as session:
        session.execute(update(Product).values(currency="SEK"))
        session.execute(update(StockPlanRow).values(weekly_mean=1234.4))
    await browser.sign_in("supervisor")
    _, text = await browser.open("/desk/stock?search=nothing-is-called-so")
    assert re.search(r">[\d,]+ SEK<", text)  # also where no row says a currency
    assert "€" not in text
    assert ".00" not in text
    _, text = await browser.open(f"/desk/stock/{sku(planned)}")
    assert "<b>1234.4</b>" in text
