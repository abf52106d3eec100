"""What people of the shop do for a customer beyond the rules: give money back, send again.

Both are done once per `key`, whatever happens to the request that asked for them.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit.money import Money
from shop.access import access_order, lock_order
from shop.ids import CustomerId, VariantId
from shop.models import Order, OrderLine, Refund
from shop.orders import REFUND_WORKING_DAYS, add_working_days, tell_customer
from shop.stock import shift_stock
from shop.upsert import insert_once

ServiceRefusal = Literal[
    "unknown", "not_paid", "too_much", "over_limit", "no_stock", "not_sent"
]  # fmt: skip
PAID: Final = frozenset(
    {"paid", "packed", "shipped", "in_transit", "out_for_delivery", "delivered"}
)
SENT: Final = frozenset({"shipped", "in_transit", "out_for_delivery", "delivered"})
AGAIN: Final = "-R"


@dataclass(frozen=True)
class Served:
    """What was done; `order_number` is the new order's where something is sent again.

    `changed` is False where it had been done before.
    """

    refusal: ServiceRefusal | None = None
    order_number: str | None = None
    changed: bool = True


def refund_part(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    amount: Decimal,
    *,
    key: str,
    now: datetime,
    limit: Decimal | None = None,
) -> Served:
    """Give part of what was paid back, never more than is left of it.

    `limit` is the most that may be given back like this for the order, all times together.
    """
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return Served("unknown")
    if order.state not in PAID:
        return Served("not_paid")
    known = session.scalar(select(Refund.id).where(Refund.key == f"desk:{key}"))
    if known is not None:
        return Served(changed=False)
    of_order = select(func.sum(Refund.amount)).where(Refund.order_id == order.order_id)
    given = Decimal(session.scalar(of_order) or 0)
    by_desk = Decimal(session.scalar(of_order.where(Refund.key.startswith("desk:"))) or 0)
    if not 0 < amount <= order.total.amount - given:
        return Served("too_much")
    if limit is not None and by_desk + amount > limit:
        return Served("over_limit")
    due = add_working_days(now, REFUND_WORKING_DAYS).date()
    insert_once(
        session,
        Refund,
        {
            "key": f"desk:{key}",
            "order_id": order.order_id,
            "amount": amount,
            "state": "pending",
            "method": order.payment_method,
            "created_at": now,
            "expected_on": due,
        },
        unique=["key"],
    )
    tell_customer(
        session, customer_id, f"desk-refund:{key}", "desk_refund", now,
        number=order.number, amount=Money(amount, order.total.currency),
        method=order.payment_method, day=due,
    )  # fmt: skip
    return Served()


def send_again(
    session: Session, customer_id: CustomerId, order_number: str, *, now: datetime
) -> Served:
    """A free order with the same things, for a parcel that is lost or broken; once per order."""
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return Served("unknown")
    number = f"{order.number}{AGAIN}"
    if access_order(session, customer_id, number) is not None:
        return Served(order_number=number, changed=False)
    if order.state not in SENT or order.number.endswith(AGAIN):
        return Served("not_sent")
    pieces: dict[VariantId, int] = {}
    for line in order.lines:
        pieces[line.variant_id] = pieces.get(line.variant_id, 0) - line.quantity
    if not shift_stock(session, pieces):
        return Served("no_stock")
    row = Order(
        number=number,
        customer_id=customer_id,
        state="paid",
        currency=order.total.currency,
        items_total=Decimal(0),
        total=Decimal(0),
        placed_at=now,
        recipient=order.recipient,
        address=order.address,
        country=order.country,
    )
    session.add(row)
    session.flush()
    session.add_all(
        OrderLine(
            order_id=row.id,
            position=line.position,
            variant_id=line.variant_id,
            quantity=line.quantity,
            unit_price=Decimal(0),
        )
        for line in order.lines
    )
    tell_customer(
        session, customer_id, f"desk-again:{number}", "desk_sent_again", now,
        number=order.number, new=number,
    )  # fmt: skip
    session.flush()
    return Served(order_number=number)
