"""Candidates of each strategy: scored products, with the reason that their model gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from recommender import base
from recommender.ranking import first_best
from recommender.serving.labels import Mask
from recommender.serving.looks import rows_of
from recommender.serving.models import Models, Part
from recommender.serving.shelf import Shelf
from recommender.serving.shopper import Shopper
from recommender.serving.wishes import Reason, ReasonKind, Strategy, Wish
from shop.ids import ProductId

POOL: Final = 40
NEW_DAYS: Final = 60.0
# Attributes that two products may share and a shopper cares about.
SHARED: Final = ("material", "fit", "season", "persons", "volume_l")
_KIND_OF_EVENT: Final[Mapping[str, ReasonKind]] = {
    "purchase": "bought",
    "cart": "viewed",
    "view": "viewed",
    "recommendation_clicked": "viewed",
    "rating": "liked",
}


@dataclass(frozen=True)
class Candidate:
    """A product of the shelf with its score (comparable within one strategy) and its reason."""

    row: int
    score: float
    reason: Reason


@dataclass(frozen=True)
class Situation:
    """What all strategies look at."""

    shelf: Shelf
    models: Models
    shopper: Shopper
    wish: Wish
    allowed: Mask


def candidates(strategy: Strategy, now: Situation) -> list[Candidate]:
    """The best products of one strategy, best first; empty when it knows nothing here."""
    if strategy == "personal":
        return _folded(now, "personal", now.shopper.history)
    if strategy == "session":
        part: Part = "session" if now.models.get("session") is not None else "personal"
        return _folded(now, part, now.shopper.session)
    if strategy == "content":
        liked = {**now.shopper.history, **now.shopper.session}
        return _folded(now, "content", liked, similar=True)
    if strategy == "similar":
        return _similar(now)
    if strategy == "complements":
        return _complements(now)
    if strategy == "taste":
        return _taste(now)
    if strategy == "looks":
        return _looking(now)
    if strategy == "explore":
        return _new(now)
    return trending(now)


def knows(strategy: Strategy, now: Situation) -> bool:
    """Whether a strategy has anything to go by, without computing it."""
    shopper = now.shopper
    if strategy == "personal":
        return bool(shopper.history) and now.models.get("personal") is not None
    if strategy == "session":
        return bool(shopper.session) and now.models.get("personal") is not None
    if strategy == "content":
        known = bool(shopper.history or shopper.session)
        return known and now.models.get("content") is not None
    return bool(shopper.taste) if strategy == "taste" else True


def _folded(
    now: Situation, part: Part, liked: Mapping[ProductId, float], *, similar: bool = False
) -> list[Candidate]:
    model = now.models.get(part)
    if model is None or not liked:
        return []
    history = {str(key): weight for key, weight in liked.items()}
    mask = now.models.mask(part, model, now.shelf, now.allowed)
    found = model.fold_in([history], POOL, allowed=mask, repeats=True)[0]
    return [one for one in (_told(now, rec, similar=similar) for rec in found) if one is not None]


def _told(now: Situation, found: base.Recommendation, *, similar: bool) -> Candidate | None:
    """A model's answer with its reason in the shop's terms; None for what says only "popular"."""
    row = now.shelf.row_of.get(int(found.item))
    if row is None or not found.reason.because:
        return None
    because = tuple((ProductId(int(key)), share) for key, share in found.reason.because)
    seed, share = because[0]
    kind: ReasonKind = _KIND_OF_EVENT.get(now.shopper.kinds.get(seed, "view"), "viewed")
    shared: tuple[str, ...] = ()
    if similar:
        kind, shared = "similar", shared_attributes(now.shelf, seed, row)
    return Candidate(row, found.score, Reason(kind, seed, share, shared, because=because))


def shared_attributes(shelf: Shelf, seed: ProductId, row: int) -> tuple[str, ...]:
    """What a product has in common with another: `brand`, and attributes with the same value."""
    other = shelf.row_of.get(seed)
    if other is None:
        return ()
    same = ["category"] if shelf.category[other] == shelf.category[row] else []
    same += ["brand"] if shelf.brand[other] == shelf.brand[row] else []
    mine, theirs = shelf.attributes[row], shelf.attributes[other]
    return (*same, *(name for name in SHARED if name in mine and mine[name] == theirs.get(name)))


def _similar(now: Situation) -> list[Candidate]:
    """Products like the seeds, by their texts and attributes; else of the same kind and price."""
    model = now.models.get("content")
    best: dict[int, Candidate] = {}
    for seed in now.wish.seeds:
        for one in _like(now, seed, model):
            if one.row not in best or best[one.row].score < one.score:
                best[one.row] = one
    return sorted(best.values(), key=lambda one: -one.score)[:POOL]


def _like(now: Situation, seed: ProductId, model: base.Recommender | None) -> list[Candidate]:
    row = now.shelf.row_of.get(seed)
    if row is None:
        return []
    allowed = now.allowed.copy()
    allowed[row] = False
    same = allowed & now.shelf.category.same_as(row)
    if same.any() and not now.wish.filters.categories:
        allowed = same  # an alternative to boots is a boot, as long as there is one
    if model is None or model.place(str(seed)) is None:
        return _same_kind(now, seed, row, allowed)
    mask = now.models.mask("content", model, now.shelf, allowed)
    found = [
        Candidate(
            now.shelf.row_of[int(one.item)],
            one.score,
            Reason(
                "similar",
                seed,
                1.0,
                shared_attributes(now.shelf, seed, now.shelf.row_of[int(one.item)]),
                because=((seed, 1.0),),
            ),
        )
        for one in model.similar(str(seed), POOL, allowed=mask)
        if one.reason.because and int(one.item) in now.shelf.row_of
    ]
    return found or _same_kind(now, seed, row, allowed)


def _same_kind(now: Situation, seed: ProductId, row: int, allowed: Mask) -> list[Candidate]:
    """What shares most with the seed: its shelf, attributes and price. Needs no model."""
    shelf = now.shelf
    rows = np.flatnonzero(allowed & shelf.category.same_as(row))
    found = []
    for other in rows:
        shared = shared_attributes(shelf, seed, int(other))
        near = 1.0 / (1.0 + abs(np.log(shelf.price[other] / max(shelf.price[row], 0.01))))
        reason = Reason("similar", seed, 1.0, shared, because=((seed, 1.0),))
        found.append(Candidate(int(other), len(shared) + float(near), reason))
    return sorted(found, key=lambda one: (-one.score, -shelf.popularity[one.row]))[:POOL]


def _complements(now: Situation) -> list[Candidate]:
    """What is bought with the seeds, from other shelves than theirs."""
    shelf = now.shelf
    own = {shelf.category[row] for row in shelf.rows(now.wish.seeds)}
    own |= set(now.wish.with_categories)
    allowed = now.allowed & ~shelf.category.among(list(own))
    model = now.models.get("complements")
    if model is None:
        return []
    seeds = list(now.wish.seeds) or _best_of(shelf, now.wish.with_categories)
    if not seeds:
        return []
    mask = now.models.mask("complements", model, shelf, allowed)
    found = model.fold_in([{str(key): 1.0 for key in seeds}], POOL, allowed=mask, repeats=True)[0]
    candidates = []
    for one in found:
        row = shelf.row_of.get(int(one.item))
        if row is None or not one.reason.because:
            continue
        because = tuple((ProductId(int(key)), share) for key, share in one.reason.because)
        named = now.wish.with_categories[0] if not now.wish.seeds else None
        seed = because[0][0] if now.wish.seeds else None
        reason = Reason("complement", seed, because[0][1], category=named, because=because)
        candidates.append(Candidate(row, one.score, reason))
    return candidates


def _looking(now: Situation) -> list[Candidate]:
    """Products of the looks that a picture resembles, those of the nearest look first."""
    found: dict[int, Candidate] = {}
    for place, look in enumerate(now.wish.looks):
        reason = Reason("looks", colour=look.partition("/")[2])
        for rank, row in enumerate(rows_of(now.shelf, look, now.allowed)[:POOL].tolist()):
            score = 1.0 / (1 + place) + 1e-3 / (1 + rank)
            found.setdefault(row, Candidate(row, score, reason))
    return sorted(found.values(), key=lambda one: -one.score)[:POOL]


def _best_of(shelf: Shelf, categories: Sequence[str], count: int = 12) -> list[ProductId]:
    """The best sold products of some shelves stand for the whole kind."""
    rows = np.flatnonzero(shelf.category.among(categories))
    rows = rows[first_best(shelf.trend[rows], count)]
    return [ProductId(int(shelf.ids[row])) for row in rows]


def _taste(now: Situation) -> list[Candidate]:
    """The best sold of the kinds that a new shopper said to be interested in, within the budget."""
    shelf, taste = now.shelf, now.shopper.taste
    allowed = now.allowed & shelf.category.among(taste)
    if now.shopper.budget is not None:
        within = allowed & (shelf.price <= now.shopper.budget)
        allowed = within if within.any() else allowed
    rows = np.flatnonzero(allowed)
    rows = rows[first_best(shelf.trend[rows], POOL)]
    return [
        Candidate(int(row), float(shelf.trend[row]), Reason("taste", category=shelf.category[row]))
        for row in rows
    ]


def trending(now: Situation) -> list[Candidate]:
    """What sells best lately; of one kind when the filters ask for one."""
    shelf, categories = now.shelf, now.wish.filters.categories
    rows = np.flatnonzero(now.allowed)
    rows = rows[first_best(shelf.trend[rows], POOL * 2)]
    kind: ReasonKind = "popular_in" if categories else "popular"
    return [
        Candidate(
            int(row),
            float(shelf.trend[row]),
            Reason(kind, category=shelf.category[row] if categories else None),
        )
        for row in rows
    ]


def _new(now: Situation) -> list[Candidate]:
    """Products that came lately, the newest first: nobody could buy them often yet."""
    shelf = now.shelf
    rows = np.flatnonzero(now.allowed & (shelf.age_days <= NEW_DAYS) & (shelf.age_days >= 0))
    rows = rows[first_best(-shelf.age_days[rows], POOL)]
    return [
        Candidate(int(row), 1.0 / (1.0 + float(shelf.age_days[row])), Reason("new")) for row in rows
    ]
