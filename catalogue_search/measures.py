"""Numbers and sizes of a message as constraints."""

from collections.abc import Sequence
from typing import Final

from catalogue_search.body import read_body
from catalogue_search.facts import wider
from catalogue_search.lexicon import concepts, count_at, count_before, lexicon
from catalogue_search.message import Message
from catalogue_search.numbers import Number
from catalogue_search.query import Constraint, Operator
from catalogue_search.scopes import is_softened
from catalogue_search.tokens import STOPS

LEAST_COLUMN: Final = 5000.0  # mm; so large a number without a unit is no price
LEAST_BESIDE: Final = 1000.0  # the same right behind "waterproof"
LEAST_PRICE: Final = 5.0  # a bounded number without a unit is a price from here on
MOST_PERSONS: Final = 12
SHOE_SIZES: Final = (34.0, 50.0)
LEAST_OF_A_PERSON: Final = 30_000.0  # grams
# A shoe size of Britain and of the United States (men) is so much less than a European one,
# going by the middle of the usual tables; half sizes are 0.75 of a European one there.
UK_TO_EU: Final = 33.5
US_TO_EU: Final = 33.0
# Quantities whose name stands before a number without a unit: budget 200, R-value of 4.
NAMED_FIRST: Final = (
    "price",
    "insulation",
    "rating",
    "comfort",
    "volume",
    "brightness",
    "water_column",
)
_NEAR: Final = 3
_UNMEASURED: Final = frozenset({"other", "days", "length"})


def read_measures(message: Message) -> list[Constraint]:
    """What the numbers bound, and the sizes that are asked for."""
    sizes, taken = _sizes(message)
    found = list(sizes)
    for number in message.numbers:
        if number.first in taken:
            continue
        one = _measured(message, number)
        if one is not None:
            found.append(one)
    return found


def _measured(message: Message, number: Number) -> Constraint | None:
    quantity = number.quantity or _without_unit(message, number)
    if quantity is None or quantity in _UNMEASURED or _measures_body(message, number):
        return None
    operator: Operator = number.operator or concepts()["quantities"][quantity]["bare"]
    if quantity == "comfort" and operator == "at_least":
        operator = "at_most"  # "at least to -10" wants it warm at -10
    soft = is_softened(message.text, message.tokens, number.first, number.last)
    low, high = bounds(quantity, operator, number.value, number.upper)
    return Constraint(
        attribute=quantity,
        operator=operator,
        low=low,
        high=high,
        strength="soft" if soft else "hard",
        start=number.start,
        end=number.end,
        source=message.text[number.start : number.end],
    )


def bounds(
    quantity: str, operator: Operator, number: float, upper: float | None = None
) -> tuple[float | None, float | None]:
    """Low and high; "about" reaches as far as the quantity's table says, with three digits."""
    value = round(number, 6)
    if operator == "at_most":
        return None, value
    if operator == "at_least":
        return value, None
    if operator == "between" and upper is not None:
        return value, round(upper, 6)
    reach = abs(value) * float(concepts()["quantities"][quantity]["about"])
    return round(value - reach, 3), round(value + reach, 3)


def _without_unit(message: Message, number: Number) -> str | None:
    """What a number without a unit measures; None when it may be anything."""
    cues = lexicon().cues
    tents = {"tent", "family_tent"} & {
        value for hit in message.hits if (s := hit.sense("kind")) for value in s.values
    }
    small = number.value <= MOST_PERSONS and number.value == int(number.value)
    if tents and small and count_before(cues["persons_before"], message.tokens, number.first):
        return "persons"
    for quantity in NAMED_FIRST:
        cue = cues[f"attributes.{quantity}"]
        near = range(max(1, number.first - _NEAR), number.first + 1)
        named = any(count_before(cue, message.tokens, place) for place in near)
        if named or (quantity != "price" and count_at(cue, message.tokens, number.last)):
            return quantity
    behind = any(h.last == number.first and h.sense("feature") for h in message.hits)
    if behind and number.value >= LEAST_BESIDE:
        return "water_column"  # 防水3000
    if number.operator is None or number.value < LEAST_PRICE:
        return None
    return "price" if number.value < LEAST_COLUMN else "water_column"


def _measures_body(message: Message, number: Number) -> bool:
    """Whether a weight is a person's: I weigh 70 kg, 体重65公斤, 一米七 130斤."""
    if number.quantity != "weight":
        return False
    if number.value >= LEAST_OF_A_PERSON and read_body(message.text).height_cm is not None:
        return True
    cues = lexicon().cues["body.weight"]
    near = range(max(0, number.first - 3), number.first)
    said = any(count_at(cues, message.tokens[: number.first], place) for place in near)
    return said and number.value >= LEAST_OF_A_PERSON


def _sizes(message: Message) -> tuple[list[Constraint], set[int]]:
    """Sizes that the catalogue has, each with the tokens that say it."""
    found: list[Constraint] = []
    taken: set[int] = set()
    place = 0
    while place < len(message.tokens):
        length, size = _size_at(message, place)
        if size:
            start = message.tokens[place].start
            end = message.tokens[place + length - 1].end
            found.append(
                Constraint(
                    "size", "is", (size,), start=start, end=end, source=message.text[start:end]
                )
            )
            taken |= set(range(place, place + length))
        place += max(1, length)
    merged = [_joined(message, found)] if len(found) > 1 else found
    return merged, taken


