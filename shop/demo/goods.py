"""Brands, shelves, products, variants, prices with history, stock and what is on its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt

from kit.money import to_cents
from shop.demo.attributes import attributes_of, scaled_by_volume
from shop.demo.texts import demo_texts
from shop.demo.vocabulary import BRANDS, COLOURS, SERIES, SHELVES, Kind, Shelf
from shop.demo.writing import Tables
from shop.models import (
    Brand,
    Category,
    CategoryText,
    Price,
    Product,
    ProductText,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    Variant,
)

CURRENCY: Final = "EUR"
SUPPLIERS: Final = (
    ("Hanse Textil", 14, 2),
    ("Shanghai Outdoor Works", 35, 6),
    ("Alpine Soles", 21, 3),
    ("Porto Knit", 18, 3),
    ("Taipei Gear", 30, 5),
)


@dataclass(frozen=True)
class MadeVariant:
    """A variant as the later steps need it."""

    id: int
    size: str
    colour: str
    price: Decimal


@dataclass(frozen=True)
class MadeProduct:
    """A product as the later steps need it; `appeal` is how well it sells."""

    id: int
    slug: str
    shelf: Shelf
    brand: str
    appeal: float
    variants: tuple[MadeVariant, ...]


@dataclass(frozen=True)
class Known:
    """A product that demo people and documents speak of."""

    shelf: str
    kind: int
    brand: str
    series: str
    price: str
    colours: tuple[str, ...]
    number: str = ""


KNOWN: Final = (
    Known("backpacks", 0, "Karst", "Ridge", "149.95", ("olive", "black", "blue"), "45"),
    Known("t-shirts", 0, "Talwind", "Breeze", "59.95", ("navy", "grey", "red")),
    Known("hats", 0, "Moorhuhn", "Pine", "29.95", ("olive", "grey", "red")),
    Known("hiking-boots", 0, "Alpenrot", "Summit", "149.95", ("brown", "grey")),
    Known("socks", 0, "Alpenrot", "Meadow", "14.95", ("grey", "navy")),
    Known("jackets", 0, "Nordlicht", "Storm", "199.95", ("blue", "black", "orange")),
    Known("tents", 0, "Nordlicht", "Aurora", "299.00", ("green", "orange")),
    Known("sneakers", 0, "Seidenweg", "Harbour", "89.95", ("white", "beige", "navy")),
    Known("dresses", 0, "Seidenweg", "Lagoon", "79.95", ("green", "blue")),
    Known("fleece", 0, "Fernweg", "Birch", "79.95", ("grey", "green", "purple")),
    Known("backpacks", 1, "Fernweg", "Harbour", "69.95", ("black", "navy"), "22"),
    Known("sleeping-bags", 0, "Basalt", "Glacier", "249.00", ("blue", "grey")),
)
PAST_ORDERS: Final = 24  # of each supplier
SOLD_OUT: Final = ("karst-ridge-45-backpack", "olive", 12)


def make_goods(
    tables: Tables, random: np.random.Generator, *, now: datetime, count: int, days: int
) -> list[MadeProduct]:
    """`count` products with variants, the known ones first."""
    shelf_ids = {shelf.slug: tables.add(Category, slug=shelf.slug) for shelf in SHELVES}
    for language, texts in demo_texts().items():
        for slug, name in texts.shelves.items():
            tables.put(CategoryText, category_id=shelf_ids[slug], language=language, name=name)
    brand_ids = {name: tables.add(Brand, name=name) for name in BRANDS}
    suppliers = [
        tables.add(Supplier, name=name, lead_time_days=lead, lead_time_spread_days=spread)
        for name, lead, spread in SUPPLIERS
    ]
    made: list[MadeProduct] = []
    arriving: list[tuple[int, int, int]] = []
    for shelf, kind, brand, series, known in _choices(random, count):
        product = _make_product(
            tables,
            random,
            shelf,
            kind,
            brand,
            series,
            known,
            now=now,
            days=days,
            shelf_id=shelf_ids[shelf.slug],
            brand_id=brand_ids[brand],
            arriving=arriving,
        )
        made.append(product)
    _make_purchase_orders(tables, arriving, suppliers, now)
    _make_past_purchase_orders(tables, made, suppliers, now)
    return made


def _choices(
    random: np.random.Generator, count: int
) -> list[tuple[Shelf, Kind, str, str, Known | None]]:
    """Which products there are: known ones, then others in a random order without repeats."""
    shelves = {shelf.slug: shelf for shelf in SHELVES}
    chosen: list[tuple[Shelf, Kind, str, str, Known | None]] = []
    taken = set()
    for known in KNOWN:
        shelf = shelves[known.shelf]
        kind = shelf.kinds[known.kind]
        taken.add((kind.noun, known.brand, known.series))
        chosen.append((shelf, kind, known.brand, known.series, known))
    others = [
        (shelf, kind, brand, series, None)
        for shelf in SHELVES
        for kind in shelf.kinds
        for brand in BRANDS
        for series in SERIES
        if (kind.noun, brand, series) not in taken
    ]
    # Every shelf gets its share, whatever number of kinds it has.
    weights = np.array([1.0 / len(shelf.kinds) for shelf, *_ in others])
    size = min(count - len(chosen), len(others))
    picks = random.choice(len(others), size=size, replace=False, p=weights / weights.sum())
    return chosen + [others[int(pick)] for pick in picks]


def _make_product(
    tables: Tables,
    random: np.random.Generator,
    shelf: Shelf,
    kind: Kind,
    brand: str,
    series: str,
    known: Known | None,
    *,
    now: datetime,
    days: int,
    shelf_id: int,
    brand_id: int,
    arriving: list[tuple[int, int, int]],
) -> MadeProduct:
    number = f" {known.number}" if known and known.number else _number(random, kind)
    slug = f"{brand} {series}{number} {kind.noun}".lower().replace("&", "and").replace(" ", "-")
    low, high = kind.price
    price = (
        Decimal(known.price)
        if known
        else Decimal(int(random.integers(low, high))) + Decimal("0.95")
    )
    appeal = float(random.lognormal(0.0, 0.8))
    started = now - timedelta(days=int(random.integers(20, days + 200)))
    attributes = attributes_of(
        kind.noun, shelf.slug, kind.attributes, slug, is_known=known is not None
    )
    if number.strip():
        attributes["volume_l"] = int(number)
    if number.strip() and known is None:
        attributes["weight_g"] = scaled_by_volume(
            int(attributes["weight_g"]), int(number), int(kind.attributes["volume_l"])
        )
    product_id = tables.add(
        Product,
        slug=slug,
        category_id=shelf_id,
        brand_id=brand_id,
        attributes=attributes,
        currency=CURRENCY,
        popularity=int(appeal * 100),
        rating_sum=0,
        rating_count=0,
        is_active=True,
        created_at=started,
    )
    for language, texts in demo_texts().items():
        tables.put(
            ProductText,
            product_id=product_id,
            language=language,
            name=texts.name(brand, series, number.strip(), kind.noun),
            description=texts.description(kind.noun, attributes),
        )
    if known:
        colours: Sequence[str] = known.colours
    else:
        picked = random.choice(len(COLOURS), size=int(random.integers(1, 4)), replace=False)
        colours = [COLOURS[int(pick)] for pick in picks_sorted(picked)]
    history = _price_history(random, price, now, started, fixed=known is not None)
    variants: list[MadeVariant] = []
    for colour in colours:
        for size in shelf.sizes:
            stock = 0 if random.random() < 0.09 else int(random.integers(1, 40))
            if known:
                stock = 0 if (slug, colour) == SOLD_OUT[:2] else 12 + len(variants)
            variant_id = tables.add(
                Variant,
                product_id=product_id,
                sku=f"FW-{product_id:04d}-{len(variants) + 1:02d}",
                size=size,
                colour=colour,
                price=history[-1][1],
                stock=stock,
            )
            for at, amount in history:
                tables.add(Price, variant_id=variant_id, amount=amount, valid_from=at)
            if (slug, colour) == SOLD_OUT[:2]:
                arriving.append((variant_id, SOLD_OUT[2], 60))
            elif stock == 0 and random.random() < 0.65:
                arriving.append(
                    (variant_id, int(random.integers(4, 40)), int(random.integers(10, 60)))
                )
            variants.append(MadeVariant(variant_id, size, colour, history[-1][1]))
    return MadeProduct(product_id, slug, shelf, brand, appeal, tuple(variants))


def picks_sorted(picks: npt.NDArray[np.int64]) -> list[int]:
    """Random picks in rising order, so that colours always stand in the same order."""
    return sorted(int(pick) for pick in picks)


def _number(random: np.random.Generator, kind: Kind) -> str:
    """Backpacks carry their volume in litres in the name."""
    if "volume_l" not in kind.attributes:
        return ""
    base = int(kind.attributes["volume_l"])
    return f" {base + int(random.integers(-2, 4)) * 5}"


def _price_history(
    random: np.random.Generator, price: Decimal, now: datetime, started: datetime, *, fixed: bool
) -> list[tuple[datetime, Decimal]]:
    """Earlier prices and the one of today, oldest first; some products are reduced right now."""
    points = [(started, price)]
    if fixed:
        return points
    moment = started
    while (moment := moment + timedelta(days=int(random.integers(60, 240)))) < now - timedelta(45):
        share = Decimal(str(round(float(random.uniform(0.9, 1.1)), 2)))
        points.append((moment, to_cents((price * share).to_integral_value() - Decimal("0.05"))))
    if random.random() < 0.15:
        reduced = (points[-1][1] * Decimal("0.8")).to_integral_value() - Decimal("0.05")
        since = now - timedelta(days=int(random.integers(2, 19)))
        points.append((since, to_cents(reduced)))
    return points


def _make_purchase_orders(
    tables: Tables,
    arriving: Sequence[tuple[int, int, int]],
    suppliers: Sequence[int],
    now: datetime,
) -> None:
    by_day: dict[int, list[tuple[int, int]]] = {}
    for variant_id, in_days, quantity in arriving:
        by_day.setdefault(in_days, []).append((variant_id, quantity))
    for place, (in_days, lines) in enumerate(sorted(by_day.items())):
        supplier = place % len(suppliers)
        order_id = tables.add(
            PurchaseOrder,
            number=f"PO-{5000 + place}",
            supplier_id=suppliers[supplier],
            ordered_on=(now - timedelta(days=SUPPLIERS[supplier][1] - min(in_days, 10))).date(),
            expected_on=(now + timedelta(days=in_days)).date(),
            received_on=None,
        )
        for variant_id, quantity in lines:
            tables.add(
                PurchaseOrderLine,
                purchase_order_id=order_id,
                variant_id=variant_id,
                quantity=quantity,
            )


def _make_past_purchase_orders(
    tables: Tables, goods: Sequence[MadeProduct], suppliers: Sequence[int], now: datetime
) -> None:
    """What came in before, so that a supplier's punctuality and its goods are known.

    Its own generator: the rest of the shop stays as it is for the same seed.
    """
    random = np.random.default_rng(len(goods))
    for place, (supplier, (_, lead, spread)) in enumerate(zip(suppliers, SUPPLIERS, strict=True)):
        own = goods[place :: len(suppliers)]
        for number in range(PAST_ORDERS):
            expected = (now - timedelta(days=18 + 24 * number)).date()
            delay = round(float(random.normal(0.5, 0.8 * spread)))
            order_id = tables.add(
                PurchaseOrder,
                number=f"PO-{1000 + place * 100 + number}",
                supplier_id=supplier,
                ordered_on=expected - timedelta(days=lead),
                expected_on=expected,
                received_on=min(expected + timedelta(days=delay), now.date() - timedelta(days=1)),
            )
            for product in own[number::PAST_ORDERS]:
                for variant in product.variants:
                    tables.add(
                        PurchaseOrderLine,
                        purchase_order_id=order_id,
                        variant_id=variant.id,
                        quantity=int(random.integers(10, 60)),
                    )
