"""The catalogue in columns, so that filters over 100 000 products take a millisecond.

A snapshot of the database that is at most half a minute old and is renewed beside the requests; the
few products that are chosen in the end are read fresh, so nothing is offered that was sold since.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from shop.catalogue import ProductFilter, has_attribute
from shop.models import (
    BehaviourEvent,
    Brand,
    Category,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    Variant,
)

log = logging.getLogger(__name__)
FRESH_SECONDS: Final = 30.0
TREND_DAYS: Final = 120
HALF_LIFE_DAYS: Final = 21.0
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shelf:
    """Products as columns (products,), variants as columns (variants,) with their product's row."""

    ids: Ints
    row_of: dict[int, int]
    category: npt.NDArray[np.object_]
    brand: npt.NDArray[np.object_]
    attributes: tuple[dict[str, Any], ...]
    price: Floats
    popularity: Floats
    trend: Floats
    age_days: Floats
    variant_row: Ints
    colour: npt.NDArray[np.object_]
    size: npt.NDArray[np.object_]
    variant_price: Floats
    stock: Ints
    days_to_arrival: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def allowed(self, filters: ProductFilter, soon_days: int | None = None) -> Mask:
        """(products,) True for what fits; `soon_days` counts what is back by then as in stock."""
        kept = np.ones(len(self), dtype=bool)
        if filters.categories:
            kept &= np.isin(self.category, filters.categories)
        if filters.brands:
            kept &= np.isin(self.brand, [name.lower() for name in filters.brands])
        if filters.not_brands:
            kept &= ~np.isin(self.brand, [name.lower() for name in filters.not_brands])
        for name, value in filters.attributes:
            kept &= np.fromiter(
                (has_attribute(row, name, value) for row in self.attributes), bool, len(self)
            )
        kept[self.rows(filters.exclude)] = False
        return kept & self._with_variant(filters, soon_days)

    def _with_variant(self, filters: ProductFilter, soon_days: int | None) -> Mask:
        """(products,) True where one single variant has the size, colour, price and stock."""
        good = np.ones(len(self.variant_row), dtype=bool)
        if filters.colours:
            good &= np.isin(self.colour, filters.colours)
        if filters.sizes:
            good &= np.isin(self.size, filters.sizes)
        if filters.price_min is not None:
            good &= self.variant_price >= float(filters.price_min)
        if filters.price_max is not None:
            good &= self.variant_price <= float(filters.price_max)
        if filters.in_stock:
            there = self.stock > 0
            if soon_days is not None:
                there |= self.days_to_arrival <= soon_days
            good &= there
        return np.bincount(self.variant_row[good], minlength=len(self)) > 0

    def rows(self, ids: Sequence[int]) -> list[int]:
        """Rows of products; unknown ones are left out."""
        return [self.row_of[int(key)] for key in ids if int(key) in self.row_of]


def read_shelf(session: Session, now: datetime) -> Shelf:
    """The active products of the shop with their variants and how they sell lately."""
    products = session.execute(
        select(
            Product.id, Category.slug, Brand.name, Product.attributes, Product.popularity,
            Product.created_at,
        )
        .join(Category, Category.id == Product.category_id)
        .join(Brand, Brand.id == Product.brand_id)
        .where(Product.is_active)
        .order_by(Product.id)
    ).all()  # fmt: skip
    row_of = {row[0]: place for place, row in enumerate(products)}
    variants = [
        row
        for row in session.execute(
            select(
                Variant.product_id, Variant.colour, Variant.size, Variant.price, Variant.stock,
                Variant.id,
            )
        )
        if row[0] in row_of
    ]  # fmt: skip
    arrivals = _arrivals(session, now)
    variant_row = np.array([row_of[row[0]] for row in variants], dtype=np.int64)
    variant_price = np.array([float(row[3]) for row in variants], dtype=np.float64)
    price = np.full(len(products), np.inf)
    np.minimum.at(price, variant_row, variant_price)
    popularity = np.array([row[4] for row in products], dtype=np.float64)
    return Shelf(
        ids=np.array([row[0] for row in products], dtype=np.int64),
        row_of=row_of,
        category=np.array([row[1] for row in products], dtype=object),
        brand=np.array([row[2].lower() for row in products], dtype=object),
        attributes=tuple(row[3] or {} for row in products),
        price=price,
        popularity=popularity,
        trend=_trend(session, row_of, popularity, now),
        age_days=np.array([(now - row[5]).total_seconds() / 86400 for row in products]),
        variant_row=variant_row,
        colour=np.array([row[1] for row in variants], dtype=object),
        size=np.array([row[2] for row in variants], dtype=object),
        variant_price=variant_price,
        stock=np.array([row[4] for row in variants], dtype=np.int64),
        days_to_arrival=np.array([arrivals.get(row[5], np.inf) for row in variants], dtype=float),
    )


