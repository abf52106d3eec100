"""Make the whole demo shop: one seed, one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kit.database import Base, Database
from shop.demo.goods import make_goods
from shop.demo.history import make_history
from shop.demo.offers import make_offers
from shop.demo.people import make_people
from shop.demo.ratings import add_ratings
from shop.demo.writing import Tables
from shop.models import Product

SEED: Final = 20261124


class DemoError(ValueError):
    """The demo shop cannot be made; the message names the argument or the state to change."""


def demo_exists(database: Database) -> bool:
    """Whether the shop has products already, of the demo or of an import."""
    with database.reading() as session:
        return bool(session.scalar(select(func.count(Product.id))))


def make_demo(
    database: Database,
    *,
    now: datetime,
    seed: int = SEED,
    customers: int = 5000,
    products: int = 2000,
    days: int = 730,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Fill an empty shop; the same arguments make the same rows.

    `progress` is told the share that is done, from 0 to 1. Raises DemoError when the shop has
    products already or a number is too small for the known demo people.
    """
    for name, value, least in (
        ("customers", customers, 20),
        ("products", products, 60),
        ("days", days, 120),
    ):
        if value < least:
            raise DemoError(f"{name} must be at least {least}, got {value}")
    if demo_exists(database):
        raise DemoError("the shop has products already; use an empty database")
    tell = progress or (lambda _share: None)
    random = np.random.default_rng(seed)
    with database.session() as session:
        tables = Tables(session)
        goods = make_goods(tables, random, now=now, count=products, days=days)
        tell(0.3)
        make_offers(tables, now=now, days=days)
        people = make_people(tables, goods, now=now)
        tell(0.35)
        make_history(
            tables,
            random,
            goods,
            now=now,
            days=days,
            customers=customers,
            first_customer_id=people,
            tell=lambda share: tell(0.35 + 0.6 * share),
        )
        add_ratings(tables, seed)
        tables.flush()
        _reset_sequences(session)
    tell(1.0)


def _reset_sequences(session: Session) -> None:
    """PostgreSQL counts on from the highest key that was written explicitly."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement and str(table.c.id.type) == "INTEGER":
            name = f'"{table.name}"'
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608
                    f"(SELECT COALESCE(MAX(id), 0) + 1 FROM {name}), false)"
                )
            )
