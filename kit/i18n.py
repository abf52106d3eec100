"""Text in the shopper's language: message catalogues, money, dates and lists."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from kit.money import Money

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
SHOP_ZONE: Final = ZoneInfo("Europe/Berlin")

_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "CNY": "¥"}
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_ZH: Final = "一二三四五六日"


class CatalogueError(ValueError):
    """A message is missing, or the two languages do not have the same messages."""


def as_language(value: object, default: Language = "en") -> Language:
    """`value` as a language we speak, else `default`; understands tags such as zh-CN."""
    head = str(value or "").lower().partition("-")[0].partition("_")[0]
    if head == "zh":
        return "zh"
    return "en" if head == "en" else default


@dataclass(frozen=True)
class Catalogue:
    """Messages by language and key; values are filled in with `str.format` names.

    `standing` are values that every message may name.
    """

    messages: Mapping[Language, Mapping[str, str]]
    standing: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path, standing: Mapping[str, str] | None = None) -> "Catalogue":
        """Read en.json and zh.json; raises CatalogueError when their keys differ."""
        messages: dict[Language, Mapping[str, str]] = {
            language: json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
            for language in LANGUAGES
        }
        different = set(messages["en"]) ^ set(messages["zh"])
        if different:
            raise CatalogueError(f"{folder.name}: in one language only: {sorted(different)}")
        return cls(messages, standing or {})

    def text(self, language: Language, key: str, **values: object) -> str:
        """The message `key` in `language`; raises CatalogueError for an unknown key."""
        try:
            return self.messages[language][key].format(**{**self.standing, **values})
        except KeyError as missing:
            raise CatalogueError(f"message {key!r}: {missing} is missing") from missing

    def plural(self, language: Language, key: str, count: int, **values: object) -> str:
        """`key.one` or `key.other` by `count`, which is also filled in."""
        form = "one" if count == 1 and language == "en" else "other"
        return self.text(language, f"{key}.{form}", count=count, **values)


def format_money(money: Money, language: Language, *, whole: bool = False) -> str:
    """`€1,299.00` in both languages; a currency without a symbol here is written `1,299.00 SEK`.

    `whole` rounds away what an estimate does not know: `€1,299`.
    """
    amount = f"{abs(money.amount):,.{0 if whole else 2}f}"
    minus = "-" if money.amount < 0 else ""
    symbol = _SYMBOLS.get(money.currency)
    return f"{minus}{symbol}{amount}" if symbol else f"{minus}{amount} {money.currency}"


def format_date(day: date, language: Language, today: date | None = None) -> str:
    """A day as people say it: `Tuesday 24 November` or `11月24日（周二）`.

    The year is added when it is not the year of `today`.
    """
    with_year = today is not None and day.year != today.year
    if language == "zh":
        year = f"{day.year}年" if with_year else ""
        return f"{year}{day.month}月{day.day}日（周{_DAYS_ZH[day.weekday()]}）"
    year = f" {day.year}" if with_year else ""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


_GAP = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) +(?=[\u3000-\u9fff\uff00-\uffef])")


def without_gaps(text: str) -> str:
    """The text without spaces between Chinese and Chinese, which values leave behind."""
    return _GAP.sub("", text)


def format_datetime(moment: datetime, language: Language, zone: ZoneInfo = SHOP_ZONE) -> str:
    """A day and the time of day in the shop's zone: `Tuesday 24 November, 15:04`."""
    local = moment.astimezone(zone)
    separator = " " if language == "zh" else ", "
    return f"{format_date(local.date(), language)}{separator}{local:%H:%M}"


def local_day(moment: datetime, zone: ZoneInfo = SHOP_ZONE) -> date:
    """The day a moment falls on where the shop is."""
    return moment.astimezone(UTC).astimezone(zone).date()


def length(text: str, language: Language) -> int:
    """How much is said: words of an English text, signs of a Chinese one."""
    return len(text.split()) if language == "en" else len(text)


def join_words(words: Sequence[str], language: Language) -> str:
    """`a, b and c`, or `a、b和c`."""
    if len(words) < 2:
        return "".join(words)
    comma, last = ("、", "和") if language == "zh" else (", ", " and ")
    return comma.join(words[:-1]) + last + words[-1]


def format_percent(share: Decimal, language: Language) -> str:
    """`15%` from Decimal('0.15'), without needless zeros; alike in both languages."""
    return f"{(share * 100).normalize():f}%"
