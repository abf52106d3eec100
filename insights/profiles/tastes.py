"""What a customer buys: categories, sizes, the price level, how often on offer; with intervals."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from scipy.special import betaincinv

from insights.profiles.records import Habit
from insights.tables import Floats

MOST_CATEGORIES: Final = 4
MOST_SIZES: Final = 4
# What an event counts beside a piece bought, as the recommender weighs them.
WEIGHTS: Final = {"cart": 0.7, "view": 0.3}
_SPREAD: Final = math.sqrt(1 / 12)  # of places that are evenly spread over a shelf
_Z95: Final = 1.96


@dataclass
class Taste:
    """What was counted of one customer."""

    pieces: Counter[str] = field(default_factory=Counter)
    looked: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    sizes: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: list[float] = field(default_factory=list)
    lines: int = 0
    on_offer: int = 0


@dataclass(frozen=True, eq=False)
class Shelf:
    """The shop's categories: sorted prices of each, and its share of all that is sold."""

    prices: Mapping[str, Floats]
    shares: Mapping[str, float]

    def place(self, category: str, price: float) -> float | None:
        """Where a price stands among its category's, 0 the cheapest; None for fewer than three."""
        known = self.prices.get(category)
        if known is None or len(known) < 3:
            return None
        low, high = np.searchsorted(known, price, "left"), np.searchsorted(known, price, "right")
        return float(low + high) / 2 / len(known)


def shelf_of(prices: Iterable[Sequence[Any]], sales: Iterable[Sequence[Any]]) -> Shelf:
    """From (category, price) and (category, pieces)."""
    found: dict[str, list[float]] = defaultdict(list)
    for category, price in prices:
        found[category].append(float(price))
    sold = {category: float(pieces) for category, pieces in sales}
    total = sum(sold.values()) or 1.0
    return Shelf(
        {name: np.sort(np.array(values)) for name, values in found.items()},
        {name: pieces / total for name, pieces in sold.items()},
    )


def count_tastes(
    shelf: Shelf, bought: Iterable[Sequence[Any]], looked: Iterable[Sequence[Any]]
) -> dict[int, Taste]:
    """By customer, from the shop's rows of lines and of events."""
    found: defaultdict[int, Taste] = defaultdict(Taste)
    for customer, category, size, pieces, price, on_offer, came_back in bought:
        taste = found[customer]
        taste.pieces[category] += pieces
        taste.lines += 1
        taste.on_offer += bool(on_offer)
        if size and not came_back:
            taste.sizes[category, size] += pieces
        place = shelf.place(category, float(price))
        if place is not None:
            taste.places.append(place)
    for customer, category, kind, events in looked:
        found[customer].looked[category][kind] += events
    return dict(found)


def categories_of(taste: Taste, shelf: Shelf) -> list[dict[str, Any]]:
    """The dearest categories: pieces, looks, share, and how many times the shop's share that is."""
    weight: defaultdict[str, float] = defaultdict(float)
    weight.update({name: float(pieces) for name, pieces in taste.pieces.items()})
    for name, kinds in taste.looked.items():
        weight[name] += sum(WEIGHTS[kind] * events for kind, events in kinds.items())
    total = sum(weight.values()) or 1.0
    return [
        {
            "category": name,
            "bought": taste.pieces.get(name, 0),
            "looked": sum(taste.looked[name].values()) if name in taste.looked else 0,
            "share": round(value / total, 4),
            "times": round(value / total / shelf.shares[name], 2)
            if shelf.shares.get(name)
            else None,
        }
        for name, value in sorted(weight.items(), key=lambda one: (-one[1], one[0]))[
            :MOST_CATEGORIES
        ]
    ]


def sizes_of(taste: Taste) -> list[dict[str, Any]]:
    """The size of half of the pieces kept in a category and more, with how many of how many."""
    worn: Counter[str] = Counter()
    best: dict[str, tuple[int, str]] = {}
    for (category, size), pieces in sorted(taste.sizes.items()):
        worn[category] += pieces
        best[category] = max(best.get(category, (0, "")), (pieces, size))
    return [
        {"category": name, "size": best[name][1], "pieces": best[name][0], "of": count}
        for name, count in sorted(worn.items(), key=lambda one: (-one[1], one[0]))
        if 2 * best[name][0] >= count
    ][:MOST_SIZES]


def level_of(taste: Taste) -> tuple[float, float, float] | None:
    """Mean place among the prices of what was bought, with its 95 % interval."""
    if not taste.places:
        return None
    mean = sum(taste.places) / len(taste.places)
    half = _Z95 * _SPREAD / math.sqrt(len(taste.places))
    return mean, max(0.0, mean - half), min(1.0, mean + half)


def offers_of(taste: Taste, habit: Habit) -> tuple[float, float, float]:
    """The share bought on offer, drawn to the shop's as far as customers are alike; 95 %."""
    hits = habit.share * habit.strength + taste.on_offer
    misses = (1 - habit.share) * habit.strength + taste.lines - taste.on_offer
    low, high = betaincinv(hits, misses, [0.025, 0.975])
    return hits / (hits + misses), float(low), float(high)
