"""A shop of 100 000 products in a database of its own, with models fitted from its events.

Made up, with the long tail and the tastes of real shops: a few products take most of the events,
and a shopper keeps to a few shelves. What is measured on it is time, never accuracy.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from sqlalchemy import insert

from kit.database import Base, Database, open_database, upgrade
from recommender.artefacts import model_class, publish
from recommender.serving.bandit import ORDER, context_of
from recommender.serving.models import Models
from recommender.serving.refit import ALIASES, read_interactions, read_items
from recommender.serving.shopper import Shopper, rebuy_days
from recommender.serving.tables import RecommendationRequest
from recommender.serving.wishes import Wish
from shop.models import (
    BehaviourEvent,
    Brand,
    Category,
    CategoryText,
    Customer,
    Price,
    Product,
    ProductText,
    Variant,
)

NOW: Final = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
PRODUCTS: Final = 100_000
SHELVES: Final = 200
BRANDS: Final = 500
CUSTOMERS: Final = 20_000
EVENTS: Final = 600_000
LISTS: Final = 5000  # lists shown before, which the choice of strategies learns from
COLOURS: Final = ("red", "blue", "green", "black", "grey", "white")
MATERIALS: Final = ("cotton", "wool", "leather", "down", "nylon", "steel")
SEASONS: Final = ("winter", "summer", "autumn", "spring, autumn", "all year")
_AT_ONCE: Final = 20_000
_KINDS: Final = ("view", "cart", "purchase")


@dataclass(frozen=True)
class BigShop:
    """The database, its models, and which customers and shelves there are."""

    database: Database
    models: Models
    customers: Sequence[int]
    shelves: Sequence[str]


@contextmanager
def big_shop() -> Iterator[BigShop]:
    """The shop in a folder that goes away afterwards."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/shop.db"
        upgrade(url)
        database = open_database(url)
        rng = np.random.default_rng(0)
        _fill(database, rng)
        _train(database, Path(folder) / "models")
        yield BigShop(
            database,
            Models(Path(folder) / "models"),
            range(1, CUSTOMERS + 1),
            [f"shelf-{n}" for n in range(SHELVES)],
        )
        database.close()


