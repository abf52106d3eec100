"""A first honest recommender: what buyers of the same things also bought, else what is popular.

Item-to-item counts from orders, weighted down for products that everybody buys (Linden, Smith and
York 2003). Each recommendation says which of the two it is.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Exists, func, select
from sqlalchemy.orm import Session, aliased

from shop.ids import CustomerId, ProductId
from shop.models import BehaviourEvent, Category, Product, Variant

Because = Literal["bought_together", "viewed", "popular_in", "popular"]
SEEDS: Final = 8


@dataclass(frozen=True)
class Recommendation:
    """A product and the true reason for it; `seed` is what it goes with."""

    product_id: ProductId
    because: Because
    seed: ProductId | None = None


def recommend(
    session: Session,
    customer_id: CustomerId | None,
    *,
    categories: Sequence[str] = (),
    limit: int = 4,
    exclude: Sequence[ProductId] = (),
) -> list[Recommendation]:
    """What goes with a customer's past, else what is popular; always in stock."""
    bought, viewed = _past(session, customer_id) if customer_id is not None else ([], [])
    found: list[Recommendation] = []
    for seeds, because in ((bought, "bought_together"), (viewed, "viewed")):
        if seeds:
            found += bought_together(session, seeds, categories=categories, because=because)  # type: ignore[arg-type]
    found += popular(session, categories=categories, limit=limit * 3)
    taken = set(exclude) | set(bought)
    chosen: list[Recommendation] = []
    for one in found:
        if one.product_id not in taken:
            taken.add(one.product_id)
            chosen.append(one)
    return chosen[:limit]


def _past(session: Session, customer_id: CustomerId) -> tuple[list[ProductId], list[ProductId]]:
    rows = session.execute(
        select(BehaviourEvent.product_id, BehaviourEvent.kind)
        .where(
            BehaviourEvent.customer_id == customer_id,
            BehaviourEvent.product_id.is_not(None),
            BehaviourEvent.kind.in_(["purchase", "view", "cart"]),
        )
        .order_by(BehaviourEvent.at.desc())
        .limit(60)
    ).all()
    bought = list(dict.fromkeys(ProductId(key) for key, kind in rows if kind == "purchase" and key))
    viewed = [
        ProductId(key) for key, kind in rows if kind != "purchase" and key and key not in bought
    ]
    return bought[:SEEDS], list(dict.fromkeys(viewed))[:SEEDS]


def bought_together(
    session: Session,
    seeds: Sequence[ProductId],
    *,
    categories: Sequence[str] = (),
    because: Because = "bought_together",
    limit: int = 12,
) -> list[Recommendation]:
    """Products bought by buyers of the seeds, the most telling first."""
    scores: Counter[int] = Counter()
    reason: dict[int, int] = {}
    mine, other = aliased(BehaviourEvent), aliased(BehaviourEvent)
    for seed in seeds:
        buyers = (
            select(mine.customer_id)
            .where(mine.product_id == seed, mine.kind == "purchase", mine.customer_id.is_not(None))
            .limit(200)
            .subquery()
        )
        rows = session.execute(
            select(other.product_id, func.count(func.distinct(other.customer_id)))
            .where(
                other.customer_id.in_(select(buyers.c.customer_id)),
                other.kind == "purchase",
                other.product_id != seed,
            )
            .group_by(other.product_id)
            .order_by(func.count(func.distinct(other.customer_id)).desc())
            .limit(60)
        )
        for key, count in rows:
            if key is not None and count > 1:
                scores[key] += count
                reason.setdefault(key, seed)
    known = _buyable(session, list(scores), categories)
    ranked = sorted(known, key=lambda key: -scores[key] / math.sqrt(1 + known[key]))
    return [
        Recommendation(ProductId(key), because, ProductId(reason[key])) for key in ranked[:limit]
    ]


def popular(
    session: Session, *, categories: Sequence[str] = (), limit: int = 12
) -> list[Recommendation]:
    """What sells best, of these shelves or of all."""
    statement = (
        select(Product.id)
        .where(Product.is_active, _in_stock())
        .order_by(Product.popularity.desc(), Product.id)
        .limit(limit)
    )
    if categories:
        statement = statement.join(Category).where(Category.slug.in_(categories))
    because: Because = "popular_in" if categories else "popular"
    return [Recommendation(ProductId(key), because) for key in session.scalars(statement)]


def _buyable(session: Session, ids: Sequence[int], categories: Sequence[str]) -> dict[int, int]:
    statement = select(Product.id, Product.popularity).where(
        Product.id.in_(ids), Product.is_active, _in_stock()
    )
    if categories:
        statement = statement.join(Category).where(Category.slug.in_(categories))
    return {row[0]: row[1] for row in session.execute(statement)}


def _in_stock() -> Exists:
    return select(Variant.id).where(Variant.product_id == Product.id, Variant.stock > 0).exists()
