"""Puts one customer's part of a live shop back as it was, between two talks."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from kit.database import Base, Database
from research.benchmarks.service.database import customer_of

# Rows that effects change, and rows that effects add, children before what they belong to.
_CHANGED: Final = (("payment_method", "customer"), ("order", "customer"), ("order_line", "order"))
_ADDED: Final = (
    ("return_line", "return"), ("refund", "order"), ("return", "order"), ("payment", "order"),
    ("address", "customer"),
)  # fmt: skip


def restore(live: Database, shop: Database, user: str) -> None:
    """Give the user's orders, money and addresses in `live` the state that `shop` keeps."""
    with shop.reading() as kept, live.session() as session:
        customer = int(customer_of(kept, user))
        old = {name: _rows(kept, name, of, customer) for name, of in (*_CHANGED, *_ADDED)}
        for name, of in _ADDED:
            found = [row["id"] for row in _rows(session, name, of, customer)]
            session.execute(delete(_table(name)).where(_table(name).c.id.in_(found)))
        for name, _ in _CHANGED:
            for row in old[name]:
                session.execute(update(_table(name)).where(_table(name).c.id == row["id"])
                                .values(row))  # fmt: skip
        for name, _ in reversed(_ADDED):
            if old[name]:
                session.execute(insert(_table(name)), old[name])


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _rows(session: Session, name: str, of: str, customer: int) -> Sequence[dict[str, Any]]:
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
    return [dict(row) for row in session.execute(select(table).where(owner)).mappings()]
