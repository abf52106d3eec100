"""Rows to views, in as few statements as possible. Used inside `shop` only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session, selectinload, undefer

from kit.i18n import Texts
from kit.money import Money
from shop.ids import CustomerId, OrderId, ProductId, VariantId
from shop.models import (
    Brand,
    Category,
    Order,
    OrderLine,
    Payment,
    Price,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    Shipment,
    Variant,
)
from shop.prices import reference_prices
from shop.views import (
    LineView,
    OrderState,
    OrderView,
    ProductView,
    ShipmentView,
    TrackingView,
    VariantView,
)

# Written once: putting a statement together takes longer than the database does for it.
_KEYS: Final[BindParameter[int]] = bindparam("keys", expanding=True)
_PRODUCTS: Final = (
    select(Product, Category.slug, Brand.name)
    .join(Category, Category.id == Product.category_id)
    .join(Brand, Brand.id == Product.brand_id)
    .where(Product.id.in_(_KEYS))
    .options(undefer(Product.descriptions))
)
_VARIANTS: Final = select(Variant).where(Variant.product_id.in_(_KEYS)).order_by(Variant.id)
_ARRIVALS: Final = (
    select(PurchaseOrderLine.variant_id, PurchaseOrder.expected_on)
    .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
    .where(PurchaseOrderLine.variant_id.in_(_KEYS), PurchaseOrder.received_on.is_(None))
    .order_by(PurchaseOrder.expected_on.desc())
)
_PRICES: Final = (
    select(Price.variant_id, Price.valid_from, Price.amount)
    .where(Price.variant_id.in_(_KEYS), Price.valid_from <= bindparam("now"))
    .order_by(Price.variant_id, Price.valid_from)
)


def read_orders(
    session: Session, orders: Sequence[Order], *, parcels: bool = True
) -> list[OrderView]:
    """Views of `orders`, in their order."""
    if not orders:
        return []
    ids = [order.id for order in orders]
    lines = read_lines(session, ids)
    shipments: dict[int, list[Shipment]] = defaultdict(list)
    if parcels:
        found = session.scalars(
            select(Shipment)
            .where(Shipment.order_id.in_(ids))
            .options(selectinload(Shipment.events))
            .order_by(Shipment.id)
        )
        for shipment in found:
            shipments[shipment.order_id].append(shipment)
    session_payments = {order.id: order.payments for order in orders}
    return [
        _order_view(
            order, lines[order.id], shipments[order.id], _method(session_payments[order.id])
        )
        for order in orders
    ]


def _method(payments: Sequence[Payment]) -> str:
    held = paid_with(payments)
    return "" if held is None else held.method


def paid_with(payments: Iterable[Payment]) -> Payment | None:
    """The payment that an order stands on: the first that was not given back whole."""
    return min(payments, key=lambda one: (one.state == "refunded", one.id), default=None)


def read_lines(session: Session, order_ids: Sequence[int]) -> dict[int, list[LineView]]:
    """The lines of orders, by order id."""
    found: dict[int, list[LineView]] = defaultdict(list)
    statement = (
        select(OrderLine, Variant, Product, Category.slug, Order.currency)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(Category, Category.id == Product.category_id)
        .where(OrderLine.order_id.in_(order_ids))
        .order_by(OrderLine.order_id, OrderLine.position)
    )
    for line, variant, product, category, currency in session.execute(statement):
        found[line.order_id].append(
            LineView(
                line_id=line.id,
                position=line.position,
                product_id=ProductId(product.id),
                variant_id=VariantId(variant.id),
                sku=variant.sku,
                slug=product.slug,
                names=Texts.of(product.names),
                category=category,
                size=variant.size,
                colour=variant.colour,
                quantity=line.quantity,
                unit_price=Money(line.unit_price, currency),
                options=tuple(variant.options.items()),
            )
        )
    return found


def _order_view(
    order: Order, lines: Sequence[LineView], shipments: Sequence[Shipment], method: str
) -> OrderView:
    state: OrderState = order.state  # type: ignore[assignment]
    return OrderView(
        order_id=OrderId(order.id),
        customer_id=CustomerId(order.customer_id),
        number=order.number,
        state=state,
        placed_at=order.placed_at,
        promised_on=order.promised_on,
        delivered_at=order.delivered_at,
        lines=tuple(lines),
        shipments=tuple(
            ShipmentView(
                carrier=shipment.carrier,
                tracking_number=shipment.tracking_number,
                shipped_at=shipment.shipped_at,
                expected_on=shipment.expected_on,
                events=tuple(TrackingView(e.at, e.code, e.place) for e in shipment.events),
            )
            for shipment in shipments
        ),
        items_total=Money(order.items_total, order.currency),
        discount=Money(order.discount, order.currency),
        shipping=Money(order.shipping, order.currency),
        total=Money(order.total, order.currency),
        payment_method=method,
        recipient=order.recipient,
        address=order.address,
        country=order.country,
        items_changed=order.items_changed_at is not None,
        searched_since=order.lost_reported_at,
    )


def read_products(session: Session, ids: Sequence[int], now: datetime) -> list[ProductView]:
    """Views of products, in the order of `ids`; unknown ids are left out."""
    if not ids:
        return []
    keys = {"keys": list(ids)}
    rows = session.execute(_PRODUCTS, keys).all()
    variants: dict[int, list[Variant]] = defaultdict(list)
    for variant in session.scalars(_VARIANTS, keys):
        variants[variant.product_id].append(variant)
    variant_ids = [variant.id for group in variants.values() for variant in group]
    arrivals = next_arrivals(session, variant_ids)
    prices = recent_prices(session, variant_ids, now)
    views = {
        product.id: _product_view(product, category, brand, variants[product.id], arrivals, prices)
        for product, category, brand in rows
        if variants[product.id]
    }
    return [views[key] for key in ids if key in views]


def _product_view(
    product: Product,
    category: str,
    brand: str,
    variants: Sequence[Variant],
    arrivals: dict[int, date],
    prices: dict[int, tuple[Decimal, Decimal | None]],
) -> ProductView:
    cheapest = min(variants, key=lambda variant: variant.price)
    lowest, before = prices.get(cheapest.id, (cheapest.price, None))
    return ProductView(
        product_id=ProductId(product.id),
        slug=product.slug,
        names=Texts.of(product.names),
        descriptions=Texts.of(product.descriptions),
        category=category,
        brand=brand,
        attributes=product.attributes,
        price=Money(cheapest.price, product.currency),
        lowest_price_30_days=Money(lowest, product.currency),
        old_price=None if before is None else Money(before, product.currency),
        rating=product.rating_sum / product.rating_count if product.rating_count else None,
        rating_count=product.rating_count,
        variants=tuple(
            VariantView(
                variant_id=VariantId(variant.id),
                sku=variant.sku,
                size=variant.size,
                colour=variant.colour,
                price=Money(variant.price, product.currency),
                stock=variant.stock,
                expected_on=arrivals.get(variant.id),
                options=tuple(variant.options.items()),
            )
            for variant in variants
        ),
    )


def next_arrivals(session: Session, variant_ids: Iterable[int]) -> dict[int, date]:
    """The day the next purchase order brings a variant; without one the variant is absent."""
    rows = session.execute(_ARRIVALS, {"keys": list(variant_ids)})
    return {row[0]: row[1] for row in rows}  # the earliest comes last and stays


def recent_prices(
    session: Session, variant_ids: Sequence[int], now: datetime
) -> dict[int, tuple[Decimal, Decimal | None]]:
    """Per variant: the lowest price of 30 days and the old price, as `reference_prices` says."""
    history: dict[int, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for variant_id, valid_from, amount in session.execute(
        _PRICES, {"keys": list(variant_ids), "now": now}
    ):
        history[variant_id].append((valid_from, amount))
    return {variant_id: reference_prices(points, now) for variant_id, points in history.items()}
