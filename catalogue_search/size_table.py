"""The sizes of a product beside the bodies that they are made for, as `advice` reckons them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalogue_search.advice import (
    CHESTS_CM,
    HEIGHTS_CM,
    WEIGHTS_KG,
    fit_bias,
    is_number,
    longest_foot,
    scale_of,
)
from catalogue_search.body import LETTERS
from catalogue_search.facts import facts_of
from shop.views import ProductView

OF_CLOTHES: Final = (
    ("chest_cm", CHESTS_CM),
    ("height_cm", HEIGHTS_CM),
    ("weight_kg", WEIGHTS_KG),
)


@dataclass(frozen=True)
class SizeTable:
    """What is measured, and each size with the range of every measure, ready to read."""

    measures: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def size_table(product: ProductView) -> SizeTable | None:
    """The table of shoes and of clothes in letters; None for what is measured otherwise."""
    facts = facts_of(product)
    sizes = list(dict.fromkeys(variant.size for variant in product.variants if variant.size))
    if sizes and all(is_number(size) for size in sizes) and "shoe" in facts.kinds:
        bias = fit_bias(product)[0]
        feet = [
            (size, (f"≤ {longest_foot(float(size) - bias, facts):.1f}",))
            for size in sorted(sizes, key=float)
        ]
        return SizeTable(("foot_cm",), tuple(feet))
    if sizes and set(sizes) <= set(LETTERS) and "clothing" in facts.kinds:
        scale = scale_of(facts)
        ends = [measure[scale] for _, measure in OF_CLOTHES]
        rows = [
            (size, tuple(_range(LETTERS.index(size), one) for one in ends))
            for size in sorted(sizes, key=LETTERS.index)
        ]
        return SizeTable(tuple(name for name, _ in OF_CLOTHES), tuple(rows))
    return None


def _range(place: int, ends: Sequence[float]) -> str:
    if place == 0:
        return f"≤ {ends[0]:g}"
    return f"{ends[place - 1]:g}–{ends[place]:g}" if place < len(ends) else f"> {ends[-1]:g}"
