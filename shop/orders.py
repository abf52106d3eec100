"""What may happen to an order, and making it happen once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from kit.i18n import format_date, format_money, local_day
from kit.money import Money
from shop.access import access_customer, access_order, lock_order
from shop.ids import CustomerId, OrderId, VariantId
from shop.mail import queue_mail
from shop.models import Order, OrderLine, Refund, Variant
from shop.payments import net_payments, pay_back
from shop.policy_file import policy_of
from shop.prices import paid_share
from shop.rules import Refusal, asks_person, change_refusal
from shop.stock import shift_stock
from shop.typed import storable
from shop.views import LineView, OrderState, OrderView

MOVES: Final[dict[OrderState, frozenset[OrderState]]] = {
    "placed": frozenset({"paid", "cancelled"}),
    "paid": frozenset({"packed", "cancelled"}),
    "packed": frozenset({"shipped", "cancelled"}),
    "shipped": frozenset({"in_transit", "out_for_delivery", "delivered"}),
    "in_transit": frozenset({"out_for_delivery", "delivered"}),
    "out_for_delivery": frozenset({"in_transit", "delivered"}),
    "delivered": frozenset(),
    "cancelled": frozenset(),
}
ADDRESS_LENGTH: Final = 500
# How the keys of refunds begin that the order itself has taken into account.
SETTLED: Final = ("cancel", "items", "method")


class OrderStateError(ValueError):
    """The order cannot move from its state to that one."""


@dataclass(frozen=True)
class OrderChange:
    """What came of a wish: `changed` now, or done before (`order` shows it), or refused."""

    order: OrderView | None
    changed: bool
    refusal: Refusal | None = None
    refund: Money | None = None


def move(session: Session, order_number: str, to: OrderState, *, now: datetime) -> None:
    """Move an order to state `to`; raises OrderStateError for an impossible move."""
    moments = {"delivered": {"delivered_at": now}, "cancelled": {"cancelled_at": now}}
    allowed = [state for state, targets in MOVES.items() if to in targets]
    moved = session.execute(
        update(Order)
        .where(Order.number == order_number, Order.state.in_(allowed))
        .values(state=to, version=Order.version + 1, **moments.get(to, {}))
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        current = session.scalar(select(Order.state).where(Order.number == order_number))
        raise OrderStateError(f"an order in state {current} cannot become {to}")


def cancel_order(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    *,
    reason: str | None = None,
    by_person: bool = False,
    now: datetime,
) -> OrderChange:
    """Cancel an order: stock comes back, what was paid too. Twice is once.

    `by_person`: somebody of the shop decides, who needs neither one of the accepted reasons nor
    somebody above.
    """
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return OrderChange(None, changed=False, refusal="unknown")
    if order.state == "cancelled":
        return OrderChange(order, changed=False, refund=_refund_of(session, order))
    policy = policy_of(session)
    refusal = change_refusal(order, "cancel_order", policy)
    if refusal is None and not by_person:
        accepted = policy.rule("cancel_order").accepts(reason)
        refusal = (
            asks_person("cancel_order", order.total.amount, policy) if accepted else "bad_reason"
        )
    if refusal is not None:
        return OrderChange(order, changed=False, refusal=refusal)
    move(session, order.number, "cancelled", now=now)
    session.execute(update(Order).where(Order.id == order.order_id).values(cancel_reason=reason))
    pieces: Counter[VariantId] = Counter()
    for line in order.lines:
        pieces[line.variant_id] += line.quantity
    shift_stock(session, pieces)
    if order.state != "placed":
        left = Money(still_paid(session, order.order_id, order.total.amount), order.total.currency)
        due = _give_all_back(session, order, left.amount, now)
        tell_customer(
            session,
            customer_id,
            f"cancelled:{order.order_id}",
            "order_cancelled",
            now,
            number=order.number,
            amount=left,
            method=order.payment_method,
            day=due,
        )
    else:
        tell_customer(
            session,
            customer_id,
            f"cancelled:{order.order_id}",
            "order_cancelled_unpaid",
            now,
            number=order.number,
        )
    session.expire_all()
    return OrderChange(
        access_order(session, customer_id, order_number),
        changed=True,
        refund=_refund_of(session, order),
    )


def _give_all_back(session: Session, order: OrderView, left: Decimal, now: datetime) -> date:
    """Give back what was paid, to each method its own; the day by which all is there."""
    key = f"cancel:{order.order_id}"
    nets = net_payments(session, order.order_id)
    if len(nets) < 2:
        only = nets[0][0] if nets else None
        return pay_back(session, order.order_id, key, left, now, to=only)
    days = [local_day(now)]
    for place, (method, amount) in enumerate(nets):
        back = min(amount, left)
        left -= back
        if back:
            days.append(pay_back(session, order.order_id, f"{key}.{place}", back, now, to=method))
    return max(days)


def _refund_of(session: Session, order: OrderView) -> Money | None:
    key = f"cancel:{order.order_id}"
    amount = session.scalar(
        select(func.sum(Refund.amount)).where(
            or_(Refund.key == key, Refund.key.startswith(f"{key}."))
        )
    )
    return None if amount is None else Money(amount, order.total.currency)


def still_paid(session: Session, order_id: OrderId, total: Decimal) -> Decimal:
    """What is left of an order's money, of which parts may have been given back before.

    What went back for cancelled or changed lines is no part of `total` any more, and what went
    back to another payment method was paid anew.
    """
    given = session.scalar(
        select(func.sum(Refund.amount)).where(
            Refund.order_id == order_id, *(Refund.key.not_like(f"{one}:%") for one in SETTLED)
        )
    )
    return max(total - (given or 0), Decimal(0))


def paid_for(order: OrderView, lines: Sequence[LineView]) -> Money:
    """What was paid for some lines of an order: their prices less their share of its discount."""
    chosen = {line.line_id for line in lines}
    return Money(paid_share(order.lines, chosen, order.discount.amount), order.total.currency)


def missing_start(order_id: OrderId) -> str:
    """How the desk's keys begin of what is given back for lines of an order that never came.

    The lines' positions follow, with dots between them.
    """
    return f"missing:{order_id}:"


def paid_as_missing(session: Session, order_id: OrderId) -> set[int]:
    """Positions of the lines that were paid back because they never came."""
    start = f"desk:{missing_start(order_id)}"
    keys = session.scalars(select(Refund.key).where(Refund.key.startswith(start)))
    return {int(one) for key in keys for one in key[len(start) :].split(".")}


def change_shipping_address(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    address: str,
    *,
    by_person: bool = False,
    now: datetime,
) -> OrderChange:
    """Send an order that has not left somewhere else. The country stays the same."""
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return OrderChange(None, changed=False, refusal="unknown")
    address = storable(address)
    policy = policy_of(session)
    refusal = change_refusal(order, "change_address", policy)
    if refusal is None and not by_person:
        refusal = asks_person("change_address", Decimal(0), policy)
    if refusal is None and not 0 < len(address) <= ADDRESS_LENGTH:
        refusal = "bad_address"
    if refusal is not None or order.address == address:
        return OrderChange(order, changed=False, refusal=refusal)
    session.execute(
        update(Order)
        .where(Order.id == order.order_id)
        .values(address=address, version=Order.version + 1)
    )
    tell_customer(
        session,
        customer_id,
        f"address:{order.order_id}:{now.isoformat()}",
        "address_changed",
        now,
        number=order.number,
        address=address,
    )
    session.expire_all()
    return OrderChange(access_order(session, customer_id, order_number), changed=True)


def change_line_variant(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    line_id: int,
    variant_id: VariantId,
    *,
    now: datetime,
) -> OrderChange:
    """Swap a line's size or colour while the order has not left, at the same price."""
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return OrderChange(None, changed=False, refusal="unknown")
    line = next((line for line in order.lines if line.line_id == line_id), None)
    target = session.get(Variant, variant_id)
    if line is None or target is None or target.product_id != line.product_id:
        return OrderChange(order, changed=False, refusal="unknown")
    policy = policy_of(session)
    refusal = change_refusal(order, "change_items", policy)
    refusal = refusal or asks_person("change_items", Decimal(0), policy)
    if refusal is None and line.variant_id == variant_id:
        refusal = "same_variant"
    if refusal is None and target.price != line.unit_price.amount:
        refusal = "price_differs"
    if refusal is None and not shift_stock(
        session, {variant_id: -line.quantity, line.variant_id: line.quantity}
    ):
        refusal = "no_stock"
    if refusal is not None:
        return OrderChange(order, changed=False, refusal=refusal)
    session.execute(
        update(Order)
        .where(Order.id == order.order_id)
        .values(version=Order.version + 1, items_changed_at=now)
    )
    session.execute(update(OrderLine).where(OrderLine.id == line_id).values(variant_id=variant_id))
    tell_customer(
        session,
        customer_id,
        f"item:{line_id}:{now.isoformat()}",
        "item_changed",
        now,
        number=order.number,
        product=[line],
        variant=described(target),
    )
    session.expire_all()
    return OrderChange(access_order(session, customer_id, order_number), changed=True)


