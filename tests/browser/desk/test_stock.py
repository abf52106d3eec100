"""The stock page in a browser on two widths: the plan, what other levels ask for, the file."""

import csv
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from forecasting.replenishment import list_plans, make_plan
from forecasting.replenishment.plan import TriedRule
from forecasting.replenishment.tables import StockPlanRow, StockRuleRow
from kit.clock import SystemClock
from shop.models import ProductText, Variant
from tests.browser.desk.conftest import DeskServer
from tests.browser.desk.watched import SHOTS

pytestmark = pytest.mark.browser
FORMULA = '=HYPERLINK("x")'


def planned(server: DeskServer) -> str:
    """A plan in which one variant with a name that spreadsheets would run is to be ordered."""
    make_plan(server.database, now=SystemClock().now())
    with server.database.session() as session:
        row = session.scalars(select(StockPlanRow).order_by(StockPlanRow.id)).first()
        assert row is not None
        row.quantity, row.reason, row.stock = 13, "below_point", 1
        # The shop of these tests is too young to try rules on: this is what an older one says.
        rule = session.scalars(select(StockRuleRow)).one()
        assert rule.tried == []
        rule.rule, rule.variants, rule.weeks = "worth", 812, 13
        rule.tried = [
            asdict(TriedRule("equal", 21.0, 0.957, 5210.4, 310.0)),
            asdict(TriedRule("worth", 6.2, 0.951, 3980.2, 402.5)),
            asdict(TriedRule("power", 1.9, 0.948, 6120.9, 455.1)),
        ]
        variant = session.get_one(Variant, row.variant_id)
        session.execute(
            update(ProductText)
            .where(ProductText.product_id == variant.product_id, ProductText.language == "en")
            .values(name=FORMULA)
        )
        return variant.sku


def open_stock(page: Page, server: DeskServer) -> None:
    page.goto(f"{server.url}/desk/login?next=/desk/stock")
    page.get_by_role("button", name="supervisor@fernweg.example", exact=True).click()
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{server.url}/desk/stock")


def is_wider_than_its_window(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def test_plan_what_if_and_file_on_two_widths(
    page: Page, desk_server: DeskServer, tmp_path: Path
) -> None:
    sku = planned(desk_server)
    with desk_server.database.reading() as session:
        first = list_plans(session, limit=1)[0]
    open_stock(page, desk_server)
    expect(page.locator(".rule")).to_contain_text("How the plan was made")
    expect(page.locator(".rule tbody tr")).to_have_count(3)
    expect(page.locator(".rule tr.chosen")).to_contain_text("95.1 %")
    expect(page.locator(".list tbody tr").first).to_contain_text(f"{first.plan.quantity}")
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(SHOTS / f"desk-stock-{width}.png"), full_page=True)
        assert not is_wider_than_its_window(page)
        for table in page.locator(".rule, .what-if").all():
            assert table.evaluate("one => one.scrollWidth <= one.clientWidth")

    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Service level").fill("99")
    page.get_by_role("button", name="Find", exact=True).click()
    chosen = page.locator(".what-if tr.chosen")
    expect(chosen).to_contain_text("99 %")
    pieces = page.locator(".what-if tbody tr td:nth-child(3)").all_inner_texts()[1:]
    asked = [int(one.replace(",", "")) for one in pieces]
    assert asked == sorted(asked)

    page.goto(f"{desk_server.url}/desk/stock?search=HYPERLINK")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    path = tmp_path / "stock.csv"
    download.value.save_as(path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert {row["product"] for row in rows} == {"'" + FORMULA}
    assert {row["order"] for row in rows if row["sku"] == sku} == {"13"}


def test_one_variant_shows_its_weeks_on_two_widths(page: Page, desk_server: DeskServer) -> None:
    make_plan(desk_server.database, now=SystemClock().now())
    open_stock(page, desk_server)
    page.locator(".list tbody tr th a").first.click()
    expect(page.locator("svg")).to_be_visible()
    expect(page.locator("polygon.band")).to_have_count(1)
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(SHOTS / f"desk-stock-item-{width}.png"), full_page=True)
        assert not is_wider_than_its_window(page)
