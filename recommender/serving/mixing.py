"""From candidates to a list: fairness to what was seen too often, variety, merchants' rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from recommender.serving.candidates import Candidate
from recommender.serving.labels import Mask
from recommender.serving.rules import Rule
from recommender.serving.shelf import Floats, Ints, Shelf
from recommender.serving.shopper import Shopper
from recommender.serving.wishes import Reason, Wish

SHOWN_OFTEN: Final = 3
SEEN_TOO_OFTEN: Final = 0.5
REFUSED_BRAND: Final = 0.3


def weighted(
    found: Sequence[Candidate], shelf: Shelf, shopper: Shopper, wish: Wish, rules: Sequence[Rule]
) -> list[Candidate]:
    """Candidates with scores from 0 to 1 after novelty, fatigue, refused brands and boosts."""
    if not found:
        return []
    top = max(candidate.score for candidate in found)
    low = min(0.0, *(candidate.score for candidate in found))
    scale = (top - low) or 1.0
    boosts: Mapping[int, float] = {
        int(rule.product_id): rule.factor for rule in rules if rule.kind == "boost"
    }
    most = max(1.0, float(shelf.popularity.max(initial=1.0)))
    changed = []
    for candidate in found:
        product = int(shelf.ids[candidate.row])
        score = (candidate.score - low) / scale
        score *= 1.0 - wish.novelty * float(shelf.popularity[candidate.row]) / most
        if shopper.ignored.get(product, 0) >= SHOWN_OFTEN:  # type: ignore[call-overload]
            score *= SEEN_TOO_OFTEN
        if shelf.brand[candidate.row] in shopper.refused_brands:
            score *= REFUSED_BRAND
        changed.append(replace(candidate, score=score * boosts.get(product, 1.0)))
    return sorted(changed, key=lambda one: -one.score)


def diverse(
    found: Sequence[Candidate], shelf: Shelf, count: int, diversity: float
) -> list[Candidate]:
    """The best list by maximal marginal relevance.

    Carbonell and Goldstein, SIGIR 1998: each next product is the one whose score is highest after
    what it repeats of those before it is taken off.
    """
    chosen: list[int] = []
    rows = np.array([one.row for one in found], dtype=np.int64)
    worth = (1 - diversity) * np.array([one.score for one in found])
    repeats = np.zeros(len(found))
    while len(chosen) < min(count, len(found)):
        marks = worth - diversity * repeats
        marks[chosen] = -np.inf
        chosen.append(int(np.argmax(marks)))
        repeats = np.maximum(repeats, _alike(shelf, rows, int(rows[chosen[-1]])))
    return [found[place] for place in chosen]


def _alike(shelf: Shelf, rows: Ints, other: int) -> Floats:
    """(rows,) 0 to 1: of the same shelf, the same brand, and about the same price."""
    same = 0.6 * shelf.category.same_as(other, rows)
    same += 0.25 * shelf.brand.same_as(other, rows)
    price, than = shelf.price[rows], shelf.price[other]
    alike: Floats = same + 0.15 * (
        np.minimum(price, than) / np.maximum(np.maximum(price, than), 0.01)
    )
    return alike


def pinned(rules: Sequence[Rule], shelf: Shelf, allowed: Mask) -> list[Candidate]:
    """Pinned products that fit the filters, the oldest rule first."""
    rows = [shelf.row_of.get(rule.product_id) for rule in rules if rule.kind == "pin"]
    return [
        Candidate(row, 1.0, Reason("pinned"))
        for row in dict.fromkeys(rows)
        if row is not None and allowed[row]
    ]
