"""Read the fields of one row: what is optional is cut or left empty and noted, never the row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from kit.money import to_cents
from shop.imports.amounts import Amount, Decimals, read_amount
from shop.imports.cells import code, is_shortened_number, plain
from shop.imports.dates import Day, DayOrder, read_day
from shop.imports.keys import shortened
from shop.imports.people import read_country, read_email, read_phone
from shop.imports.problems import Note, Rejected

# Absurd: beyond what a shop of goods sells; a typing error or a correction in the books.
MOST_PIECES: Final = 10_000
HIGHEST_PRICE: Final = Decimal(100_000)
EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reading:
    """How this file is read, as decided over all of it."""

    now: datetime
    currency: str = "EUR"
    decimals: Mapping[str, Decimals] = field(default_factory=dict)
    day_orders: Mapping[str, DayOrder] = field(default_factory=dict)
    shared_skus: frozenset[str] = frozenset()
    added_up: frozenset[str] = frozenset()
    tax_on_top: bool = False


class Fields:
    """The cells of one row by our names, and what was put right in them."""

    def __init__(self, row: Mapping[str, str], reading: Reading) -> None:
        self.row, self.reading = row, reading
        self.notes: list[Note] = []

    def given(self, name: str) -> str:
        """The cell, or ""."""
        return self.row.get(name, "")

    def note(self, rule: str, name: str, how: str) -> None:
        """Remember that something was put right."""
        self.notes.append(Note(rule, name, how))

    def text(self, name: str, longest: int) -> str:
        """Words on one line; too long ones are cut."""
        value = self.given(name)
        if not value:
            return ""
        value = plain(value)
        if len(value) > longest:
            self.note("shortened", name, f"cut to {longest} characters")
            return value[:longest].rstrip()
        return value

    def required(self, name: str, longest: int, rule: str = "missing_value") -> str:
        """Words without which there is no row. Raises Rejected."""
        value = self.text(name, longest)
        if not value:
            raise Rejected(rule, name, f"{name} is empty; fill it")
        return value

    def key(self, name: str, longest: int) -> str:
        """A key; a too long one is shortened so that no two become one. Raises Rejected."""
        value = code(self.given(name))
        if is_shortened_number(value):
            reason = f"{value} was a long number before a spreadsheet shortened it"
            raise Rejected("shortened_number", name, f"{reason}; export {name} again as text")
        if len(value) > longest:
            self.note("shortened", name, f"cut to {longest} characters, with a mark of its own")
        return shortened(value, longest)

    def amount(self, name: str) -> Decimal | None:
        """An amount in cents, with its sign; None where the cell is empty. Raises Rejected."""
        value = self.given(name)
        if not value:
            return None
        found = read_amount(value)
        number = found.value(self.reading.decimals.get(name)) if found else None
        if number is None or not number.is_finite():
            reason = f"{value[:40]!r} is not an amount; write it like 12.50"
            raise Rejected("not_a_number", name, reason)
        if abs(number) > HIGHEST_PRICE:
            raise Rejected("absurd_price", name, f"{value[:40]} is more than {HIGHEST_PRICE}")
        # In cents, as it is stored: an order's total must be the sum of the lines that are shown.
        return to_cents(number)

    def cost(self, name: str) -> Decimal:
        """An amount that is not below zero; 0 where the cell is empty. Raises Rejected."""
        found = self.amount(name) or Decimal(0)
        if found < 0:
            raise Rejected("negative_price", name, f"{found} is negative")
        return found

    def price(self, name: str) -> Decimal:
        """A price without which there is no row. Raises Rejected."""
        found = self.amount(name)
        if found is None:
            raise Rejected("missing_price", name, f"{name} is empty; fill it")
        if found < 0:
            raise Rejected("negative_price", name, f"{found} is negative")
        if found == 0:
            raise Rejected("zero_price", name, "the price is zero: a gift or a correction")
        return found

    def currency(self, *amounts: str) -> str:
        """The currency column, else what stands beside an amount, else the file's."""
        value = self.given("currency").upper()
        if value and len(value) == 3 and value.isascii() and value.isalpha():
            return value
        if value:
            named: Amount | None = read_amount(f"1 {value}")
            if named is None or not named.currency:
                reason = f"{value[:10]!r} is not a currency like EUR"
                raise Rejected("unknown_value", "currency", reason)
            return named.currency
        for name in amounts:
            found = read_amount(self.given(name)) if self.given(name) else None
            if found is not None and found.currency:
                return found.currency
        return self.reading.currency

    def whole(self, name: str) -> int:
        """A whole number with its sign. Raises Rejected."""
        value = self.given(name)
        if not value:
            raise Rejected("missing_quantity", name, f"{name} is empty; fill it")
        found = read_amount(value)
        number = found.value(self.reading.decimals.get(name)) if found else None
        if number is None or not number.is_finite():
            raise Rejected("not_a_number", name, f"{value[:40]!r} is not a number; write it like 3")
        if abs(number) > MOST_PIECES * (1_000 if name == "stock" else 1):
            raise Rejected("absurd_quantity", name, f"{value[:40]} is more than a shop has")
        if number != int(number):
            raise Rejected("not_a_number", name, f"{value[:40]!r} is not a whole number")
        return int(number)

    def moment(self, name: str) -> datetime:
        """A moment without which there is no row. Raises Rejected."""
        value = self.given(name)
        if not value:
            raise Rejected("missing_value", name, f"{name} is empty; fill it")
        found = read_day(value)
        if isinstance(found, Day):
            found = found.moment(self.reading.day_orders.get(name))
        if found is None:
            reason = f"{value[:40]!r} is not a date; write it like 2026-11-24 09:30"
            raise Rejected("not_a_date", name, reason)
        try:
            moment = found.astimezone(UTC)
        except (OverflowError, ValueError):
            moment = datetime.min.replace(tzinfo=UTC)
        if not EARLIEST <= moment <= self.reading.now + timedelta(days=366):
            raise Rejected("absurd_date", name, f"{value[:40]} is before 1995 or in the future")
        return found

    def optional_moment(self, name: str, *, any_year: bool = False) -> datetime | None:
        """A moment; what is none is left out and noted."""
        if not self.given(name):
            return None
        try:
            return self.moment(name)
        except Rejected as problem:
            if any_year and problem.rule == "absurd_date":
                found = read_day(self.given(name))
                order = self.reading.day_orders.get(name)
                return found.moment(order) if isinstance(found, Day) else found
            self.note(problem.rule, name, "left empty")
            return None

    def email(self) -> str:
        """An e-mail address; "" where there is none, noted where the cell is filled."""
        value = self.given("email")
        found = read_email(value) if value else None
        if value and found is None:
            self.note("not_an_email", "email", "left empty")
        elif found and found != value.lower():
            self.note("email_unwrapped", "email", "only the first address was taken")
        return found or ""

    def phone(self) -> str:
        """A telephone number; "" where there is none."""
        value = self.given("phone")
        found = read_phone(value) if value and not is_shortened_number(value) else None
        if value and found is None:
            self.note("not_a_phone", "phone", "left empty")
        return found or ""

    def address(self) -> str:
        """Street, postcode and city in one line."""
        self_code = code(self.given("postcode"))
        if is_shortened_number(self_code):
            self.note("shortened_number", "postcode", "left empty")
            self_code = ""
        place = " ".join(filter(None, (self_code[:20], self.text("city", 120))))
        return ", ".join(filter(None, (self.text("street", 300), place)))

    def country(self) -> str:
        """Two letters; a name that is not known is left out and noted."""
        value = self.given("country")
        found = read_country(value) if value else None
        if value and found is None:
            self.note("unknown_country", "country", "left empty; write it like DE")
        return found or ""
