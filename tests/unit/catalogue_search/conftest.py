"""The small shop, made once."""

import pytest

from catalogue_search.catalogue import Catalogue
from tests.unit.catalogue_search.goods import small_shop


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The catalogue of the small shop."""
    return small_shop()
