"""What was sold, when and at what price: the shop's figures for forecasts, as plain records.

A day is the day where the shop is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit.i18n import SHOP_ZONE, Texts, local_day
from shop.ids import CustomerId, ProductId, VariantId
from shop.models import Category, Order, OrderLine, Price, Product, Promotion, Variant

CANCELLED = "cancelled"


@dataclass(frozen=True)
class VariantFacts:
    """A variant on sale, where it belongs, since when it is there, and what is left of it."""

    variant_id: VariantId
    sku: str
    product_id: ProductId
    product_slug: str
    category: str
    brand_id: int
    name: str
    size: str
    colour: str
    price: Decimal
    stock: int
    created_on: date


@dataclass(frozen=True)
class Campaign:
    """A promotion's category (None: everything), share off, and days, the last one included."""

    category: str | None
    share: float
    first_day: date
    last_day: date


def variants_on_sale(session: Session) -> list[VariantFacts]:
    """Every variant of an active product, in the order of their SKUs."""
    rows = session.execute(
        select(Variant, Product, Category.slug)
        .join(Product, Product.id == Variant.product_id)
        .join(Category, Category.id == Product.category_id)
        .where(Product.is_active)
        .order_by(Variant.sku)
    )
    return [
        VariantFacts(
            variant_id=VariantId(variant.id),
            sku=variant.sku,
            product_id=ProductId(product.id),
            product_slug=product.slug,
            category=category,
            brand_id=product.brand_id,
            name=str(Texts.of(product.names)),
            size=variant.size,
            colour=variant.colour,
            price=variant.price,
            stock=variant.stock,
            created_on=local_day(product.created_at),
        )
        for variant, product, category in rows
    ]


def sold_pieces(
    session: Session,
    *,
    since: date,
    until: date,
    variant_ids: Sequence[VariantId] | None = None,
) -> Iterator[tuple[VariantId, date, int]]:
    """(variant, day, pieces) of every line ordered in [since, until) and not cancelled.

    None of `variant_ids` asks for all.
    """
    statement = (
        select(OrderLine.variant_id, Order.placed_at, OrderLine.quantity)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.placed_at >= _midnight(since),
            Order.placed_at < _midnight(until),
            Order.state != CANCELLED,
        )
        .execution_options(yield_per=5000)
    )
    if variant_ids is not None:
        statement = statement.where(OrderLine.variant_id.in_(list(variant_ids)))
    for variant_id, placed_at, quantity in session.execute(statement):
        yield VariantId(variant_id), local_day(placed_at), quantity


def bought_products(session: Session, customer_id: CustomerId) -> dict[ProductId, datetime]:
    """Everything a customer ever ordered and did not cancel, with the newest moment."""
    rows = session.execute(
        select(Variant.product_id, func.max(Order.placed_at))
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.customer_id == customer_id, Order.state != CANCELLED)
        .group_by(Variant.product_id)
    )
    return {ProductId(row[0]): row[1] for row in rows}


def popularity_in_stock(session: Session) -> dict[int, int]:
    """Products that can be bought now, with their popularity."""
    is_there = select(Variant.id).where(Variant.product_id == Product.id, Variant.stock > 0)
    rows = session.execute(
        select(Product.id, Product.popularity).where(Product.is_active, is_there.exists())
    )
    return {row[0]: row[1] for row in rows}


def price_changes(session: Session) -> Iterator[tuple[VariantId, date, float]]:
    """(variant, first day, amount) of every price, oldest first."""
    rows = session.execute(
        select(Price.variant_id, Price.valid_from, Price.amount)
        .order_by(Price.valid_from)
        .execution_options(yield_per=5000)
    )
    for variant_id, valid_from, amount in rows:
        yield VariantId(variant_id), local_day(valid_from), float(amount)


def campaigns(session: Session) -> list[Campaign]:
    """Every promotion there was, is, or is planned."""
    rows = session.execute(
        select(Promotion, Category.slug).outerjoin(Category, Category.id == Promotion.category_id)
    )
    return [
        Campaign(
            category,
            float(promotion.share),
            local_day(promotion.starts_at),
            local_day(promotion.ends_at),
        )
        for promotion, category in rows
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHOP_ZONE)
