"""Values that stand in an order, and words that ask for more, less, the most or the least."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Way = Literal["most", "least", "more", "less"]
_SCALES: Final = (
    ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"),
    ("portable", "small", "medium", "large"),
    ("low", "medium", "high"),
    ("beginner", "intermediate", "expert"),
    ("basic", "professional"),
    ("half", "full"),
    ("小", "中", "大"),
    ("低", "中", "高"),
    ("小号", "中号", "大号"),
)
_MOST: Final = (
    r"largest|biggest|greatest|maximum|maxim\w+|max|highest|longest|tallest|widest|thickest|strongest|brightest|hardest|toughest|most|as (?:many|large|big|high|long|bright)"
    r"|最[大高长多亮宽厚强难]"
)
_LEAST: Final = r"smallest|minimum|minimal|min|lowest|shortest|thinnest|lightest|easiest|simplest|dimmest|least|fewest|as (?:few|little|small|low|short|light)|最[小低短少薄轻暗]|最(?:容易|简单)"
_MORE: Final = (
    r"larger|bigger|greater|higher|longer|taller|wider|thicker|stronger|brighter|harder|more|size up|更[大高长多亮宽厚强难]"
    r"|[大高长多厚亮难]一?[点些码号]|大一个?[码号]|加大"
)
_LESS: Final = r"smaller|lower|shorter|thinner|lighter|easier|simpler|dimmer|less|fewer|size down|更[小低短少薄轻暗]|更(?:容易|简单)|[小低短少薄暗]一?[点些码号]|小一个?[码号]"
_WORDS: Final[dict[Way, str]] = {"most": _MOST, "least": _LEAST, "more": _MORE, "less": _LESS}
_WAYS: Final = tuple(
    (way, re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])")) for way, pattern in _WORDS.items()
)
_ABOVE: Final = re.compile(
    r"\bor (?:above|higher|better|more|up|larger|bigger|faster)\b|\band up\b|或?以上|或更[高大好]"
)
_BELOW: Final = re.compile(r"\bor (?:below|lower|less|smaller|under)\b|或?以下|或更[低小]")
# What a word of size most likely speaks of, where no option is named with it.
_OF: Final = (
    (
        re.compile(r"larg|bigg|small|max|size|[大小]"),
        ("size", "capacity", "storage", "volume", "尺寸", "尺码", "容量", "大小", "存储"),
    ),
    (
        re.compile(r"high|low|strong|bright|dim|[高低亮暗强]"),
        ("resolution", "zoom", "pressure", "brightness", "speed", "分辨率", "压力", "亮度"),
    ),
    (re.compile(r"long|short|tall|[长短]"), ("length", "life", "height", "长", "续航", "高")),
    (re.compile(r"thick|thin|[厚薄]"), ("thickness", "厚")),
)
# Words that speak of one thing only, whatever else is named beside them.
_OF_ITS_OWN: Final = (
    (re.compile(r"easi|simpl|hard|tough|难|容易|简单"), ("difficulty", "难度")),
    (re.compile(r"bright|dim|亮|暗"), ("brightness", "亮度")),
)


@dataclass(frozen=True)
class Ordering:
    """More or less of an option is wanted, or the most or least of it."""

    option: str
    way: Way


def rank(value: str, among: Sequence[str]) -> float | None:
    """Where a value stands among the values of its option; None where they have no order."""
    folded = value.lower()
    for scale in _SCALES:
        if folded in scale and all(one.lower() in scale for one in among):
            return float(scale.index(folded))
    numbers = [_number(one) for one in among]
    return _number(value) if all(one is not None for one in numbers) else None


def _number(value: str) -> float | None:
    found = re.search(r"\d+(?:\.\d+)?", value.replace(",", ""))
    if found is None:
        return None
    number = float(found.group())
    behind = value[found.end() :].strip().lower()
    return number * 1024 if behind.startswith("tb") else number


def orderings(text: str, values: Mapping[str, Sequence[str]]) -> list[Ordering]:
    """What `text` asks more or less of, in the order it is said; each option once."""
    plain = text.lower()
    ordered = [one for one, its in values.items() if len(its) > 1 and rank(its[0], its) is not None]
    found: dict[str, tuple[int, Ordering]] = {}
    for way, pattern in _WAYS:
        for word in pattern.finditer(plain):
            if re.match(r"\s*(?:expensive|affordable|pric|cost|贵|便宜)", plain[word.end() :]):
                continue
            if plain[: word.end()].endswith("or " + word.group()):
                continue  # "or higher" widens what is named
            option = _option_of(plain, word.start(), word.end(), word.group(), ordered)
            if option is not None and option not in found:
                found[option] = (word.start(), Ordering(option, way))
    return [one for _, one in sorted(found.values(), key=lambda pair: pair[0])]


# "1000 more pieces", "two inches longer" says by how much.
_BY: Final = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)[\s-]*(?:(?P<unit>[a-z]+|%)\s+)?(?P<way>more|additional|extra|less|fewer)\b(?:\s+(?P<of>[a-z]+))?"
)


def stepped(
    text: str, option: str, own: str, its: Sequence[str]
) -> tuple[str | None, list[tuple[int, int]]]:
    """The value so much above or below `own` that `text` asks for, None where it asks for none that
    there is; and where it says so."""
    here, value = rank(own, its), None
    spans: list[tuple[int, int]] = []
    words = set(re.findall(r"[a-z]+", f"{option} {own}".lower()))
    for found in _BY.finditer(text.lower()) if here is not None else ():
        if not {found["unit"], found["of"]} & words:
            continue
        by = float(found.group(1)) * (-1 if found["way"] in {"less", "fewer"} else 1)
        value = next((one for one in its if rank(one, its) == (here or 0) + by), value)
        spans.append(found.span())
    return value, spans


def _option_of(text: str, start: int, end: int, word: str, ordered: Sequence[str]) -> str | None:
    for only, names in _OF_ITS_OWN:
        if only.search(word):
            return next((one for name in names for one in ordered if name in one.lower()), None)
    around = text[max(0, start - 30) : end + 30]
    named = [one for one in ordered if any(part in around for part in one.lower().split())]
    if named:
        whole = [one for one in named if one.lower() in around]
        return (whole or named)[0]
    for pattern, kinds in _OF:
        if pattern.search(word):
            meant = [one for kind in kinds for one in ordered if kind in one.lower()]
            if meant:
                return meant[0]
    return ordered[0] if len(ordered) == 1 else None


def widened(text: str, value: str, its: Sequence[str]) -> list[str]:
    """The values that "i7 or above" lets in; the value alone where nothing widens it."""
    above, below = _ABOVE.search(text.lower()), _BELOW.search(text.lower())
    here = rank(value, its)
    if here is None or not (above or below):
        return [value]
    ranked = [(one, rank(one, its) or 0.0) for one in its]
    wide = [one for one, at in ranked if (at >= here if above else at <= here)]
    return sorted(wide, key=lambda one: abs((rank(one, its) or 0.0) - here))
