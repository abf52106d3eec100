"""Change what is in an order that has not left, several items at once, and what pays for it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kit.money import Money
from shop.access import access_order, lock_order
from shop.ids import CustomerId, PaymentMethodId, VariantId
from shop.models import Order, OrderLine, Payment, Refund, Variant
from shop.orders import (
    OrderChange,
    described,
    still_paid,
    tell_customer,
)
from shop.payments import charge, known_method, method_of, pay_back
from shop.policy import Policy
from shop.policy_file import policy_of
from shop.returns import price_difference
from shop.rules import Refusal, asks_person, change_refusal
from shop.stock import shift_stock
from shop.views import LineView, OrderView


def change_items(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    swaps: Mapping[int, VariantId],
    *,
    method_id: PaymentMethodId | None,
    now: datetime,
) -> OrderChange:
    """Put another variant of its product in the place of each line's; all or nothing.

    Where the order is paid, the method pays what that costs more, or gets what it costs less, never
    more than is left. `refund` of the result is what goes back. The same change twice is once; the
    same variant again is noted as a change. Without a method only what costs the same is put in.
    """
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return OrderChange(None, changed=False, refusal="unknown")
    lines = [line for line in order.lines if line.line_id in swaps]
    targets = {line_id: session.get(Variant, variant) for line_id, variant in swaps.items()}
    method = None if method_id is None else method_of(session, customer_id, method_id)
    row = session.get_one(Order, order.order_id)
    policy = policy_of(session)
    refusal = _refusal(order, lines, targets, policy)
    if refusal is None and method is None and method_id is not None:
        refusal = "unknown_method"
    is_done = row.items_changed_at and all(swaps[one.line_id] == one.variant_id for one in lines)
    if is_done and refusal in {None, "changed_once"}:
        return OrderChange(order, changed=False)
    difference = price_difference(session, lines, swaps)
    if refusal is None and method is None and difference:
        refusal = "price_differs"
    if refusal is not None:
        return OrderChange(order, changed=False, refusal=refusal)
    due = max(difference, -order.total.amount)  # the discount may be worth more than what stays
    is_paid = order.state != "placed"
    if is_paid and method is not None and method.balance is not None and method.balance < due:
        return OrderChange(order, changed=False, refusal="low_balance")
    pieces: Counter[VariantId] = Counter()
    for line in lines:
        pieces[line.variant_id] += line.quantity
        pieces[swaps[line.line_id]] -= line.quantity
    if not shift_stock(session, pieces):
        return OrderChange(order, changed=False, refusal="no_stock")
    if is_paid and due > 0 and method and not charge(session, order.order_id, method, due, now):
        raise RuntimeError("the balance went between two statements of one unit of work")
    version = row.version
    currency = order.total.currency
    refund = None
    if is_paid and due < 0:
        left = still_paid(session, order.order_id, order.total.amount)
        refund = Money(min(-due, left), currency)
        pay_back(
            session,
            order.order_id,
            f"items:{order.order_id}:{version}",
            refund.amount,
            now,
            to=method,
        )
    for line in lines:
        target = targets[line.line_id]
        assert target is not None
        new = {"variant_id": target.id, "unit_price": target.price}
        session.execute(update(OrderLine).where(OrderLine.id == line.line_id).values(**new))
    session.execute(
        update(Order)
        .where(Order.id == order.order_id)
        .values(
            items_total=Order.items_total + difference,
            discount=Order.discount + (difference - due),
            total=Order.total + due,
            items_changed_at=now,
            version=Order.version + 1,
        )
    )
    moved = Money(due, currency) if refund is None else -refund
    tell_customer(
        session,
        customer_id,
        f"items:{order.order_id}:{version}",
        "items_changed",
        now,
        number=order.number,
        items=_said(lines, targets),
        amount=moved,
        method=order.payment_method if method is None else method.name,
    )
    session.expire_all()
    return OrderChange(
        access_order(session, customer_id, order_number), changed=True, refund=refund
    )


def _refusal(
    order: OrderView,
    lines: list[LineView],
    targets: Mapping[int, Variant | None],
    policy: Policy,
) -> Refusal | None:
    if not lines or len(lines) < len(targets):
        return "unknown"
    differs = False
    for line in lines:
        target = targets[line.line_id]
        if target is None or target.product_id != line.product_id:
            return "unknown"
        differs = differs or target.price != line.unit_price.amount
    refusal = change_refusal(order, "change_items", policy)
    if refusal is None and differs and policy.rule("change_items").prices == "same":
        refusal = "price_differs"
    return refusal or asks_person("change_items", Decimal(0), policy)


def _said(lines: list[LineView], targets: Mapping[int, Variant | None]) -> str:
    told = ((str(line.names), targets[line.line_id]) for line in lines)
    return ", ".join(f"{name} ({described(one)})" for name, one in told if one is not None)


def change_payment_method(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    method_id: PaymentMethodId,
    *,
    now: datetime,
) -> OrderChange:
    """Let another method pay for an order that has not left; the one before gets all of it back.

    Only an order that one payment paid for can be changed so.
    """
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return OrderChange(None, changed=False, refusal="unknown")
    paid = session.scalars(
        select(Payment).where(Payment.order_id == order.order_id, Payment.state == "captured")
    ).all()
    returned = session.scalars(select(Refund.id).where(Refund.order_id == order.order_id)).first()
    method = method_of(session, customer_id, method_id)
    policy = policy_of(session)
    refusal = change_refusal(order, "change_payment", policy)
    refusal = refusal or asks_person("change_payment", Decimal(0), policy)
    if refusal is None and method is None:
        refusal = "unknown_method"
    elif refusal is None and (len(paid) != 1 or returned is not None):
        refusal = "paid_in_parts"
    elif refusal is None and paid[0].payment_method_id == method_id:
        refusal = "same_method"
    if refusal is None and method is not None:
        before = paid[0]
        if not charge(session, order.order_id, method, before.amount, now):
            refusal = "low_balance"
    if refusal is not None or method is None:
        return OrderChange(order, changed=False, refusal=refusal)
    old = known_method(session, before.payment_method_id)
    pay_back(session, order.order_id, f"method:{before.id}", before.amount, now, to=old)
    before.state = "refunded"  # only now: until then the order stands on it, even without a method
    session.execute(
        update(Order).where(Order.id == order.order_id).values(version=Order.version + 1)
    )
    amount = Money(before.amount, order.total.currency)
    tell_customer(
        session,
        customer_id,
        f"method:{before.id}",
        "method_changed",
        now,
        number=order.number,
        amount=amount,
        method=method.name,
        old=before.method,
    )
    session.expire_all()
    return OrderChange(
        access_order(session, customer_id, order_number), changed=True, refund=amount
    )
