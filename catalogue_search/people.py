"""For whom goods are, as said without a word of the catalogue: me and my son, a 6 year old."""

import re
from dataclasses import replace
from typing import Final

from catalogue_search.message import Message
from catalogue_search.query import Constraint
from kit.numerals import small_number

OLDEST_CHILD: Final = 13
_AGE: Final = re.compile(
    r"\b(?P<years>\d{1,2})[ -]?(?:years?|yrs?|y)[ /-]?(?:olds?|o)\b|\b(?P<short>\d{1,2}) ?yo\b"
    r"|\b\d{1,2}[ -]?months?[ -]old\b|(?P<sui>\d{1,2}|[一二三四五六七八九十])周?岁",
    re.IGNORECASE,
)
_SIGNS: Final = "一二三四五六七八九十"
_ONE: Final = r"(?:my|our)\s+(?:(?P<many{0}>two|three|four|[2-4])\s+)?[a-z]+"
_MORE: Final = (
    r"(?:(?:my|our|the|a)\s+|(?=two|three|four|[2-4]))"
    r"(?:(?P<many{0}>two|three|four|[2-4])\s+)?[a-z]+"
)
_ME_AND: Final = re.compile(
    r"\b(?:me|myself|i)\s*(?:,|and|&|\+|plus|with)?\s*"
    + _ONE.format("1")
    + r"(?P<more>\s*(?:,|and|&|\+)\s*"
    + _MORE.format("2")
    + r")?",
    re.IGNORECASE,
)
_AND_ME: Final = re.compile(r"\bmy [a-z]+ (?:and|&|\+) (?:me|myself|i)\b", re.IGNORECASE)
_COUPLE: Final = re.compile(
    r"\bwith my (?:gf|bf|girlfriend|boyfriend|wife|husband|partner|son|daughter|kid|dad|mum|mom"
    r"|friend|brother|sister)\b"
    r"|\b(?:us both|both of us|us two|(?:for|as) a couple)\b(?! of)"
    r"|(?:我们?|咱们?|你们|他们)[俩两](?:个人?)?|[小老]?两口子|小两口|夫妻|情侣用"
    r"|我(?:和|跟|与|带着?|、)(?:我)?(?:一个)?(?:老婆|老公|儿子|女儿|[男女]朋?友|爸|妈|孩子|娃|对象|闺蜜|媳妇|朋友|同学)",
    re.IGNORECASE,
)


def read_people(message: Message) -> list[Constraint]:
    """How many are to have room, where something has any, and that it is for a child."""
    found = []
    if (child := _AGE.search(message.text)) is not None and _years(child) <= OLDEST_CHILD:
        found.append(_constraint("gender", child, values=("children",)))
    if any(one.quantity == "persons" for one in message.numbers):
        return found
    if _has_room(message):
        found += _company(message)
    elif any((s := hit.sense("occasion")) and _CAMPS & set(s.values) for hit in message.hits):
        found += [replace(one, strength="soft") for one in _company(message)]
    return found


_CAMPS: Final = frozenset({"camping", "winter_camping", "trek"})


def _years(age: re.Match[str]) -> int:
    said = age["years"] or age["short"] or age["sui"]
    if not said:
        return 1  # so many months
    return int(said) if said.isdigit() else _SIGNS.index(said) + 1


def _company(message: Message) -> list[Constraint]:
    """Two for "me and my son", three for "me and my two kids"."""
    joined = _ME_AND.search(message.text)
    if joined is not None:
        count = 1 + small_number(joined["many1"] or "1")
        count += small_number(joined["many2"] or "1") if joined["more"] else 0
        return [_constraint("persons", joined, count=count)]
    pair = _AND_ME.search(message.text) or _COUPLE.search(message.text)
    return [] if pair is None else [_constraint("persons", pair, count=2)]


def _has_room(message: Message) -> bool:
    """Whether what is named, or what is shown where nothing is, sleeps a number of people."""
    kinds = [v for hit in message.hits if (s := hit.sense("kind")) for v in s.values]
    if kinds:
        return bool({"tent", "family_tent"} & set(kinds))
    persons = message.catalogue.quantity("persons")
    return any(persons[row] > 0 for row in message.catalogue.rows(message.shown))


def _constraint(
    attribute: str, match: re.Match[str], *, count: int | None = None, values: tuple[str, ...] = ()
) -> Constraint:
    return Constraint(
        attribute,
        "is" if count is None else "at_least",
        values,
        low=None if count is None else float(count),
        start=match.start(),
        end=match.end(),
        source=match.group(),
    )
