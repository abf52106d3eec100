"""The catalogue in columns, so that filters over 100 000 products take a millisecond.

A snapshot of the database, renewed beside the requests when it is half a minute old; the few
products that are chosen in the end are read fresh, so nothing is offered that was sold since.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from time import monotonic
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Executable
from sqlalchemy.orm import Session

from kit.i18n import local_day
from recommender.serving.labels import Labels, Mask, Rows
from recommender.serving.qualities import QUALITIES
from recommender.serving.snapshots import STEP_ROWS, Pause, Snapshots
from shop.bulk import product_rows, purchase_rows, variant_rows
from shop.catalogue import ProductFilter, has_attribute
from shop.purchasing import next_arrivals

TREND_DAYS: Final = 120
HALF_LIFE_DAYS: Final = 21.0
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shelf:
    """Products as columns (products,), variants as columns (variants,) in the order of their
    products, with the product's row; `first` (products + 1,) bounds each product's variants.

    `facts` are attribute → value in lower case → rows that have it; `qualities` (products,) are
    what can be compared between products (`recommender.serving.qualities`), NaN where unknown.
    """

    ids: Ints
    row_of: dict[int, int]
    category: Labels
    brand: Labels
    attributes: tuple[dict[str, Any], ...]
    facts: Mapping[str, Mapping[str, Ints]]
    qualities: Mapping[str, Floats]
    price: Floats
    popularity: Floats
    trend: Floats
    age_days: Floats
    first: Ints
    variant_row: Ints
    colour: Labels
    size: Labels
    variant_price: Floats
    stock: Ints
    days_to_arrival: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def allowed(self, filters: ProductFilter, soon_days: int | None = None) -> Mask:
        """(products,) True for what fits; `soon_days` counts what is back by then as in stock."""
        kept = np.ones(len(self), dtype=bool)
        if filters.categories:
            kept &= self.category.among(filters.categories)
        if filters.brands:
            kept &= self.brand.among([name.lower() for name in filters.brands])
        if filters.not_brands:
            kept &= ~self.brand.among([name.lower() for name in filters.not_brands])
        for name, value in filters.attributes:
            kept &= self.having(name, value)
        kept[self.rows(filters.exclude)] = False
        return self._with_variant(kept, filters, soon_days)

    @cached_property
    def in_stock(self) -> Mask:
        """(products,) True where any variant is there now: what most requests ask for."""
        found = np.zeros(len(self), dtype=bool)
        found[self.variant_row[self.stock > 0]] = True
        return found

    def having(self, name: str, value: str) -> Mask:
        """(products,) True where an attribute has this value, as `has_attribute` says."""
        found = np.full(len(self), has_attribute({}, name, value))
        for held, rows in self.facts.get(name, {}).items():
            found[rows] = has_attribute({name: held}, name, value)
        return found

    def _with_variant(self, kept: Mask, filters: ProductFilter, soon_days: int | None) -> Mask:
        """(products,) `kept` where one single variant has the size, colour, price and stock."""
        priced = filters.price_min is not None or filters.price_max is not None
        if (
            filters.in_stock
            and soon_days is None
            and not (filters.colours or filters.sizes or priced)
        ):
            return kept & self.in_stock
        where = self._variants(kept)
        row = self.variant_row[where]
        good = np.ones(len(row), dtype=bool)
        if filters.colours:
            good &= self.colour.among(filters.colours, where)
        if filters.sizes:
            good &= self.size.among(filters.sizes, where)
        if filters.price_min is not None:
            good &= self.variant_price[where] >= float(filters.price_min)
        if filters.price_max is not None:
            good &= self.variant_price[where] <= float(filters.price_max)
        if filters.in_stock:
            there = self.stock[where] > 0
            if soon_days is not None:
                there |= self.days_to_arrival[where] <= soon_days
            good &= there
        found = np.zeros(len(self), dtype=bool)
        found[row[good]] = True
        return found & kept

    def _variants(self, kept: Mask) -> Rows:
        """The variants of some products; all of them where that is no less work."""
        rows = np.flatnonzero(kept)
        if 4 * len(rows) > len(self):
            return slice(None)
        first, count = self.first[rows], self.first[rows + 1] - self.first[rows]
        before = np.cumsum(count) - count
        places: Ints = np.arange(count.sum()) + np.repeat(first - before, count)
        return places

    def rows(self, ids: Sequence[int]) -> list[int]:
        """Rows of products; unknown ones are left out."""
        return [self.row_of[int(key)] for key in ids if int(key) in self.row_of]


def read_shelf(session: Session, now: datetime, pause: Pause = lambda: None) -> Shelf:
    """The active products of the shop with their variants and how they sell lately.

    `pause` is called after each small step, for a reader that works beside requests.
    """
    ids, category, brand, held, popular, created = _columns(session, pause, product_rows())
    product, colour, size, cost, stock, variant = _columns(session, pause, variant_rows())
    arrivals = _arrivals(session, now)
    pause()
    row_of = {key: place for place, key in enumerate(ids)}
    variant_row = np.array([row_of[key] for key in product], dtype=np.int64)
    variant_price = np.array([float(one) for one in cost], dtype=np.float64)
    price = np.full(len(ids), np.inf)
    np.minimum.at(price, variant_row, variant_price)
    pause()
    popularity = np.array(popular, dtype=np.float64)
    attributes = tuple(one or {} for one in held)
    return Shelf(
        ids=np.array(ids, dtype=np.int64),
        row_of=row_of,
        category=_labels(category, pause),
        brand=_labels([name.lower() for name in brand], pause),
        attributes=attributes,
        facts=_facts(attributes, pause),
        qualities=_qualities(attributes, pause),
        price=price,
        popularity=popularity,
        trend=_trend(session, row_of, popularity, now, pause),
        age_days=np.array([(now - at).total_seconds() / 86400 for at in created]),
        first=np.searchsorted(variant_row, np.arange(len(ids) + 1)),
        variant_row=variant_row,
        colour=_labels(colour, pause),
        size=_labels(size, pause),
        variant_price=variant_price,
        stock=np.array(stock, dtype=np.int64),
        days_to_arrival=np.array([arrivals.get(key, np.inf) for key in variant], dtype=float),
    )


def _columns(session: Session, pause: Pause, statement: Executable) -> list[list[Any]]:
    """The columns of a statement's rows, read with a pause after each step.

    Columns, because hundreds of thousands of row objects would make Python's collector of cycles
    stop every request for a while.
    """
    result = session.execute(statement, execution_options={"yield_per": STEP_ROWS})
    columns: list[list[Any]] = [[] for _ in tuple(result.keys())]
    for part in result.partitions():
        for column, values in zip(columns, zip(*part, strict=True), strict=True):
            column.extend(values)
        pause()
    return columns


def _labels(words: Sequence[str], pause: Pause) -> Labels:
    pause()
    return Labels.of(words)


def _facts(attributes: Sequence[Mapping[str, Any]], pause: Pause) -> dict[str, dict[str, Ints]]:
    """Attribute → value in lower case → the rows of the products that have it."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, held in enumerate(attributes):
        for name, value in held.items():
            found[name][str(value).lower()].append(row)
        if row % STEP_ROWS == 0:
            pause()
    return {
        name: {value: np.array(rows, dtype=np.int64) for value, rows in values.items()}
        for name, values in found.items()
    }


