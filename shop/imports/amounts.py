"""Read amounts: which of `.` and `,` begins the cents is decided for a column over the whole file.

`1.299,00`, `1,299.00`, `12,5` and `1 299.00` say it themselves. `1,250` does not: it is read as the
rest of its column says, and stops the import where nothing says it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from shop.imports.problems import ImportProblem

Decimals = Literal[".", ","]

_SIGNS: Final[Mapping[str, str]] = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₽": "RUB",
    "₴": "UAH",
    "₺": "TRY",
    "₪": "ILS",
    "₩": "KRW",
    "zł": "PLN",
    "kč": "CZK",
    "r$": "BRL",
    "us$": "USD",
    "us $": "USD",
    "c$": "CAD",
    "ca$": "CAD",
    "au$": "AUD",
    "a$": "AUD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "nt$": "TWD",
    "mx$": "MXN",
    "c $": "CAD",
    "au $": "AUD",
    "元": "CNY",
    "人民币": "CNY",
    "円": "JPY",
    "ft": "HUF",
    "lei": "RON",
    "грн": "UAH",
    "грн.": "UAH",
    "руб": "RUB",
    "руб.": "RUB",
    "₫": "VND",
    "฿": "THB",
    "$": "",
    "¥": "",
    "kr": "",
    "kr.": "",
    "fr.": "CHF",
    "rs.": "",
    "rs": "",
    "rmb": "CNY",
}
_NUMBER: Final = re.compile(r"(?P<before>\D*?)(?P<body>[.,]?\d(?:[\d.,'’` ]*\d)?)(?P<after>\D*)")
_EXPONENT: Final = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d{1,3}")
_GROUPED: Final = {
    ",": re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}"),
    ".": re.compile(r"\d{1,3}(?:\.\d{3})+"),
}
_DASHES: Final = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-"})


@dataclass(frozen=True)
class Amount:
    """What a cell says: its digits with separators, its sign, and the currency it names, or ""."""

    digits: str
    is_negative: bool
    currency: str

    @property
    def decimals(self) -> Decimals | None:
        """The sign before the cents, where the cell itself tells; None where it does not."""
        text = self.digits
        points, commas = text.count("."), text.count(",")
        if points and commas:
            return "." if text.rfind(".") > text.rfind(",") else ","
        if not points and not commas:
            return None
        sign: Decimals = "." if points else ","
        if max(points, commas) > 1:
            return "," if sign == "." else "."
        return None if self.is_ambiguous else sign

    @property
    def is_ambiguous(self) -> bool:
        """Whether it is like 1,250: thousands to one reader, cents to another."""
        return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", self.digits) is not None

    def value(self, decimals: Decimals | None) -> Decimal | None:
        """The number; `decimals` is the column's and decides where the cell does not."""
        if self.digits[:1].isdigit() and "e" in self.digits.lower():
            return _decimal(self.digits, self.is_negative)
        sign = self.decimals or decimals or "."
        group = "," if sign == "." else "."
        whole, _, cents = (
            self.digits.rpartition(sign) if sign in self.digits else (self.digits, "", "")
        )
        if group in cents or sign in whole:
            return None
        if group in whole:
            if not _GROUPED[group].fullmatch(whole):
                return None
            whole = whole.replace(group, "")
        return _decimal(f"{whole or '0'}.{cents or '0'}", self.is_negative)


