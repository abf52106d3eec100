"""Numbers written in words and in Chinese signs."""

from collections.abc import Mapping
from typing import Final

_WORDS: Final = ("two", "three", "four", "five", "six")
_SIGNS: Final = ("两", "三", "四", "五", "六")
_SMALL: Final = {
    **{said: n for words in (_WORDS, _SIGNS) for n, said in enumerate(words, start=2)},
    **dict.fromkeys(("couple", "俩", "二"), 2),
}


def small_number(said: str) -> int:
    """A count of two to six in words, or any in digits; raises ValueError."""
    word = said.strip().lower()
    return _SMALL.get(word) or int(word)


def chinese_value(text: str, digits: Mapping[str, int], units: Mapping[str, int]) -> int:
    """1500 from 一千五, 250 from 两百五十元, 12 from 十二; other signs are passed over."""
    total, digit, unit = 0, 0, 1
    for sign in text:
        if sign in units:
            unit = units[sign]
            total += (digit or 1) * unit
            digit = 0
        elif digits.get(sign) == 0:
            unit = 10  # 三百零五 is 305, not 350
        elif sign in digits:
            digit = digits[sign]
    return total + digit * (unit // 10 if unit > 10 else 1)
