"""Numbers that a message names only to say that they are not meant."""

import re
from collections.abc import Sequence
from typing import Final

from understanding.entities.patterns import Entity

_DENIES: Final = re.compile(
    r"(?:\b(?:not|isn'?t|wasn'?t)|不是|并非|不要)\s*(?:(?:the|my|order|number|#|订单号?)\s*)*$",
    re.IGNORECASE,
)


def without_denied(text: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Entities without an order's number that is denied where another one is named: "not 10482,
    10391" is of 10391."""
    numbers = [one for one in entities if one.entity == "order_number"]
    denied = [one for one in numbers if _DENIES.search(text[: one.start])]
    if len(denied) == len(numbers):
        return tuple(entities)
    return tuple(one for one in entities if one not in denied)
