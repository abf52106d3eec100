"""Numbers in a message with what they measure and how they bound it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalogue_search.lexicon import LONGEST, Lexicon, count_at, count_before, lexicon
from catalogue_search.query import Operator
from catalogue_search.tokens import STOPS, Token
from kit.numerals import chinese_value

_MINUS: Final = "-−–"
_NO_RANGE: Final = frozenset({None, "other", "days"})
_PLACE: Final = "第"
_ODD: Final = frozenset({"几", "来"})
_THOUSAND: Final = "k"  # 10k
_AROUND: Final = " €$£¥"
_DASHES: Final = frozenset("-–—~")


@dataclass(frozen=True)
class Number:
    """A number at tokens `first` to before `last` with its unit, in the unit's quantity.

    `quantity` is None without a unit and "other" with one that measures no product. `operator` is
    None when no word bounds it.
    """

    value: float
    first: int
    last: int
    start: int
    end: int
    quantity: str | None = None
    operator: Operator | None = None
    upper: float | None = None  # of "between"
    factor: float = 1.0


def read_numbers(text: str, tokens: Sequence[Token]) -> list[Number]:
    """The numbers of a message in their order, two that make a range as one."""
    words = lexicon()
    found: list[Number] = []
    place = 0
    while place < len(tokens):
        number = _number_at(text, tokens, place, words)
        if number is None:
            place += 1
            continue
        found.append(number)
        place = number.last
    return [_bounded(one, text, tokens, words) for one in _ranges(found, text, tokens, words)]


def _number_at(text: str, tokens: Sequence[Token], place: int, words: Lexicon) -> Number | None:
    value, last = _value_at(tokens, place, words)
    if value is None or (place and tokens[place - 1].text == _PLACE):
        return None  # 第三 is a place, no amount
    quantity, factor, after = _unit_at(tokens, last, words)
    if quantity is None and _is_rough("".join(one.text for one in tokens[place:last]), words.signs):
        return None  # 两三样 counts things and bounds nothing
    start = tokens[place].start
    if tokens[place].text in words.pairs and quantity != "persons":
        return None  # a pair of shoes, not two of something
    minus = count_before(words.cues["minus"], tokens, place)
    if quantity is None and place and _counts_nothing(value, tokens, place):
        return None
    if quantity is None and not tokens[place].is_number and last - place == 1 and not minus:
        is_sign = tokens[place].text in words.signs
        return None if is_sign else _plain(value, tokens, place, last)
    if quantity is None and place and count_before(words.cues["currency_before"], tokens, place):
        quantity, start = "price", tokens[place - 1].start
    if after < len(tokens) and tokens[after].text in words.half and quantity not in {None, "other"}:
        value, after = value + 0.5, after + 1
    sign = text[start - 1 : start] if start else ""
    before = text[start - 2 : start - 1] if start > 1 else ""
    if minus or (sign and sign in _MINUS and not before.isalnum()):
        value, start = -value, tokens[place - minus].start if minus else start - 1
        quantity = quantity or "comfort"
    end = tokens[after - 1].end
    return Number(value * factor, place, after, start, end, quantity, factor=factor)


def _counts_nothing(value: float, tokens: Sequence[Token], place: int) -> bool:
    """Whether it is the "one" of "that one", or a year: "it's from 2023"."""
    word, before = tokens[place].text, tokens[place - 1].text
    if word == "one":
        return before in _POINTS
    return before in _OF_YEARS and word.isdigit() and value in _YEARS


_OF_YEARS: Final = frozenset({"from", "since", "in", "of", "year"})
_YEARS: Final = range(2001, 2036)
# What points at a thing, with "one" behind it.
_POINTS: Final = frozenset({"that", "this", "the", "which", "other", "another"})


def _plain(value: float, tokens: Sequence[Token], place: int, last: int) -> Number:
    return Number(value, place, last, tokens[place].start, tokens[last - 1].end)


def _value_at(tokens: Sequence[Token], place: int, words: Lexicon) -> tuple[float | None, int]:
    """The number written at a token, in digits, English words or Chinese signs, and its end."""
    token = tokens[place]
    if token.is_number:
        value = _digits(token.text)
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if following and following.text == _THOUSAND and following.start == token.end:
            return value * 1000, place + 2
        if place + 1 < len(tokens) and tokens[place + 1].text in words.sign_units:
            return value * words.sign_units[tokens[place + 1].text], place + 2
        return value, place + 1
    for length in range(min(LONGEST, len(tokens) - place), 0, -1):
        phrase = tuple(one.text for one in tokens[place : place + length])
        if phrase in words.numerals:
            return words.numerals[phrase], place + length
    last = place
    while last < len(tokens) and (
        tokens[last].text in words.signs or tokens[last].text in words.sign_units
    ):
        if last > place and tokens[last].text in words.pairs:
            break  # 三双 is three pairs
        last += 1
    if last == place:
        return None, place
    signs = "".join(one.text for one in tokens[place:last])
    if last < len(tokens) and tokens[last].text in _ODD and signs[-1] in words.sign_units:
        last += 1  # 十几度 is ten and a few
    return sign_number(signs, words.signs, words.sign_units), last


def _digits(text: str) -> float:
    """1299.0 from `1,299`, 2.5 from `2,5` and `2.5`."""
    head, comma, tail = text.rpartition(",")
    if comma and len(tail.partition(".")[0]) == 3 and head[0] != "0":
        return float(text.replace(",", ""))
    plain = text.replace(",", ".")
    while plain.count(".") > 1:
        plain = plain.replace(".", "", 1)
    return float(plain)


def sign_number(text: str, signs: Mapping[str, int], units: Mapping[str, int]) -> float:
    """What number signs say: 一千五 is 1500, 两百五十 is 250, 十二 is 12, 一三 is 13, 两三 to 3."""
    if _is_rough(text, signs):
        return float(signs[text[1]])
    if not any(sign in units for sign in text):
        return float("".join(str(signs[sign]) for sign in text))
    return float(chinese_value(text, signs, units))


def _is_rough(text: str, signs: Mapping[str, int]) -> bool:
    """Whether two number signs say two numbers that follow one another: 两三, 五六."""
    if len(text) != _PAIR or any(sign not in signs for sign in text):
        return False
    return 0 < signs[text[0]] == signs[text[1]] - 1


_PAIR: Final = 2


def _unit_at(tokens: Sequence[Token], place: int, words: Lexicon) -> tuple[str | None, float, int]:
    """The unit at a token: quantity, factor and where it ends."""
    for length in range(min(LONGEST, len(tokens) - place), 0, -1):
        phrase = tuple(one.text for one in tokens[place : place + length])
        if phrase in words.units:
            quantity, factor = words.units[phrase]
            return quantity, factor, place + length
    other = count_at(words.cues["other_units"], tokens, place)
    return ("other", 1.0, place + other) if other else (None, 1.0, place)


def _ranges(
    numbers: Sequence[Number], text: str, tokens: Sequence[Token], words: Lexicon
) -> list[Number]:
    """The numbers with those that stand for the two ends of a range put together."""
    middles = {"".join(phrase) for phrase in words.cues["bounds.between.middle"].phrases}
    found: list[Number] = []
    for number in numbers:
        before = found[-1] if found else None
        if before is not None and before.operator is None:
            gap = text[before.end : tokens[number.first].start].strip(_AROUND).lower()
            dash = len(gap) == 1 and not gap.isascii() if gap in middles else gap in _DASHES
            fits = before.quantity in {None, number.quantity} and number.quantity != "other"
            same = before.quantity is not None and before.quantity == number.quantity
            begun = count_before(words.cues["bounds.between.before"], tokens, before.first)
            unit = before.quantity is None and number.quantity not in _NO_RANGE
            between = dash or (gap in middles - words.joins and (same or unit))
            between = between or (gap in middles and bool(begun))
            if between and fits and (number.quantity or before.value < abs(number.value)):
                low = before.value * (number.factor if before.quantity is None else 1.0)
                high = abs(number.value) if dash and before.value >= 0 else number.value
                if number.quantity == "comfort" and number.value < 0:
                    high = number.value
                found[-1] = replace(
                    before,
                    value=min(low, high),
                    upper=max(low, high),
                    operator="between",
                    last=number.last,
                    end=number.end,
                    quantity=number.quantity,
                )
                continue
        found.append(number)
    return found


def _bounded(number: Number, text: str, tokens: Sequence[Token], words: Lexicon) -> Number:
    """The number with the operator that words before or after it say."""
    place = number.first
    while place and tokens[place - 1].start >= number.start:
        place -= 1  # the sign of the currency or the minus is the number's own
    if number.operator == "between":
        return number
    after = _bound_after(number, text, tokens, words)
    if after is not None:
        return after
    best: tuple[int, Operator | None] = (0, None)
    names: tuple[Operator, ...] = ("at_most", "at_least", "about")
    for skipped in (0, 1):
        if skipped and count_before(words.cues["currency_before"], tokens, place) == 0:
            break
        for name in names:
            found = count_before(words.cues[f"bounds.{name}.before"], tokens, place - skipped)
            if found > best[0] and not _stopped(text, tokens, place - found, place):
                best = (found, name)
    length, operator = best
    if operator is None:
        return number
    outer = place - length
    if operator == "about" and count_before(words.cues["bounds.at_most.before"], tokens, outer):
        operator = "at_most"
    if operator in _TURNED and (denied := _denied(text, tokens, outer, words)) is not None:
        operator, outer = _TURNED[operator], denied
    return replace(number, operator=operator, start=min(number.start, tokens[outer].start))


# What a bound is that is denied: "I don't want to spend over 200".
_TURNED: Final[Mapping[Operator, Operator]] = {"at_most": "at_least", "at_least": "at_most"}


def _denied(text: str, tokens: Sequence[Token], place: int, words: Lexicon) -> int | None:
    """Where a denial of the bound at a token begins, with no more than words of spending between
    them; None where it is not denied."""
    spends = words.cues["bounds.denied"]
    while length := count_before(spends, tokens, place):
        if _stopped(text, tokens, place - length, place):
            return None
        place -= length
    length = count_before(words.cues["bounds.denials"], tokens, place)
    stopped = length and _stopped(text, tokens, place - length, place)
    return place - length if length and not stopped else None


_AFTER: Final[Mapping[str, Operator]] = {
    "at_most": "at_most",
    "at_least": "at_least",
    "about": "about",
    "a_bit_more": "between",
}


def _bound_after(
    number: Number, text: str, tokens: Sequence[Token], words: Lexicon
) -> Number | None:
    best: tuple[int, Operator] | None = None
    for name, operator in _AFTER.items():
        length = count_at(words.cues[f"bounds.{name}.after"], tokens, number.last)
        if length and (best is None or length > best[0]):
            best = (length, operator)
    if best is None:
        return None
    said = text[tokens[number.last - 1].start : tokens[number.last + best[0] - 1].end]
    if _has_stop(said):
        return None
    last = number.last + best[0]
    # A unit may stand behind the bound: 300多块.
    quantity, factor, after = number.quantity, 1.0, last
    if quantity is None:
        quantity, factor, after = _unit_at(tokens, last, words)
        after = last if quantity is None else after
    value = number.value * factor
    upper = None
    if best[1] == "between":  # 200多 is from 200 to less than 300
        upper = value + factor * 10.0 ** math.floor(math.log10(max(1.0, abs(number.value))))
    return replace(
        number,
        operator=best[1],
        last=after,
        end=tokens[after - 1].end,
        quantity=quantity,
        value=value,
        upper=upper,
    )


def _stopped(text: str, tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a comma or the like stands between tokens."""
    return _has_stop(text[tokens[first].start : tokens[min(last, len(tokens) - 1)].start])


def _has_stop(stretch: str) -> bool:
    return any(sign in STOPS for sign in stretch.replace(".", ""))