def _joined(message: Message, sizes: Sequence[Constraint]) -> Constraint:
    start, end = sizes[0].start, sizes[-1].end
    values = tuple(dict.fromkeys(value for one in sizes for value in one.values))
    return Constraint("size", "is", values, start=start, end=end, source=message.text[start:end])


def _size_at(message: Message, place: int) -> tuple[int, str]:
    """The size that begins at a token and how many tokens say it; "" when none does."""
    words, tokens = lexicon(), message.tokens
    before = count_before(words.cues["size.before"], tokens, place)
    for length in (3, 2, 1):
        phrase = tuple(token.text for token in tokens[place : place + length])
        if phrase not in words.sizes or len(phrase) < length:
            continue
        # "a small tent" is no size; "in small", "小码" are.
        strict = count_before(words.cues["size.strict"], tokens, place)
        named = not tokens[place].is_latin or phrase[0][0].isdigit() or length > 1
        named = named or _is_clause(message, place, place + length)
        # "womens small", where no small thing follows
        behind = any(h.last == place and h.sense("gender") for h in message.hits)
        named = named or (behind and not _any_kind_at(message, place, place + length))
        if named or (strict and not _before_kind(message, place + length)):
            return length, words.sizes[phrase]
    token = tokens[place]
    after = count_at(words.cues["size.after"], tokens, place + 1)
    if token.is_number:
        return _shoe_size(message, place, before, after)
    written = message.text[token.start : token.end]
    if token.is_latin and written.upper() in message.catalogue.sizes:
        sure = len(written) > 1 or after or written.isupper() or _is_strict(message, place)
        sure = sure or any(h.last == place and h.sense("gender") for h in message.hits)  # 女款 m
        if sure and _stands_alone(message, place):
            return 1 + after, written.upper()
    return 1, ""


def _is_clause(message: Message, first: int, last: int) -> bool:
    """Whether tokens stand alone between commas: red, medium, please."""
    tokens, text = message.tokens, message.text
    before = text[tokens[first - 1].end : tokens[first].start] if first else ","
    after = text[tokens[last - 1].end : tokens[last].start] if last < len(tokens) else ","
    return any(s in STOPS for s in before) and any(s in STOPS for s in after)


def _is_strict(message: Message, place: int) -> bool:
    strict = count_before(lexicon().cues["size.strict"], message.tokens, place)
    return bool(strict) and not _before_kind(message, place + 1)


def _stands_alone(message: Message, place: int) -> bool:
    """Whether a letter is a word of its own and no unit behind a number."""
    token = message.tokens[place]
    before = message.text[token.start - 1 : token.start] if token.start else ""
    after = message.text[token.end : token.end + 1]
    touches = before.isascii() and (before.isalnum() or before == "'")
    glued = after.isascii() and (after.isalnum() or after == "'")
    number = place > 0 and message.tokens[place - 1].is_number
    return not touches and not glued and not number


def _before_kind(message: Message, place: int) -> bool:
    """Whether a kind follows that is big or small rather than of a size: a small tent."""
    sized = {"tent", "family_tent", "backpack", "daypack", "stove", "bottle", "headlamp"}
    return any(
        hit.first == place and (s := hit.sense("kind")) and sized & set(s.values)
        for hit in message.hits
    )


def _any_kind_at(message: Message, *places: int) -> bool:
    return any(hit.first in places and hit.sense("kind") for hit in message.hits)


def is_in_band(band: str, size: str) -> bool:
    """Whether a size of shoes lies in a band of socks: 40 in 39-42."""
    low, dash, high = band.partition("-")
    if not (dash and low.isdigit() and high.isdigit() and size.replace(".", "", 1).isdigit()):
        return False
    return float(low) <= float(size) <= float(high)


def _shoe_size(message: Message, place: int, before: int, after: int) -> tuple[int, str]:
    """A number that is a size: 42, size 42.5, 43码, UK 8; 45 of a backpack is none."""
    words, tokens = lexicon(), message.tokens
    number = next((one for one in message.numbers if one.first == place), None)
    if number is None or (number.quantity not in {None, "other"}) or number.value < 1:
        return 1, ""
    if number.quantity == "other" and not after:
        return 1, ""
    for cue, shift in (("uk_sizes", UK_TO_EU), ("us_sizes", US_TO_EU)):
        if count_before(words.cues[cue], tokens, place) and number.value <= 16:
            return 1, f"{round(number.value + shift + 0.01):g}"
    in_range = SHOE_SIZES[0] <= number.value <= SHOE_SIZES[1]
    if number.operator is not None or not in_range:
        return 1, ""
    feet = any(
        "shoe" in message.catalogue.kinds.by_value and _is_footwear(value)
        for hit in message.hits
        if (s := hit.sense("kind"))
        for value in s.values
    )
    alone = len(tokens) <= 2
    if after or before or feet or alone:
        return 1 + after, f"{number.value:g}"
    return 1, ""


def _is_footwear(kind: str) -> bool:
    return not {"shoe", "socks"}.isdisjoint(wider(kind, "kinds"))
