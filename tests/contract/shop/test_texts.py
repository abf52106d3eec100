"""Texts of the shop's things: rows by language, moved there from columns of two languages."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.orm import Session

from kit.database import Database, downgrade, open_database, upgrade
from kit.i18n import Texts
from shop.bulk import is_called, named_variants
from shop.catalogue import (
    catalogue_version,
    find_products_by_name,
    list_categories,
    name_table,
    search_products,
)
from shop.models import CategoryText, Product, ProductText, Promotion, PromotionText
from shop.promotions import active_promotions
from shop.reading import read_products
from shop.views import ProductView
from tests.contract.shop.conftest import NOW
from tests.contract.shop.importing import bring
from tests.databases import KINDS, fresh_url
from tests.statements import counted

BEFORE = "0024"
GERMAN = """\
product,sku,name,name_de,name_zh,description,description_de,category,category_de,brand,size,price
boots,B-40,Summit boots,Gipfel Wanderstiefel,巅峰登山鞋,Hide.,Aus Leder.,Boots,Stiefel,Alp,40,149.95
boots,B-41,,,,,,,,,41,149.95
hat,H-1,Pine hat,Kiefer Mütze,,Wool.,,Hats,,Moorhuhn,,29.95
"""


@pytest.fixture
def german(empty: Database, tmp_path: Path) -> Database:
    """Two products; one has all its texts in German, the other only its name."""
    path = tmp_path / "products.csv"
    path.write_text(GERMAN, encoding="utf-8")
    bring(empty, "products", path, tmp_path / "rejects.csv")
    return empty


def by_slug(session: Session) -> dict[str, ProductView]:
    found = search_products(session, now=NOW)
    return {one.slug: one for one in found}


def test_any_language_is_a_column_of_the_file_and_a_row_of_the_shop(german: Database) -> None:
    with german.reading() as session:
        products = by_slug(session)
        boots, hat = products["summit-boots-boots"], products["pine-hat-hat"]
        names = [[one.name(spoken) for spoken in ("en", "de", "zh")] for one in (boots, hat)]
        told = [[one.description(spoken) for spoken in ("en", "de", "zh")] for one in (boots, hat)]
        shelves = {one.slug: one.name("de") for one in list_categories(session)}
    assert names == [
        ["Summit boots", "Gipfel Wanderstiefel", "巅峰登山鞋"],
        ["Pine hat", "Kiefer Mütze", "Pine hat"],
    ]
    assert told == [["Hide.", "Aus Leder.", "Hide."], ["Wool.", "Wool.", "Wool."]]
    assert shelves == {"boots": "Stiefel", "hats": "Hats"}
    assert len(boots.variants) == 2


def test_products_are_found_by_their_words_in_each_language(german: Database) -> None:
    with german.reading() as session:
        asked = ("wanderstiefel", "leder", "登山鞋", "summit", "kiefer", "stiefel")
        found = [[one.slug for one in search_products(session, one, now=NOW)] for one in asked]
        named = find_products_by_name(session, "die kiefer mütze bitte", now=NOW)
        known = name_table(session)
    boots, hat = "summit-boots-boots", "pine-hat-hat"
    assert found == [[boots], [boots], [boots], [boots], [hat], [boots]]
    assert [one.slug for one in named] == [hat]
    assert known["gipfel wanderstiefel"] == ("product", boots)
    assert known["stiefel"] == ("category", "boots")


def test_the_same_file_changes_nothing_and_a_new_translation_one_row(
    german: Database, tmp_path: Path
) -> None:
    path = tmp_path / "again.csv"
    path.write_text(GERMAN, encoding="utf-8")
    again = bring(german, "products", path, tmp_path / "r.csv")
    path.write_text(GERMAN.replace("Kiefer Mütze", "Kiefer Haube"), encoding="utf-8")
    renamed = bring(german, "products", path, tmp_path / "r.csv")
    with german.reading() as session:
        hat = by_slug(session)["pine-hat-hat"]
    assert again.counts == {"products unchanged": 3}
    assert renamed.counts == {"products unchanged": 2, "products updated": 1}
    assert (hat.name("de"), hat.name("en")) == ("Kiefer Haube", "Pine hat")


def test_a_new_name_or_description_is_found_in_the_running_shop(
    german: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.catalogue.REFRESH_SECONDS", 0.0)

    def found(*asked: str) -> list[list[str]]:
        with german.reading() as session:
            return [[one.slug for one in search_products(session, a, now=NOW)] for a in asked]

    with german.reading() as session:
        before = catalogue_version(session)
        assert catalogue_version(session) == before
    words = ("haube", "kaschmir", "mütze")
    assert found(*words) == [[], [], ["pine-hat-hat"]]
    with german.session() as session:
        session.execute(
            update(ProductText)
            .where(ProductText.name == "Kiefer Mütze")
            .values(name="Wolle Haube", description="Aus Kaschmir.")
        )
        shelf = session.scalar(select(CategoryText.category_id).where(CategoryText.name == "Hats"))
        session.add(CategoryText(category_id=shelf, language="de", name="Kappen"))
    assert found(*words, "kappen") == [["pine-hat-hat"], ["pine-hat-hat"], [], ["pine-hat-hat"]]
    with german.reading() as session:
        assert catalogue_version(session) != before


def test_names_come_with_their_rows_and_ask_nothing_more(shop: Database) -> None:
    with shop.reading() as session:
        ids = list(session.scalars(select(Product.id).order_by(Product.id).limit(5)))
        with counted() as one:
            read_products(session, ids[:1], NOW)
        with counted() as five:
            views = read_products(session, ids, NOW)
            list_categories(session)
            active_promotions(session, NOW)
    assert len(one.statements) == 4
    assert len(five.statements) == 6
    assert views[0].names == Texts(
        (("en", "Karst Ridge 45 Backpack"), ("zh", "Karst 山脊 45 背包"))
    )


def test_a_promotion_is_named_in_any_language(shop: Database) -> None:
    with shop.session() as session:
        key = session.scalar(select(Promotion.id).where(Promotion.slug == "hut-weeks"))
        session.add(PromotionText(promotion_id=key, language="de", name="Hüttenwochen"))
    with shop.reading() as session:
        names = {one.slug: one.name("de") for one in active_promotions(session, NOW)}
    assert names == {"hut-weeks": "Hüttenwochen", "warm-up": "Warm-up: 10% off base layers"}


def test_variants_are_looked_up_by_a_name_in_any_language(german: Database) -> None:
    named = named_variants()
    with german.reading() as session:
        for pattern, skus in (("%wanderst%", {"B-40", "B-41"}), ("%巅峰%", {"B-40", "B-41"})):
            statement = select(named.c.sku).where(is_called(named.c.product_id, pattern))
            assert set(session.scalars(statement)) == skus
        names = session.execute(select(named.c.names).where(named.c.sku == "H-1")).scalar_one()
    assert names == {"en": "Pine hat", "de": "Kiefer Mütze"}


@pytest.mark.parametrize("kind", KINDS)
def test_texts_move_into_rows_and_back(kind: str, tmp_path: Path) -> None:
    columns = {
        "category": [(1, "boots", "Boots", "靴子"), (2, "all", "Everything", "Everything")],
        "promotion": [(1, "sale", "Sale: 10% off", "九折"), (2, "two", "Two", "")],
        "product": [
            (1, "summit", "Summit boots", "巅峰登山鞋", "Leather.", "皮革。"),
            (2, "pine", "Pine hat", "Pine hat", "Wool.", "羊毛。"),
            (3, "mug", "Mug", "Mug", "", ""),
        ],
    }
    with fresh_url(kind, tmp_path) as url:
        upgrade(url, BEFORE)
        engine = create_engine(url)
        with engine.begin() as connection:
            for one in columns["category"]:
                connection.execute(text(f"INSERT INTO category VALUES {one!r}"))
            connection.execute(text("INSERT INTO brand (id, name) VALUES (1, 'Alpenrot')"))
            for one in columns["promotion"]:
                connection.execute(
                    text(
                        "INSERT INTO promotion (id, slug, name_en, name_zh, share, starts_at,"
                        f" ends_at) VALUES ({str(one)[1:-1]}, 0.1, '2026-11-01', '2026-12-01')"
                    )
                )
            for one in columns["product"]:
                connection.execute(
                    text(
                        "INSERT INTO product (id, slug, name_en, name_zh, description_en,"
                        " description_zh, category_id, brand_id, attributes, currency, popularity,"
                        " rating_sum, rating_count, is_active, created_at)"
                        f" VALUES ({str(one)[1:-1]}, 1, 1, '{{}}', 'EUR', 0, 0, 0, true,"
                        " '2026-11-01')"
                    )
                )
            connection.execute(
                text(
                    "INSERT INTO variant (id, product_id, sku, size, colour, options, supply,"
                    " price, stock) VALUES (1, 1, 'B-40', '40', '', '{}', 'counted', 14995, 3)"
                )
            )
        upgrade(url)
        database = open_database(url)
        with database.session() as session:
            views = read_products(session, [1], NOW)
            rows = session.execute(
                select(
                    ProductText.product_id,
                    ProductText.language,
                    ProductText.name,
                    ProductText.description,
                ).order_by(ProductText.product_id, ProductText.language)
            ).all()
            shelves = session.scalars(
                select(CategoryText.name).order_by(CategoryText.category_id, CategoryText.language)
            ).all()
            session.execute(insert(ProductText).values(product_id=3, language="de", name="Becher"))
        database.close()
        downgrade(url, BEFORE)
        with engine.connect() as connection:
            after = {
                "category": connection.execute(
                    text("SELECT id, slug, name_en, name_zh FROM category ORDER BY id")
                ).all(),
                "promotion": connection.execute(
                    text("SELECT id, slug, name_en, name_zh FROM promotion ORDER BY id")
                ).all(),
                "product": connection.execute(
                    text(
                        "SELECT id, slug, name_en, name_zh, description_en, description_zh"
                        " FROM product ORDER BY id"
                    )
                ).all(),
            }
            stock = connection.execute(text("SELECT sku, stock FROM variant")).all()
        engine.dispose()
    assert views[0].names == Texts.of({"en": "Summit boots", "zh": "巅峰登山鞋"})
    assert [tuple(row) for row in rows] == [
        (1, "en", "Summit boots", "Leather."),
        (1, "zh", "巅峰登山鞋", "皮革。"),
        (2, "en", "Pine hat", "Wool."),
        (2, "zh", "Pine hat", "羊毛。"),
        (3, "en", "Mug", ""),
    ]
    assert shelves == ["Boots", "靴子", "Everything"]
    columns["promotion"][1] = (2, "two", "Two", "Two")  # what was nowhere is what shoppers read
    assert {table: [tuple(row) for row in found] for table, found in after.items()} == columns
    assert [tuple(row) for row in stock] == [("B-40", 3)]
