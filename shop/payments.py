"""Money of an order: taken from what a customer pays with, and given back to it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kit.i18n import local_day
from shop.access import TAKEN
from shop.ids import CustomerId, PaymentMethodId
from shop.models import Payment, PaymentMethod, Refund
from shop.policy_file import policy_of
from shop.reading import paid_with
from shop.upsert import insert_once


def method_of(
    session: Session, customer_id: CustomerId, method_id: PaymentMethodId
) -> PaymentMethod | None:
    """A payment method of the customer; None when unknown and when it is somebody else's."""
    return session.scalar(
        select(PaymentMethod).where(
            PaymentMethod.id == method_id, PaymentMethod.customer_id == customer_id
        )
    )


def known_method(session: Session, method_id: int | None) -> PaymentMethod | None:
    """The payment method that a row of ours names; None where only its name was known."""
    return None if method_id is None else session.get(PaymentMethod, method_id)


def charge(
    session: Session, order_id: int, method: PaymentMethod, amount: Decimal, now: datetime
) -> bool:
    """Take an amount for an order; False, and nothing taken, where a balance is too small."""
    if method.balance is not None:
        taken = session.execute(
            update(PaymentMethod)
            .where(PaymentMethod.id == method.id, PaymentMethod.balance >= amount)
            .values(balance=PaymentMethod.balance - amount)
        )
        if not taken.rowcount:  # type: ignore[attr-defined]
            return False
    session.add(
        Payment(
            order_id=order_id,
            method=method.name,
            state="captured",
            amount=amount,
            at=now,
            payment_method_id=method.id,
        )
    )
    session.flush()
    return True


def pay_back(
    session: Session,
    order_id: int,
    key: str,
    amount: Decimal,
    now: datetime,
    *,
    to: PaymentMethod | None = None,
    return_id: int | None = None,
) -> date:
    """Give money of an order back, once per `key`; the day by which it is there.

    It goes `to` a payment method, else to the one that the order was paid with; to a balance at
    once.
    """
    name = ""
    if to is None:
        held = paid_with(session.scalars(select(Payment).where(Payment.order_id == order_id)))
        if held is not None:
            to, name = known_method(session, held.payment_method_id), held.method
    is_instant = to is not None and to.balance is not None
    days = 0 if is_instant else policy_of(session).promises.refund_working_days
    due = local_day(add_working_days(now, days))
    refund = {
        "key": key,
        "order_id": order_id,
        "return_id": return_id,
        "amount": amount,
        "state": "paid" if is_instant else "pending",
        "method": name if to is None else to.name,
        "payment_method_id": None if to is None else to.id,
        "created_at": now,
        "expected_on": due,
        "paid_at": now if is_instant else None,
    }
    if insert_once(session, Refund, refund, unique=["key"]) and to is not None and is_instant:
        session.execute(
            update(PaymentMethod)
            .where(PaymentMethod.id == to.id)
            .values(balance=PaymentMethod.balance + amount)
        )
    return due


def net_payments(session: Session, order_id: int) -> list[tuple[PaymentMethod | None, Decimal]]:
    """What each payment method has paid for an order, less what went back to it."""
    sums: dict[int | None, Decimal] = {}
    paid = select(Payment).where(Payment.order_id == order_id, Payment.state.in_(TAKEN))
    for payment in session.scalars(paid.order_by(Payment.id)):
        key = payment.payment_method_id
        sums[key] = sums.get(key, Decimal(0)) + payment.amount
    for refund in session.scalars(select(Refund).where(Refund.order_id == order_id)):
        key = refund.payment_method_id
        sums[key] = sums.get(key, Decimal(0)) - refund.amount
    return [(known_method(session, key), amount) for key, amount in sums.items() if amount > 0]


def add_working_days(start: datetime, days: int) -> datetime:
    """`start` plus a number of days from Monday to Friday."""
    moment = start
    while days > 0:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return moment
