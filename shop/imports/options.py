"""Options as files write them: in columns, in one cell, in the title of a line."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from shop.imports.cells import fold, plain
from shop.options import Options

PREFIX: Final = "option:"
_NO_OPTION: Final = frozenset({("title", "defaulttitle"), ("title", "default")})


def options_of(row: Mapping[str, str]) -> Options:
    """The options of a row by name and value, `size` and `colour` columns among them."""
    own = ((name, plain(row.get(name, ""))) for name in ("size", "colour"))
    found = [(name, value) for name, value in own if value]
    for column, text in row.items():
        if column.startswith(PREFIX) and (value := plain(text)):
            name = plain(column.removeprefix(PREFIX)) or "option"
            if (fold(name), fold(value)) not in _NO_OPTION:
                found.append((name, value))
    return tuple(found)


def written_options(text: str) -> dict[str, str]:
    """`Size:M,Color:Red` or `[Color:Red,Size:M]` as columns of a row."""
    parts = re.split(r"[,;|]\s*(?=[^,;|:]+:)", text.strip(" []"))
    pairs = (part.partition(":") for part in parts if ":" in part)
    return {f"{PREFIX}{name.strip()}": value.strip() for name, _, value in pairs if value.strip()}


def titles(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """(product name, option values in small letters) that a line's title may mean, longest first.

    `Shirt - M / Red`, `Notebook - Red, Big` and `Shirt (M, Red)` are how shops name a variant.
    """
    yield text, frozenset()
    found = [match.span() for match in re.finditer(r"\s+[-–—|]\s+", text)]
    for start, end in reversed(found):
        yield from ((text[:start], values) for values in _value_sets(text[end:]))
    if bracketed := re.fullmatch(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]", text):
        yield from ((bracketed[1], values) for values in _value_sets(bracketed[2]))


def _value_sets(text: str) -> Iterator[frozenset[str]]:
    seen = set()
    for pattern in (r"\s*$", r"\s+/\s+", r",\s+", r"\s*[,/]\s*"):
        parts = [part for part in re.split(pattern, text.casefold().strip()) if part]
        # "Size: M" names the option as well.
        values = frozenset(part.rpartition(": ")[2].strip() for part in parts)
        if values and values not in seen:
            seen.add(values)
            yield values