def read_amount(text: str) -> Amount | None:
    """The parts of an amount as people and programs write it; None when it is none."""
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return Amount(text, False, "")
    text = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())
    if _EXPONENT.fullmatch(text):
        return Amount(text.lstrip("+-"), text.startswith("-"), "")
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    before, after = found["before"].strip(), found["after"].strip()
    is_negative = False
    if before.endswith("(") and after.startswith(")"):
        is_negative, before, after = True, before[:-1], after[1:]
    if after[:2] in {".-", ",-"} or after in {".", ","}:  # 12.- as the Swiss write, or 12.
        after = after[2:]
    before, after, signs = before.strip(), after.strip(), 0
    for sign in ("-", "+"):
        for is_before in (True, False):
            part = before if is_before else after
            if part.startswith(sign) or part.endswith(sign):
                part = (part[1:] if part.startswith(sign) else part[:-1]).strip()
                signs += 1
                is_negative |= sign == "-"
                before, after = (part, after) if is_before else (before, part)
    currency = _currency(before, after)
    digits = _without_spaces(found["body"])
    if currency is None or digits is None or signs > 1:
        return None
    return Amount(digits, is_negative, currency)


def _currency(before: str, after: str) -> str | None:
    """The currency beside the number; "" when unclear or none, None when it is something else."""
    named = ""
    for word in filter(None, (before, after)):
        if re.fullmatch("[A-Za-z]{3}", word) and word.lower() not in _SIGNS:
            named = named or word.upper()
        elif word.lower() in _SIGNS:
            named = named or _SIGNS[word.lower()]
        elif found := re.fullmatch(r"([A-Z]{3})\s*\$|\$\s*([A-Z]{3})", word):
            named = named or found[1] or found[2]
        else:
            return None
    return named


def _without_spaces(body: str) -> str | None:
    """Digits whose thousands were set apart by spaces or apostrophes, put together."""
    if not re.search(r"[ '’`]", body):
        return body
    if not re.fullmatch(r"\d{1,3}(?:[ '’`]\d{3})+(?:[.,]\d+)?", body):
        return None
    return re.sub(r"[ '’`]", "", body)


def _decimal(text: str, is_negative: bool) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return -number if is_negative else number


@dataclass
class AmountColumn:
    """What the cells of one column say about their separators."""

    votes: Counter[str] = field(default_factory=Counter)
    bare: int = 0
    unclear: dict[str, tuple[int, str]] = field(default_factory=dict)  # separator → line, cell

    def add(self, line: int, text: str) -> None:
        """Look at one cell."""
        amount = read_amount(text)
        if amount is None:
            return
        if amount.decimals is not None:
            self.votes[amount.decimals] += 1
        elif amount.is_ambiguous:
            sign = "." if "." in amount.digits else ","
            self.unclear.setdefault(sign, (line, text))
        else:
            self.bare += 1


def decide_decimals(
    columns: Mapping[str, AmountColumn],
    *,
    wanted: Decimals | None,
    usual: Decimals | None,
    counts: Iterable[str],
) -> dict[str, Decimals]:
    """The sign before the cents of each column.

    A column's own cells come first, then those of the other columns, then what the system `usual`ly
    writes. `counts` are columns of whole numbers: beside plain ones, 1,200 is a thousand two
    hundred there. Raises ImportProblem with the question where nothing decides.
    """
    if wanted is not None:
        return dict.fromkeys(columns, wanted)
    everywhere = sum((column.votes for column in columns.values()), Counter[str]())
    decided: dict[str, Decimals] = {}
    for name, column in columns.items():
        found = _majority(column.votes) or _majority(everywhere) or usual
        if found is None and name in counts and column.bare:
            found = "," if "." in column.unclear else "."
        if found is None and column.unclear:
            line, text = min(column.unclear.values())
            raise ImportProblem(
                f"{name}: {text!r} in line {line} may be {_as('.', text)} or {_as(',', text)}, and "
                "no other amount of the file says which; say --decimal point or --decimal comma"
            )
        decided[name] = found or "."
    return decided


def _majority(votes: Counter[str]) -> Decimals | None:
    point, comma = votes["."], votes[","]
    if point == comma:
        return None
    return "." if point > comma else ","


def _as(decimals: Decimals, text: str) -> str:
    amount = read_amount(text)
    value = amount.value(decimals) if amount else None
    return f"{value.normalize():f}" if value is not None else text
