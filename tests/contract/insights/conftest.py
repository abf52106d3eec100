"""A demo shop with profiles on each kind of database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from insights.profiles.job import refresh
from kit.database import Database, open_database, upgrade
from shop.demo import make_demo
from tests.databases import KINDS, fresh_url

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def known_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The address of a shop with profiles on one kind of database, made when first asked for."""
    made: dict[str, str] = {}
    with ExitStack() as kept:

        def of(kind: str) -> str:
            if kind not in made:
                url = kept.enter_context(fresh_url(kind, tmp_path_factory.mktemp("known")))
                upgrade(url)
                database = open_database(url)
                make_demo(database, now=NOW, customers=220, products=80, days=400)
                refresh(database, now=NOW)
                database.close()
                made[kind] = url
            return made[kind]

        yield of


@pytest.fixture(params=KINDS)
def known(
    request: pytest.FixtureRequest, tmp_path: Path, known_of: Callable[[str], str]
) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path, like=known_of(request.param)) as url:
        database = open_database(url)
        yield database
        database.close()


@pytest.fixture(params=KINDS)
def empty_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path) as url:
        upgrade(url)
        database = open_database(url)
        yield database
        database.close()
