"""Numbers and degrees that only the talk gives a meaning: "at least 5" after the R-value, "what
about 35" after 40 litres, a bare 38 of shoes, "one with more"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from actions.browsing.asked import patterns
from actions.chat import Chat
from catalogue_search.facts import facts_of
from catalogue_search.lexicon import concepts
from catalogue_search.measures import bounds
from catalogue_search.query import Constraint, Operator, Query, place
from kit.numerals import small_number
from kit.phrases import spoken
from shop.views import ProductView

_MONEY: Final = spoken("browsing", "numbers.money")
_NUMBER: Final = re.compile(
    r"(?<![a-z0-9.,€$£-])(?P<n>\d{1,4}(?:\.\d)?)(?![.,]?\d)(?!\s*[%°€$£寸吋英])(?![a-z])",
    re.IGNORECASE,
)
_WHAT_OF: Final = spoken("browsing", "numbers.what_of")
_MORE: Final = spoken("browsing", "numbers.more")
_LESS: Final = spoken("browsing", "numbers.less")
_BOUNDS: Final = frozenset({"at_most", "at_least", "about"})
# So far a number may be off what was spoken of and still mean the same quantity.
_FAR: Final = 2.0
SHORT: Final = 28  # characters of a message that is hardly more than its number
KILOGRAM: Final = 1000
# What numbers are asked of, by topic of asked.yml.
_QUANTITIES: Final = {"warmth": "comfort"}
_TOLD: Final = frozenset({"product", "comparison", "products_listed"})


def numbers_in_context(chat: Chat, query: Query, things: Sequence[ProductView]) -> Query:
    """`query` with its bare numbers read as what the talk is of; `things` are those spoken of."""
    if not things:
        return query
    text = chat.turn.text
    sized = _size_said(text, query, things)
    if sized is not None:
        others = tuple(one for one in query.ranges if not _is_bare_price(one, text))
        return place(replace(query, ranges=others), [sized])
    people = _people_said(text, query, things)
    if people is not None:
        return place(query, [people])
    names = _spoken_of(chat)
    prices = [one for one in query.ranges if _is_bare_price(one, text)]
    for one in prices:
        meant = _as_quantity(one, text, names, things)
        if meant is not None:
            rest = tuple(other for other in query.ranges if other is not one)
            return place(replace(query, ranges=rest), [meant])
    relative = [one for one in query.constraints if one.operator in {"below", "above"}]
    if names and relative and list(query.constraints) == relative and not query.kinds:
        exact = _bare(text, names, things)  # "smaller, like 30"
        return place(replace(query, ranges=()), exact) if exact else query
    if query.is_empty and names:
        return place(query, _degree(text, names, things) or _bare(text, names, things))
    return query


def _is_bare_price(one: Constraint, text: str) -> bool:
    """Whether a price is only guessed from a number without a unit."""
    return one.attribute == "price" and one.operator in _BOUNDS and not _MONEY.search(text)


def _size_said(text: str, query: Query, things: Sequence[ProductView]) -> Constraint | None:
    """A size in which the things spoken of come: 38, "m"."""
    if any(one.attribute == "size" for one in query.must):
        return None
    sizes = {variant.size.upper() for one in things for variant in one.variants if variant.size}
    said = [m["n"] for m in _NUMBER.finditer(text)] + [text.strip(" ?!.？！。").upper()]
    found = next((one for one in said if one in sizes), None)
    return None if found is None else Constraint("size", "is", (found,), source=found)


def _people_said(text: str, query: Query, things: Sequence[ProductView]) -> Constraint | None:
    """ "I need one for 5" of things that are made for so many."""
    match = spoken("actions", "numbers.people").search(text)
    said = any(one.attribute == "persons" for one in query.ranges)
    made = any("persons" in facts_of(one).quantities for one in things)
    if match is None or said or not made:
        return None
    count = float(small_number(match["count"]))
    return Constraint("persons", "at_least", low=count, source=match.group())


def _spoken_of(chat: Chat) -> list[str]:
    """Quantities that the last question or the search is about, the question's first."""
    state = chat.state
    asked = str(state.notes.get("asked_of_product") or "") if state.last.did in _TOLD else ""
    topics = [name for name, pattern in patterns()[0].items() if asked and pattern.search(asked)]
    held = Query.from_json(state.search).ranges if state.search else ()
    names = [*(_QUANTITIES.get(one, one) for one in topics), *(one.attribute for one in held)]
    known = concepts()["quantities"]
    return [one for one in dict.fromkeys(names) if one in known and one != "price"]


def _as_quantity(
    price: Constraint, text: str, names: Sequence[str], things: Sequence[ProductView]
) -> Constraint | None:
    """A guessed price as the quantity spoken of, where it is near to that and no likely price."""
    number = price.low if price.operator == "at_least" else price.high
    if price.operator == "about" and price.low is not None and price.high is not None:
        number = (price.low + price.high) / 2
        if not _WHAT_OF.search(text):
            return None
    cheapest = min(float(one.price.amount) for one in things)
    if number is None or (price.operator == "at_most" and number >= cheapest / _FAR):
        return None
    for name in names:
        if (value := _near(name, number, things)) is not None:
            return _constraint(name, price.operator, value, price.source)
    return None


def _near(name: str, number: float, things: Sequence[ProductView]) -> float | None:
    """The number in the unit of a quantity, where the things' own are about as large."""
    held = [value for one in things if (value := facts_of(one).quantities.get(name)) is not None]
    for value in (number, number * KILOGRAM) if name == "weight" else (number,):
        if held and min(held) / _FAR <= value <= max(held) * _FAR:
            return value
    return None


def _constraint(name: str, operator: Operator, value: float, source: str) -> Constraint:
    low, high = bounds(name, operator, value)
    return Constraint(name, operator, low=low, high=high, source=source)


def _bare(text: str, names: Sequence[str], things: Sequence[ProductView]) -> list[Constraint]:
    """ "35 maybe?" after 40 litres."""
    match = _NUMBER.search(text)
    if match is None or len(text) > SHORT:
        return []
    for name in names:
        how: Operator | None = concepts()["quantities"][name].get("bare")
        if how and (value := _near(name, float(match["n"]), things)) is not None:
            return [_constraint(name, how, value, match["n"])]
    return []


def _degree(text: str, names: Sequence[str], things: Sequence[ProductView]) -> list[Constraint]:
    """ "Is there one with more?" of what was asked last, compared with the thing spoken of."""
    value = facts_of(things[0]).quantities.get(names[0])
    if value is None:
        return []
    if (more := _MORE.search(text)) is not None:
        return [Constraint(names[0], "above", low=value, source=more.group())]
    less = _LESS.search(text)
    return [] if less is None else [Constraint(names[0], "below", high=value, source=less.group())]
