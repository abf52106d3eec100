"""A shop with two of everything, for each test its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from kit.database import Database, open_database
from shop.models import Order
from tests.dialogues import changes, make_template, rows_of

Changed = Callable[[], list[str]]


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def shop(shop_template: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "shop.db"
    shutil.copy(shop_template, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def changed(shop: Database) -> Changed:
    """What differs in the whole shop since the test began, or since the last call."""
    before = rows_of(shop)

    def since() -> list[str]:
        nonlocal before
        was, before = before, rows_of(shop)
        return changes(was, before)

    return since


def put(shop: Database, number: str, **values: Any) -> None:
    """Make an order hold these values."""
    with shop.session() as session:
        session.execute(update(Order).where(Order.number == number).values(**values))
