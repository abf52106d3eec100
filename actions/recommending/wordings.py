"""What shoppers say when they want things like one, or none of the list."""

from typing import Final

from kit.phrases import spoken

_LIKE: Final = spoken("browsing", "wordings.like")
_ALL: Final = spoken("browsing", "wordings.all")


def wants_like(text: str) -> bool:
    """Whether the message asks for things like one that it names or points at."""
    return bool(_LIKE.search(text))


def means_all(text: str) -> bool:
    """Whether a refusal is of the whole list."""
    return bool(_ALL.search(text))
