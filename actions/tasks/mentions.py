"""Whether a shopper's words mean a product, by its name, its shelf or its family."""

import re
from typing import Final

from actions.turn import Turn

# What shoppers call a thing by the family it belongs to: "the shoes" are boots, too.
WIDER_WORDS: Final = (
    (
        re.compile(r"\b(shoes?|footwear)\b|鞋"),
        re.compile(r"\b(shoes?|boots?|sneakers?|sandals?|trainers?)\b|鞋|靴"),
    ),
    (re.compile(r"\bbags?\b|包(?!裹|邮|装)"), re.compile(r"pack\b|\b(bag|tote|duffel)|包")),
    (
        re.compile(r"\bcoats?\b|外套"),
        re.compile(r"\b(coat|jacket|parka|shell|anorak)\b|外套|夹克|冲锋衣"),
    ),
    (
        re.compile(r"\b(pants|trousers|bottoms)\b|裤"),
        re.compile(r"\b(pants|trousers|shorts|leggings|jeans)\b|裤"),
    ),
)


def mentions(turn: Turn, name_en: str, name_zh: str, category: str) -> bool:
    """Whether the shopper's words name this product or its category."""
    if category in turn.entities.get("category", ()):
        return True
    return names_product(turn.text, name_en, name_zh)


def names_product(said: str, name_en: str, name_zh: str) -> bool:
    """Whether words name a product by a noun of its name or by its family."""
    text = said.lower()
    for wider, narrower in WIDER_WORDS:
        if wider.search(text) and narrower.search(f"{name_en} {name_zh}".lower()):
            return True
    words = set(re.findall(r"[a-z]{4,}", text))
    nouns = set(re.findall(r"[a-z]{4,}", name_en.lower()))
    if {w.rstrip("s") for w in words} & {w.rstrip("s") for w in nouns}:
        return True
    return any(name_zh[i : i + 2] in said for i in range(len(name_zh) - 1) if name_zh[i] > "\u3400")
