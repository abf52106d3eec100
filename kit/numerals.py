"""Numbers written in Chinese signs."""

from collections.abc import Mapping


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
