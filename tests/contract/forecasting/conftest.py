"""A small demo shop on each kind of database."""

from tests.contract.shop.conftest import demo_of, empty, shop

__all__ = ["demo_of", "empty", "shop"]
