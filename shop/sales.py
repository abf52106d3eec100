"""What was sold, when and at what price: the shop's figures for forecasts, as plain records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ids import ProductId, VariantId
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
            name=product.name_en or product.name_zh,
            size=variant.size,
            colour=variant.colour,
            price=variant.price,
            stock=variant.stock,
            created_on=product.created_at.date(),
        )
        for variant, product, category in rows
    ]


def sold_pieces(
    session: Session, *, since: datetime, until: datetime
) -> Iterator[tuple[VariantId, date, int]]:
    """(variant, day, pieces) of every line ordered in [since, until) and not cancelled."""
    rows = session.execute(
        select(OrderLine.variant_id, Order.placed_at, OrderLine.quantity)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.placed_at >= since, Order.placed_at < until, Order.state != CANCELLED)
        .execution_options(yield_per=5000)
    )
    for variant_id, placed_at, quantity in rows:
        yield VariantId(variant_id), placed_at.date(), quantity


def price_changes(session: Session) -> Iterator[tuple[VariantId, date, float]]:
    """(variant, first day, amount) of every price, oldest first."""
    rows = session.execute(
        select(Price.variant_id, Price.valid_from, Price.amount)
        .order_by(Price.valid_from)
        .execution_options(yield_per=5000)
    )
    for variant_id, valid_from, amount in rows:
        yield VariantId(variant_id), valid_from.date(), float(amount)


def campaigns(session: Session) -> list[Campaign]:
    """Every promotion there was, is, or is planned."""
    rows = session.execute(
        select(Promotion, Category.slug).outerjoin(Category, Category.id == Promotion.category_id)
    )
    return [
        Campaign(category, float(promotion.share), promotion.starts_at.date(),
                 promotion.ends_at.date())
        for promotion, category in rows
    ]  # fmt: skip
