"""Which products the words of a message name, and what of its constraints is only a name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from catalogue_search.aliases import ProductMatch
from catalogue_search.catalogue import Catalogue
from catalogue_search.facts import facts_of
from catalogue_search.message import take_apart
from catalogue_search.query import Constraint, Query
from catalogue_search.refine import is_suggested
from shop.ids import ProductId
from shop.views import ProductView

SURE_NAME: Final = 0.45
POSSIBLE_NAME: Final = 0.3
TIE: Final = 0.1
MOST_NAMED: Final = 4


def is_named(match: ProductMatch, text: str, near: Sequence[ProductId]) -> bool:
    """Whether a match is sure enough: a long name or one of what is near sooner than one word."""
    words = text[match.start : match.end]
    long = " " in words.strip() or (not words.isascii() and len(words) > 3)
    return match.score >= (POSSIBLE_NAME if long or match.product_id in near else SURE_NAME)


# So many words and all of a name are said for the product.
WHOLE_NAME: Final = 3


def is_explained(match: ProductMatch, text: str, query: Query) -> bool:
    """Whether constraints say all of it: 偏光太阳镜 are polarised sunglasses and no name.

    The whole name of a product, in several words, is a name all the same.
    """
    if match.score >= 1.0 and len(text[match.start : match.end].split()) >= WHOLE_NAME:
        return False
    said = [one for one in query.must if one.is_hard and one.attribute != "brand"]
    spans = [(one.start, one.end) for one in (*query.kinds, *said)]
    name = text[match.start : match.end].lower()
    if any(word in name for word in query.query_words):
        return False
    return bool(said) and all(
        not text[place].strip() or any(start <= place < end for start, end in spans)
        for place in range(match.start, match.end)
    )


def of_their_kind(
    matches: Sequence[ProductMatch], text: str, catalogue: Catalogue, near: Sequence[ProductId]
) -> list[ProductMatch]:
    """`matches` without products of another kind than the one named right behind their name: a
    Karst Meadow rain shell is no pair of sunglasses. What is near may be called anything."""
    hits = [hit for hit in take_apart(text, catalogue, ()).hits if hit.sense("kind")]

    def is_so(match: ProductMatch) -> bool:
        behind = [one for one in hits if one.start >= match.end]
        first = min(behind, key=lambda one: one.start, default=None)
        if first is None or match.product_id in near or text[match.end : first.start].strip():
            return True
        sense, row = first.sense("kind"), catalogue.row_of.get(match.product_id)
        return sense is None or row is None or bool(catalogue.kinds.any_of(sense.values)[row])

    return [one for one in matches if is_so(one)]


def best_named(
    matches: Sequence[ProductMatch], entities: Sequence[ProductId]
) -> tuple[list[ProductId], list[ProductId]]:
    """One product for each name, as they were said; of equals the one that is known by such a name
    (`entities`), else the one that had it first."""
    named: list[ProductId] = []
    alike: list[ProductId] = []
    for start in sorted({one.start for one in matches}):
        same = [one for one in matches if one.start == start]
        best = max(one.score for one in same)
        close = sorted(
            (one.product_id for one in same if one.score >= best - TIE),
            key=lambda key: (key not in entities, key),
        )
        close = close[:1] if close[0] in entities else close
        if close[0] not in named:
            named.append(close[0])
        alike += [one for one in close[1:] if one not in alike]
    return named[:MOST_NAMED], alike


def without_names(
    query: Query, matches: Sequence[ProductMatch], named: Sequence[ProductView]
) -> Query:
    """Without constraints that are only words of a product's name."""
    spans = {(one.start, one.end) for one in matches}

    def free(one: Constraint) -> bool:
        return not any(one.start < end and start < one.end for start, end in spans)

    suggested = [one for one in query.soft if is_suggested(one, query)]
    if query.occasion and suggested and not any(map(free, suggested)):
        query = replace(query, occasion=None)  # the River of a name is no river
    own = {kind for one in named for kind in facts_of(one).kinds}
    kinds = [
        one if free(one) else replace(one, values=tuple(v for v in one.values if v not in own))
        for one in query.kinds
    ]
    return replace(
        query,
        kinds=tuple(one for one in kinds if one.values),
        must=tuple(one for one in query.must if free(one)),
        must_not=tuple(one for one in query.must_not if free(one)),
        ranges=tuple(one for one in query.ranges if free(one)),
    )
