"""Which values of a product's options words name, where, and whether they are wanted or not.

A shop's options have any names and values: "switch type: clicky", "capacity: 1.5L", "waterproof:
no". All that is known of them is what the variants say; words are matched with that.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from shop.options import Options, values_by_name

# Other ways to write what stands in a value: units, and the words of sizes that are letters.
_UNITS: Final[Mapping[str, str]] = {
    one: rf"(?:{'|'.join(sorted(alike, key=len, reverse=True))})"
    for alike in (
        ("l", "liter", "liters", "litre", "litres", "升"),
        ("ml", "milliliters", "millilitres", "毫升"),
        ("gb", "gigabyte", "gigabytes", "gig", "gigs"),
        ("tb", "terabyte", "terabytes"),
        ("inch", "inches", "in", '"', "英寸", "寸"),
        ("ft", "feet", "foot", "英尺"),
        ("hour", "hours", "hrs", "hr", "h", "小时"),
        ("cup", "cups", "杯"),
        ("lbs", "lb", "pounds", "pound", "磅"),
        ("mm", "millimeters", "millimetres", "毫米"),
        ("mp", "megapixel", "megapixels", "万像素"),
        ("mah",),
        ("w", "watt", "watts", "瓦"),
        ("%", "percent", "per cent"),
        ("degree", "degrees", "°", "度"),
        ("piece", "pieces", "pc", "件套", "件"),
        ("bar", "bars", "巴"),
        ("x", "times", "倍"),
        ("grey", "gray"),
    )
    for one in alike
}
_LETTERS: Final[Mapping[str, str]] = {
    "xs": "extra[ -]?small|特小",
    "s": "small|小",
    "m": "medium|中",
    "l": "large|大",
    "xl": "extra[ -]?large|加大",
    "xxl": "double[ -]?extra[ -]?large|2xl|特大",
}
_CHINESE: Final = re.compile(r"[㐀-鿿]{2,}")
_PIECES: Final = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_㐀-鿿]+|[㐀-鿿]+|[%°\"+]")
_NOT: Final = re.compile(
    r"(?:\bnot|n't|\bno|\bnon|\bwithout|\bexcept(?: for)?|\binstead of|\brather than|\bother than"
    r"|\bbut not|\b(?:anything|any \w+) but|\bfrom|不要|不是|别|除了|而不是|从)[\s-]+(?:(?:an?|the|in|of|any|my|color|colour)\s+)*$"
    r"|(?:不要|不是|别要?|除了|而不是|从|非)$",
    re.IGNORECASE,
)
NONE: Final = frozenset({"none", "no", "无", "没有", "否", "不"})
SOME: Final = frozenset({"yes", "是", "有"})
_COMMON: Final = frozenset(
    {
        "the",
        "and",
        "with",
        "for",
        "set",
        "type",
        "mode",
        "card",
        "size",
        "color",
        "colour",
        "brand",
        "cover",
        "full",
    }
)
# Words beside a value that tell whose it is stand so near, in characters.
NEAR: Final = 24
MOST_READINGS: Final = 8

Surfaces = Callable[[str, str], Sequence[str]]


@dataclass(frozen=True)
class Mention:
    """A value of an option that words name, from `start` to `end`; `is_not` where it is the one
    that is not wanted: "not red", "instead of Apple"."""

    option: str
    value: str
    start: int
    end: int
    is_not: bool = False


def mentions(
    text: str, several: Sequence[Options], name: str = "", surfaces: Surfaces | None = None
) -> list[Mention]:
    """The values of the variants' options that `text` names, in the order they are said.

    `name` is the product's, in all languages; its own words tell no option: no blue of 蓝牙音箱. `surfaces` gives other words for the
    value of an option, as shoppers read them.
    """
    values = values_by_name(several)
    plain = _without_names(text.lower().replace("’", "'"), values)
    for called in _CHINESE.findall(name.lower()):
        plain = plain.replace(called, " " * len(called))
    found = [
        Mention(option, value, start, end, is_not)
        for option, its in values.items()
        for value in its
        for start, end, is_not in _places(plain, option, value, surfaces)
    ]
    strong = _without_parts(found)
    taken = [(one.start, one.end) for one in strong]
    weak = [
        one
        for one in _weak(plain, values, name)
        if not any(start < one.end and one.start < end for start, end in taken)
    ]
    return sorted(_told_apart(plain, [*strong, *weak], values), key=lambda one: one.start)


def _without_names(text: str, values: Mapping[str, Sequence[str]]) -> str:
    """The text without names of options that are made of their own values: "bagged/bagless"."""
    for option, its in values.items():
        if any(_pattern(value.lower()).search(option.lower()) for value in its):
            text = re.sub(re.escape(option.lower()), lambda name: " " * len(name.group()), text)
    return text


def _places(
    text: str, option: str, value: str, surfaces: Surfaces | None
) -> list[tuple[int, int, bool]]:
    folded = value.lower()
    if folded in NONE | SOME:
        return _of_name(text, option, wants=folded in SOME)
    ways = [folded, *(one.lower() for one in (surfaces(option, value) if surfaces else ()))]
    spans = {span.span() for way in dict.fromkeys(ways) for span in _pattern(way).finditer(text)}
    return [(start, end, _NOT.search(text[:start]) is not None) for start, end in sorted(spans)]


def _of_name(text: str, option: str, *, wants: bool) -> list[tuple[int, int, bool]]:
    """Where an option that is there or not is named, with or without a no before it."""
    found = []
    for span in name_pattern(option).finditer(text):
        before = text[: span.start()]
        lacks = re.search(
            r"(?:\bnot|n't|\bno|\bnon|\bwithout|\bnone|无|不|没有|非)[\s-]*(?:an?\s+|any\s+|带|要|是)?$",
            before,
        ) or re.match(r"\s*(?::|=|is|-)?\s*(?:no|none|off|无|否)\b", text[span.end() :])
        if (lacks is None) == wants:
            start = lacks.start() if lacks is not None and lacks.string == before else span.start()
            found.append((start, span.end(), False))
    return found


@lru_cache(maxsize=4096)
def _pattern(way: str) -> re.Pattern[str]:
    """A value as it may be written: "1.5L", "1.5 liters"; "v-neck", "v neck"; "XL", "extra large"."""
    pieces = _PIECES.findall(way)
    if not pieces:
        return re.compile(re.escape(way))
    written = r"[\s\-/]*".join(_piece(one) for one in pieces)
    if len(pieces) == 1 and way in _LETTERS:
        written = f"(?:{written}|{_LETTERS[way]})"
    if len(pieces) == 1 and pieces[0].isdigit():
        return re.compile(
            rf"(?<![a-z0-9.,#]){written}(?![a-z0-9%]|[.,]\d|[\s-]*(?:inch|ft|gb|ml|mm|hour))"
        )
    latin_start = pieces[0][0].isascii() and pieces[0][0].isalnum()
    latin_end = pieces[-1][-1].isascii() and pieces[-1][-1].isalnum()
    # A letter behind an apostrophe is no size: that's, I'm.
    before = "(?<![a-z0-9.'’])" if len(way) == 1 else "(?<![a-z0-9.])"
    return re.compile(
        (before if latin_start else "") + written + ("(?![a-z0-9])" if latin_end else "")
    )


def _piece(word: str) -> str:
    if word in _UNITS:
        return _UNITS[word]
    if len(word) > 1 and word.endswith("色") and word[0] > "㐀":
        return re.escape(word[:-1]) + "色?"
    return re.escape(word) + ("s?" if word.isascii() and word.isalpha() and len(word) > 3 else "")


@lru_cache(maxsize=1024)
def name_pattern(option: str) -> re.Pattern[str]:
    """An option's name in words: "water resistance" is said as "water resistant", too."""
    pieces = _PIECES.findall(option.lower())
    if not pieces:
        return re.compile(re.escape(option.lower()))
    last = pieces[-1]
    if last.isascii() and len(last) > 6:
        pieces[-1] = f"{last[: max(6, len(last) - 3)]}\\w*"
    return re.compile(r"[\s\-]*".join(pieces))


