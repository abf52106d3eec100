"""What people type, made safe to look up on every database."""

from typing import Final

KEY_LENGTH: Final = 40


def lookup_key(text: str) -> str:
    """`text` as an order number or code may be looked up and stored; "" when it cannot be one.

    PostgreSQL refuses NUL and text longer than its column, and no database takes half of a
    surrogate pair; an answer must not differ by that.
    """
    cleaned = text.strip()
    return cleaned if len(cleaned) <= KEY_LENGTH and cleaned.isprintable() else ""


def storable(text: str) -> str:
    """`text` without the characters that a database refuses."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()
