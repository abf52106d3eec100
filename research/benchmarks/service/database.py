"""What the shop's database shows of a user and their orders, in the words of the benchmark."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from research.benchmarks.service.reference import State
from shop.access import TAKEN, access_addresses
from shop.ids import CustomerId
from shop.models import Customer, Order, OrderLine, Payment, PaymentMethod, Refund, Variant
from shop.models import Return as ReturnRow
from shop.models import ReturnLine as ReturnLineRow

STATUS: Final = {
    "paid": "pending",
    "packed": "processed",
    "delivered": "delivered",
    "cancelled": "cancelled",
}


def customer_of(session: Session, user: str) -> CustomerId:
    """The customer of a user of the file."""
    key = select(Customer.id).where(Customer.external_id == user)
    return CustomerId(session.scalars(key).one())


def user_state(session: Session, user: str) -> State:
    """A user's orders by number with their `#`, and under the user's name balances and address."""
    customer = customer_of(session, user)
    methods = session.scalars(
        select(PaymentMethod).where(PaymentMethod.customer_id == customer)
    ).all()
    keys = {one.id: one.key for one in methods}
    orders = session.scalars(select(Order).where(Order.customer_id == customer)).all()
    found: State = {f"#{one.number}": _order(session, one, keys) for one in orders}
    addresses = access_addresses(session, customer)
    found[user] = {
        "balances": {one.key: one.balance for one in methods if one.balance is not None},
        "address": addresses[0].text if addresses else "",
    }
    return found


def _order(session: Session, order: Order, keys: dict[int, str]) -> dict[str, Any]:
    lines = session.execute(
        select(OrderLine.id, Variant.sku, OrderLine.unit_price, OrderLine.quantity)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(OrderLine.order_id == order.id, OrderLine.quantity > 0)
    ).all()
    return {
        "status": "items changed"
        if order.items_changed_at and order.state == "paid"
        else STATUS.get(order.state, order.state),
        "reason": order.cancel_reason and order.cancel_reason.replace("_", " "),
        "address": order.address,
        "back": _back(session, order, {line.id: line.sku for line in lines}, keys),
        "items": sorted((one.sku, one.unit_price) for one in lines for _ in range(one.quantity)),
        "payments": _payments(session, order, keys),
    }


def _back(
    session: Session, order: Order, skus: dict[int, str], keys: dict[int, str]
) -> tuple[Any, ...] | None:
    """The return or exchange that was asked for; several follow each other in one tuple."""
    found: tuple[Any, ...] = ()
    for one in session.scalars(select(ReturnRow).where(ReturnRow.order_id == order.id)):
        rows = session.execute(
            select(ReturnLineRow.order_line_id, Variant.sku)
            .join(Variant, Variant.id == ReturnLineRow.exchange_variant_id, isouter=True)
            .where(ReturnLineRow.return_id == one.id)
        ).all()
        sent = sorted(row.sku for row in rows if row.sku is not None)
        gone = sorted(skus[row.order_line_id] for row in rows)
        method = keys.get(one.payment_method_id or 0, "")
        found += (one.kind, gone, sent, method, one.price_difference)
    return found or None


def _payments(session: Session, order: Order, keys: dict[int, str]) -> Counter[tuple[Any, ...]]:
    paid = session.execute(
        select(Payment.amount, Payment.payment_method_id).where(
            Payment.order_id == order.id, Payment.state.in_(TAKEN)
        )
    )
    back = session.execute(
        select(Refund.amount, Refund.payment_method_id).where(Refund.order_id == order.id)
    )
    rows: Sequence[Any] = [
        *(("payment", *row) for row in paid),
        *(("refund", *row) for row in back),
    ]
    return Counter((way, amount, keys.get(key or 0, "")) for way, amount, key in rows if amount)
