"""What the plan is made from: sales, stock, suppliers, who waits, and forecasts where there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from forecasting.replenishment.plan import Stocked
from forecasting.restock import incoming
from forecasting.tables import StockOutDay
from kit.i18n import local_day
from shop.ids import ProductId, VariantId
from shop.purchasing import last_suppliers, suppliers
from shop.sales import VariantFacts, sold_pieces, variants_on_sale
from shop.stock import count_waiting

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
    rows = sorted(variants_on_sale(session), key=lambda one: one.variant_id)
    coming, waiting = incoming(session), count_waiting(session)
    lead_days = {key: max(1, one.lead_days) for key, one in suppliers(session).items()}
    usual = round(median(lead_days.values())) if lead_days else USUAL_LEAD_DAYS
    chosen = _supplier_of(rows, last_suppliers(session))
    variants = tuple(
        Stocked(
            variant_id=one.variant_id,
            supplier_id=chosen.get(one.variant_id),
            lead_days=lead_days.get(chosen.get(one.variant_id, -1), usual),
            stock=one.stock,
            coming=tuple(coming.get(one.variant_id, ())),
            waiting=waiting.get(one.variant_id, 0),
            price=float(one.price),
        )
        for one in rows
    )
    place = {one.variant_id: row for row, one in enumerate(rows)}
    begin = today - timedelta(weeks=HISTORY_WEEKS)
    sales = np.zeros((len(rows), HISTORY_WEEKS))
    for variant_id, day, pieces in sold_pieces(session, since=begin, until=today):
        if variant_id in place:
            sales[place[variant_id], (day - begin).days // 7] += pieces
    known = np.ones(sales.shape, dtype=bool)
    for row, one in enumerate(rows):
        known[row, : max(0, (one.created_on - begin).days // 7)] = False
    for empty, day in session.execute(
        select(StockOutDay.variant_id, StockOutDay.day).where(
            StockOutDay.day >= begin, StockOutDay.day < today
        )
    ):
        if (known_as := VariantId(empty)) in place:
            # What could not be bought says nothing about what was wanted.
            known[place[known_as], (day - begin).days // 7] = False
    return ShopState(
        variants,
        tuple(one.sku for one in rows),
        tuple(one.category for one in rows),
        sales,
        known | (sales > 0),
    )


def _supplier_of(
    variants: Sequence[VariantFacts], by_variant: Mapping[int, int]
) -> dict[VariantId, int]:
    """Whoever delivered a variant last; else its product; else most of its brand."""
    by_product: dict[ProductId, int] = {}
    by_brand: dict[int, dict[int, int]] = {}
    for one in variants:
        supplier = by_variant.get(one.variant_id)
        if supplier is not None:
            by_product[one.product_id] = supplier
            counts = by_brand.setdefault(one.brand_id, {})
            counts[supplier] = counts.get(supplier, 0) + 1
    found = {}
    for one in variants:
        supplier = by_variant.get(one.variant_id) or by_product.get(one.product_id)
        of_brand = by_brand.get(one.brand_id, {})
        if supplier is None and of_brand:
            supplier = min(sorted(of_brand), key=lambda key: -of_brand[key])
        if supplier is not None:
            found[one.variant_id] = supplier
    return found
