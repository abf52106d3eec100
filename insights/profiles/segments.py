"""Segments by rules that can be said in a sentence; every customer is in exactly one.

The scores run from 1 to 5 by fifths of those who bought: lately (recency), often (frequency), for
much (money).
"""

from dataclasses import dataclass
from typing import Final

SEGMENTS: Final = ("best", "loyal", "new", "occasional", "once", "drifting", "asleep", "none")
# What may be said of a customer beside the segment.
MARKS: Final = ("due", "offers", "premium", "careful")

NEW_DAYS: Final = 60
ASLEEP_DAYS: Final = 365
DRIFTING_DAYS: Final = 180
FEW_LEFT: Final = 0.5
OFTEN: Final = 4
MUCH: Final = 5
DUE_PAST: Final = 0.75  # of the usual gap
LONG_PAST: Final = 2.0
UPPER_PART: Final = 0.6  # of a category's prices
LOWER_PART: Final = 0.4


@dataclass(frozen=True)
class Standing:
    """What the rules look at; `alive` is None without a lifetime model.

    `usual_gap` are the days from one of the customer's purchases to the next, on average.
    """

    buying_days: int = 0
    first_days: float | None = None
    recency_days: float | None = None
    frequency: int | None = None
    money: int | None = None
    alive: float | None = None
    usual_gap: float | None = None


def segment_of(one: Standing) -> str:
    """The first rule that holds."""
    if one.recency_days is None or one.first_days is None:
        return "none"
    if one.first_days <= NEW_DAYS:
        return "new"
    if one.recency_days > ASLEEP_DAYS:
        return "asleep"
    if one.buying_days > 1 and _is_drifting(one):
        return "drifting"
    if (one.frequency or 0) >= OFTEN:
        return "best" if (one.money or 0) >= MUCH else "loyal"
    return "once" if one.buying_days == 1 else "occasional"


def _is_drifting(one: Standing) -> bool:
    """Away for long by their own measure, or probably gone by the model's."""
    assert one.recency_days is not None
    if one.alive is not None and one.alive < FEW_LEFT:
        return True
    gap = one.usual_gap or DRIFTING_DAYS
    return one.recency_days > max(DRIFTING_DAYS, LONG_PAST * gap)


def marks_of(
    one: Standing,
    *,
    offer_low: float | None,
    offers_in_shop: float | None,
    price_low: float | None,
    price_high: float | None,
) -> list[str]:
    """What holds beside the segment; marks on offers and prices only where chance is ruled out."""
    found = []
    if one.usual_gap is not None and one.recency_days is not None:
        passed = one.recency_days / one.usual_gap
        if DUE_PAST <= passed <= LONG_PAST:
            found.append("due")
    if offer_low is not None and offers_in_shop is not None and offer_low > offers_in_shop:
        found.append("offers")
    if price_low is not None and price_low > UPPER_PART:
        found.append("premium")
    if price_high is not None and price_high < LOWER_PART:
        found.append("careful")
    return found
