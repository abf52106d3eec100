"""The customer beside the conversation: who they are, what they ordered, what came back."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from concierge.kit.i18n import Language, format_date, format_money, local_day
from shop.access import access_customer, access_orders, access_returns
from shop.ids import CustomerId
from shop.views import OrderView

MOST_ORDERS: Final = 8


@dataclass(frozen=True)
class OrderLine:
    """One thing ordered, ready to read."""

    title: str
    quantity: int


@dataclass(frozen=True)
class OrderCard:
    """One order, ready to read."""

    number: str
    state: str
    placed: str
    total: str
    lines: tuple[OrderLine, ...] = ()


@dataclass(frozen=True)
class ReturnCard:
    """One return or exchange, ready to read."""

    number: str
    order_number: str
    state: str
    requested: str


@dataclass(frozen=True)
class CustomerPanel:
    """What an agent sees of a customer while working on their ticket."""

    name: str
    language: str
    since: str
    email: str
    orders: tuple[OrderCard, ...] = ()
    returns: tuple[ReturnCard, ...] = ()


ReadCustomer = Callable[[Session, str, Language, datetime], CustomerPanel | None]
ReadNames = Callable[[Session, Collection[str]], dict[str, str]]


def read_customer(
    session: Session, customer_id: str, language: Language, now: datetime
) -> CustomerPanel | None:
    """The customer in the agent's language; None when unknown or erased."""
    known = _shop_id(customer_id)
    customer = access_customer(session, known) if known is not None else None
    if known is None or customer is None:
        return None
    today = local_day(now)
    orders = access_orders(session, known, limit=MOST_ORDERS)
    return CustomerPanel(
        name=customer.name,
        language=customer.language,
        since=format_date(local_day(customer.since), language, today),
        email=customer.email,
        orders=tuple(_order(order, language, today) for order in orders),
        returns=tuple(
            ReturnCard(
                number=item.number,
                order_number=item.order_number,
                state=item.state,
                requested=format_date(local_day(item.created_at), language, today),
            )
            for item in access_returns(session, known)[:MOST_ORDERS]
        ),
    )


def read_names(session: Session, customer_ids: Collection[str]) -> dict[str, str]:
    """Names by customer id; the unknown and the erased are left out."""
    names = {}
    for customer_id in customer_ids:
        known = _shop_id(customer_id)
        customer = access_customer(session, known) if known is not None else None
        if customer is not None:
            names[customer_id] = customer.name
    return names


def _order(order: OrderView, language: Language, today: date) -> OrderCard:
    return OrderCard(
        number=order.number,
        state=order.state,
        placed=format_date(local_day(order.placed_at), language, today),
        total=format_money(order.total, language),
        lines=tuple(
            OrderLine(", ".join(filter(None, (line.name(language), line.size))), line.quantity)
            for line in order.lines
        ),
    )


def _shop_id(customer_id: str) -> CustomerId | None:
    is_number = customer_id.isascii() and customer_id.isdigit() and len(customer_id) < 19
    return CustomerId(int(customer_id)) if is_number else None
