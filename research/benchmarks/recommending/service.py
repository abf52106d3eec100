"""The recommender as the running shop asks it: from the database to the list, and feedback."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from recommender.serving.feedback import note_refused, note_shown
from recommender.serving.offers import recommend_for
from recommender.serving.shopper import read_shopper
from recommender.serving.wishes import Offering, Wish
from research.benchmarks.recommending.big_shop import COLOURS, NOW, SEASONS, BigShop, big_shop
from research.benchmarks.recommending.lines import Line
from shop.catalogue import ProductFilter
from shop.events import Behaviour, EventKind, record_events
from shop.ids import CustomerId, ProductId

REQUESTS: Final = 300
WARMING: Final = 20  # each strategy loads its model once
FEEDBACKS: Final = 100
K: Final = 4
# Chosen among the products that many have looked at, so that a click on them says something.
KNOWN: Final = 2000
IN_STOCK: Final = Wish(ProductFilter(in_stock=True))
Who = tuple[CustomerId | None, str]


def run_service() -> list[Line]:
    """Times of a request with filters for each kind of shopper, and of feedback to be seen."""
    with big_shop() as shop:
        rng = np.random.default_rng(1)
        lines: list[Line] = []
        for name, who, wish in (
            ("customer, filters", _customer, _filtered),
            ("visitor, filters", _visitor, _filtered),
            ("customer, in stock", _customer, lambda _shop, _rng: IN_STOCK),
            ("like a product", _customer, _like),
            ("goes with a product", _customer, _goes_with),
        ):
            lines += _timed(shop, name, who, wish, rng)
        kinds: tuple[EventKind, ...] = ("recommendation_refused", "cart", "purchase", "view")
        for kind in kinds:
            lines += _feedback(shop, kind, rng)
    return lines


def _list(shop: BigShop, who: Who, wish: Wish, rng: np.random.Generator) -> Offering:
    """What a page or a message asks for: what is known of the shopper, then the list."""
    customer, visit = who
    with shop.database.reading() as session:
        shopper = read_shopper(session, customer, visit, now=NOW)
        return recommend_for(session, shopper, wish, K, models=shop.models, now=NOW, random=rng)


def _timed(
    shop: BigShop,
    name: str,
    who: Callable[[BigShop, np.random.Generator], Who],
    wish: Callable[[BigShop, np.random.Generator], Wish],
    rng: np.random.Generator,
) -> list[Line]:
    asked = [(who(shop, rng), wish(shop, rng)) for _ in range(WARMING + REQUESTS)]
    for one, wanted in asked[:WARMING]:
        _list(shop, one, wanted, rng)
    times = []
    for one, wanted in asked[WARMING:]:
        began = time.perf_counter()
        _list(shop, one, wanted, rng)
        times.append(1000 * (time.perf_counter() - began))
    return [
        Line(
            "online",
            f"service: {name}",
            f"ms_p{point}",
            float(np.percentile(times, point)),
            target=target,
        )
        for point, target in ((50, None), (99, -15.0))
    ]


def _feedback(shop: BigShop, kind: EventKind, rng: np.random.Generator) -> list[Line]:
    """From the event to the next list: whether it shows, and the time of both together."""
    seen, times = [], []
    for number in range(FEEDBACKS):
        who = _customer(shop, rng) if number % 2 else (None, f"guest-{kind}-{number}")
        before = _list(shop, who, IN_STOCK, rng)
        with shop.database.reading() as session:
            shopper = read_shopper(session, *who, now=NOW)
        with shop.database.session() as session:
            note_shown(session, shopper, before, now=NOW)
        product = before.offers[0].product.product_id
        if kind == "view":
            product = ProductId(int(rng.integers(1, KNOWN)))
        wish = replace(IN_STOCK, strategy="session") if kind == "view" else IN_STOCK
        began = time.perf_counter()
        _note(shop, kind, who, product)
        after = _list(shop, who, wish, rng)
        times.append(1000 * (time.perf_counter() - began))
        offered = {offer.product.product_id for offer in after.offers}
        because = {key for offer in after.offers for key, _ in offer.reason.because}
        seen.append(product in because if kind == "view" else product not in offered)
    name = f"feedback: {kind.removeprefix('recommendation_')}, next list"
    return [
        Line("online", name, "visible_share", float(np.mean(seen)), target=1.0),
        Line("online", name, "ms_p99", float(np.percentile(times, 99)), target=-100.0),
    ]


def _note(shop: BigShop, kind: EventKind, who: Who, product: ProductId) -> None:
    customer, visit = who
    with shop.database.session() as session:
        if kind == "recommendation_refused":
            note_refused(
                session,
                [product],
                session_key=visit,
                customer_id=customer,
                message_id=f"{visit}-{product}",
                now=NOW,
            )
        else:
            event = Behaviour(kind, NOW, visit, customer_id=customer, product_id=product)
            record_events(session, [event])


def _customer(shop: BigShop, rng: np.random.Generator) -> Who:
    key = int(rng.choice(len(shop.customers)))
    return CustomerId(shop.customers[key]), f"visit-{key}"


def _visitor(shop: BigShop, rng: np.random.Generator) -> Who:
    """Somebody who has looked at five products so far."""
    visit = f"visitor-{rng.integers(1 << 40)}"
    with shop.database.session() as session:
        record_events(
            session,
            [
                Behaviour(
                    "view",
                    NOW - timedelta(minutes=5 - n),
                    visit,
                    product_id=ProductId(int(rng.integers(1, KNOWN))),
                )
                for n in range(5)
            ],
        )
    return None, visit


def _filtered(shop: BigShop, rng: np.random.Generator) -> Wish:
    """Shelves, a price, a colour, an attribute, a brand that must not be, and stock."""
    shelves = {shop.shelves[int(place)] for place in np.minimum(rng.zipf(1.3, 4) - 1, 199)}
    return Wish(
        ProductFilter(
            categories=tuple(sorted(shelves)),
            price_max=Decimal(int(rng.integers(30, 200))),
            colours=(str(rng.choice(COLOURS)), "black"),
            not_brands=("Brand 7",),
            in_stock=True,
            attributes=(("season", SEASONS[int(rng.integers(3))]),),
        )
    )


def _like(_shop: BigShop, rng: np.random.Generator) -> Wish:
    seed = ProductId(int(rng.integers(1, KNOWN)))
    return replace(IN_STOCK, strategy="similar", seeds=(seed,))


def _goes_with(_shop: BigShop, rng: np.random.Generator) -> Wish:
    seed = ProductId(int(rng.integers(1, KNOWN)))
    return replace(IN_STOCK, strategy="complements", seeds=(seed,))
