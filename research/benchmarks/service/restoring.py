"""Puts one customer's part of a live shop back as it was, between two talks."""

from typing import Any, Final

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from kit.database import Base, Database
from research.benchmarks.service.database import customer_of

# What effects change, add or take away, children before what they belong to.
_PARTS: Final = (
    ("return_line", "return"),
    ("refund", "order"),
    ("return", "order"),
    ("payment", "order"),
    ("order_line", "order"),
    ("order", "customer"),
    ("payment_method", "customer"),
    ("address", "customer"),
)


def restore(live: Database, shop: Database, user: str) -> None:
    """Give the user's orders, money and addresses in `live` the state that `shop` keeps."""
    with shop.reading() as kept, live.session() as session:
        customer = int(customer_of(kept, user))
        old = {name: _by_id(kept, name, of, customer) for name, of in _PARTS}
        now = {name: _by_id(session, name, of, customer) for name, of in _PARTS}
        for name, _ in _PARTS:
            table, added = _table(name), now[name].keys() - old[name].keys()
            session.execute(delete(table).where(table.c.id.in_(added)))
        for name, _ in reversed(_PARTS):
            table = _table(name)
            for key, row in old[name].items():
                if key not in now[name]:
                    session.execute(insert(table).values(row))
                elif row != now[name][key]:
                    session.execute(update(table).where(table.c.id == key).values(row))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _by_id(session: Session, name: str, of: str, customer: int) -> dict[int, dict[str, Any]]:
    """The rows of a table that belong to the customer, by way of the orders or returns."""
    table, order, returned = _table(name), _table("order"), _table("return")
    orders = select(order.c.id).where(order.c.customer_id == customer)
    if of == "customer":
        owner = table.c.customer_id == customer
    elif of == "order":
        owner = table.c.order_id.in_(orders)
    else:
        returns = select(returned.c.id).where(returned.c.order_id.in_(orders))
        owner = table.c.return_id.in_(returns)
    rows = session.execute(select(table).where(owner)).mappings()
    return {row["id"]: dict(row) for row in rows}
