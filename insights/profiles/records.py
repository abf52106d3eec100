"""What readers get of the profiles; light, for pages and the chat."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kit.money import Money


@dataclass(frozen=True)
class Proof:
    """How good the same models were before: learned up to a day, measured on the weeks after it.

    `covered` is the share of customers whose purchases lay within their 95 % interval.
    """

    weeks: float
    customers: int
    foretold: float
    came: float
    error: float
    covered: float


@dataclass(frozen=True)
class Habit:
    """A share of the whole shop, and how alike customers are in it (beta: share, strength)."""

    share: float
    strength: float


@dataclass(frozen=True)
class Run:
    """The newest run; `notes` are codes of what could not be said and why."""

    made_at: datetime
    customers: int
    currency: str
    proof: Proof | None
    offers: Habit | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Range:
    """An estimate with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Profile:
    """One customer. Whatever could not be said is None; `marks` and `segment` are names of rules.

    Ranges are 95 %, but the days to the next purchase: 80 %. `categories` and `sizes` are lists of
    what was counted.
    """

    customer_id: int
    name: str
    email: str
    language: str
    made_at: datetime
    segment: str
    marks: tuple[str, ...]
    orders: int
    buying_days: int
    pieces: int
    spent: Money
    first_on: date | None
    last_on: date | None
    scores: tuple[int, int, int] | None
    alive: float | None
    purchases_ahead: Range | None
    value_ahead: Range | None
    next_days: Range | None
    offers: Range | None
    price_level: Range | None
    categories: tuple[dict[str, Any], ...]
    sizes: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class SegmentSum:
    """A segment as a whole; the money to come is None without a lifetime model."""

    segment: str
    customers: int
    orders: int
    spent: Money
    value_ahead: Range | None
