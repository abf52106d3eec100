"""What something is for: occasions and days as soft constraints."""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from catalogue_search.facts import wider
from catalogue_search.lexicon import Hit, concepts
from catalogue_search.message import Message
from catalogue_search.query import Constraint, Operator, Query, place

# What a place or a length of time says more exactly than what is done there.
_GENERAL: Final = ("day_hike",)
# What the weather is like says least.
_WEATHER: Final = ("rain", "snow", "cold", "hot", "wind")


def read_occasions(message: Message, query: Query) -> Query:
    """`query` with the occasion and what it lets one prefer; what was said outright stays."""
    found = [
        (sense.values[0], hit)
        for number, hit in enumerate(message.hits)
        if (sense := hit.sense("occasion")) and number not in message.scopes.negated
        if _matters(message, query, sense.values[0])
    ]
    found = _combined(message, found)
    days = _days(message)
    if not found:
        return replace(query, days=days)
    found.sort(key=lambda one: (one[0] in _WEATHER, one[0] in _GENERAL))
    name = found[0][0]
    if days is not None and name in {"day_hike", "hut_tour", "trek"}:
        name = _by_days(days, name)
        found[0] = (name, found[0][1])
    kinds = tuple(_narrowed(one, name) for one in query.kinds)
    query = replace(query, kinds=kinds, occasion=name, days=days)
    for occasion, hit in found:
        query = place(query, _preferences(message, query, occasion, hit))
    return query


def _matters(message: Message, query: Query, occasion: str) -> bool:
    """Whether the weather makes a difference to the kinds that are named: nothing to sleep in keeps
    the rain off, so a bag for Scotland is none for rain."""
    catalogue = message.catalogue
    of_kind = catalogue.kinds.any_of(query.kind_values())
    if occasion not in _WEATHER or not of_kind.any():
        return True
    for one in map(preference, preferences_of(occasion)):
        if one.attribute == "feature":
            held = catalogue.features.get(one.values[0])
            told = held is not None and bool((held[of_kind] > 0).any())
        elif one.attribute == "season":
            told = bool((catalogue.seasons.any_of(one.values) & of_kind).any())
        else:
            known = catalogue.quantity(one.attribute)[of_kind]
            known = known[~np.isnan(known)]
            told = bool(known.size) and bool(known.max() > known.min())
        if told:
            return True
    return False


# A kind with so many kinds of its own says little: shoes, clothes, a jacket.
_WIDE: Final = 3


def _narrowed(kind: Constraint, occasion: str) -> Constraint:
    """A wide kind as those of its kinds that the occasion is for: hiking in sandals is rare."""
    values = [one for value in kind.values for one in narrower(value, occasion)]
    return replace(kind, values=tuple(dict.fromkeys(values)))


def narrower(kind: str, occasion: str) -> tuple[str, ...]:
    """The kinds of a wide kind that an occasion is for; else the kind itself."""
    parents = [one for name in concepts()["kinds"] for one in wider(name, "kinds")[1:2]]
    made_for = concepts()["occasions"][occasion]["kinds"]
    found = tuple(one for one in made_for if kind in wider(one, "kinds")[1:])
    return found if found and parents.count(kind) >= _WIDE else (kind,)


def _combined(message: Message, found: list[tuple[str, Hit]]) -> list[tuple[str, Hit]]:
    """Camping and winter in one message are winter camping."""
    names = {name for name, _ in found}
    cold = {"snow", "cold"} & names or any(
        "winter" in sense.values and len(sense.values) < 3
        for hit in message.hits
        if (sense := hit.sense("season"))
    )
    if "camping" not in names or not cold:
        return found
    return [("winter_camping", hit) if name == "camping" else (name, hit) for name, hit in found]


def _days(message: Message) -> int | None:
    days = [int(one.value) for one in message.numbers if one.quantity == "days"]
    return days[0] if days and 0 < days[0] <= 60 else None


def _by_days(days: int, name: str) -> str:
    """A hike of three days is a hut tour; a trek stays one."""
    if name == "trek" and days > 1:
        return name
    table: list[tuple[int, str]] = sorted(concepts()["days"].items())
    return [occasion for least, occasion in table if least <= days][-1]


def preferences_of(occasion: str) -> list[dict[str, Any]]:
    """What concepts.yml says that an occasion prefers."""
    found: list[dict[str, Any]] = concepts()["occasions"][occasion]["prefers"]
    return found


def _preferences(message: Message, query: Query, occasion: str, hit: Hit) -> list[Constraint]:
    said = {one.attribute for one in query.constraints if one.attribute != "feature"}
    said |= {value for one in query.constraints for value in one.values}
    said |= {one.quantity for one in query.order}
    source = message.text[hit.start : hit.end]
    return [
        replace(one, start=hit.start, end=hit.end, source=source)
        for one in map(preference, preferences_of(occasion))
        if one.attribute not in said and not said.intersection(one.values)
    ]


def preference(wanted: dict[str, Any]) -> Constraint:
    """An entry of `prefers` as a soft constraint."""
    attribute = wanted["attribute"]
    if "value" in wanted:
        return Constraint(attribute, "is", (wanted["value"],), strength="soft")
    if "wants" in wanted:
        return Constraint(attribute, wanted["wants"], strength="soft")
    low, high = wanted.get("low"), wanted.get("high")
    operator: Operator = "between"
    if low is None or high is None:
        operator = "at_most" if low is None else "at_least"
    return Constraint(attribute, operator, low=low, high=high, strength="soft")
