"""Keys that are made from other keys: one for each, in every script."""

import hashlib
import re
from collections.abc import Sequence

from shop.options import Options


def hyphenated(text: str) -> str:
    """Lower-case Latin letters and digits of `text` with hyphens between, as in an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def mark(text: str) -> str:
    """Ten characters that stand for `text`, and for no other."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def shortened(text: str, longest: int) -> str:
    """`text`, or so much of it that its mark has place behind."""
    return text if len(text) <= longest else f"{text[: longest - 11].rstrip()}~{mark(text)}"


def variant_key(product: str, options: Options) -> str:
    """The SKU of a variant that has none: its product and all option values."""
    values = [value for _, value in options if value]
    parts = [product, *values]
    key = "/".join(parts)
    if any("/" in part for part in parts):
        key = f"{key}~{mark(repr(parts))}"
    return key


def latin(text: str, longest: int) -> str:
    """`text` as a part of an address; what that loses is made up for by a mark."""
    found = hyphenated(text)[: longest - 11].strip("-")
    return found if found == text else "-".join(filter(None, (found, mark(text))))


def free(wanted: str, text: str, taken: Sequence[str] | set[str]) -> str:
    """`wanted`, or with the mark of `text` behind where it is empty or taken."""
    if wanted and wanted not in taken:
        return wanted
    return "-".join(filter(None, (wanted, mark(text))))
