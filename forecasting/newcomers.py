"""New variants borrow from what they resemble: their own few weeks say too little."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from forecasting.classes import DemandClass
from forecasting.engine import PanelForecast
from forecasting.panel import Floats
from shop.sales import VariantFacts

NEIGHBOURS: Final = 10
TRUST_STEPS: Final = 6.0  # the neighbours' word counts like that many weeks of one's own
LABEL: Final = "neighbours"
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Content:
    """What a variant is, for comparing: category, brand, words of its name, size, colour, price."""

    category: str
    brand_id: int
    words: frozenset[str]
    size: str
    colour: str
    price: float


def content_of(variant: VariantFacts) -> Content:
    """The content of a variant."""
    return Content(
        category=variant.category,
        brand_id=variant.brand_id,
        words=frozenset(_WORD.findall(variant.name.casefold())),
        size=variant.size.casefold(),
        colour=variant.colour.casefold(),
        price=float(variant.price),
    )


def likeness(one: Content, other: Content) -> float:
    """0 to 1 for two things of one category: name, brand, size, colour and price, evenly."""
    either = len(one.words | other.words)
    dearest = max(one.price, other.price)
    parts = (
        len(one.words & other.words) / either if either else 0.0,
        float(one.brand_id == other.brand_id),
        float(one.size == other.size),
        float(one.colour == other.colour),
        min(one.price, other.price) / dearest if dearest > 0 else 1.0,
    )
    return sum(parts) / len(parts)


def with_neighbours(
    made: PanelForecast, variants: Sequence[VariantFacts], lengths: Floats
) -> PanelForecast:
    """Forecasts in which each new variant leans on the ten most alike of its category.

    `lengths` are the weeks each has been on sale: with n of them its own forecast weighs n, the
    neighbours' mean TRUST_STEPS. Quantiles move in the same way, so they keep their order. Where a
    category has no settled variant, a forecast stays as it is.
    """
    settled = _settled(made.classes, variants)
    mean = made.mean.copy()
    quantiles = {level: values.copy() for level, values in made.quantiles.items()}
    labels = list(made.models)
    for row, kind in enumerate(made.classes):
        known = settled.get(variants[row].category, [])
        if kind != "new" or not known:
            continue
        content = content_of(variants[row])
        nearest = sorted(known, key=lambda other: -likeness(content, other[1]))[:NEIGHBOURS]
        rows = [other for other, _ in nearest]
        own = lengths[row] / (lengths[row] + TRUST_STEPS)
        mean[row] = own * made.mean[row] + (1 - own) * made.mean[rows].mean(axis=0)
        for level, values in made.quantiles.items():
            quantiles[level][row] = own * values[row] + (1 - own) * values[rows].mean(axis=0)
        labels[row] = f"{labels[row]}+{LABEL}"
    return replace(made, mean=mean, quantiles=quantiles, models=tuple(labels))


def _settled(
    classes: Sequence[DemandClass], variants: Sequence[VariantFacts]
) -> Mapping[str, list[tuple[int, Content]]]:
    """Rows and contents of variants that are not new, by category."""
    found: dict[str, list[tuple[int, Content]]] = defaultdict(list)
    for row, (kind, variant) in enumerate(zip(classes, variants, strict=True)):
        if kind != "new":
            found[variant.category].append((row, content_of(variant)))
    return found
