"""A customer's own data: give it all, or make it nobody's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from shop.access import (
    access_customer,
    access_orders,
    access_payment_methods,
    access_refunds,
    access_returns,
)
from shop.events import PERSONAL
from shop.ids import CustomerId
from shop.models import (
    Address,
    BehaviourEvent,
    Consent,
    Customer,
    Mail,
    Order,
    PaymentMethod,
    StockNotice,
    VerificationCode,
)
from shop.upsert import insert_once


class OpenOrdersError(ValueError):
    """A customer with an order on its way cannot be erased yet."""


def export(session: Session, customer_id: CustomerId) -> dict[str, Any]:
    """Everything the shop keeps about the customer, ready for JSON."""
    customer = access_customer(session, customer_id)
    if customer is None:
        return {}
    addresses = session.scalars(select(Address).where(Address.customer_id == customer_id))
    consents = session.scalars(select(Consent).where(Consent.customer_id == customer_id))
    notices = session.scalars(
        select(StockNotice).where(
            or_(
                StockNotice.email == customer.email.lower(),
                StockNotice.customer_id == customer_id,
            )
        )
    )
    events = session.scalars(
        select(BehaviourEvent).where(BehaviourEvent.customer_id == customer_id)
    )
    return {
        "customer": {
            "name": customer.name,
            "email": customer.email,
            "language": customer.language,
            "loyalty_points": customer.loyalty_points,
            "since": customer.since.isoformat(),
        },
        "addresses": [f"{row.recipient}, {row.text}, {row.country}" for row in addresses],
        "consents": {row.purpose: row.granted for row in consents},
        "orders": [_order(order) for order in access_orders(session, customer_id, limit=10_000)],
        "returns": [
            {"number": r.number, "order": r.order_number, "state": r.state, "reason": r.reason}
            for r in access_returns(session, customer_id)
        ],
        "refunds": [
            {"order": r.order_number, "amount": str(r.amount), "state": r.state}
            for r in access_refunds(session, customer_id)
        ],
        "payment_methods": [
            {
                "kind": one.kind,
                "brand": one.brand,
                "last_four": one.last_four,
                "balance": None if one.balance is None else str(one.balance),
            }
            for one in access_payment_methods(session, customer_id)
        ],
        "stock_notices": [row.variant_id for row in notices],
        "events": [
            {
                "kind": row.kind,
                "at": row.at.isoformat(),
                "product": row.product_id,
                **(row.details or {}),
            }
            for row in events
        ],
    }


def _order(order: Any) -> dict[str, Any]:
    return {
        "number": order.number,
        "state": order.state,
        "placed_at": order.placed_at.isoformat(),
        "total": str(order.total),
        "recipient": order.recipient,
        "address": order.address,
        "lines": [f"{line.quantity} × {line.names} ({line.sku})" for line in order.lines],
    }


def erase(session: Session, customer_id: CustomerId, *, now: datetime) -> bool:
    """Make the customer's rows nobody's; orders stay as book-keeping without name or address.

    False when unknown or erased before. Raises OpenOrdersError while an order is on its way.
    """
    customer = session.get(Customer, customer_id, with_for_update=True)
    if customer is None or customer.erased_at is not None:
        return False
    open_orders = session.scalar(
        select(func.count()).where(
            Order.customer_id == customer_id, Order.state.not_in(["delivered", "cancelled"])
        )
    )
    if open_orders:
        raise OpenOrdersError(f"{open_orders} orders are still on their way")
    email = customer.email.lower()
    for model, condition in (
        (Address, Address.customer_id == customer_id),
        (Consent, Consent.customer_id == customer_id),
        (PaymentMethod, PaymentMethod.customer_id == customer_id),
        (VerificationCode, VerificationCode.customer_id == customer_id),
        (
            StockNotice,
            or_(StockNotice.email == email, StockNotice.customer_id == customer_id),
        ),
        (Mail, func.lower(Mail.recipient) == email),
    ):
        session.execute(delete(model).where(condition))
    session.execute(
        update(BehaviourEvent)
        .where(BehaviourEvent.customer_id == customer_id)
        .values(customer_id=None, session_key="erased", details=None)
    )
    session.execute(
        update(Order).where(Order.customer_id == customer_id).values(recipient="", address="")
    )
    customer.email = f"erased-{customer_id}@erased.invalid"
    customer.name = ""
    customer.phone = None
    customer.external_id = None
    customer.erased_at = now
    return True


def set_newsletter(
    session: Session, customer_id: CustomerId, *, granted: bool, now: datetime
) -> bool:
    """Set the newsletter consent; True when that changed something."""
    return _set_consent(session, customer_id, "newsletter", granted, now, unasked=False)


def set_personal(
    session: Session, customer_id: CustomerId, *, granted: bool, now: datetime
) -> bool:
    """Switch personal suggestions on or off; True when that changed something."""
    return _set_consent(session, customer_id, PERSONAL, granted, now, unasked=True)


def _set_consent(
    session: Session,
    customer_id: CustomerId,
    purpose: str,
    granted: bool,
    now: datetime,
    *,
    unasked: bool,
) -> bool:
    """`unasked` is what holds for somebody who never said anything."""
    place = {"customer_id": customer_id, "purpose": purpose}
    new = {**place, "granted": granted, "changed_at": now}
    if insert_once(session, Consent, new, unique=list(place)):
        return granted != unasked
    changed = session.execute(
        update(Consent)
        .where(
            Consent.customer_id == customer_id,
            Consent.purpose == purpose,
            Consent.granted != granted,
        )
        .values(granted=granted, changed_at=now)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def find_customers(session: Session, emails: Sequence[str]) -> dict[str, CustomerId]:
    """Keys of customers by their e-mail address in lower case; erased ones are left out."""
    wanted = {email.strip().lower() for email in emails}
    rows = session.execute(
        select(func.lower(Customer.email), Customer.id).where(
            func.lower(Customer.email).in_(wanted), Customer.erased_at.is_(None)
        )
    )
    return {email: CustomerId(key) for email, key in rows}


def find_customer(session: Session, email: str) -> CustomerId | None:
    """The key of the customer with this e-mail address, for operators; None when erased too."""
    return find_customers(session, [email]).get(email.strip().lower())
