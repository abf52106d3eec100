"""Which of the options shown a message picks: by its place, by its words, by a value it names."""

import re
from collections.abc import Sequence
from typing import Final

from dialogue.message import Message
from dialogue.polarity import normalised
from dialogue.state import Option

_WORDS: Final = re.compile(r"[a-z0-9'.]+|[\u3400-\u9fff]")
# Words on buttons that tell no option from another.
_COMMON: Final = frozenset(
    {"a", "an", "the", "of", "in", "and", "or", "to", "it", "is", "size", "for", "my", "your",
     "order", "from", "with", "one", "ones", "please", "want"}
)  # fmt: skip


def picked(message: Message, options: Sequence[Option]) -> str | None:
    """The value of the option that is meant; None where none or more than one is."""
    if not options:
        return None
    by_place = _at_place(message, options)
    if by_place is not None:
        return by_place
    text = normalised(message.text)
    exact = [one for one in options if normalised(one.title) == text or one.value == text]
    if len(exact) == 1:
        return exact[0].value
    said = set(_WORDS.findall(text)) - _COMMON
    titles = [set(_WORDS.findall(normalised(one.title))) - _COMMON for one in options]
    shared = set.intersection(*titles) if len(titles) > 1 else set()
    scores = [len((title - shared) & said) for title in titles]
    best = max(scores)
    if best == 0 or scores.count(best) != 1:
        return None
    return options[scores.index(best)].value


def _at_place(message: Message, options: Sequence[Option]) -> str | None:
    place = message.first("ordinal")
    if place is None or not place.lstrip("-").isdigit():
        return None
    index = int(place) - 1 if int(place) > 0 else len(options) + int(place)
    return options[index].value if 0 <= index < len(options) else None
