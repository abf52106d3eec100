"""Write whole orders with their lines, payments and refunds, and behaviour events."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from shop.imports.buyers import customers_by_key, order_customers
from shop.imports.goods import Batch, write_products
from shop.imports.keys import shortened
from shop.imports.lookups import change, found, values
from shop.imports.matching import Article, find_variants
from shop.imports.problems import Note, Rejected
from shop.imports.report import Numbered, Tally
from shop.imports.shapes import EVERYTHING, EventRow, OrderRow, ProductRow
from shop.imports.totals import Settled
from shop.models import (
    BehaviourEvent,
    Customer,
    Order,
    OrderLine,
    Payment,
    Product,
    Refund,
    Variant,
)
from shop.orders import MOVES


def write_orders(session: Session, orders: Sequence[Settled], batch: Batch) -> None:
    """Whole orders, each with its lines, its payment, and its customer where that one is new.

    An order that is known keeps its lines; a new state and a delivery day are taken over.
    """
    known = found(session, Order, Order.number, (order.lines[0].row.order for order in orders))
    new: list[Settled] = []
    for order in orders:
        first = order.lines[0].row
        before = known.get(first.order)
        if before is None:
            new.append(order)
            continue
        changed = _take_over(session, before, order)
        _keep(order, batch.report)
        batch.report.count("orders", "updated" if changed else "unchanged")
    variants = _order_variants(session, [line for order in new for line in order.lines], batch)
    whole = [order for order in new if _is_of_known_products(order, variants, batch.report)]
    people = order_customers(session, [line for order in whole for line in order.lines], batch)
    sold: Counter[int] = Counter()
    for order in whole:
        first = order.lines[0].row
        bought = [variants[_article(line.row)] for line in order.lines]
        made = _order(order, bought, people[first.customer or first.email], batch.report)
        session.add(made)
        batch.report.count("orders", "new")
        batch.report.count("order lines", "new", len(made.lines))
        _refund(session, made, order)
        for line, variant in zip(order.lines, bought, strict=True):
            sold[variant.product_id] += line.row.quantity
    if sold:
        session.connection().execute(
            update(Product)
            .where(Product.id == bindparam("product"))
            .values(popularity=Product.popularity + bindparam("pieces")),
            [{"product": product, "pieces": pieces} for product, pieces in sold.items()],
        )


def _article(row: OrderRow) -> Article:
    return Article(row.sku, "", row.product, row.options)


def _keep(order: Settled, report: Tally, joined: frozenset[int] = frozenset()) -> None:
    """Count the rows of an order; `joined` are the places of lines added to an equal one."""
    for place, line in enumerate(order.lines):
        notes = [order.note] if order.note is not None and place == 0 else []
        if place in joined:
            notes.append(Note("repeated_line_joined", "row", "added to an equal line"))
        report.keep(line, *notes)
    for line in order.others:
        report.keep(line)


def _is_of_known_products(
    order: Settled, variants: Mapping[Article, Variant], report: Tally
) -> bool:
    """Whether the shop has all that was ordered; else the whole order is rejected."""
    if all(_article(line.row) in variants for line in order.lines):
        return True
    number = order.lines[0].row.order
    reason = (
        f"order {number}: no product has this SKU or name; import the products first, "
        "or let --create-products make them"
    )
    for line in (*order.lines, *order.others):
        report.reject(line.number, line.raw, Rejected("unknown_product", "sku", reason))
    return False


def _take_over(session: Session, known: Order, order: Settled) -> bool:
    """A later state and money that went back since; True when that is news."""
    first = order.lines[0].row
    state = "cancelled" if order.is_cancelled else first.state
    changed = False
    if _is_later(known.state, state):
        moment = first.cancelled_at or first.placed_at if order.is_cancelled else None
        new = {"state": state, "delivered_at": first.delivered_at, "cancelled_at": moment}
        changed = change(known, new)
    if order.refunded:
        statement = select(Refund).where(Refund.key == f"import:{known.id}")
        before = session.scalars(statement).one_or_none()
        if before is None:
            _refund(session, known, order)
            return True
        changed |= change(before, {"amount": order.refunded})
    return changed


def _is_later(state: str, new: str) -> bool:
    """Whether an order can still come to `new`; a file may be older than the shop."""
    reached, frontier = set[str](), [state]
    while frontier:
        for following in MOVES[frontier.pop()]:  # type: ignore[index]
            if following not in reached:
                reached.add(following)
                frontier.append(following)
    return new != state and new in reached


def _order(order: Settled, variants: Sequence[Variant], customer: Customer, report: Tally) -> Order:
    """The order with its lines and payment; `variants` are those of its lines."""
    first = order.lines[0].row
    joined: dict[tuple[int, Decimal], int] = {}
    repeated = set()
    for place, (line, variant) in enumerate(zip(order.lines, variants, strict=True)):
        key = (variant.id, line.row.price)
        if key in joined:
            repeated.add(place)
        joined[key] = joined.get(key, 0) + line.row.quantity
    _keep(order, report, frozenset(repeated))
    made = Order(
        number=first.order,
        customer_id=customer.id,
        state="cancelled" if order.is_cancelled else first.state,
        currency=first.currency,
        items_total=order.items_total,
        discount=order.discount,
        shipping=order.shipping,
        tax=order.tax,
        total=order.total,
        coupon_code=first.coupon or None,
        placed_at=first.placed_at,
        delivered_at=first.delivered_at,
        cancelled_at=(first.cancelled_at or first.placed_at) if order.is_cancelled else None,
        recipient=first.recipient or customer.name,
        address=first.address,
        country=first.country,
    )
    if order.is_paid:
        made.payments.append(
            Payment(method="imported", state="captured", amount=order.total, at=first.placed_at)
        )
    made.lines = [
        OrderLine(position=place, variant_id=variant_id, quantity=count, unit_price=price)
        for place, ((variant_id, price), count) in enumerate(joined.items(), start=1)
    ]
    return made


def _refund(session: Session, made: Order, order: Settled) -> None:
    """What went back, as money that has been paid."""
    if not order.refunded:
        return
    session.flush()
    moment = made.cancelled_at or made.placed_at
    session.add(
        Refund(
            key=f"import:{made.id}",
            order_id=made.id,
            amount=order.refunded,
            state="paid",
            method="imported",
            created_at=moment,
            expected_on=None,
            paid_at=moment,
        )
    )


def _order_variants(
    session: Session, lines: Sequence[Numbered[OrderRow]], batch: Batch
) -> dict[Article, Variant]:
    """Everything that was ordered; made where that is wanted."""
    articles = [_article(line.row) for line in lines]
    known = find_variants(session, articles)
    if not batch.creates_products:
        return known
    missing: dict[str, Numbered[ProductRow]] = {}
    for line, article in zip(lines, articles, strict=True):
        row = line.row
        if article in known or not (row.product or row.sku):
            continue
        key = row.sku or row.product
        sku = row.sku or shortened("/".join((key, *(value for _, value in row.options))), 80)
        made = ProductRow(
            key=shortened(sku if row.sku else key, 120),
            sku=sku,
            name=row.product or row.sku,
            description="",
            category=EVERYTHING,
            brand="No brand",
            options=row.options,
            price=row.price,
            currency=row.currency,
            stock=None,
            is_active=row.price > 0,
        )
        if sku in missing and made.price > missing[sku].row.price == 0:
            made = replace(made, is_active=True)
        elif sku in missing:
            continue
        missing[sku] = Numbered(line.number, line.raw, made)
    if not missing:
        return known
    # The rows are the orders'; only what became of the products is counted here.
    tally = Tally()
    write_products(session, list(missing.values()), replace(batch, report=tally))
    batch.report.counts += tally.counts
    session.flush()
    return {**known, **find_variants(session, [one for one in articles if one not in known])}


def write_events(session: Session, rows: Sequence[Numbered[EventRow]], batch: Batch) -> None:
    """Behaviour events once by their key; one of an unknown customer or product is rejected."""
    customers = customers_by_key(session, [item.row.customer for item in rows if item.row.customer])
    skus = [item.row.sku for item in rows if item.row.sku]
    variants = found(session, Variant, Variant.sku, skus)
    keys = values(session, BehaviourEvent.key, (item.row.key for item in rows))
    new: list[dict[str, Any]] = []
    for item in rows:
        row = item.row
        if row.key in keys:
            batch.report.keep(item)
            batch.report.count("events", "unchanged")
            continue
        customer, variant = customers.get(row.customer), variants.get(row.sku)
        problem = None
        if row.customer and customer is None:
            problem = Rejected("unknown_customer", "customer", "no customer has this key or e-mail")
        elif row.sku and variant is None:
            problem = Rejected("unknown_product", "sku", "no product has this SKU")
        if problem is not None:
            batch.report.reject(item.number, item.raw, problem)
            continue
        keys.add(row.key)
        batch.report.keep(item)
        new.append(
            {
                "key": row.key,
                "kind": row.kind,
                "at": row.at.astimezone(UTC),
                "customer_id": customer and customer.id,
                "session_key": row.session,
                "product_id": variant and variant.product_id,
                "variant_id": variant and variant.id,
                "value": row.value,
            }
        )
    if new:
        session.execute(insert(BehaviourEvent), new)
    batch.report.count("events", "new", len(new))
