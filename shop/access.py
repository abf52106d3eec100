"""The only doors to a customer's rows.

Each takes a CustomerId that the caller has verified (a signed token), never an e-mail or a number
that somebody typed. An order of somebody else is the same as no order.
"""

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from kit.folding import says
from kit.i18n import as_language
from kit.money import Money
from shop.ids import CustomerId, PaymentMethodId, ReturnId
from shop.models import Address, Consent, Customer, Order, Payment, PaymentMethod, Refund, Return
from shop.prices import paid_share
from shop.reading import read_lines, read_orders
from shop.typed import lookup_key
from shop.views import (
    AddressView,
    CustomerView,
    OrderView,
    PaymentMethodView,
    PaymentView,
    RefundView,
    ReturnView,
)

TAKEN: Final = frozenset({"captured", "refunded"})  # states of a payment that was made


def access_customer(session: Session, customer_id: CustomerId) -> CustomerView | None:
    """The customer, or None when unknown or erased."""
    customer = session.get(Customer, customer_id)
    if customer is None or customer.erased_at is not None:
        return None
    newsletter = session.scalar(
        select(Consent.granted).where(
            Consent.customer_id == customer_id, Consent.purpose == "newsletter"
        )
    )
    orders = session.scalar(select(func.count()).where(Order.customer_id == customer_id)) or 0
    return CustomerView(
        customer_id=customer_id,
        name=customer.name,
        email=customer.email,
        language=as_language(customer.language),
        loyalty_points=customer.loyalty_points,
        newsletter=bool(newsletter),
        order_count=orders,
        since=customer.created_at,
    )


def customers_called(session: Session, text: str, most: int) -> list[CustomerId]:
    """Up to `most` customers whose name or e-mail has the text in it; for people at the desk.

    Capitals and accents do not count.
    """
    dialect = session.get_bind().dialect.name
    called = or_(says(Customer.name, text, dialect), says(Customer.email, text, dialect))
    rows = session.scalars(
        select(Customer.id).where(called, Customer.erased_at.is_(None)).limit(most)
    )
    return [CustomerId(one) for one in rows]


def customer_numbered(session: Session, number: str) -> CustomerId | None:
    """The customer whom an imported shop knows by this number of its own; the caller has proof."""
    found = session.scalar(
        select(Customer.id).where(Customer.external_id == number, Customer.erased_at.is_(None))
    )
    return None if found is None else CustomerId(found)


def access_orders(session: Session, customer_id: CustomerId, limit: int = 10) -> list[OrderView]:
    """The customer's orders, newest first."""
    orders = session.scalars(
        select(Order)
        .where(Order.customer_id == customer_id)
        .options(selectinload(Order.payments))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(limit)
    ).all()
    return read_orders(session, orders)


def access_order(session: Session, customer_id: CustomerId, order_number: str) -> OrderView | None:
    """One order of the customer; None when unknown and when it is somebody else's."""
    order = session.scalar(
        select(Order)
        .where(Order.customer_id == customer_id, Order.number == lookup_key(order_number))
        .options(selectinload(Order.payments))
    )
    return None if order is None else read_orders(session, [order])[0]


def lock_order(session: Session, customer_id: CustomerId, order_number: str) -> OrderView | None:
    """As `access_order`, and nobody else changes the order until this unit of work ends.

    What is decided about an order is decided on what this returns: two wishes for one order wait
    for each other (PostgreSQL locks the row; SQLite has one writer).
    """
    session.flush()
    held = session.scalar(
        select(Order.id)
        .where(Order.customer_id == customer_id, Order.number == lookup_key(order_number))
        .with_for_update()
    )
    if held is None:
        return None
    session.expire_all()
    return access_order(session, customer_id, order_number)


def access_returns(session: Session, customer_id: CustomerId) -> list[ReturnView]:
    """The customer's returns, newest first."""
    rows = session.execute(
        select(Return, Order)
        .join(Order, Order.id == Return.order_id)
        .where(Order.customer_id == customer_id)
        .options(selectinload(Return.lines))
        .order_by(Return.created_at.desc(), Return.id.desc())
    ).all()
    lines = read_lines(session, [order.id for _, order in rows])
    views = []
    for returned, order in rows:
        wanted = {line.order_line_id for line in returned.lines}
        chosen = tuple(line for line in lines[order.id] if line.line_id in wanted)
        views.append(
            ReturnView(
                return_id=ReturnId(returned.id),
                number=returned.number,
                order_number=order.number,
                kind=returned.kind,  # type: ignore[arg-type]
                state=returned.state,  # type: ignore[arg-type]
                reason=returned.reason,
                label=returned.label,
                created_at=returned.created_at,
                lines=chosen,
                amount=Money(paid_share(lines[order.id], wanted, order.discount), order.currency),
            )
        )
    return views


def access_refunds(session: Session, customer_id: CustomerId) -> list[RefundView]:
    """The customer's refunds, newest first."""
    rows = session.execute(
        select(Refund, Order.number, Order.currency)
        .join(Order, Order.id == Refund.order_id)
        .where(Order.customer_id == customer_id)
        .order_by(Refund.created_at.desc(), Refund.id.desc())
    )
    return [
        RefundView(
            order_number=number,
            amount=Money(refund.amount, currency),
            state=refund.state,  # type: ignore[arg-type]
            method=refund.method,
            created_at=refund.created_at,
            expected_on=refund.expected_on,
            paid_at=refund.paid_at,
        )
        for refund, number, currency in rows
    ]


def access_addresses(session: Session, customer_id: CustomerId) -> list[AddressView]:
    """The customer's addresses, the default one first."""
    rows = session.scalars(
        select(Address)
        .where(Address.customer_id == customer_id)
        .order_by(Address.is_default.desc(), Address.id)
    )
    return [AddressView(row.recipient, row.text, row.country, row.is_default) for row in rows]


def access_payment_methods(session: Session, customer_id: CustomerId) -> list[PaymentMethodView]:
    """What the customer can pay with, as the shop lists it."""
    rows = session.scalars(
        select(PaymentMethod)
        .where(PaymentMethod.customer_id == customer_id)
        .order_by(PaymentMethod.id)
    )
    return [
        PaymentMethodView(
            method_id=PaymentMethodId(row.id),
            key=row.key,
            kind=row.kind,  # type: ignore[arg-type]
            brand=row.brand,
            last_four=row.last_four,
            balance=None if row.balance is None else Money(row.balance, row.currency),
        )
        for row in rows
    ]


def access_payments(
    session: Session, customer_id: CustomerId, order_number: str
) -> list[PaymentView]:
    """What was paid for an order of the customer and what went back, oldest first."""
    order = session.scalar(
        select(Order)
        .where(Order.customer_id == customer_id, Order.number == lookup_key(order_number))
        .options(selectinload(Order.payments))
    )
    if order is None:
        return []
    refunds = session.scalars(select(Refund).where(Refund.order_id == order.id).order_by(Refund.id))
    paid = [
        _payment("payment", row, row.at, order.currency)
        for row in sorted(order.payments, key=lambda row: row.id)
        if row.state in TAKEN
    ]
    back = [_payment("refund", row, row.created_at, order.currency) for row in refunds]
    return sorted([*paid, *back], key=lambda view: view.at)


def _payment(
    kind: Literal["payment", "refund"], row: Payment | Refund, at: datetime, currency: str
) -> PaymentView:
    method_id = None if row.payment_method_id is None else PaymentMethodId(row.payment_method_id)
    return PaymentView(kind, Money(row.amount, currency), row.method, method_id, at)