def names_option(text: str, option: str) -> bool:
    """Whether words name an option, by its whole name."""
    return name_pattern(option).search(text.lower()) is not None


def _without_parts(found: Sequence[Mention]) -> list[Mention]:
    """Without those that are only a piece of a longer one: the gold of "rose gold"."""
    return [
        one
        for one in found
        if not any(
            other.start <= one.start
            and one.end <= other.end
            and other.end - other.start > one.end - one.start
            for other in found
        )
    ]


def _weak(text: str, values: Mapping[str, Sequence[str]], name: str) -> list[Mention]:
    """Values named by a word that no other value has: "Google" of Google Assistant."""
    owners: dict[str, list[tuple[str, str]]] = {}
    for option, its in values.items():
        for value in its:
            for word in _words(value):
                owners.setdefault(word, []).append((option, value))
    own = {*_words(name), *_COMMON, *(word for option in values for word in _words(option))}
    found = []
    for word, whose in owners.items():
        if any(len(one) > 5 and one[:6] == word[:6] for one in own):
            continue  # "resistant" is a word of the option, whatever value has it
        if len(whose) != 1 or word in own or len(_words(whose[0][1])) < 2:
            continue
        spans = re.finditer(rf"(?<![a-z0-9]){re.escape(word)}s?(?![a-z0-9])", text)
        found += [
            Mention(*whose[0], one.start(), one.end(), _NOT.search(text[: one.start()]) is not None)
            for one in spans
        ]
    return found


