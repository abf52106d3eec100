"""Products named by their series alone: "the Lagoon one", "does the Harbour have a cover?"."""

import re
from collections.abc import Sequence
from typing import Final

from catalogue_search.aliases import ProductMatch
from catalogue_search.catalogue import Catalogue
from kit.phrases import spoken
from shop.ids import ProductId
from shop.views import ProductView

_THE: Final = re.compile(r"\bthe ([a-z]{4,})\b", re.IGNORECASE)


def of_series(
    text: str, catalogue: Catalogue, shown: Sequence[ProductView], focus: ProductView | None
) -> list[ProductId]:
    """ "The Lagoon one", 泻湖那款: the best known of that series on the shelf spoken of, those
    shown first."""
    match = spoken("actions", "series.one").search(text)
    word = "" if match is None else match["series"].lower()
    near = [*shown, *([focus] if focus is not None else [])]
    if not near or word not in catalogue.names.own:
        return []
    shelf = catalogue.kinds.any_of((f"category:{near[0].category}",))
    rows = sorted(catalogue.rows(catalogue.names.postings[word]))
    listed = {one.product_id for one in near}
    ids = [catalogue.ids[row] for row in rows if shelf[row]]
    return sorted(ids, key=lambda one: one not in listed)[:1]


def shown_first(
    text: str, matches: Sequence[ProductMatch], catalogue: Catalogue, near: Sequence[ProductView]
) -> list[ProductMatch]:
    """`matches` where a series that one product in sight has means that one: "does the Harbour
    have a rain cover" asks of no rain shell of that name."""
    kept = list(matches)
    for said in _THE.finditer(text):
        word = said.group(1).lower()
        if word not in catalogue.names.own:
            continue
        having = {one.product_id for one in near if word in str(one.names).lower().split()}
        if len(having) != 1 or any(one.product_id in having for one in matches):
            continue
        start, end = said.span(1)
        kept = [one for one in kept if not (one.start < end and start < one.end)]
        kept.append(ProductMatch(having.pop(), 1.0, start, end))
    return kept