def described(variant: Variant) -> str:
    """The values that tell a variant from its sisters."""
    values = variant.options.values() or (variant.colour, variant.size)
    return " ".join(filter(None, values))


def report_lost(
    session: Session, customer_id: CustomerId, order_number: str, *, now: datetime
) -> OrderChange:
    """Note that a parcel did not arrive; an investigation starts once."""
    order = access_order(session, customer_id, order_number)
    if order is None:
        return OrderChange(None, changed=False, refusal="unknown")
    if not order.shipments:
        return OrderChange(order, changed=False, refusal="not_shipped")
    noted = session.execute(
        update(Order)
        .where(Order.id == order.order_id, Order.lost_reported_at.is_(None))
        .values(lost_reported_at=now, version=Order.version + 1)
    )
    return OrderChange(order, changed=bool(noted.rowcount))  # type: ignore[attr-defined]


def tell_customer(
    session: Session,
    customer_id: CustomerId,
    key: str,
    template: str,
    now: datetime,
    **values: str | Money | date | Sequence[LineView],
) -> None:
    """Mail the customer what was changed, in their language; lines by their products' names."""
    customer = access_customer(session, customer_id)
    if customer is None:
        return
    texts = {"name": customer.name}
    for name, value in values.items():
        if isinstance(value, Money):
            texts[name] = format_money(value, customer.language)
        elif isinstance(value, date):
            texts[name] = format_date(value, customer.language, local_day(now))
        elif isinstance(value, str):
            texts[name] = value
        else:
            texts[name] = ", ".join(line.name(customer.language) for line in value)
    queue_mail(
        session,
        key=key,
        recipient=customer.email,
        template=template,
        language=customer.language,
        values=texts,
        now=now,
    )


