"""Adjectives: light, lighter, lightest, not too heavy, and questions which one is lighter."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from catalogue_search.lexicon import Cues, Hit, concepts, count_at, count_before, is_said, lexicon
from catalogue_search.message import Message
from catalogue_search.query import Constraint, Direction, Operator, Order

_TURNED: Final = {
    "much": "little",
    "little": "much",
    "more": "less",
    "less": "more",
    "most": "least",
    "least": "most",
}
_PLAIN: Final = frozenset({"little", "much"})
# What a word before an adjective makes of one that says much of it.
_RAISED: Final = {"more": "more", "less": "less", "most": "most", "least": "least"}
_NEAR: Final = 4  # tokens from "which" to the adjective


@dataclass(frozen=True)
class Degrees:
    """What the adjectives of a message ask for."""

    constraints: tuple[Constraint, ...]
    order: tuple[Order, ...]
    compares: Order | None


def read_degrees(message: Message) -> Degrees:
    """Wishes, comparisons with what is shown, and superlatives; each quantity once."""
    constraints: dict[str, Constraint] = {}
    order: dict[tuple[str, Direction], Order] = {}
    compares: Order | None = None
    for number, hit in enumerate(message.hits):
        sense = hit.sense("adjective")
        if sense is None or not _counts(message, hit):
            continue
        quantity = _measured_by(message, sense.values[0])
        degree, first, last = _degree(message, number, sense.values[1])
        span = (message.tokens[first].start, message.tokens[last - 1].end)
        source = message.text[slice(*span)]
        if _is_in_number(message, span):
            continue  # "weighs less than two kilos" is a bound
        if number not in message.scopes.negated and _asks_which(message, first, last, degree):
            compares = compares or Order(quantity, _direction(degree), *span, source)
        elif degree in {"most", "least"}:
            way = _direction(degree)  # 最便宜和最贵的: both ends of one
            order.setdefault((quantity, way), Order(quantity, way, *span, source))
        else:
            one = _constraint(message, quantity, degree, span)
            held = constraints.get(quantity)
            if held is None or (held.operator in _PLAIN and one.operator not in _PLAIN):
                constraints[quantity] = one  # "that's pricey. something cheaper"
    compares = compares or _difference(message)
    return Degrees(tuple(constraints.values()), tuple(order.values()), compares)


# What tells as much of things of which the first is not known: how warm a mat is.
_INSTEAD: Final = {"warmth": "insulation"}


def _measured_by(message: Message, quantity: str) -> str:
    """The quantity that tells it of the kind named or shown: the R-value of mats for warmth."""
    other = _INSTEAD.get(quantity)
    if other is None:
        return quantity
    kinds = [v for hit in message.hits if (s := hit.sense("kind")) for v in s.values]
    catalogue = message.catalogue
    among = catalogue.kinds.any_of(kinds) if kinds else np.zeros(len(catalogue), dtype=bool)
    if not kinds:
        among[list(catalogue.rows(message.shown))] = True
    if not among.any() or not np.isnan(catalogue.quantity(quantity)[among]).all():
        return quantity
    return quantity if np.isnan(catalogue.quantity(other)[among]).all() else other


def _difference(message: Message) -> Order | None:
    """The weight difference, 价格差多少: which quantity of some is to be compared."""
    cues, tokens = lexicon().cues, message.tokens
    if not is_said(cues["differs"], tokens):
        return None
    for quantity, table in concepts()["quantities"].items():
        cue = cues.get(f"attributes.{quantity}", Cues())
        for place in range(len(tokens)) if "better" in table else ():
            length = count_at(cue, tokens, place)
            if length:
                start, end = tokens[place].start, tokens[place + length - 1].end
                return Order(quantity, table["better"], start, end, message.text[start:end])
    return None


def _is_in_number(message: Message, span: tuple[int, int]) -> bool:
    measured = [
        one
        for one in message.numbers
        if one.quantity not in {None, "other"} or (one.operator and not one.quantity)
    ]
    return any(one.start < span[1] and span[0] < one.end for one in measured)


def _direction(degree: str) -> Direction:
    return "most" if degree in {"more", "most", "much"} else "least"


def _counts(message: Message, hit: Hit) -> bool:
    """Whether an adjective is one: of one Chinese sign it stands as a word, 要轻的 and not 轻 in
    another word; and it exclaims nothing."""
    if _is_exclaimed(message, hit):
        return False
    words = lexicon()
    after = message.text[hit.end : hit.end + 1]
    if count_at(words.cues["verbs"], message.tokens, hit.first) == hit.last - hit.first:
        return not after or after in words.single_after
    if hit.last - hit.first > 1 or message.tokens[hit.first].is_latin:
        return True
    if _marker_before(message, hit.first) or count_before(
        words.cues["which"], message.tokens, hit.first
    ):
        return True
    return not after or after in words.single_after


def _is_exclaimed(message: Message, hit: Hit) -> bool:
    """ "Cool, something lighter?" is pleased; "cool hats" asks for what is not warm."""
    if not count_at(lexicon().cues["exclaimed"], message.tokens, hit.first):
        return False
    if message.text[: hit.start].rstrip(" ")[-1:] not in {"", ".", "!", "?", ";", ","}:
        return False
    follows = next((one for one in message.hits if one.first == hit.last), None)
    return follows is None or bool(message.text[hit.end : follows.start].strip())


def _marker_before(message: Message, place: int) -> tuple[str, int] | None:
    """A word such as more, most or too right before a token, and where it begins."""
    for hit in message.hits:
        sense = hit.sense("degree")
        if sense is not None and hit.last == place and sense.values[0] != "slightly":
            return sense.values[0], hit.first
    return None


def _degree(message: Message, number: int, degree: str) -> tuple[str, int, int]:
    """The degree with the words around it taken in, and the tokens from the first to the last."""
    hit = message.hits[number]
    first, last = hit.first, hit.last
    negated = number in message.scopes.negated
    marker = _marker_before(message, first)
    if marker is not None:
        first = marker[1]
    name = marker[0] if marker is not None else ""
    if name == "too" and degree in {"much", "little"}:
        turned = _TURNED[degree]
        if negated:
            return turned, first, last  # not too heavy: rather light
        return _RAISED[{"little": "less", "much": "more"}[turned]], first, last
    if name in _RAISED and degree in {"much", "little"}:
        raised = _RAISED[name]
        return (raised if degree == "much" else _TURNED[raised]), first, last
    following = next((h for h in message.hits if h.first == last and h.sense("degree")), None)
    if following is not None and degree in {"much", "little"}:
        sense = following.sense("degree")
        if sense is not None and sense.values[0] == "slightly":
            return {"much": "more", "little": "less"}[degree], first, following.last
    if negated and degree in _TURNED:
        return _TURNED[degree], first, last
    return degree, first, last


def _asks_which(message: Message, first: int, last: int, degree: str) -> bool:
    """Whether it is asked which of some: which is lighter, 哪个轻; not which tent is lightest.

    帐篷哪款最轻 asks the latter where no tents are shown.
    """
    cues = lexicon().cues["which"]
    starts = [first - back for back in range(_NEAR + 1)]
    start = next((one for one in starts if count_before(cues, message.tokens, one)), None)
    kinds = [hit for hit in message.hits if hit.sense("kind")]
    if kinds and degree in {"most", "least"} and not message.shown:
        return False
    return start is not None and not any(start <= hit.first <= last for hit in kinds)


def _constraint(message: Message, quantity: str, degree: str, span: tuple[int, int]) -> Constraint:
    """A bound from what is shown for more and less, else a wish."""
    source = message.text[slice(*span)]
    plain: Operator = "much" if degree in {"more", "much"} else "little"
    bound = _bound(message, quantity, degree) if degree in {"more", "less"} else None
    if bound is None:
        return Constraint(
            quantity, plain, strength="soft", start=span[0], end=span[1], source=source
        )
    more = degree == "more"
    return Constraint(
        quantity,
        "above" if more else "below",
        low=bound if more else None,
        high=None if more else bound,
        start=span[0],
        end=span[1],
        source=source,
    )


def _bound(message: Message, quantity: str, degree: str) -> float | None:
    """What "lighter" is lighter than: the lightest shown of one kind, the middle of several."""
    rows = message.catalogue.rows(message.shown)
    kinds = [v for hit in message.hits if (s := hit.sense("kind")) for v in s.values]
    if kinds:
        of_kind = message.catalogue.kinds.any_of(kinds)
        rows = [row for row in rows if of_kind[row]]
    values = message.catalogue.quantity(quantity)[rows]
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    shelves = [
        name
        for name, mask in message.catalogue.kinds.by_value.items()
        if name.startswith("category:") and any(mask[row] for row in rows)
    ]
    if len(shelves) > 1:
        return float(np.median(known))
    return float(known.max() if degree == "more" else known.min())
