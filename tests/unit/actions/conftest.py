"""A shop of its own for each test, copied from one made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.services import Services
from tests.dialogues import Desk, make_template, open_desk
from tests.unit.actions.talking import Talking, open_services


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def desk(shop_template: Path, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(shop_template, tmp_path / "shop.db") as desk:
        yield desk


@pytest.fixture(scope="session")
def goods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with open_services(tmp_path_factory.mktemp("goods")) as services:
        yield services


@pytest.fixture
def english(goods: Services) -> Talking:
    return Talking(goods)


@pytest.fixture
def chinese(goods: Services) -> Talking:
    return Talking(goods, "zh")


@pytest.fixture
def shopper(goods: Services, request: pytest.FixtureRequest) -> Talking:
    """A conversation in the language that the test is parametrised with, indirectly."""
    return Talking(goods, request.param)
