"""Text as searches compare it: capitals, accents and full-width forms do not count."""

import re
import unicodedata
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, literal_column, or_
from sqlalchemy.orm import InstrumentedAttribute

_MARKS: Final = re.compile("[\u0300-\u036f]")  # what PostgreSQL is told to leave out, too
_ONLY_HAN: Final = re.compile("[\u3400-\u9fff]+")
_BEYOND_ASCII: Final = "*[^ -~]*"


def fold(text: str | None) -> str:
    """The text in small letters without accents, its width and ligatures undone."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text or "")).casefold()


def says(column: InstrumentedAttribute[Any], text: str, dialect: str) -> ColumnElement[bool]:
    """Whether what stands in the column has the text in it, both folded.

    SQLite calls `fold` for rows beyond ASCII alone: its own LIKE does for the others, faster.
    """
    folded = fold(text)
    if dialect != "sqlite":
        plain = func.regexp_replace(
            func.lower(func.normalize(column, literal_column("NFKD"))), "[\u0300-\u036f]", "", "g"
        )
        return func.replace(plain, "ß", "ss").contains(folded, autoescape=True)
    like = column.contains(folded, autoescape=True)
    if _ONLY_HAN.fullmatch(folded):
        return like
    beyond = column.op("GLOB", is_comparison=True)(_BEYOND_ASCII)
    return or_(like, and_(beyond, func.fold(column).contains(folded, autoescape=True)))
