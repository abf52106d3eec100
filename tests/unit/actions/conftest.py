"""A shop of its own for each test, copied from one made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogues import Desk, make_template, open_desk


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def desk(shop_template: Path, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(shop_template, tmp_path / "shop.db") as desk:
        yield desk
