"""What the plan is made from: sales, stock, suppliers, who waits, and forecasts where there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forecasting.replenishment.plan import Stocked
from forecasting.restock import incoming
from forecasting.tables import StockOutDay
from kit.i18n import SHOP_ZONE, local_day
from shop.ids import VariantId
from shop.models import (
    Category,
    Order,
    OrderLine,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    StockNotice,
    Supplier,
    Variant,
)

HISTORY_WEEKS = 104
USUAL_LEAD_DAYS = 21  # for a shop that has not told us any supplier


@dataclass(frozen=True)
class ShopState:
    """`sales` is (variants, weeks), the last week ending yesterday; `is_known` where on sale."""

    variants: tuple[Stocked, ...]
    skus: tuple[str, ...]
    categories: tuple[str, ...]
    sales: NDArray[np.float64]
    is_known: NDArray[np.bool_]


def read_state(session: Session, *, now: datetime) -> ShopState:
    """Everything that the plan needs to know about the shop."""
    today = local_day(now)
    rows = session.execute(
        select(Variant, Product, Category.slug)
        .join(Product, Product.id == Variant.product_id)
        .join(Category, Category.id == Product.category_id)
        .where(Product.is_active)
        .order_by(Variant.id)
    ).all()
    coming = incoming(session)
    waiting = _waiting(session)
    suppliers = _suppliers(session)
    usual = round(median(suppliers.values())) if suppliers else USUAL_LEAD_DAYS
    chosen = _supplier_of(session, [(v.id, p.id, p.brand_id) for v, p, _ in rows])
    variants = tuple(
        Stocked(
            variant_id=VariantId(variant.id),
            supplier_id=chosen.get(variant.id),
            lead_days=suppliers.get(chosen.get(variant.id, -1), usual),
            stock=variant.stock,
            coming=tuple(coming.get(VariantId(variant.id), ())),
            waiting=waiting.get(variant.id, 0),
            price=float(variant.price),
        )
        for variant, _, _ in rows
    )
    place = {variant.id: row for row, (variant, _, _) in enumerate(rows)}
    begin = today - timedelta(weeks=HISTORY_WEEKS)
    sales = np.zeros((len(rows), HISTORY_WEEKS))
    for variant_id, day, pieces in sold_since(session, begin):
        if variant_id in place and begin <= day < today:
            sales[place[variant_id], (day - begin).days // 7] += pieces
    known = np.ones(sales.shape, dtype=bool)
    for row, (_, product, _) in enumerate(rows):
        known[row, : max(0, (local_day(product.created_at) - begin).days // 7)] = False
    for variant_id, day in session.execute(
        select(StockOutDay.variant_id, StockOutDay.day).where(
            StockOutDay.day >= begin, StockOutDay.day < today
        )
    ):
        if variant_id in place:
            # What could not be bought says nothing about what was wanted.
            known[place[variant_id], (day - begin).days // 7] = False
    return ShopState(
        variants,
        tuple(variant.sku for variant, _, _ in rows),
        tuple(category for _, _, category in rows),
        sales,
        known | (sales > 0),
    )


def sold_since(
    session: Session, begin: date, variant_ids: Sequence[int] | None = None
) -> Iterator[tuple[int, date, int]]:
    """(variant, day, pieces) of every line ordered since `begin` and not cancelled."""
    statement = (
        select(OrderLine.variant_id, Order.placed_at, OrderLine.quantity)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.placed_at >= datetime.combine(begin, time(), SHOP_ZONE),
            Order.state != "cancelled",
        )
        .execution_options(yield_per=5000)
    )
    if variant_ids is not None:
        statement = statement.where(OrderLine.variant_id.in_(list(variant_ids)))
    for variant_id, placed_at, pieces in session.execute(statement):
        yield variant_id, local_day(placed_at), pieces


def _waiting(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(StockNotice.variant_id, func.count(StockNotice.id))
        .where(StockNotice.sent_at.is_(None))
        .group_by(StockNotice.variant_id)
    )
    return {row[0]: row[1] for row in rows}


def _suppliers(session: Session) -> dict[int, int]:
    rows = session.execute(select(Supplier.id, Supplier.lead_time_days))
    return {supplier_id: max(1, days) for supplier_id, days in rows}


def _supplier_of(session: Session, variants: Sequence[tuple[int, int, int]]) -> dict[int, int]:
    """Whoever delivered a variant last; else its product; else most of its brand."""
    rows = session.execute(
        select(PurchaseOrderLine.variant_id, PurchaseOrder.supplier_id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .order_by(PurchaseOrder.ordered_on, PurchaseOrder.id)
    )
    by_variant: dict[int, int] = {row[0]: row[1] for row in rows}
    by_product: dict[int, int] = {}
    by_brand: dict[int, dict[int, int]] = {}
    for variant_id, product_id, brand_id in variants:
        supplier = by_variant.get(variant_id)
        if supplier is not None:
            by_product[product_id] = supplier
            counts = by_brand.setdefault(brand_id, {})
            counts[supplier] = counts.get(supplier, 0) + 1
    found = {}
    for variant_id, product_id, brand_id in variants:
        supplier = by_variant.get(variant_id) or by_product.get(product_id)
        of_brand = by_brand.get(brand_id, {})
        if supplier is None and of_brand:
            supplier = min(of_brand, key=lambda one: (-of_brand[one], one))
        if supplier is not None:
            found[variant_id] = supplier
    return found
