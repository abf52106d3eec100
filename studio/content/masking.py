"""A shopper's words without what is personal, before anybody reads or learns from them."""

import re
from typing import Final

from kit.redaction import redact

_NUMBER: Final = re.compile(r"(?<![\d.,])\d{4,}(?![\d.,]\d)")


def masked(text: str) -> str:
    """`text` without addresses, names, tokens and longer numbers."""
    return _NUMBER.sub("[number]", redact(text))


# What stands in an example where a shopper's own data stood: made up, of the same kind.
_STAND_INS: Final = {
    "[number]": "10482",
    "[email]": "mia@example.com",
    "[name]": "Mia",
    "[address]": "Main Street 1",
    "[token]": "",
}


def as_example(text: str) -> str:
    """A shopper's words with made-up data in place of their own, to learn from."""
    found = masked(text)
    for mark, stand_in in _STAND_INS.items():
        found = found.replace(mark, stand_in)
    return " ".join(found.split())