def _arrivals(session: Session, now: datetime) -> dict[int, float]:
    """Days until the next purchase order brings each variant that waits for one."""
    rows = session.execute(
        select(PurchaseOrderLine.variant_id, func.min(PurchaseOrder.expected_on))
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(PurchaseOrder.received_on.is_(None))
        .group_by(PurchaseOrderLine.variant_id)
    )
    return {row[0]: max(0.0, float((row[1] - now.date()).days)) for row in rows}


def _trend(session: Session, row_of: dict[int, int], popularity: Floats, now: datetime) -> Floats:
    """(products,) sales that count half after three weeks; all-time popularity breaks ties."""
    trend = 0.01 * popularity / max(1.0, float(popularity.max(initial=1.0)))
    sold = session.execute(
        select(BehaviourEvent.product_id, BehaviourEvent.at).where(
            BehaviourEvent.kind == "purchase",
            BehaviourEvent.at >= now - timedelta(days=TREND_DAYS),
        )
    )
    for key, at in sold:
        if key in row_of:
            age = (now - at).total_seconds() / 86400
            trend[row_of[key]] += 0.5 ** (max(0.0, age) / HALF_LIFE_DAYS)
    return trend


class _Kept:
    """The newest snapshot of one database and who is renewing it."""

    def __init__(self) -> None:
        self.shelf: Shelf | None = None
        self.read_at = 0.0
        self.lock = threading.Lock()


_shelves: dict[str, _Kept] = {}
_shelves_lock = threading.Lock()


def shelf_of(session: Session, now: datetime, monotonic: Callable[[], float] = monotonic) -> Shelf:
    """The snapshot of this database; a stale one is given while a thread reads the next."""
    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    with _shelves_lock:
        kept = _shelves.setdefault(str(engine.url), _Kept())
    if kept.shelf is None:
        with kept.lock:
            if kept.shelf is None:
                kept.shelf, kept.read_at = read_shelf(session, now), monotonic()
        return kept.shelf
    if monotonic() - kept.read_at > FRESH_SECONDS and kept.lock.acquire(blocking=False):
        try:
            thread = threading.Thread(
                target=_renew, args=(kept, engine, now, monotonic), daemon=True, name="shelf"
            )
            thread.start()
        except RuntimeError:  # no thread to be had: the next request tries again
            kept.lock.release()
    return kept.shelf


def _renew(kept: _Kept, engine: Engine, now: datetime, monotonic: Callable[[], float]) -> None:
    try:
        with Session(engine.execution_options(writes=False)) as session:
            kept.shelf = read_shelf(session, now)
        kept.read_at = monotonic()
    except Exception:
        log.exception("the catalogue could not be read again; the old snapshot stays")
        kept.read_at = monotonic()
    finally:
        kept.lock.release()


def forget_shelves() -> None:
    """Read again at the next request: after an import, or in tests that change the catalogue."""
    with _shelves_lock:
        _shelves.clear()