def _fill(database: Database, rng: np.random.Generator) -> None:
    shelf = np.minimum(rng.zipf(1.3, PRODUCTS) - 1, SHELVES - 1)
    brand = rng.integers(0, BRANDS, PRODUCTS)
    product, customer = _choices(shelf, rng)
    popularity = np.bincount(product, minlength=PRODUCTS)
    _put(
        database,
        Category,
        [{"id": n + 1, "slug": f"shelf-{n}"} for n in range(SHELVES)],
    )
    _put(
        database,
        CategoryText,
        [
            {"category_id": n + 1, "language": language, "name": f"{word} {n}"}
            for n in range(SHELVES)
            for language, word in (("en", "Shelf"), ("zh", "货架"))
        ],
    )
    _put(database, Brand, [{"id": n + 1, "name": f"Brand {n}"} for n in range(BRANDS)])
    looks = rng.integers(0, 30, (PRODUCTS, 4))
    age = rng.integers(1, 900, PRODUCTS)
    _put(
        database,
        Product,
        [
            {
                "id": n + 1,
                "slug": f"product-{n}",
                "category_id": int(shelf[n]) + 1,
                "brand_id": int(brand[n]) + 1,
                "attributes": {
                    "material": MATERIALS[looks[n, 0] % 6],
                    "season": SEASONS[looks[n, 1] % 5],
                    "weight_g": int(100 + 50 * looks[n, 2]),
                },
                "currency": "EUR",
                "popularity": int(popularity[n]),
                "created_at": NOW - timedelta(days=int(age[n])),
            }
            for n in range(PRODUCTS)
        ],
    )
    _put(
        database,
        ProductText,
        [
            {"product_id": n + 1, "language": language, "name": name, "description": told}
            for n in range(PRODUCTS)
            for language, name, told in (
                ("en", f"Brand {brand[n]} model {n}", _told(looks[n])),
                ("zh", f"型号{n}", ""),
            )
        ],
    )
    price = np.round(np.exp(rng.normal(3.5, 0.8, PRODUCTS)), 2) + 1
    stock = rng.poisson(2.0, 2 * PRODUCTS)
    variants = [
        {
            "id": n + 1,
            "product_id": n // 2 + 1,
            "sku": f"S{n}",
            "size": "ML"[n % 2],
            "colour": COLOURS[looks[n // 2, 2] % 6],
            "price": Decimal(str(price[n // 2])),
            "stock": int(stock[n]),
        }
        for n in range(2 * PRODUCTS)
    ]
    _put(database, Variant, variants)
    _put(
        database,
        Price,
        [
            {
                "variant_id": one["id"],
                "amount": one["price"],
                "valid_from": NOW - timedelta(days=400),
            }
            for one in variants
        ],
    )
    _put(
        database,
        Customer,
        [
            {
                "id": n + 1,
                "email": f"c{n}@shop.example",
                "name": f"Customer {n}",
                "language": "en",
                "loyalty_points": 0,
                "created_at": NOW - timedelta(days=500),
            }
            for n in range(CUSTOMERS)
        ],
    )
    seconds = np.sort(rng.integers(3600, 120 * 86400, EVENTS))[::-1]
    kind = rng.choice(3, EVENTS, p=(0.6, 0.15, 0.25))
    _put(
        database,
        BehaviourEvent,
        [
            {
                "kind": _KINDS[kind[n]],
                "at": NOW - timedelta(seconds=int(seconds[n])),
                "session_key": f"v{customer[n]}-{int(seconds[n]) // 86400}",
                "customer_id": int(customer[n]) + 1,
                "product_id": int(product[n]) + 1,
            }
            for n in range(EVENTS)
        ],
    )
    _put(database, RecommendationRequest, _shown(rng))


def _choices(
    shelf: np.ndarray[Any, Any], rng: np.random.Generator
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """(events,) product and customer: half of what somebody does stays on three shelves."""
    customer = rng.integers(0, CUSTOMERS, EVENTS)
    product = np.minimum(rng.zipf(1.3, EVENTS) - 1 + rng.integers(0, 2000, EVENTS), PRODUCTS - 1)
    order = np.argsort(shelf, kind="stable")
    start = np.searchsorted(shelf[order], np.arange(SHELVES + 1))
    own = shelf[rng.integers(0, PRODUCTS, (CUSTOMERS, 3))][customer, rng.integers(0, 3, EVENTS)]
    room = start[own + 1] - start[own]
    near = order[start[own] + (rng.random(EVENTS) ** 4 * room).astype(np.int64)]
    return np.where(rng.random(EVENTS) < 0.5, near, product), customer


def _shown(rng: np.random.Generator) -> list[Mapping[str, Any]]:
    context = context_of(Shopper("v"), Wish()).tolist()
    return [
        {
            "id": f"list-{n}",
            "at": NOW - timedelta(minutes=n + 1),
            "slot": "chat",
            "session_key": f"v{n}",
            "ab_group": "bandit",
            "strategy": ORDER[n % len(ORDER)],
            "propensity": 0.2,
            "choices": dict.fromkeys(ORDER, 0.2),
            "context": context,
            "reward": float(rng.random() < 0.1),
        }
        for n in range(LISTS)
    ]


def _told(look: Any) -> str:
    material, season = MATERIALS[look[0] % 6], SEASONS[look[1] % 5]
    return f"A {material} thing for {season}, with line {look[2]} and cut {look[3]}."


def _put(database: Database, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    with database.session() as session:
        for begin in range(0, len(rows), _AT_ONCE):
            session.execute(insert(model.__table__), rows[begin : begin + _AT_ONCE])  # type: ignore[arg-type]


def _train(database: Database, root: Path) -> None:
    """As a refit does, without judging the models and without pictures."""
    with database.reading() as session:
        items = read_items(session)
        liked = read_interactions(session, items)
        bought = read_interactions(session, items, kinds=("purchase",))
        again = rebuy_days(session)
    for part, alias in ALIASES.items():
        data = bought if part == "complements" else liked
        more = {"rebuy_days": again} if part == "complements" else {}
        publish(model_class(alias)().fit(data, items), root / part, more)
