"""What a shopper says of their own body and sizes."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Final, Self

from catalogue_search.lexicon import count_at, is_said, lexicon
from catalogue_search.numbers import Number, read_numbers
from catalogue_search.tokens import Token, plain, tokenize

HEIGHTS: Final = (120.0, 215.0)  # cm
FEET: Final = (20.0, 33.0)  # cm
WEIGHTS: Final = (30.0, 200.0)  # kg
SIZES: Final = (34.0, 50.0)  # European shoe sizes
LETTERS: Final = ("XS", "S", "M", "L", "XL", "XXL")
_NEAR: Final = 4  # tokens between a number and the word that says what it measures
_IMPERIAL: Final = re.compile(r"(?<!\d)([4-7])\s*(?:'|ft\b|feet\b|foot\b)\s*(\d{1,2})?(?!\d)")
_INCH: Final = 2.54


@dataclass(frozen=True)
class Body:
    """What is known of a person: lengths in cm, weight in kg, the size they usually wear."""

    height_cm: float | None = None
    weight_kg: float | None = None
    foot_cm: float | None = None
    chest_cm: float | None = None
    usual_size: str | None = None
    between_sizes: str | None = None  # 42/43: who takes now the one and now the other
    has_wide_feet: bool = False
    has_narrow_feet: bool = False
    wears_thick_socks: bool = False
    likes: str | None = None  # "loose" or "snug"

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known."""
        return self == Body()

    def to_json(self) -> dict[str, Any]:
        """What is known, as a plain dict."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """A body as `to_json` wrote it."""
        return cls(**kept)

    def joined(self, later: "Body") -> "Body":
        """What is known with what was said later; the later word wins."""
        return replace(self, **later.to_json())


def read_body(text: str) -> Body:
    """What a message says of a body, in either language: 身高170体重65公斤, I usually wear 42."""
    tokens = tokenize(text)
    numbers = read_numbers(text, tokens)
    found = _height_at_once(text) or Body()
    between, span = _between(text)  # who is "usually between S and M" has no usual size
    for number in _joined_metres(numbers):
        if not (between and span[0] <= number.start < span[1]):
            found = _measured(found, number, tokens)
    found = _pair(found, numbers)
    letter = None if found.usual_size or between else _usual_letter(text, tokens)
    cues = lexicon().cues
    return replace(
        found,
        usual_size=found.usual_size or letter,
        between_sizes=between,
        has_wide_feet=is_said(cues["wide"], tokens),
        has_narrow_feet=is_said(cues["narrow"], tokens),
        wears_thick_socks=is_said(cues["thick_socks"], tokens),
        likes=next(
            (one for one in ("loose", "snug") if is_said(cues[f"prefers_{one}"], tokens)), None
        ),
    )


_LETTER: Final = r"(?:xxl|xxs|xl|xs|[sml])"
_BETWEEN: Final = re.compile(
    r"(?<![a-z0-9.])(?P<a>[345]\d(?:\.5)?|"
    + _LETTER
    + r")\s*码?\s*(?:and|or|vs|/|和|跟|到|[-–~]|还是|或者?|与)\s*"
    r"(?:an?\s+)?(?P<b>[345]\d(?:\.5)?|" + _LETTER + r")(?![a-z0-9.])",
    re.IGNORECASE,
)


def _between(text: str) -> tuple[str | None, tuple[int, int]]:
    """Two neighbouring sizes of which one is to be taken, and where they stand: between 42 and 43,
    M还是L."""
    match = _BETWEEN.search(plain(text))
    if match is None:
        return None, (0, 0)
    first, second = match["a"].upper(), match["b"].upper()
    if first in LETTERS and second in LETTERS:
        near = abs(LETTERS.index(first) - LETTERS.index(second)) == 1
    else:
        numbers = first[0].isdigit() and second[0].isdigit()
        near = numbers and 0 < abs(float(first) - float(second)) <= 1
    return (f"{first}/{second}" if near else None), match.span()


# 一米七, 1米8: the digit behind the metre counts tens of centimetres.
_METRE_AND_TENS: Final = re.compile(
    r"(?<![\d.一二])[1一](?:米|m)(?P<tens>[4-9四五六七八九])(?![\d零一二三四五六七八九个套双件])"
)
# "170 65kg", 170 130斤: a height stands before a weight.
_BEFORE_WEIGHT: Final = re.compile(
    r"(?<![\d.])(?P<cm>1[4-9]\d|20\d)(?:cm)?[ ,，、/]+\d{2,3}(?:\.\d)?\s?(?:kg|公斤|千克|斤)"
)
_TENS: Final = "零一二三四五六七八九"


def _height_at_once(text: str) -> Body | None:
    """A height that is written in a way of its own: 5'11, 5 ft 11, 一米七, 170 130斤."""
    words = plain(text)
    if (match := _IMPERIAL.search(words)) is not None:
        inches = int(match[1]) * 12 + int(match[2] or 0)
        return Body(height_cm=round(inches * _INCH, 1))
    if (match := _METRE_AND_TENS.search(words)) is not None:
        tens = match["tens"]
        digit = int(tens) if tens.isascii() else _TENS.index(tens)
        return Body(height_cm=100.0 + 10 * digit)
    if (match := _BEFORE_WEIGHT.search(words)) is not None:
        return Body(height_cm=float(match["cm"]))
    return None


