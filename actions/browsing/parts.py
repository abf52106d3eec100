"""Goods that a message names only as part of something, or as what goes with it."""

import re
from dataclasses import replace
from typing import Final

from catalogue_search.catalogue import Catalogue
from catalogue_search.lexicon import count_before, lexicon
from catalogue_search.query import Constraint, Query
from catalogue_search.tokens import tokenize, words_of
from kit.phrases import spoken

# "Does it come with a pump?", 送地钉吗: asked of the thing that is spoken of.
_OF_IT: Final = spoken("browsing", "parts.of_it")
_OF_SHOP: Final = spoken("browsing", "parts.of_shop")


_ARTICLES: Final = frozenset({"a", "an", "the", "my", "any", "some", "his", "her", "our"})


def without_parts(text: str, query: Query, catalogue: Catalogue, *, in_focus: bool) -> Query:
    """`query` without goods that the shop does not have and that are not looked for.

    They stand behind a word such as "with" or "for", or are asked of the product in focus: they
    are words to be looked for in its text.
    """
    asks_of_it = in_focus and _OF_IT.search(text) and not _OF_SHOP.search(text)
    parts = [
        one
        for one in query.kinds
        if not _is_sold(one, catalogue) and (asks_of_it or _goes_along(text, one))
    ]
    if not parts:
        return query
    words = dict.fromkeys(word for one in parts for word in _words(one.source))
    return replace(
        query,
        kinds=tuple(one for one in query.kinds if one not in parts),
        query_words=tuple(dict.fromkeys((*query.query_words, *words))),
    )


def _words(source: str) -> list[str]:
    tokens = words_of(source)
    return list(tokens) if source.isascii() else ["".join(tokens)]


def _is_sold(kind: Constraint, catalogue: Catalogue) -> bool:
    return any(value in catalogue.kinds.by_value for value in kind.values)


def _goes_along(text: str, kind: Constraint) -> bool:
    """Whether a kind stands behind a word that makes it what something else is for."""
    tokens = tokenize(text)
    place = next((n for n, one in enumerate(tokens) if one.start >= kind.start), len(tokens))
    while place and tokens[place - 1].text in _ARTICLES:
        place -= 1
    seeks = re.search(r"\b(?:looking|search(?:ing)?|hunting) for\b", text, re.IGNORECASE)
    fits = place > 0 and tokens[place - 1].text in {"fit", "fits"}
    beside = count_before(lexicon().cues["beside"], tokens, place) or fits
    return beside > 0 and seeks is None
