"""What people of the shop do for a customer beyond the rules: give money back, send again.

Both are done once per `key`, whatever happens to the request that asked for them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit.money import Money
from shop.access import access_order, lock_order
from shop.ids import CustomerId, VariantId
from shop.models import Order, OrderLine, Refund, ReturnLine
from shop.orders import missing_start, paid_as_missing, paid_for, still_paid, tell_customer
from shop.payments import pay_back
from shop.stock import shift_stock
from shop.views import LineView, OrderView

ServiceRefusal = Literal[
    "unknown",
    "not_paid",
    "too_much",
    "over_limit",
    "other_amount",
    "no_stock",
    "not_sent",
    "settled",
]
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

    `limit` is the most that may be given back like this for the order, all times together. A key
    that was used for another amount is refused: what is asked now was not done then.
    """
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return Served("unknown")
    if order.state not in PAID:
        return Served("not_paid")
    known = session.scalar(select(Refund.amount).where(Refund.key == f"desk:{key}"))
    if known is not None:
        return Served(None if known == amount else "other_amount", changed=False)
    by_desk = session.scalar(
        select(func.sum(Refund.amount)).where(
            Refund.order_id == order.order_id, Refund.key.startswith("desk:")
        )
    )
    if not 0 < amount <= still_paid(session, order.order_id, order.total.amount):
        return Served("too_much")
    if limit is not None and (by_desk or 0) + amount > limit:
        return Served("over_limit")
    due = pay_back(session, order.order_id, f"desk:{key}", amount, now)
    tell_customer(
        session,
        customer_id,
        f"desk-refund:{key}",
        "desk_refund",
        now,
        number=order.number,
        amount=Money(amount, order.total.currency),
        method=order.payment_method,
        day=due,
    )
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
    return _send_free(session, order, number, [(one, one.variant_id) for one in order.lines], now)


def _send_free(
    session: Session,
    order: OrderView,
    number: str,
    lines: Sequence[tuple[LineView, VariantId]],
    now: datetime,
) -> Served:
    """A paid order that costs nothing, to the address of `order`; the customer is told."""
    pieces: Counter[VariantId] = Counter()
    for line, variant_id in lines:
        pieces[variant_id] -= line.quantity
    if not shift_stock(session, pieces):
        return Served("no_stock")
    row = Order(
        number=number,
        customer_id=order.customer_id,
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
            variant_id=variant_id,
            quantity=line.quantity,
            unit_price=Decimal(0),
        )
        for line, variant_id in lines
    )
    tell_customer(
        session,
        order.customer_id,
        f"desk-again:{number}",
        "desk_sent_again",
        now,
        number=order.number,
        new=number,
    )
    session.flush()
    return Served(order_number=number)


def replace_lines(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    variants: Mapping[int, VariantId],
    *,
    now: datetime,
) -> Served:
    """A free order for lines that came damaged, wrong or not at all; once per line.

    `variants` says what is sent for each line. The new order is in state paid. Lines of which one
    was sent again or paid back already, or is on its way back, are refused as "settled".
    """
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return Served("unknown")
    lines = [line for line in order.lines if line.line_id in variants]
    if not lines or order.state not in SENT or AGAIN in order.number:
        return Served("not_sent")
    positions = {line.position for line in lines}
    number = f"{order.number}{AGAIN}{min(positions)}"
    before = access_order(session, customer_id, number)
    if before is not None:
        same = {line.position for line in before.lines} == positions
        return Served(None if same else "settled", order_number=number, changed=False)
    if _settled(session, order) & positions:
        return Served("settled")
    return _send_free(session, order, number, [(one, variants[one.line_id]) for one in lines], now)


def refund_missing(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    line_ids: Sequence[int],
    *,
    now: datetime,
) -> tuple[Served, Money | None]:
    """What was paid for lines that never came; once per line, never more than is left.

    The second value is the amount that goes back. Lines of which one was sent again or paid back
    already, or is on its way back, are refused as "settled".
    """
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return Served("unknown"), None
    lines = [line for line in order.lines if line.line_id in line_ids]
    if not lines:
        return Served("unknown"), None
    amount = min(paid_for(order, lines).amount, order.total.amount)
    positions = {line.position for line in lines}
    key = f"{missing_start(order.order_id)}{'.'.join(map(str, sorted(positions)))}"
    known = session.scalar(select(Refund.id).where(Refund.key == f"desk:{key}"))
    if known is None and _settled(session, order) & positions:
        return Served("settled"), None
    done = refund_part(session, customer_id, order_number, amount, key=key, now=now)
    return done, Money(amount, order.total.currency)


def _settled(session: Session, order: OrderView) -> set[int]:
    """Positions of the lines that were sent again, paid back as missing, or sent back."""
    again = session.scalars(
        select(OrderLine.position)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.customer_id == order.customer_id,
            Order.number.startswith(f"{order.number}{AGAIN}"),
        )
    )
    sent_back = session.scalars(
        select(OrderLine.position)
        .join(ReturnLine, ReturnLine.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order.order_id)
    )
    return {*again, *sent_back, *paid_as_missing(session, order.order_id)}
