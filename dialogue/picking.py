"""Which of the options shown a message picks: by its place, by its words, by a value it names."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from dialogue.message import Message
from dialogue.polarity import normalised
from dialogue.state import Option

_WORDS: Final = re.compile(r"[a-z0-9'.]+|[\u3400-\u9fff]")
_CJK: Final = re.compile(r"[\u3400-\u9fff]")
# 才穿两回 counts times; it names no second place.
_COUNTED: Final = re.compile(
    r"\b(?:\d+|one|two|three|four|five) (?:times|days?|weeks?|months?|years?|hours?)\b"
    r"|(?<!第)[一二两三四五六七八九十几\d]+(?:回|次|遍|趟|天|周|个?月|年|个?小时|分钟|块|元|折|成|倍|个?星期|个?礼拜)"
    # Nor does a measure: 1.5升, 27 inch, 10英尺.
    r"|\d+[.,]\d+|\d+(?!st\b|nd\b|rd\b|th\b)[a-z]{1,4}\b"
    r"|\d+[ -]?(?:inch|feet|ft|liters?|litres?|hours?|pieces?)\b"
    r"|\d+(?:升|毫升|英?寸|英尺|厘米|毫米|米|杯|件套|瓦|巴|磅)"
)
# Words on buttons that tell no option from another.
_COMMON: Final = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "in",
        "and",
        "or",
        "to",
        "it",
        "is",
        "size",
        "for",
        "my",
        "your",
        "order",
        "from",
        "with",
        "one",
        "ones",
        "please",
        "want",
        "yes",
        "no",
    }
)


def pointed_at(message: Message, options: Sequence[Option]) -> str | None:
    """The value of the option that is named outright: by its place, its number or its words."""
    if not options:
        return None
    by_place = _at_place(message, options)
    if by_place is not None:
        return by_place
    text = normalised(message.text)
    named = [
        one
        for one in options
        if normalised(one.title) == text
        or one.value == text
        or (one.value.isdigit() and len(one.value) > 3 and one.value in _WORDS.findall(text))
    ]
    return named[0].value if len(named) == 1 else None


def picked(message: Message, options: Sequence[Option], least: int = 1) -> str | None:
    """The value of the option that is meant by some of its words; None where not exactly one is.

    `least` words of it must be said: in a question one may well belong to something else.
    """
    outright = pointed_at(message, options)
    if outright is not None or not options:
        return outright
    text = normalised(message.text)
    said = _pieces(text)
    titles = [_pieces(normalised(one.title)) for one in options]
    shared = set.intersection(*titles) if len(titles) > 1 else set()
    scores = [len((title - shared) & said) for title in titles]
    best = max(scores)
    if best < least or scores.count(best) != 1:
        return None
    one = options[scores.index(best)]
    return None if _wants_another(message, one) else one.value


def _wants_another(message: Message, option: Option) -> bool:
    """Whether a colour or size is named, too, that the option has not: "not olive, black"."""
    title = _pieces(normalised(option.title))
    named = [*message.entities.get("colour", ()), *message.entities.get("size", ())]
    lacking = [one for one in named if not _pieces(normalised(one)) <= title]
    return bool(lacking) and len(lacking) < len(named)


def _pieces(text: str) -> set[str]:
    """Words, and of Chinese pairs of characters: a single one says too little."""
    words = _WORDS.findall(text)
    pairs = {a + b for a, b in pairwise(words) if _CJK.match(a) and _CJK.match(b)}
    return {word for word in words if not _CJK.match(word)} - _COMMON | pairs


def _at_place(message: Message, options: Sequence[Option]) -> str | None:
    place = message.first("ordinal")
    if _COUNTED.search(message.text) or len(set(message.entities.get("ordinal", ()))) > 1:
        return None  # "the first and the second" picks none of them
    if place is None or not place.lstrip("-").isdigit():
        return None
    index = int(place) - 1 if int(place) > 0 else len(options) + int(place)
    return options[index].value if 0 <= index < len(options) else None
