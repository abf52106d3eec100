"""What stands in a cell, without what spreadsheets and shop systems wrap around it."""

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

# Zero-width, direction and byte-order marks, soft hyphens; odd spaces become plain ones.
_INVISIBLE: Final = re.compile("[\x00\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACE: Final = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]"
)
_FORMULA: Final = re.compile(r'="(.*)"', re.DOTALL)
_APOSTROPHE: Final = re.compile(r"['’]([=+\-@][^']*|\d[\d.,/:()+\-\s]*)'?")
_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,}", re.IGNORECASE)
_HIDDEN: Final = re.compile(
    r"<(style|script|head|title)\b[^>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
_TAG: Final = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_WRITTEN_BREAK: Final = re.compile(r"\\r\\n|\\[rnt](?![a-z]{3})|\\n")
_NOT_A_LETTER: Final = re.compile(r"[\W_]+")


def visible(text: str) -> str:
    """`text` without marks that nobody sees, with plain spaces for odd ones and controls."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text))


def clean(value: str) -> str:
    """`value` without invisible marks, control characters and the wrapping of spreadsheets."""
    if not (value.isascii() and value.isprintable()):
        value = unicodedata.normalize("NFC", visible(value).encode("utf-8", "ignore").decode())
    value = value.strip()
    if value.startswith('="'):
        found = _FORMULA.fullmatch(value)
        value = found[1].strip() if found else value
    if value.startswith(("'", "’")):
        found = _APOSTROPHE.fullmatch(value)
        value = found[1].strip() if found else value
    return value


def code(value: str) -> str:
    """A key, postcode or number in a cell: a spreadsheet's apostrophe before a digit goes."""
    value = " ".join(value.replace("\u200c", "").replace("\u200d", "").split())
    if value[:1] in {"'", "’"} and value[1:2].isdigit():
        return value[1:].removesuffix("'")
    return value


def is_shortened_number(value: str) -> bool:
    """Whether Excel has written a long number as 1.23E+12, so that digits are lost."""
    return _SHORTENED.fullmatch(value) is not None


def plain(text: str) -> str:
    """The words of `text` on one line, out of HTML, character references and written-out breaks."""
    if "<" in text:
        text = _TAG.sub(" ", _HIDDEN.sub(" ", text))
    if "&" in text:
        text = html.unescape(text)
        if re.search(r"&(?:#\d+|amp|lt|gt|quot|nbsp);", text):
            text = html.unescape(text)  # escaped twice
    if "\\" in text:
        text = _WRITTEN_BREAK.sub(" ", text)
    if not (text.isascii() and text.isprintable()):
        text = visible(text)
    return " ".join(text.split())


@lru_cache(maxsize=4_096)
def fold(name: str) -> str:
    """The name of a column, or a word, without capitals, spaces and punctuation.

    Names that differ in nothing else are the same.
    """
    folded = _NOT_A_LETTER.sub("", visible(unicodedata.normalize("NFKC", name)).casefold())
    return folded or name.strip()
