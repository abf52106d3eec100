"""The day that a shopper names: Friday, tomorrow, 24 December, 周五之前, 12月3日."""

import re
from datetime import date, timedelta
from typing import Final

WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_EN_DAY: Final = re.compile(
    r"\b(?:(?P<next>next )|this |coming )?(?P<weekday>" + "|".join(WEEKDAYS) + r")\b", re.IGNORECASE
)
_EN_MONTH: Final = "(?P<month>" + "|".join(MONTHS) + ")"
_EN_DATES: Final = (
    re.compile(r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? " + _EN_MONTH + r"\b", re.IGNORECASE),
    re.compile(r"\b" + _EN_MONTH + r" (?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?\b", re.IGNORECASE),
    re.compile(r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.?(?!\d)"),
    re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?"),
)
# "By the 3rd", 3号之前: the next such day, this month's or the next one's. 7日内 is a time, and
# 42号 a size.
_DAY_ALONE: Final = re.compile(
    r"\b(?:by|before|until|till|on) the (?P<en>\d{1,2})(?:st|nd|rd|th)\b"
    r"|(?<![\d月.])(?P<zh>\d{1,2})(?:号|日(?!以?内|之内|无|达|游|后))(?![楼线店码色院门])",
    re.IGNORECASE,
)
_ISO: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_ZH_DAY: Final = re.compile(
    r"(?P<next>下)?(?:这|本|个)*(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])"
)
_WORDS: Final = (
    (re.compile(r"大后天"), 3),
    (re.compile(r"\bday after tomorrow\b|后天", re.IGNORECASE), 2),
    (re.compile(r"\btomorrow\b|明天", re.IGNORECASE), 1),
    (re.compile(r"\btoday\b|\btonight\b|今天|今晚", re.IGNORECASE), 0),
)
_HOLIDAYS: Final = (
    (re.compile(r"\bchristmas eve\b|平安夜", re.IGNORECASE), (12, 24)),
    (re.compile(r"\b(?:christmas|xmas)\b|圣诞", re.IGNORECASE), (12, 24)),
    (re.compile(r"\bnew year'?s?\b|元旦|新年", re.IGNORECASE), (12, 31)),
)
_WEEKEND: Final = re.compile(r"\b(?:the |this )?weekend\b", re.IGNORECASE)
# "before Friday" ends on Thursday; "by Friday" on Friday.
_BEFORE: Final = re.compile(
    r"\bbefore\b|之前|以前|(?<=[日号天一二三四五六末诞节])前", re.IGNORECASE
)


def last_day_meant(text: str, today: date) -> date | None:
    """The last day that is in time for what `text` says; None when it names no day to come."""
    day = _day(text, today)
    if day is None or day < today:
        return None
    return day - timedelta(days=1) if _BEFORE.search(text) and day > today else day


def _day(text: str, today: date) -> date | None:
    iso = _ISO.search(text)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    for pattern in _EN_DATES:
        found = pattern.search(text)
        if found:
            month = found["month"].lower()
            number = MONTHS.index(month) + 1 if month in MONTHS else int(month)
            return _coming(number, int(found["day"]), today)
    alone = _DAY_ALONE.search(text)
    next_such = None if alone is None else _next_day(int(alone["en"] or alone["zh"]), today)
    if next_such is not None:
        return next_such
    for pattern, days in _WORDS:
        if pattern.search(text):
            return today + timedelta(days=days)
    return _weekday(text, today) or _holiday(text, today)


def _weekday(text: str, today: date) -> date | None:
    english = _EN_DAY.search(text)
    if english:
        ahead = (WEEKDAYS.index(english["weekday"].lower()) - today.weekday()) % 7
        # "next Friday" is the one of next week, whatever day it is today.
        skip = 7 if english["next"] and ahead + today.weekday() < 7 else 0
        return today + timedelta(days=ahead + skip)
    chinese = _ZH_DAY.search(text)
    if chinese:
        wanted = {"天": 6, "末": 5}.get(
            chinese["weekday"], "一二三四五六日".find(chinese["weekday"])
        )
        if chinese["next"]:
            return today + timedelta(days=7 - today.weekday() + wanted)
        return today + timedelta(days=(wanted - today.weekday()) % 7)
    if _WEEKEND.search(text):
        return today + timedelta(days=(5 - today.weekday()) % 7)
    return None


def _holiday(text: str, today: date) -> date | None:
    for pattern, (month, day) in _HOLIDAYS:
        if pattern.search(text):
            return _coming(month, day, today)
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
