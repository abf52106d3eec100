"""Money, dates and lists as shoppers read them; logs that keep no personal data."""

import json
import logging
import operator
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.i18n import (
    Catalogue,
    CatalogueError,
    as_language,
    format_date,
    format_datetime,
    format_money,
    format_percent,
    join_words,
    length,
    local_day,
)
from kit.logs import RedactingFormatter
from kit.money import CurrencyMismatch, Money
from kit.numerals import small_number
from kit.redaction import redact

CENTS = st.integers(min_value=-(10**10), max_value=10**10)


@given(CENTS, CENTS)
def test_sums_of_money_are_exact(left: int, right: int) -> None:
    total = Money(Decimal(left) / 100, "EUR") + Money(Decimal(right) / 100, "EUR")
    assert total.amount * 100 == left + right


def test_money_rounds_half_away_from_zero() -> None:
    assert Money(Decimal("0.125"), "EUR").amount == Decimal("0.13")
    assert Money(Decimal("-0.125"), "EUR").amount == Decimal("-0.13")


@pytest.mark.parametrize("act", [operator.add, operator.sub, operator.lt, operator.le])
def test_currencies_do_not_mix(act: Callable[[Money, Money], object]) -> None:
    with pytest.raises(CurrencyMismatch, match="EUR with CNY"):
        act(Money(Decimal(1), "EUR"), Money(Decimal(2), "CNY"))


def test_money_is_reckoned_to_the_cent() -> None:
    two, five = Money(Decimal("2.25"), "EUR"), Money(Decimal(5), "EUR")
    assert two * 3 == Money(Decimal("6.75"), "EUR")
    assert two * Decimal("0.1") == Money(Decimal("0.23"), "EUR")
    assert five - two == Money(Decimal("2.75"), "EUR")
    assert -two == Money(Decimal("-2.25"), "EUR")
    assert five + Money.zero("EUR") == five
    assert str(two) == "2.25 EUR"
    assert (two < five, five < two, two < two) == (True, False, False)
    assert (two <= five, five <= two, two <= two) == (True, False, True)


def test_money_reads_as_people_write_it() -> None:
    assert format_money(Money(Decimal("1299"), "EUR"), "en") == "€1,299.00"
    assert format_money(Money(Decimal("-4.9"), "EUR"), "zh") == "-€4.90"
    assert format_money(Money(Decimal("12"), "SEK"), "en") == "12.00 SEK"
    assert format_money(Money(Decimal("1298.7"), "EUR"), "zh", whole=True) == "€1,299"


def test_dates_read_as_people_say_them() -> None:
    day = date(2026, 11, 24)
    assert format_date(day, "en") == "Tuesday 24 November"
    assert format_date(day, "zh") == "11月24日（周二）"
    assert format_date(day, "en", today=date(2027, 1, 2)) == "Tuesday 24 November 2026"
    assert format_date(day, "zh", today=date(2027, 1, 2)) == "2026年11月24日（周二）"
    assert format_datetime(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "en") == (
        "Thursday 2 July, 00:30"
    )
    assert local_day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


def test_lists_percentages_and_language_tags() -> None:
    assert join_words(["a"], "en") == "a"
    assert join_words(["a", "b", "c"], "en") == "a, b and c"
    assert join_words(["甲", "乙", "丙"], "zh") == "甲、乙和丙"
    assert format_percent(Decimal("0.10"), "en") == "10%"
    assert format_percent(Decimal("0.125"), "en") == "12.5%"
    assert as_language("zh-Hans") == "zh"
    assert as_language("de", default="en") == "en"


def test_the_length_of_a_text_is_counted_as_its_language_is_read() -> None:
    assert length("is it  free?", "en") == 3
    assert length("免费吗？", "zh") == 4


def _catalogue(folders: Path, **messages: dict[str, str]) -> Catalogue:
    for language, texts in messages.items():
        path = folders / language / "texts" / "room.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(texts))
    return Catalogue.load("room", folders=folders)


def test_a_language_without_a_message_has_the_default_ones(tmp_path: Path) -> None:
    catalogue = _catalogue(
        tmp_path, en={"hello": "Hello {name}", "only": "x"}, zh={"hello": "你好，{name}"}
    )
    assert catalogue.text("zh", "hello", name="Mia") == "你好，Mia"
    assert catalogue.text("zh", "only") == "x"


def test_a_message_that_the_default_language_lacks_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"in zh.*only"):
        _catalogue(tmp_path, en={"hello": "Hello"}, zh={"hello": "你好", "only": "x"})


def test_catalogue_fills_in_and_names_what_is_missing(tmp_path: Path) -> None:
    messages = {"hello": "Hello {name}", "day.one": "{count} day", "day.other": "{count} days"}
    catalogue = _catalogue(tmp_path, en=messages, zh=messages)
    assert catalogue.text("en", "hello", name="Mia") == "Hello Mia"
    assert catalogue.plural("en", "day", 1) == "1 day"
    assert catalogue.plural("en", "day", 0) == "0 days"
    with pytest.raises(CatalogueError, match="hello"):
        catalogue.text("en", "hello")
    with pytest.raises(CatalogueError, match="nothing"):
        catalogue.text("zh", "nothing")


@pytest.mark.parametrize(
    "secret",
    ["mia.berger@fernweg.example", "+49 170 1234567", "4111 1111 1111 1111", "0170/12345678"],
)
def test_logs_black_out_personal_data(secret: str) -> None:
    formatter = RedactingFormatter("front", as_json=True)
    record = logging.makeLogRecord(
        {"msg": "sent to %s", "args": (secret,), "levelname": "INFO", "note": f"for {secret}"}
    )
    assert secret not in formatter.format(record)
    assert json.loads(formatter.format(record))["process"] == "front"


def test_logs_keep_what_helps() -> None:
    assert redact("order 10482 took 35.2 ms") == "order 10482 took 35.2 ms"
    assert redact("conversation 3f2c1a at 2026-11-24T12:00:00") == (
        "conversation 3f2c1a at 2026-11-24T12:00:00"
    )


@pytest.mark.parametrize(
    ("said", "count"), [("two", 2), ("Six", 6), ("二", 2), ("两", 2), ("12", 12)]
)
def test_a_count_in_words_or_digits(said: str, count: int) -> None:
    assert small_number(said) == count
