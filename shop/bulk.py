"""Statements of many rows, for readers that go through the whole shop in steps of their own.

Whoever runs one gets plain columns, by the names given here; the ORM classes stay in the shop.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Subquery, func, select
from sqlalchemy.orm import InstrumentedAttribute

from shop.events import EventKind
from shop.models import (
    BehaviourEvent,
    Brand,
    Category,
    Product,
    ProductImage,
    ProductText,
    Variant,
)


def product_rows() -> Executable:
    """(id, category's slug, brand, attributes, popularity, created_at) of each active product."""
    return _active_products(Product.popularity, Product.created_at)


def product_texts() -> Executable:
    """(id, category's slug, brand, attributes, names by language, descriptions by language)."""
    return _active_products(Product.names, Product.descriptions)


def _active_products(*columns: InstrumentedAttribute[Any]) -> Executable:
    return (
        select(Product.id, Category.slug, Brand.name, Product.attributes, *columns)
        .join(Category, Category.id == Product.category_id)
        .join(Brand, Brand.id == Product.brand_id)
        .where(Product.is_active)
        .order_by(Product.id)
    )


def variant_rows() -> Executable:
    """(product's id, colour, size, price, stock, id) of each active product's variants."""
    return (
        select(
            Variant.product_id,
            Variant.colour,
            Variant.size,
            Variant.price,
            Variant.stock,
            Variant.id,
        )
        .join(Product, Product.id == Variant.product_id)
        .where(Product.is_active)
        .order_by(Variant.product_id, Variant.id)
    )


def named_variants() -> Subquery:
    """A table to join with: each variant (`id`) with what people know it by, and its price."""
    return (
        select(
            Variant.id,
            Variant.sku,
            Variant.size,
            Variant.colour,
            Variant.price,
            Variant.product_id,
            Product.names.label("names"),
            Product.slug,
            Product.currency,
        )
        .join(Product, Product.id == Variant.product_id)
        .subquery("named_variants")
    )


def is_called(product_id: ColumnElement[int], pattern: str) -> ColumnElement[bool]:
    """Whether one of a product's names is like a pattern in small letters."""
    return (
        select(ProductText.product_id)
        .where(ProductText.product_id == product_id, func.lower(ProductText.name).like(pattern))
        .exists()
    )


def drawn_looks() -> Executable:
    """(category's slug, colour) of all that is on sale and has no photograph."""
    has_photograph = select(ProductImage.id).where(ProductImage.product_id == Product.id).exists()
    return (
        select(Category.slug, Variant.colour)
        .join(Product, Product.category_id == Category.id)
        .join(Variant, Variant.product_id == Product.id)
        .where(Product.is_active, Variant.colour != "", ~has_photograph)
        .distinct()
        .order_by(Category.slug, Variant.colour)
    )


def purchase_rows(since: datetime) -> Executable:
    """(product's id, moment) of each purchase since then."""
    return select(BehaviourEvent.product_id, BehaviourEvent.at).where(
        BehaviourEvent.kind == "purchase", BehaviourEvent.at >= since
    )


def event_rows(kinds: Sequence[EventKind]) -> Executable:
    """(customer's id, visit, product's id, kind, value, moment) of events, the oldest first."""
    return (
        select(
            BehaviourEvent.customer_id,
            BehaviourEvent.session_key,
            BehaviourEvent.product_id,
            BehaviourEvent.kind,
            BehaviourEvent.value,
            BehaviourEvent.at,
        )
        .where(BehaviourEvent.kind.in_(kinds), BehaviourEvent.product_id.is_not(None))
        .order_by(BehaviourEvent.at, BehaviourEvent.id)
    )
