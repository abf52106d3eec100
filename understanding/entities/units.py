"""The units that entities are made of, spans over them, and the tags between the two.

A unit is a Latin word, a run of digits, one Chinese character or one other sign. Tags say where a
unit stands in a span: B(egin), I(nside), L(ast), U(nit alone) or O(utside) (Ratinov and Roth 2009).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

OUTSIDE: Final = "O"
# Letters of Latin, Greek and Cyrillic scripts go together; every other script is taken by signs.
_UNIT: Final = re.compile(r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af\uf900-\uffef]+|\d+|[^\s]")


@dataclass(frozen=True)
class Span:
    """A stretch of a text, `end` exclusive, and what it names."""

    entity: str
    start: int
    end: int


@dataclass(frozen=True)
class Annotated:
    """A text and its spans in order of place, none overlapping another."""

    text: str
    spans: tuple[Span, ...] = ()


class BadSpans(ValueError):
    """Spans do not fit their text; the message says which and what to change."""


@dataclass(frozen=True)
class Unit:
    """A unit of a text and its place."""

    text: str
    start: int
    end: int


def units_of(text: str) -> list[Unit]:
    """The units of `text` in order."""
    return [Unit(found.group(), *found.span()) for found in _UNIT.finditer(text)]


def checked(text: str, spans: Iterable[Span]) -> Annotated:
    """`text` with its spans in order; raises BadSpans when one lies outside or two overlap."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    last = 0
    for span in ordered:
        place = f"{span.entity or 'entity'} at {span.start}-{span.end}"
        if not span.entity:
            raise BadSpans(f"{place} has no name; say which entity it is")
        if not 0 <= span.start < span.end <= len(text):
            raise BadSpans(f"{place} is not within the text of {len(text)} characters")
        if not text[span.start : span.end].strip():
            raise BadSpans(f"{place} covers only spaces; move its offsets to the words meant")
        if span.start < last:
            raise BadSpans(f"{place} overlaps the one before it; keep one of the two")
        last = span.end
    return Annotated(text, tuple(ordered))


def tags_of(units: Sequence[Unit], spans: Iterable[Span]) -> list[str]:
    """A tag for each unit; a unit that a span covers in part belongs to it."""
    tags = [OUTSIDE] * len(units)
    for span in spans:
        inside = [
            place
            for place, unit in enumerate(units)
            if unit.start < span.end and span.start < unit.end and tags[place] == OUTSIDE
        ]
        if len(inside) == 1:
            tags[inside[0]] = f"U-{span.entity}"
        elif inside:
            for place in inside[1:-1]:
                tags[place] = f"I-{span.entity}"
            tags[inside[0]], tags[inside[-1]] = f"B-{span.entity}", f"L-{span.entity}"
    return tags


def spans_of(units: Sequence[Unit], tags: Sequence[str]) -> list[Span]:
    """The spans that tags speak of, those that are not closed included."""
    spans: list[Span] = []
    begun: int | None = None
    for place, (unit, tag) in enumerate(zip(units, tags, strict=True)):
        kind, _, entity = tag.partition("-")
        if kind in {"O", "B", "U"} or begun is None:
            begun = None if kind == "O" else unit.start
        follows = place + 1 < len(tags) and tags[place + 1] in {f"I-{entity}", f"L-{entity}"}
        if begun is not None and (kind in {"U", "L"} or not follows):
            spans.append(Span(entity, begun, unit.end))
            begun = None
    return spans


def may_follow(before: str, after: str) -> bool:
    """Whether tag `after` may stand behind tag `before`; an empty one is the text's edge."""
    kind, _, entity = (before or OUTSIDE).partition("-")
    next_kind, _, next_entity = (after or OUTSIDE).partition("-")
    if kind in {"B", "I"}:
        return next_kind in {"I", "L"} and next_entity == entity
    return next_kind in {"O", "B", "U"}
