"""Import a file in a test, and look at what the shop has then."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from kit.database import Database, open_database, upgrade
from shop.imports import Kind, Report, import_file
from shop.models import (
    Address,
    Category,
    Customer,
    Order,
    OrderLine,
    Product,
    ProductImage,
    Refund,
    Variant,
)
from tests.contract.shop.conftest import NOW


@contextmanager
def a_shop(folder: Path, template: Path) -> Iterator[Database]:
    """An empty shop; `template` is a migrated database, made when it is not there."""
    if not template.exists():
        upgrade(f"sqlite:///{template}")
    shutil.copy(template, folder / "shop.db")
    database = open_database(f"sqlite:///{folder / 'shop.db'}")
    yield database
    database.close()


def bring(database: Database, kind: Kind, path: Path, rejects: Path, **options: Any) -> Report:
    """The report; each row of the file has one fate."""
    report = import_file(database, kind, path, rejects=rejects, now=NOW, **options)
    assert report.read == report.kept + report.repaired + report.refused
    return report


def variants(database: Database) -> dict[str, tuple[str, str, int]]:
    """SKU → size, colour, stock."""
    with database.reading() as session:
        return {
            one.sku: (one.size, one.colour, one.stock) for one in session.scalars(select(Variant))
        }


def options(database: Database) -> dict[str, dict[str, str]]:
    """SKU → all options."""
    with database.reading() as session:
        return {one.sku: one.options for one in session.scalars(select(Variant))}


def supplies(database: Database) -> dict[str, tuple[str, bool]]:
    """SKU → how it is supplied, and whether some are there."""
    with database.reading() as session:
        return {one.sku: (one.supply, one.stock > 0) for one in session.scalars(select(Variant))}


def prices(database: Database) -> dict[str, str]:
    """SKU → price."""
    with database.reading() as session:
        return {one.sku: str(one.price) for one in session.scalars(select(Variant))}


def names(database: Database) -> dict[str, tuple[str, str]]:
    """Product → name, description."""
    with database.reading() as session:
        return {
            str(one.external_id): (one.names["en"], one.descriptions["en"])
            for one in session.scalars(select(Product))
        }


def shelves(database: Database) -> dict[str, str]:
    """Product → category."""
    with database.reading() as session:
        rows = session.execute(
            select(Product.external_id, Category.names).join(
                Category, Category.id == Product.category_id
            )
        )
        return {str(product): category["en"] for product, category in rows}


def for_sale(database: Database) -> dict[str, bool]:
    """Product → whether it is for sale."""
    with database.reading() as session:
        return {str(one.external_id): one.is_active for one in session.scalars(select(Product))}


def pictures(database: Database) -> dict[str, str]:
    """Product → address of its photograph, for those that have one."""
    with database.reading() as session:
        rows = session.execute(
            select(Product.external_id, ProductImage.url).join(
                ProductImage, ProductImage.product_id == Product.id
            )
        )
        return {str(product): url for product, url in rows}


def orders(database: Database) -> dict[str, tuple[str, str, str]]:
    """Number → state, total, money that went back."""
    with database.reading() as session:
        back = {
            order: str(amount)
            for order, amount in session.execute(
                select(Refund.order_id, func.sum(Refund.amount)).group_by(Refund.order_id)
            )
        }
        return {
            one.number: (one.state, str(one.total), back.get(one.id, "0"))
            for one in session.scalars(select(Order))
        }


def lines(database: Database) -> dict[str, list[tuple[str, int]]]:
    """Number → SKU and pieces of each line."""
    found: dict[str, list[tuple[str, int]]] = {}
    with database.reading() as session:
        rows = session.execute(
            select(Order.number, Variant.sku, OrderLine.quantity)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .join(Variant, Variant.id == OrderLine.variant_id)
            .order_by(Order.id, OrderLine.position)
        )
        for number, sku, quantity in rows:
            found.setdefault(number, []).append((sku, quantity))
    return found


def days(database: Database) -> dict[str, str]:
    """Number → moment of the order in UTC."""
    with database.reading() as session:
        return {
            one.number: one.placed_at.strftime("%Y-%m-%d %H:%M:%S")
            for one in session.scalars(select(Order))
        }


def people(database: Database) -> dict[str, tuple[str, str | None, str | None, str | None]]:
    """E-mail → name, telephone, address, country."""
    with database.reading() as session:
        rows = session.execute(
            select(Customer, Address).outerjoin(Address, Address.customer_id == Customer.id)
        )
        return {
            one.email: (
                one.name,
                one.phone,
                where.text if where else None,
                where.country if where else None,
            )
            for one, where in rows
        }