def _words(value: str) -> list[str]:
    """Words of three letters and more, and numbers with their unit: "512gb"."""
    return re.findall(r"\d+[a-z]+|[a-z]{3,}", value.lower())


def _told_apart(
    text: str, found: Sequence[Mention], values: Mapping[str, Sequence[str]]
) -> list[Mention]:
    """One option for each place: of several that have the value the one whose name is nearest."""
    by_place: dict[tuple[int, int], list[Mention]] = {}
    for one in found:
        by_place.setdefault((one.start, one.end), []).append(one)
    kept = []
    for (start, end), rivals in by_place.items():
        if len(rivals) == 1:
            kept += rivals
            continue
        exact = [one for one in rivals if one.value.lower() == text[start:end]] or rivals
        near = {one.option: _distance(text, one, exact) for one in exact}
        best = min(near.values())
        nearest = [one for one in exact if near[one.option] == best]
        kept += nearest if best < NEAR else exact
    return kept


def readings(found: Sequence[Mention]) -> list[list[Mention]]:
    """The ways to read mentions of which some could be of several options: each option in turn."""
    by_place: dict[tuple[int, int], list[Mention]] = {}
    for one in found:
        by_place.setdefault((one.start, one.end), []).append(one)
    ways = [[]] if not by_place else [list(way) for way in product(*by_place.values())]
    return ways[:MOST_READINGS]


def _distance(text: str, one: Mention, rivals: Sequence[Mention]) -> int:
    """How far a word of the option's name stands from its value, without the words that all share;
    what stands behind counts a little less: "black frame", "frame: black"."""
    names = [set(_PIECES.findall(other.option.lower())) for other in rivals]
    shared = set.intersection(*names)
    own = set(_PIECES.findall(one.option.lower())) - shared
    others = set().union(
        *(names[n] for n, other in enumerate(rivals) if other.option != one.option)
    )
    distances = [NEAR]
    for word in own - others or own:
        for span in re.finditer(rf"(?<![a-z]){re.escape(word)}", text):
            gap = one.start - span.end() if span.end() <= one.start else span.start() - one.end
            stop = text[min(span.end(), one.end) : max(span.start(), one.start)]
            if gap >= 0 and not re.search(r"[,;.，；。]|\band\b", stop):
                distances.append(gap)
    return min(distances)


def unit_values(text: str, values: Sequence[str]) -> list[str]:
    """Numbers with the unit of an option's values that are none of them: "8 bar" of 9 and 15 bar."""
    units = {
        match.group(2).lower()
        for value in values
        if (match := re.fullmatch(r"(\d+(?:\.\d+)?)[\s-]*([a-z%]+|[㐀-鿿]+)", value.lower()))
    }
    found = []
    for unit in units:
        pattern = rf"(?<![\w.])(\d+(?:\.\d+)?)[\s-]*{_UNITS.get(unit, re.escape(unit))}(?![a-z])"
        found += [
            span.group()
            for span in re.finditer(pattern, text.lower())
            if not any(_pattern(value.lower()).fullmatch(span.group()) for value in values)
        ]
    return found