def _qualities(attributes: Sequence[Mapping[str, Any]], pause: Pause) -> dict[str, Floats]:
    """What of each quality each product has, NaN where its attributes do not say."""
    columns = {name: np.full(len(attributes), np.nan) for name in QUALITIES}
    for row, held in enumerate(attributes):
        for name, read in QUALITIES.items():
            value = read(held)
            if value is not None:
                columns[name][row] = value
        if row % STEP_ROWS == 0:
            pause()
    return columns


def _arrivals(session: Session, now: datetime) -> dict[int, float]:
    """Days until the next purchase order brings each variant that waits for one."""
    today = local_day(now)
    return {
        variant: max(0.0, float((day - today).days))
        for variant, day in next_arrivals(session).items()
    }


def _trend(
    session: Session, row_of: dict[int, int], popularity: Floats, now: datetime, pause: Pause
) -> Floats:
    """(products,) sales that count half after three weeks; all-time popularity breaks ties."""
    trend: Floats = 0.01 * popularity / max(1.0, float(popularity.max(initial=1.0)))
    since = now - timedelta(days=TREND_DAYS)
    sold, at = _columns(session, pause, purchase_rows(since))
    for key, moment in zip(sold, at, strict=True):
        if key in row_of:
            age = (now - moment).total_seconds() / 86400
            trend[row_of[key]] += 0.5 ** (max(0.0, age) / HALF_LIFE_DAYS)
    return trend


_shelves: Final = Snapshots(
    "the catalogue", lambda session, _key, now, pause: read_shelf(session, now, pause)
)


def shelf_of(session: Session, now: datetime, monotonic: Callable[[], float] = monotonic) -> Shelf:
    """The snapshot of this database; a stale one is given while a thread reads the next."""
    return _shelves.of(session, now, monotonic=monotonic)
