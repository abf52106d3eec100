"""What a unit looks like: itself, its neighbours, its shape, its ends, and the names it is part of.

The names are those of the training spans. A training text does not look its own spans up, else
every name would seem known; so the weights fit names that only texts to come will have.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from understanding.entities.units import Annotated, Unit, units_of

LONGEST_NAME: Final = 8
EDGE: Final = "¦"
_SHAPES: Final = (
    (re.compile(r"[A-Z]"), "X"),
    (re.compile(r"[a-zß-öø-ÿ]"), "x"),
    (re.compile(r"\d"), "0"),
    (re.compile(r"[\u3400-\u9fff]"), "字"),
)


def shape_of(text: str) -> str:
    """`Xx` for `Hello`, `0` for `42`: kinds of signs, runs of a kind as one or two."""
    for pattern, sign in _SHAPES:
        text = pattern.sub(sign, text)
    return re.sub(r"(.)\1{2,}", r"\1\1", text)


def pieces_of(unit: str) -> list[str]:
    """The unit, its shape, and its beginnings and ends of one to four letters."""
    lowered = unit.lower()
    found = [f"w={lowered}", f"shape={shape_of(unit)}"]
    for length in range(1, min(5, len(lowered))):
        found += [f"{lowered[:length]}-", f"-{lowered[-length:]}"]
    return found


@dataclass
class Names:
    """Surfaces of spans with, for each entity, the number of texts that have them."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def learn(cls, examples: Iterable[Annotated]) -> "Names":
        """The names of the examples' spans."""
        names = cls()
        for example in examples:
            for surface, entity in _own(example):
                names.counts.setdefault(surface, Counter())[entity] += 1
        return names

    def matches(self, units: Sequence[Unit], text: str, own: Annotated | None = None) -> list[str]:
        """For each unit `B-entity`, `I-…`, `L-…` or `U-…` of the longest known name over it, or
        an empty text; `own` takes the example's own share off the counts."""
        mine = set(_own(own)) if own is not None else set()
        found = [""] * len(units)
        first = 0
        while first < len(units):
            for last in range(min(len(units), first + LONGEST_NAME), first, -1):
                surface = text[units[first].start : units[last - 1].end].lower()
                entity = self._entity(surface, mine)
                if entity:
                    for place in range(first, last):
                        edge = "B" if place == first else "L" if place == last - 1 else "I"
                        found[place] = f"{'U' if last == first + 1 else edge}-{entity}"
                    first = last - 1
                    break
            first += 1
        return found

    def _entity(self, surface: str, mine: set[tuple[str, str]]) -> str:
        counts = self.counts.get(surface)
        if counts is None:
            return ""
        left = [(count - ((surface, name) in mine), name) for name, count in counts.items()]
        count, name = max(left)
        return name if count > 0 else ""


def _own(example: Annotated) -> set[tuple[str, str]]:
    return {(example.text[span.start : span.end].lower(), span.entity) for span in example.spans}


def window_features(units: Sequence[Unit], matches: Sequence[str]) -> list[list[str]]:
    """The features of each unit for a linear model: a window of three to each side."""
    words = [EDGE] * 3 + [unit.text.lower() for unit in units] + [EDGE] * 3
    shapes = [EDGE, *(shape_of(unit.text) for unit in units), EDGE]
    known = [EDGE, *matches, EDGE]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    rows = []
    for place, unit in enumerate(units):
        at = place + 3
        row = pieces_of(unit.text)
        row += [f"{d}:{words[at + d]}" for d in (-3, -2, -1, 1, 2, 3)]
        row += [f"{d}::{pairs[at + d]}" for d in (-3, -2, -1, 0, 1, 2)]
        row += [f"{d}:::{pairs[at + d]} {words[at + d + 2]}" for d in (-2, -1, 0)]
        row.append(f"around={words[at - 1]} {words[at + 1]}")
        row += [f"{d}s={shapes[place + 1 + d]}" for d in (-1, 1)]
        row.append(f"shapes={shapes[place]} {shapes[place + 1]} {shapes[place + 2]}")
        row += [f"{d}n={known[place + 1 + d]}" for d in (-1, 0, 1) if known[place + 1 + d]]
        row.append("bias")
        rows.append(row)
    return rows


def pieces_features(units: Sequence[Unit], matches: Sequence[str]) -> list[list[str]]:
    """The features of each unit for a network, which sees the neighbours by itself: its pieces,
    its pairs with the units next to it, the known name it is part of."""
    words = [EDGE, *(unit.text.lower() for unit in units), EDGE]
    return [
        [
            *pieces_of(unit.text)[1:],
            f"<{words[place]} {words[place + 1]}",
            f">{words[place + 1]} {words[place + 2]}",
            f"n={match}",
        ]
        for place, (unit, match) in enumerate(zip(units, matches, strict=True))
    ]


@dataclass
class Vocabulary:
    """Places of features; those never seen in training have none."""

    places: dict[str, int]

    @classmethod
    def learn(cls, rows: Iterable[Iterable[str]], least: int) -> "Vocabulary":
        """Features that at least `least` rows have."""
        counts = Counter(feature for row in rows for feature in row)
        return cls.of(sorted(feature for feature, count in counts.items() if count >= least))

    @classmethod
    def of(cls, features: Iterable[str]) -> "Vocabulary":
        """These features in their order."""
        return cls({feature: place for place, feature in enumerate(features)})

    def look_up(self, row: Iterable[str]) -> list[int]:
        """Places of the features that are known."""
        return [self.places[feature] for feature in row if feature in self.places]


def read_units(text: str) -> tuple[list[Unit], str]:
    """The units of a text and the text, with what breaks a line as a space."""
    plain = re.sub(r"\s", " ", text)
    return units_of(plain), plain
