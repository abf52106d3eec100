"""Whether a shopper's words mean a product, by its name, its shelf or its family."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from actions.turn import Turn
from kit.i18n import Texts

# What shoppers call a thing by the family it belongs to: "the shoes" are boots, too.
WIDER_WORDS: Final = (
    (
        re.compile(r"\b(shoes?|footwear)\b|鞋"),
        re.compile(r"\b(shoes?|boots?|sneakers?|sandals?|trainers?)\b|鞋|靴"),
    ),
    (re.compile(r"\b(dress|skirt)(es|s)?\b|裙"), re.compile(r"\b(dress|skirt)\b|裙")),
    (re.compile(r"\bboots?\b|靴"), re.compile(r"\bboots?\b|靴")),
    (
        re.compile(r"\bclothes\b|衣服|上衣"),
        re.compile(r"\b(jacket|fleece|t-?shirt|shirt|dress|top|sweater)\b|衣|夹克|恤|衫|裙"),
    ),
    (re.compile(r"\bbags?\b|包(?!裹|邮|装)"), re.compile(r"pack\b|\b(bag|tote|duffel)|包")),
    (
        re.compile(r"\b(rain ?)?coats?\b|外套|雨衣"),
        re.compile(r"\b(coat|jacket|parka|shell|anorak)\b|外套|夹克|冲锋衣"),
    ),
    (
        re.compile(r"\b(t-?shirts?|shirts?|tees?|tops?)\b|t恤|衬衫|短袖"),
        re.compile(r"\b(t-?shirt|shirt|tee|top)s?\b|t恤|衬衫|短袖"),
    ),
    (
        re.compile(r"\b(hats?|caps?|beanies?)\b|帽"),
        re.compile(r"\b(hat|cap|beanie)s?\b|帽"),
    ),
    (
        re.compile(r"\b(pants|trousers|bottoms)\b|裤"),
        re.compile(r"\b(pants|trousers|shorts|leggings|jeans)\b|裤"),
    ),
)


def mentioned(turn: Turn, names: Sequence[tuple[Texts, str]]) -> list[int]:
    """Which of several products (names, category) the words name: places.

    A word that all of them share tells none from the others and names none.
    """
    words = [_words_of(own) for own, _ in names]
    pairs = [_pairs_of(own) for own, _ in names]
    many = len(names) > 1
    shared_words = set.intersection(*words) if many else set()
    shared_pairs = set.intersection(*pairs) if many else set()
    categories = [category for _, category in names]
    alike = many and len(set(categories)) == 1
    found = []
    for place, (called, category) in enumerate(names):
        own = (words[place] - shared_words, pairs[place] - shared_pairs)
        by_category = not alike and category in turn.entities.get("category", ())
        if by_category or _names(turn.text, called, own, wider=not alike):
            found.append(place)
    return found


def names_product(said: str, names: Texts) -> bool:
    """Whether words name a product by a noun of its name or by its family."""
    return _names(said, names, (_words_of(names), _pairs_of(names)), wider=True)


def _names(said: str, names: Texts, own: tuple[set[str], set[str]], *, wider: bool) -> bool:
    text, whole = said.lower(), names.together.lower()
    for general, special in WIDER_WORDS if wider else ():
        if general.search(text) and special.search(whole):
            return True
    return bool(set(_words(text)) & own[0]) or any(pair in said for pair in own[1])


def _words_of(names: Texts) -> set[str]:
    latin = [name for name in names.all if not _pairs(name)] or names.all
    return {word for name in latin for word in _words(name)}


def _pairs_of(names: Texts) -> set[str]:
    return set().union(*map(_pairs, names.all))


def _words(text: str) -> list[str]:
    """Words of four letters and more, without the plural's s; the last of a word with a hyphen."""
    return [
        word.rstrip("s")
        for part in re.findall(r"[a-z]{4,}|t-shirts?|tshirts?", text.lower())
        for word in (part.replace("-", ""),)
    ]


def _pairs(name: str) -> set[str]:
    """Pairs of Chinese characters of a name."""
    return {a + b for a, b in pairwise(name) if a > "\u3400" and b > "\u3400"}
