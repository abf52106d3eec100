"""Read days and moments: the order of day and month is decided for a column over the whole file.

`25/12/2023` says it itself. `01/12/2017` does not: it is read as the rest of its column says, and
stops the import where nothing says it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, Literal

from babel import Locale

from shop.imports.problems import ImportProblem

DayOrder = Literal["day-first", "month-first"]

_ZONES: Final[Mapping[str, int]] = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "mez": 1,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "jst": 9,
    "aest": 10,
    "aedt": 11,
}
_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(.*)")
_NUMBERS: Final = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})\b(.*)")
_DAY_NAMED: Final = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|º|\.)?(?:\s+de)?[\s\-./]+([^\W\d]+)\.?"
    r"(?:\s+de)?[\s,\-./]+(\d{4}|\d{2})\b(.*)"
)
_MONTH_NAMED: Final = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)??([^\W\d]+)\.?[\s\-./]+(\d{1,2})(?:st|nd|rd|th)?[\s,\-./]+(\d{4}|\d{2})\b(.*)"
)
_TIME: Final = re.compile(
    r"[\sT,]*(?:at|um|à|kl\.?)?\s*(?P<early>上午|下午)?\s*(\d{1,2})[:时h.](\d{2})(?:[:分.](\d{2})秒?)?(?:[.,]\d+)?分?"
    r"(?:\s*uhr)?\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>[a-z]{1,4})?\s*(?P<offset>[+-]\d{2}:?(?:\d{2})?)?"
    r"\s*(?:\([^)]*\))?",
    re.IGNORECASE,
)
_EXCEL_BEGAN: Final = datetime(1899, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Day:
    """A cell that is a day: `first` and `second` in the order of the file; `at` is the time then.

    `order` is None where day and month cannot be told apart.
    """

    year: int
    first: int
    second: int
    at: timedelta
    zone: timezone
    order: DayOrder | None

    def moment(self, order: DayOrder | None) -> datetime | None:
        """The moment; `order` is the column's and decides where the cell does not."""
        chosen = self.order or order or "day-first"
        day, month = self.first, self.second
        if chosen == "month-first":
            day, month = month, day
        try:
            return datetime(self.year, month, day, tzinfo=self.zone) + self.at
        except (ValueError, OverflowError):
            return None


def read_day(text: str) -> Day | datetime | None:
    """A moment, or a day whose parts have to be told apart; None when it is neither."""
    if text.isascii() and text[:4].isdigit() and text[4:5] == "-":
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    text = unicodedata.normalize("NFKC", text).strip()
    if text.replace(".", "", 1).isdigit():
        return _counted(text)
    if found_year := _YEAR_FIRST.fullmatch(text):
        year, _, month, day, rest = found_year.groups()
        return _moment(int(year), int(day), int(month), rest)
    if found_numbers := _NUMBERS.fullmatch(text):
        return _numbered(*found_numbers.groups())
    return _named(text)


def _counted(text: str) -> datetime | None:
    """20231231, 20231231140533, seconds since 1970, or days as Excel counts them."""
    try:
        if re.fullmatch(r"(?:19|20)\d{6}", text):
            return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
        if re.fullmatch(r"(?:19|20)\d{12}", text):
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
            return _EXCEL_BEGAN + timedelta(seconds=round(float(text) * 86_400))
        if re.fullmatch(r"\d{9,10}(?:\.\d+)?", text):
            return datetime.fromtimestamp(float(text), UTC)
        if re.fullmatch(r"\d{13}", text):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _numbered(first: str, sign: str, second: str, year: str, rest: str) -> Day | None:
    a, b = int(first), int(second)
    time = _time(rest)
    if time is None or not (1 <= a <= 31 and 1 <= b <= 31) or min(a, b) > 12:
        return None
    order: DayOrder | None = None
    if a > 12 or a == b or (sign == "." and b <= 12):
        order = "day-first"  # with points, the day comes first in every country that uses them
    elif b > 12:
        order = "month-first"
    return Day(_full_year(year), a, b, *time, order)


def _named(text: str) -> datetime | None:
    lower = text.casefold()
    if found := _DAY_NAMED.fullmatch(lower):
        day, month, year, rest = found.groups()
    elif found := _MONTH_NAMED.fullmatch(lower):
        month, day, year, rest = found.groups()
    else:
        return None
    number = _months().get(month.rstrip("."))
    return None if number is None else _moment(_full_year(year), int(day), number, rest)


def _moment(year: int, day: int, month: int, rest: str) -> datetime | None:
    time = _time(rest)
    return None if time is None else Day(year, day, month, *time, "day-first").moment(None)


def _time(rest: str) -> tuple[timedelta, timezone] | None:
    """(time of day, zone) of what follows a day; midnight in UTC when nothing does."""
    if not rest.strip():
        return timedelta(), UTC
    found = _TIME.fullmatch(rest)
    if found is None:
        return None
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    half = (found["half"] or "").lower()[:1] or {"上午": "a", "下午": "p"}.get(found["early"], "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    zone = _zone((found["zone"] or "").lower(), found["offset"] or "")
    if hour > 23 or minute > 59 or second > 59 or zone is None:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second), zone


def _zone(name: str, offset: str) -> timezone | None:
    if name and name not in _ZONES:
        return None
    hours, minutes = _ZONES.get(name, 0), 0
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = int(digits[:2]), int(digits[2:] or 0)
        if hours > 14 or minutes > 59:
            return None
        if offset[0] == "-":
            hours, minutes = -hours, -minutes
    return timezone(timedelta(hours=hours, minutes=minutes)) if hours or minutes else UTC


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Names of months in the languages of our shops, whole and short, without a last point."""
    names: dict[str, int] = {"sept": 9, "märz": 3, "mrz": 3}
    for language in ("de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "ru", "uk", "en"):
        for forms in Locale(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in forms[width].items():
                    names[name.casefold().rstrip(".")] = number
    return names


@dataclass
class DayColumn:
    """What the cells of one column say about the order of day and month."""

    votes: Counter[str] = field(default_factory=Counter)
    unclear: tuple[int, str] | None = None

    def add(self, line: int, text: str) -> None:
        """Look at one cell."""
        found = read_day(text)
        if not isinstance(found, Day) or found.first == found.second:
            return
        if found.order is None:
            self.unclear = self.unclear or (line, text)
        elif "." not in text[:3]:
            self.votes[found.order] += 1


def decide_day_order(
    columns: Mapping[str, DayColumn], *, wanted: DayOrder | None, usual: DayOrder | None
) -> dict[str, DayOrder]:
    """The order of day and month of each column: its own cells, the other columns, the system.

    Raises ImportProblem with the question where nothing decides or cells contradict each other.
    """
    if wanted is not None:
        return dict.fromkeys(columns, wanted)
    everywhere = sum((column.votes for column in columns.values()), Counter[str]())
    decided: dict[str, DayOrder] = {}
    for name, column in columns.items():
        votes = column.votes or everywhere
        found: DayOrder | None = usual
        if len(votes) == 1:
            found = "day-first" if votes["day-first"] else "month-first"
        if column.unclear is not None and (found is None or len(votes) > 1):
            line, text = column.unclear
            both = "other dates are written both ways" if votes else "no other date says which"
            raise ImportProblem(
                f"{name}: {text!r} in line {line} may begin with the day or with the month, and "
                f"{both}; say --dates day-first or --dates month-first"
            )
        decided[name] = found or "day-first"
    return decided
