"""Statements about customers who may be analysed, for readers that go through them in steps.

A step is the customers with `first <= id < last`. Nobody is read who was erased, or who switched
personal suggestions off. Whoever runs one gets plain columns; the ORM classes stay in the shop.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from kit.database import Minor
from shop.events import PERSONAL, EventKind
from shop.models import (
    BehaviourEvent,
    Category,
    Consent,
    Customer,
    Order,
    OrderLine,
    Product,
    Promotion,
    Refund,
    ReturnLine,
    Variant,
)
from shop.sales import CANCELLED

Column = ColumnElement[int] | InstrumentedAttribute[int]


def is_analysed(customer_id: Column) -> ColumnElement[bool]:
    """Whether the customer may be analysed now: not erased, personal suggestions not refused."""
    refused = exists().where(
        Consent.customer_id == customer_id,
        Consent.purpose == PERSONAL,
        Consent.granted.is_(False),
    )
    erased = exists().where(Customer.id == customer_id, Customer.erased_at.is_not(None))
    return and_(~refused, ~erased)


def allows_mail(customer_id: Column) -> ColumnElement[bool]:
    """Whether the customer has agreed to be written to."""
    return exists().where(
        Consent.customer_id == customer_id,
        Consent.purpose == "newsletter",
        Consent.granted.is_(True),
    )


def who_refused() -> Select[Any]:
    """(customer's id,) of those who switched personal suggestions off."""
    return select(Consent.customer_id).where(
        Consent.purpose == PERSONAL, Consent.granted.is_(False)
    )


def named_customers() -> Subquery:
    """A table to join with: each customer (`id`) with name, e-mail and language."""
    return (
        select(Customer.id, Customer.name, Customer.email, Customer.language)
        .where(Customer.erased_at.is_(None))
        .subquery("named_customers")
    )


def last_customer() -> Executable:
    """(the highest id,) None in a shop without customers."""
    return select(func.max(Customer.id))


def customer_rows(first: int, last: int) -> Executable:
    """(id,) of the step's customers."""
    return (
        select(Customer.id)
        .where(_within(Customer.id, first, last), is_analysed(Customer.id))
        .order_by(Customer.id)
    )


def currencies() -> Executable:
    """(currency, orders not cancelled), the most used first."""
    count = func.count()
    return (
        select(Order.currency, count)
        .where(Order.state != CANCELLED)
        .group_by(Order.currency)
        .order_by(count.desc(), Order.currency)
    )


def order_rows(first: int, last: int, currency: str) -> Executable:
    """(customer's id, moment, goods' worth less the discount) of each order, not cancelled."""
    net = type_coerce(Order.items_total - Order.discount, Minor)
    return (
        select(Order.customer_id, Order.placed_at, net)
        .where(
            _within(Order.customer_id, first, last),
            is_analysed(Order.customer_id),
            Order.state != CANCELLED,
            Order.currency == currency,
        )
        .order_by(Order.customer_id, Order.placed_at)
    )


def refund_rows(first: int, last: int, currency: str) -> Executable:
    """(customer's id, what was given back of orders that were not cancelled)."""
    return (
        select(Order.customer_id, func.sum(Refund.amount))
        .join(Refund, Refund.order_id == Order.id)
        .where(
            _within(Order.customer_id, first, last),
            Order.state != CANCELLED,
            Order.currency == currency,
        )
        .group_by(Order.customer_id)
    )


def bought_rows(first: int, last: int) -> Executable:
    """(customer's id, category, size, pieces, price of one, on offer, came back) of each line."""
    came_back = exists().where(ReturnLine.order_line_id == OrderLine.id)
    return (
        _lines()
        .add_columns(
            Category.slug,
            Variant.size,
            OrderLine.quantity,
            OrderLine.unit_price,
            _on_offer(),
            came_back,
        )
        .join(Category, Category.id == Product.category_id)
        .where(_within(Order.customer_id, first, last), is_analysed(Order.customer_id))
    )


def offer_counts() -> Executable:
    """(lines, of them on offer, how many customers have so many): the shop's whole picture."""
    lines = func.count()
    each = (
        _lines()
        .add_columns(lines.label("lines"), func.sum(case((_on_offer(), 1), else_=0)).label("cut"))
        .where(is_analysed(Order.customer_id))
        .group_by(Order.customer_id)
        .subquery()
    )
    return select(each.c.lines, each.c.cut, func.count()).group_by(each.c.lines, each.c.cut)


def looked_rows(first: int, last: int, kinds: Sequence[EventKind], since: datetime) -> Executable:
    """(customer's id, category, kind, events since then)."""
    return (
        select(BehaviourEvent.customer_id, Category.slug, BehaviourEvent.kind, func.count())
        .join(Product, Product.id == BehaviourEvent.product_id)
        .join(Category, Category.id == Product.category_id)
        .where(
            BehaviourEvent.customer_id >= first,
            BehaviourEvent.customer_id < last,
            BehaviourEvent.kind.in_(kinds),
            BehaviourEvent.at >= since,
        )
        .group_by(BehaviourEvent.customer_id, Category.slug, BehaviourEvent.kind)
    )


def shelf_prices() -> Executable:
    """(category, price) of every variant of an active product."""
    return (
        select(Category.slug, Variant.price)
        .join(Product, Product.category_id == Category.id)
        .join(Variant, Variant.product_id == Product.id)
        .where(Product.is_active)
    )


def shelf_sales() -> Executable:
    """(category, pieces sold)."""
    return (
        select(Category.slug, func.sum(OrderLine.quantity))
        .join(Product, Product.category_id == Category.id)
        .join(Variant, Variant.product_id == Product.id)
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .group_by(Category.slug)
    )


def changed_customers(since: datetime, after: int, most: int) -> Executable:
    """(customer's id,) of up to `most` who ordered or cancelled since then, from an id on."""
    moments = (Order.placed_at, Order.cancelled_at)
    return (
        select(Order.customer_id)
        .where(
            or_(*(one >= since for one in moments)),
            Order.customer_id > after,
            is_analysed(Order.customer_id),
        )
        .distinct()
        .order_by(Order.customer_id)
        .limit(most)
    )


def _lines() -> Select[Any]:
    """Each line of an order that was not cancelled, with its variant and product."""
    return (
        select(Order.customer_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Order.state != CANCELLED)
    )


def _on_offer() -> ColumnElement[bool]:
    """Whether the order was cheaper by a discount or code, or a promotion ran for the product."""
    ran = exists().where(
        Promotion.starts_at <= Order.placed_at,
        Promotion.ends_at > Order.placed_at,
        or_(Promotion.category_id.is_(None), Promotion.category_id == Product.category_id),
    )
    return or_(Order.discount > 0, Order.coupon_code.is_not(None), ran)


def _within(column: Column, first: int, last: int) -> ColumnElement[bool]:
    return and_(column >= first, column < last)
