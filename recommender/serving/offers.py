"""The one door to recommendations for pages, chat, desk and command line."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from recommender.serving import bandit
from recommender.serving.candidates import Candidate, Situation, candidates, knows, trending
from recommender.serving.labels import Mask
from recommender.serving.mixing import diverse, pinned, weighted
from recommender.serving.models import Models
from recommender.serving.qualities import differs
from recommender.serving.rules import Rule, holding, list_rules
from recommender.serving.shelf import Shelf, shelf_of
from recommender.serving.shopper import Shopper
from recommender.serving.wishes import Offer, Offering, Strategy, Wish
from shop.catalogue import ProductFilter, get_products
from shop.ids import ProductId

EXPLORED: Final = 0.15
MOST: Final = 50
# Filters that may go, the first first, before nothing is offered at all.
SOFT: Final = ("qualities", "colours", "sizes", "attributes", "price_min", "price_max", "brands")


def recommend_for(
    session: Session,
    shopper: Shopper,
    wish: Wish,
    k: int = 4,
    *,
    models: Models,
    now: datetime,
    random: np.random.Generator,
) -> Offering:
    """`k` offers for a shopper: never bought (unless re-bought), in the cart, or refused.

    All filters hold; when nothing is left, the softer ones go one by one and `given_up` says so.
    Never empty while the shop has a product in stock that was not refused.
    """
    if not 1 <= k <= MOST:
        raise ValueError(f"k must be from 1 to {MOST}, got {k}")
    shelf = shelf_of(session, now)
    rules = list_rules(session, now=now)
    barred = barred_products(shopper, models, rules, wish, now)
    wish, allowed, given_up = _possible(shelf, wish, barred)
    situation = Situation(shelf, models, shopper, wish, allowed)
    strategies = _strategies(situation)
    group, context, choices, lead = _lead(session, situation, strategies, now, random)
    ours = holding(rules, wish.filters.categories)
    chosen: list[tuple[Candidate, Strategy, float]] = [
        (one, "pin", 1.0) for one in pinned(ours, shelf, allowed)[: max(1, k // 2)]
    ]
    for strategy in (lead, *(one for one in strategies if one != lead)):
        if len(chosen) >= k:
            break
        taken = {one.row for one, _, _ in chosen}
        found = [one for one in candidates(strategy, situation) if one.row not in taken]
        ranked = weighted(found, shelf, shopper, wish, ours)
        share = choices.get(strategy, 1.0) if strategy == lead else 1.0
        room = k - len(chosen)
        chosen += [(one, strategy, share) for one in diverse(ranked, shelf, room, wish.diversity)]
    if len(chosen) == k and k > 2 and wish.strategy is None:
        chosen = _explored(chosen, situation, random)
    return Offering(
        request_id=secrets.token_urlsafe(16),
        offers=_fresh(session, chosen, situation, now)[:k],
        strategy=lead,
        propensity=choices.get(lead, 1.0),
        group=group,
        choices=choices,
        context=tuple(float(value) for value in context),
        slot=wish.slot,
        given_up=given_up,
    )


def barred_products(
    shopper: Shopper, models: Models, rules: Sequence[Rule], wish: Wish, now: datetime
) -> set[int]:
    """What must not be offered: hidden, refused, in the cart, bought and not due again."""
    again = {int(k): v for k, v in models.facts("complements").get("rebuy_days", {}).items()}
    owned = {
        product
        for product, at in shopper.bought.items()
        if product not in again or now - at < timedelta(days=0.8 * again[product])
    }
    hidden = {rule.product_id for rule in rules if rule.kind == "hide"}
    return {int(key) for key in (owned | hidden | shopper.refused | shopper.in_cart)} | {
        int(key) for key in wish.seeds
    }


def _possible(shelf: Shelf, wish: Wish, barred: set[int]) -> tuple[Wish, Mask, tuple[str, ...]]:
    """The wish with as few filters given up as it takes, and what it allows."""
    open_rows = np.ones(len(shelf), dtype=bool)
    open_rows[shelf.rows(list(barred))] = False
    given_up: list[str] = []
    for name in ("", *SOFT, "categories"):
        if name:
            softer = _without(wish, name)
            if softer == wish:
                continue
            wish = softer
            given_up.append(name)
        allowed = open_rows & shelf.allowed(wish.filters, wish.soon_days)
        allowed &= _better(shelf, wish)
        if allowed.any():
            return wish, allowed, tuple(given_up)
    return wish, open_rows & shelf.allowed(ProductFilter(in_stock=True)), tuple(given_up)


def _without(wish: Wish, name: str) -> Wish:
    if name == "qualities":
        return replace(wish, qualities=())
    empty = None if name.startswith("price") else ()
    return replace(wish, filters=replace(wish.filters, **{name: empty}))  # type: ignore[arg-type]


def _better(shelf: Shelf, wish: Wish) -> Mask:
    """(products,) True where every wanted quality is there, compared with the first seed."""
    kept = np.ones(len(shelf), dtype=bool)
    rows = shelf.rows(wish.seeds)
    if not wish.qualities or not rows:
        return kept
    for quality, sign in wish.qualities:
        held = shelf.qualities[quality]
        kept &= differs(held, held[rows[0]], sign)
    return kept


def _strategies(now: Situation) -> list[Strategy]:
    """Strategies that know something here, the most personal first; the trend always does."""
    wanted = now.wish.strategy
    if not now.shopper.is_personal:
        found: list[Strategy] = ["trend"]
    else:
        found = [one for one in bandit.ORDER if knows(one, now)]
    return [wanted, *(one for one in found if one != wanted)] if wanted else found


def _lead(
    session: Session,
    now: Situation,
    strategies: Sequence[Strategy],
    at: datetime,
    random: np.random.Generator,
) -> tuple[str, bandit.Vector, dict[str, float], Strategy]:
    """Group, context, probabilities and the strategy that leads the list."""
    group = bandit.group_of(now.shopper)
    context = bandit.context_of(now.shopper, now.wish)
    if now.wish.strategy is not None or group == bandit.CONTROL or len(strategies) == 1:
        return group, context, {strategies[0]: 1.0}, strategies[0]
    posterior = bandit.posterior_of(session, now.wish.slot, at)
    choices = bandit.probabilities(posterior, context, strategies, random)
    return group, context, choices, bandit.draw(choices, random)


def _explored(
    chosen: list[tuple[Candidate, Strategy, float]], now: Situation, random: np.random.Generator
) -> list[tuple[Candidate, Strategy, float]]:
    """Now and then the last place goes to a new product that nobody could buy often yet."""
    if random.random() >= EXPLORED:
        return chosen
    taken = {one.row for one, _, _ in chosen}
    liked = {now.shelf.category[one.row] for one, _, _ in chosen}
    fresh = [
        one
        for one in candidates("explore", now)
        if one.row not in taken and now.shelf.category[one.row] in liked
    ]
    if not fresh:
        return chosen
    place = int(random.integers(len(fresh)))
    return [*chosen[:-1], (fresh[place], "explore", EXPLORED / len(fresh))]


def _fresh(
    session: Session,
    chosen: Sequence[tuple[Candidate, Strategy, float]],
    now: Situation,
    at: datetime,
) -> tuple[Offer, ...]:
    """Offers with the products as they are in the database now; what was sold since is left out."""
    ids = [ProductId(int(now.shelf.ids[one.row])) for one, _, _ in chosen]
    products = {one.product_id: one for one in get_products(session, ids, now=at)}
    offers = []
    for product_id, (one, strategy, share) in zip(ids, chosen, strict=True):
        product = products.get(product_id)
        if product is None or not (product.in_stock or now.wish.soon_days is not None):
            continue
        offers.append(Offer(product, one.reason, share, strategy, one.score))
    return tuple(offers)


def suggestions(
    session: Session,
    shopper: Shopper,
    k: int,
    *,
    models: Models,
    now: datetime,
) -> tuple[Offer, ...]:
    """What an agent may suggest to a customer: the most personal strategy first, no experiments."""
    wish = Wish(ProductFilter(in_stock=True), slot="desk")
    shelf = shelf_of(session, now)
    rules = list_rules(session, now=now)
    wish, allowed, _ = _possible(shelf, wish, barred_products(shopper, models, rules, wish, now))
    situation = Situation(shelf, models, shopper, wish, allowed)
    lead = _strategies(situation)[0]
    ranked = weighted(candidates(lead, situation), shelf, shopper, wish, holding(rules, ()))
    ranked = ranked or weighted(trending(situation), shelf, shopper, wish, holding(rules, ()))
    chosen: list[tuple[Candidate, Strategy, float]] = [
        (one, lead, 1.0) for one in diverse(ranked, shelf, k, wish.diversity)
    ]
    return _fresh(session, chosen, situation, now)
