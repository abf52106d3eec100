"""A small demo shop on each kind of database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
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


@pytest.fixture(scope="session")
def demo_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The address of the demo shop on one kind of database, made when first asked for."""
    made: dict[str, str] = {}
    with ExitStack() as kept:

        def of(kind: str) -> str:
            if kind not in made:
                url = kept.enter_context(fresh_url(kind, tmp_path_factory.mktemp("demo")))
                upgrade(url)
                database = open_database(url)
                make_demo(database, now=NOW, customers=40, products=120, days=130)
                database.close()
                made[kind] = url
            return made[kind]

        yield of


@pytest.fixture(params=KINDS)
def shop(
    request: pytest.FixtureRequest, tmp_path: Path, demo_of: Callable[[str], str]
) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path, like=demo_of(request.param)) as url:
        database = open_database(url)
        yield database
        database.close()


def customer_id(database: Database, email: str) -> CustomerId:
    with database.reading() as session:
        return CustomerId(session.scalars(select(Customer.id).where(Customer.email == email)).one())
