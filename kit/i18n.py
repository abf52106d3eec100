"""Text in the shopper's language: message catalogues, money, dates and lists."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from kit.languages import DEFAULT_LANGUAGE as DEFAULT_LANGUAGE
from kit.languages import FOLDERS, facts
from kit.languages import LANGUAGES as LANGUAGES
from kit.languages import Language as Language
from kit.money import Money

SHOP_ZONE: Final = ZoneInfo("Europe/Berlin")

_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "CNY": "¥"}


class CatalogueError(ValueError):
    """A message is missing, or the default language does not have it."""


def as_language(value: object, default: Language = DEFAULT_LANGUAGE) -> Language:
    """`value` as a language we speak, else `default`; understands tags such as zh-CN."""
    head = str(value or "").lower().partition("-")[0].partition("_")[0]
    return head if head in LANGUAGES else default


@dataclass(frozen=True)
class Catalogue:
    """Messages by language and key; values are filled in with `str.format` names.

    `standing` are values that every message may name. What a language does not say is said in the
    default one.
    """

    messages: Mapping[Language, Mapping[str, str]]
    standing: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(
        cls, room: str, standing: Mapping[str, str] | None = None, folders: Path = FOLDERS
    ) -> "Catalogue":
        """Read `<language>/texts/<room>.json` of each language.

        Raises CatalogueError for a message that the default language does not have.
        """
        own = {one: _texts(folders / one / "texts" / f"{room}.json") for one in LANGUAGES}
        common = own[DEFAULT_LANGUAGE]
        for language, texts in own.items():
            if unknown := sorted(texts.keys() - common.keys()):
                raise CatalogueError(f"{room}: not in {DEFAULT_LANGUAGE}, in {language}: {unknown}")
        return cls({one: {**common, **own[one]} for one in LANGUAGES}, standing or {})

    def text(self, language: Language, key: str, **values: object) -> str:
        """The message `key` in `language`; raises CatalogueError for an unknown key."""
        try:
            return self.messages[language][key].format(**{**self.standing, **values})
        except KeyError as missing:
            raise CatalogueError(f"message {key!r}: {missing} is missing") from missing

    def plural(self, language: Language, key: str, count: int, **values: object) -> str:
        """`key.one` or `key.other` by `count`, which is also filled in."""
        form = "one" if count == 1 and facts(language).counts_one else "other"
        return self.text(language, f"{key}.{form}", count=count, **values)


def _texts(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


@dataclass(frozen=True)
class Texts:
    """One text in every language that it is written in, our own languages first.

    `str` is the text in the first of them, for where nobody is spoken to.
    """

    by_language: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, by_language: Mapping[str, str] | None) -> "Texts":
        """Of texts by language; empty ones are as none."""
        ours = {language: place for place, language in enumerate(LANGUAGES)}
        filled = [(language, text) for language, text in (by_language or {}).items() if text]
        return cls(tuple(sorted(filled, key=lambda one: (ours.get(one[0], len(ours)), one[0]))))

    def text(self, language: str) -> str:
        """The text in `language`, else in the first that there is, else nothing."""
        return dict(self.by_language).get(language) or str(self)

    @property
    def all(self) -> tuple[str, ...]:
        """Each wording once."""
        return tuple(dict.fromkeys(text for _, text in self.by_language))

    @property
    def together(self) -> str:
        """All wordings in one text, to look for words in."""
        return " ".join(self.all)

    def __str__(self) -> str:
        return self.by_language[0][1] if self.by_language else ""


def format_money(money: Money, language: Language, *, whole: bool = False) -> str:
    """`€1,299.00`, `1.299,00 €`; a currency without a symbol here is written `1,299.00 SEK`.

    `whole` rounds away what an estimate does not know: `€1,299`.
    """
    own = facts(language)
    signs = str.maketrans({",": own.thousands, ".": own.point})
    amount = f"{abs(money.amount):,.{0 if whole else 2}f}".translate(signs)
    minus = "-" if money.amount < 0 else ""
    symbol = _SYMBOLS.get(money.currency)
    said = own.money.format(symbol=symbol, amount=amount) if symbol else None
    return minus + (said or f"{amount} {money.currency}")


def format_date(day: date, language: Language, today: date | None = None) -> str:
    """A day as people say it: `Tuesday 24 November` or `11月24日（周二）`.

    The year is added when it is not the year of `today`.
    """
    with_year = today is not None and day.year != today.year
    own = facts(language)
    return (own.day_of_year if with_year else own.day).format(
        weekday=own.weekdays[day.weekday()],
        day=day.day,
        month=own.months[day.month - 1],
        year=day.year,
    )


_WIDE: Final = r"[\u3000-\u9fff\uff00-\uffef]"
_MARK: Final = r"[\u3000-\u303f\uff00-\uffef]"
# Behind and before Chinese, and around its marks, which are as wide as a space themselves.
_GAP: Final = re.compile(rf"(?<={_WIDE}) +(?={_WIDE})|(?<={_MARK}) +| +(?={_MARK})")
# Between Chinese and what is written in Latin letters; one letter may begin a word (T恤).
_TIGHT: Final = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=[A-Za-z](?![\u4e00-\u9fff]))|(?<=[A-Za-z]{2})(?=[\u4e00-\u9fff])"
)


def well_spaced(text: str) -> str:
    """A text whose values stand in it as if written there: the spaces that Chinese has, no others.

    Between Chinese and Chinese there is none, between Chinese and a Latin word there is one.
    """
    return _TIGHT.sub(" ", _GAP.sub("", text))


def format_datetime(moment: datetime, language: Language, zone: ZoneInfo = SHOP_ZONE) -> str:
    """A day and the time of day in the shop's zone: `Tuesday 24 November, 15:04`."""
    day = format_date(moment.astimezone(zone).date(), language)
    return facts(language).moment.format(day=day, time=clock_time(moment, zone))


def clock_time(moment: datetime, zone: ZoneInfo = SHOP_ZONE) -> str:
    """The time of day in the shop's zone: `15:04`."""
    return f"{moment.astimezone(zone):%H:%M}"


def local_day(moment: datetime, zone: ZoneInfo = SHOP_ZONE) -> date:
    """The day a moment falls on where the shop is."""
    return moment.astimezone(UTC).astimezone(zone).date()


def length(text: str, language: Language) -> int:
    """How much is said: words, or signs where a language is written in signs."""
    return len(text.split()) if facts(language).measured_in == "words" else len(text)


def join_words(words: Sequence[str], language: Language) -> str:
    """`a, b and c`, or `a、b和c`."""
    if len(words) < 2:
        return "".join(words)
    own = facts(language)
    return own.comma.join(words[:-1]) + own.last + words[-1]


def format_percent(share: Decimal, language: Language) -> str:
    """`15%` from Decimal('0.15'), without needless zeros; alike in both languages."""
    return f"{(share * 100).normalize():f}%"


def format_discount(share: Decimal, language: Language) -> str:
    """`15% off` from Decimal('0.15'), or what is left of ten parts where that is said: `8.5 折`."""
    tenths = f"{(10 - 10 * share).normalize():f}"
    return facts(language).discount.format(percent=format_percent(share, language), tenths=tenths)
