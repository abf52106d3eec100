"""The demo shop's attributes, snapshots from the database, and what returns say of a fit."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update

from catalogue_search.aliases import find_products
from catalogue_search.catalogue import Catalogue, CatalogueCache, build_catalogue
from catalogue_search.constraints import parse
from catalogue_search.search import search
from kit.database import Database, open_database, upgrade
from shop.catalogue import catalogue_version, iterate_products, list_categories
from shop.demo import make_demo
from shop.demo.attributes import SHARED, attributes_of
from shop.demo.vocabulary import SHELVES
from shop.fit import FitReturns, fit_returns
from shop.ids import ProductId
from shop.models import Order, OrderLine, Product, Return, ReturnLine, Variant
from shop.views import ProductView

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
# What shoppers ask of each shelf.
ASKED = {
    "jackets": ("weight_g", "waterproof", "season", "fit", "care", "material", "gender"),
    "hiking-boots": ("weight_g", "waterproof", "season", "fit", "care", "material", "gender"),
    "backpacks": ("weight_g", "volume_l", "waterproof", "care"),
    "tents": ("weight_g", "persons", "waterproof_mm", "season", "care"),
    "sleeping-bags": ("weight_g", "comfort_c", "season", "care", "material"),
    "sleeping-mats": ("weight_g", "r_value", "care"),
    "bottles": ("weight_g", "volume_ml"),
    "headlamps": ("weight_g", "lumens"),
}


def new_shop(folder: Path, products: int) -> Database:
    url = f"sqlite:///{folder / 'test.db'}"
    upgrade(url)
    database = open_database(url)
    make_demo(database, now=NOW, customers=20, products=products, days=120)
    return database


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return new_shop(tmp_path_factory.mktemp("shop"), 400)


@pytest.fixture(scope="module")
def views(shop: Database) -> list[ProductView]:
    with shop.reading() as session:
        return list(iterate_products(session, now=NOW))


@pytest.fixture(scope="module")
def catalogue(views: list[ProductView]) -> Catalogue:
    return build_catalogue(views)


def test_every_demo_product_tells_what_is_asked_of_its_shelf(views: list[ProductView]) -> None:
    lacking = [
        (one.slug, name)
        for one in views
        for name in ASKED.get(one.category, ("weight_g",))
        if name not in one.attributes
    ]
    assert lacking == []


def test_every_kind_shares_something() -> None:
    assert SHARED.keys() == {kind.noun for shelf in SHELVES for kind in shelf.kinds}


def test_attributes_follow_from_the_slug_and_known_products_keep_their_kinds_values() -> None:
    base = {"weight_g": 2100, "persons": 2}
    told = attributes_of("Two-Person Tent", "tents", base, "a-tent", is_known=False)
    assert told == attributes_of("Two-Person Tent", "tents", base, "a-tent", is_known=False)
    assert told["weight_g"] in (1360, 1490, 1720, 1950, 2100, 2380, 2650)
    known = attributes_of("Two-Person Tent", "tents", base, "a-tent", is_known=True)
    assert known["weight_g"] == 2100


def test_demo_products_differ_within_a_kind(views: list[ProductView]) -> None:
    by_shelf: dict[str, set[object]] = defaultdict(set)
    for one in views:
        by_shelf[one.category].add(one.attributes["weight_g"])
    assert all(len(by_shelf[shelf]) >= 5 for shelf in ("tents", "sleeping-bags", "hiking-boots"))


def test_the_text_says_what_the_attributes_say(views: list[ProductView]) -> None:
    bags = [one for one in views if one.name("en").endswith("Down Sleeping Bag")]
    for bag in bags:
        comfort = bag.attributes["comfort_c"]
        assert f"Comfort to {comfort} °C" in bag.description("en")
        assert f"舒适温标 {comfort} °C" in bag.description("zh")
    assert len(bags) >= 3


@pytest.mark.parametrize(
    "text",
    [
        "waterproof hiking shoes, no leather",
        "tent for 2 under 1.5 kg",
        "sleeping bag to -10",
        "women's jacket in size M under 200",
        "零下五度的睡袋",
        "男款登山鞋 43码",
    ],
)
def test_the_demo_shop_can_answer(text: str, catalogue: Catalogue) -> None:
    result = search(parse(text, catalogue), catalogue)
    assert result.is_exact
    assert result.total >= 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_demo_product_is_found_by_its_full_name(
    language: str, views: list[ProductView], catalogue: Catalogue
) -> None:
    missed = []
    for one in views:
        text = one.name(language)
        matches = find_products(text, "zh" if language == "zh" else "en", catalogue.names)
        if not matches or matches[0].product_id != one.product_id:
            missed.append(text)
    assert missed == []


def test_a_snapshot_is_made_again_when_the_catalogue_changed(tmp_path: Path) -> None:
    database = new_shop(tmp_path, 60)
    cache = CatalogueCache(refresh_seconds=0.0)
    with database.reading() as session:
        first = cache.of(session, now=NOW)
        assert cache.of(session, now=NOW) is first
        assert len(first) == 60
        before = catalogue_version(session)
        assert list_categories(session)
    with database.session() as session:
        session.execute(update(Product).where(Product.id == 1).values(is_active=False))
    with database.reading() as session:
        assert catalogue_version(session) != before
        assert len(cache.of(session, now=NOW)) == 59
    with database.session() as session:
        session.execute(update(Variant).where(Variant.product_id == 2).values(stock=0))
    with database.reading() as session:
        sold_out = cache.of(session, now=NOW)
        row = sold_out.row_of[ProductId(2)]
        assert not sold_out.variants.in_stock[sold_out.variants.row == row].any()


def test_returns_are_counted_by_product(tmp_path: Path) -> None:
    database = new_shop(tmp_path, 60)
    with database.session() as session:
        line, order = session.execute(
            select(OrderLine, Order)
            .join(Order)
            .outerjoin(ReturnLine)
            .where(Order.state == "delivered", ReturnLine.id.is_(None))
            .limit(1)
        ).one()
        variant = session.get_one(Variant, line.variant_id)
        before = fit_returns(session, ProductId(variant.product_id))
        returned = Return(
            number="R-1",
            order_id=order.id,
            kind="refund",
            state="refunded",
            reason="too_small",
            label="L-1",
            created_at=NOW,
            changed_at=NOW + timedelta(hours=1),
        )
        returned.lines.append(ReturnLine(order_line_id=line.id, quantity=line.quantity))
        session.add(returned)
        session.flush()
        after = fit_returns(session, ProductId(variant.product_id))
        assert before.sold >= line.quantity
        assert after == FitReturns(before.sold, before.too_small + line.quantity, before.too_big)
        assert line.unit_price > Decimal(0)
        assert fit_returns(session, ProductId(999_999)) == FitReturns(0, 0, 0)
