"""The chat's first screen: who is signed in, and what they ordered last."""

from typing import Any

from kit.database import Database
from kit.i18n import Catalogue, Language
from shop.access import access_customer, access_orders
from shop.ids import CustomerId
from shop.views import OrderView


def read_home(
    database: Database, customer_id: str, language: Language, catalogue: Catalogue
) -> dict[str, Any]:
    """First name and last order of a verified customer; empty for one that is not known."""
    if not customer_id.isdigit():
        return {}
    verified = CustomerId(int(customer_id))
    with database.reading() as session:
        customer = access_customer(session, verified)
        orders = access_orders(session, verified, limit=1)
    if customer is None:
        return {}
    return {
        "name": _first_name(customer.name),
        "order": _order(orders[0], language, catalogue) if orders else None,
    }


def _first_name(name: str) -> str:
    """What one says to them; a Chinese name is said whole."""
    return name.split()[0] if name.isascii() and name.strip() else name


def _order(order: OrderView, language: Language, catalogue: Catalogue) -> dict[str, Any]:
    first = order.lines[0] if order.lines else None
    items = first.name(language) if first else ""
    further = order.item_count - first.quantity if first else 0
    if further > 0:
        items = catalogue.text(language, "home.items_more", name=items, count=further)
    return {
        "number": order.number,
        "items": items,
        "state": catalogue.text(language, f"home.state.{order.state}"),
        "image": f"/media/products/{first.slug}.svg?colour={first.colour}" if first else None,
    }
