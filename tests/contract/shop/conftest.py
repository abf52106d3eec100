"""A small demo shop on each kind of database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from kit.database import Database, open_database, upgrade
from shop.demo import make_demo
from shop.ids import CustomerId
from shop.models import Customer
from tests.databases import KINDS, fresh_url

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
KEY = b"k" * 32


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path) as url:
        upgrade(url)
        database = open_database(url)
        yield database
        database.close()


@pytest.fixture
def shop(empty: Database) -> Database:
    make_demo(empty, now=NOW, customers=40, products=120, days=130)
    return empty


def customer_id(database: Database, email: str) -> CustomerId:
    with database.reading() as session:
        return CustomerId(session.scalars(select(Customer.id).where(Customer.email == email)).one())