def _joined_metres(numbers: Sequence[Number]) -> list[Number]:
    """1m78 and 1米78 are one length."""
    found: list[Number] = []
    for number in numbers:
        before = found[-1] if found else None
        metres = before is not None and before.quantity == "length" and before.factor == 100
        rest = number.quantity in {None, "length"} and number.value < 100
        if before is not None and metres and rest and before.last == number.first:
            found[-1] = replace(before, value=before.value + number.value, last=number.last)
            continue
        found.append(number)
    return found


def _measured(body: Body, number: Number, tokens: Sequence[Token]) -> Body:
    """`body` with what one number says, by its unit and the words near it."""
    topic = _topic(number, tokens)
    value = number.value
    if number.quantity == "length" or (number.quantity is None and topic in {"foot", "chest"}):
        return _length(body, topic, value)
    if number.quantity == "weight":
        kilos = value / 1000
        within = WEIGHTS[0] <= kilos <= WEIGHTS[1]
        return replace(body, weight_kg=round(kilos, 1)) if within else body
    if number.quantity not in {None, "other"}:
        return body
    if topic == "usual" and SIZES[0] <= value <= SIZES[1]:
        return replace(body, usual_size=f"{value:g}")
    if topic == "height" and HEIGHTS[0] <= value <= HEIGHTS[1]:
        return replace(body, height_cm=value)
    if topic == "height" and HEIGHTS[0] <= value * 100 <= HEIGHTS[1]:
        return replace(body, height_cm=round(value * 100, 1))  # 1.64, in metres
    if topic == "weight" and WEIGHTS[0] <= value <= WEIGHTS[1]:
        # Without a unit a hundred and more are Chinese pounds.
        return replace(body, weight_kg=value if value < 100 else value / 2)
    return body


def _length(body: Body, topic: str | None, value: float) -> Body:
    if topic == "foot" or (topic is None and FEET[0] <= value <= FEET[1]):
        return replace(body, foot_cm=value) if FEET[0] <= value <= FEET[1] else body
    if topic == "chest":
        return replace(body, chest_cm=value)
    if topic != "waist" and HEIGHTS[0] <= value <= HEIGHTS[1]:
        return replace(body, height_cm=value)
    return body


def _topic(number: Number, tokens: Sequence[Token]) -> str | None:
    """What a number measures: the nearest word before it, else one right behind it."""
    cues = lexicon().cues
    names = ("height", "weight", "foot", "chest", "waist", "usual")
    for back in range(1, _NEAR + 1):
        place = number.first - back
        if place < 0:
            break
        best = max(
            (
                (count_at(cues[f"body.{name}"], tokens[: number.first], place), name)
                for name in names
            ),
            default=(0, ""),
        )
        if best[0]:
            return best[1]
    for place in range(number.last, min(len(tokens), number.last + 2)):
        for name in names:
            if count_at(cues[f"body.{name}"], tokens, place):
                return name
    return None


def _pair(body: Body, numbers: Sequence[Number]) -> Body:
    """170/65: a height and a weight side by side."""
    plain_ones = [one for one in numbers if one.quantity is None]
    for first, second in pairwise(plain_ones):
        tall = HEIGHTS[0] + 20 <= first.value <= HEIGHTS[1]
        if tall and WEIGHTS[0] <= second.value <= WEIGHTS[1] and second.first - first.last <= 1:
            kilos = second.value if second.value < 100 else second.value / 2
            body = replace(
                body,
                height_cm=body.height_cm or first.value,
                weight_kg=body.weight_kg or kilos,
            )
    return body


def _usual_letter(text: str, tokens: Sequence[Token]) -> str | None:
    """I usually wear M, 平时穿L码."""
    words = lexicon()
    for place in range(len(tokens)):
        length = count_at(words.cues["body.usual"], tokens, place)
        for later in range(place + length, min(len(tokens), place + length + 3)) if length else ():
            phrase = (tokens[later].text,)
            written = text[tokens[later].start : tokens[later].end].upper()
            size = words.sizes.get(phrase) or written
            if size in LETTERS:
                return size
    return None
