"""The day that a shopper names: Friday, tomorrow, 24 December, 周五之前, 12月3日."""

import re
from datetime import date, timedelta
from typing import Final

from kit.phrases import meanings, spoken

_ISO: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMERIC: Final = re.compile(r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.?(?!\d)")
FURTHEST: Final = 3  # days ahead that have a word


def last_day_meant(text: str, today: date) -> date | None:
    """The last day that is in time for what `text` says; None when it names no day to come."""
    day = _day(text, today)
    if day is None or day < today:
        return None
    # "Before Friday" ends on Thursday; "by Friday" on Friday.
    is_before = spoken("actions", "days.before").search(text) is not None
    return day - timedelta(days=1) if is_before and day > today else day


def _day(text: str, today: date) -> date | None:
    iso = _ISO.search(text)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    found = _NUMERIC.search(text) or spoken("actions", "days.dates").search(text)
    if found:
        name = found["month"].lower()
        month = meanings("actions", "days.months").get(name, name)
        return _coming(int(month), int(found["day"]), today)
    # "By the 3rd", 3号之前: the next such day, this month's or the next one's.
    alone = spoken("actions", "days.alone").search(text)
    next_such = None if alone is None else _next_day(int(alone["day"]), today)
    if next_such is not None:
        return next_such
    for days in range(FURTHEST, -1, -1):
        if spoken("actions", f"days.ahead.{days}").search(text):
            return today + timedelta(days=days)
    return _weekday(text, today) or _holiday(text, today)


def _weekday(text: str, today: date) -> date | None:
    found = spoken("actions", "days.weekday").search(text)
    if found:
        wanted = int(meanings("actions", "days.weekdays")[found["weekday"].lower()])
        if found["next"]:  # the one of next week, whatever day it is today
            return today + timedelta(days=7 - today.weekday() + wanted)
        return today + timedelta(days=(wanted - today.weekday()) % 7)
    if spoken("actions", "days.weekend").search(text):
        return today + timedelta(days=(5 - today.weekday()) % 7)
    return None


def _holiday(text: str, today: date) -> date | None:
    for name in sorted(meanings("actions", "days.feasts")):
        if spoken("actions", f"days.feasts.{name}").search(text):
            month, day = name.split("-")
            return _coming(int(month), int(day), today)
    return None


def _coming(month: int, day: int, today: date) -> date | None:
    """This year's day, or next year's when it lies far behind."""
    found = _date(today.year, month, day)
    if found is not None and (today - found).days > 180:
        return _date(today.year + 1, month, day)
    return found


def _next_day(day: int, today: date) -> date | None:
    """The next day with this number, today included; None where no month near has it."""
    for ahead in range(3):
        month = (today.month - 1 + ahead) % 12 + 1
        found = _date(today.year + (today.month - 1 + ahead) // 12, month, day)
        if found is not None and found >= today:
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