def cancel_lines(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    line_ids: Sequence[int],
    *,
    now: datetime,
) -> OrderChange:
    """Take whole lines out of an order that has not left; some must stay. Twice is once.

    Their stock comes back and, where the order is paid, their price; shipping stays as it was.
    """
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return OrderChange(None, changed=False, refusal="unknown")
    gone = [line for line in order.lines if line.line_id in line_ids]
    if not gone:
        return OrderChange(order, changed=False)
    policy = policy_of(session)
    refusal = change_refusal(order, "cancel_items", policy)
    if refusal is None and len(gone) == len(order.lines):
        refusal = "unknown"
    refusal = refusal or asks_person("cancel_items", paid_for(order, gone).amount, policy)
    if refusal is not None:
        return OrderChange(order, changed=False, refusal=refusal)
    amount = sum((line.unit_price.amount * line.quantity for line in gone), start=Decimal(0))
    price = paid_for(order, gone).amount
    share = amount - price
    left = still_paid(session, order.order_id, order.total.amount)
    back = Money(min(price, left), order.total.currency)
    pieces: Counter[VariantId] = Counter()
    for line in gone:
        pieces[line.variant_id] += line.quantity
    shift_stock(session, pieces)
    session.execute(delete(OrderLine).where(OrderLine.id.in_([line.line_id for line in gone])))
    session.execute(
        update(Order)
        .where(Order.id == order.order_id)
        .values(
            items_total=Order.items_total - amount,
            discount=Order.discount - share,
            total=Order.total - price,
            version=Order.version + 1,
        )
    )
    if order.state != "placed":
        first = min(line.line_id for line in gone)  # a line goes once
        pay_back(session, order.order_id, f"cancel:{order.order_id}:{first}", back.amount, now)
    tell_customer(
        session,
        customer_id,
        f"lines:{gone[0].line_id}",
        "items_cancelled",
        now,
        number=order.number,
        items=gone,
        amount=back,
        method=order.payment_method,
    )
    session.expire_all()
    return OrderChange(
        access_order(session, customer_id, order_number),
        changed=True,
        refund=back if order.state != "placed" else None,
    )
