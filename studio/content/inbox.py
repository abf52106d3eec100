"""Real messages that teach most, and those that somebody has put aside."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conversations import Said
from kit.files import write_whole
from kit.i18n import Language
from kit.locks import only_writer
from studio.content.masking import as_example, masked
from studio.content.store import Shelf, key_of

LONGEST: Final = 300
SURE: Final = 0.95
_FILE: Final = "ignored.json"


@dataclass(frozen=True)
class Lesson:
    """A message as it may be shown and learned, how often it was said, and what it was taken for.

    `mark` tells it from others and says nothing of its words.
    """

    mark: str
    text: str
    example: str
    times: int
    intent: str
    confidence: float


def lessons(
    said: Iterable[Said], language: Language, shelf: Shelf, ignored: Collection[str], most: int
) -> tuple[list[Lesson], int]:
    """What the assistant was least sure of, `most` at most, and how many more there may be.

    What stands in the examples teaches nothing. Only what is shown is masked, which takes time.
    """
    groups: dict[str, tuple[Said, int]] = {}
    for one in said:
        sure = one.confidence or 0.0
        if one.language != language or one.intent is None or len(one.text) > LONGEST:
            continue
        key = key_of(one.text)
        if key and sure < SURE and not shelf.under(one.text):
            newest, times = groups.get(key, (one, 0))
            groups[key] = (newest, times + 1)
    waiting = sorted(groups.values(), key=lambda one: (one[0].confidence or 0.0, -one[1]))
    found: dict[str, Lesson] = {}
    for place, (one, times) in enumerate(waiting):
        if len(found) == most:
            return list(found.values()), len(waiting) - place
        example = as_example(one.text)
        mark = mark_of_lesson(example)
        if mark not in ignored and mark not in found and not shelf.under(example):
            text, sure = masked(one.text), one.confidence or 0.0
            found[mark] = Lesson(mark, text, example, times, one.intent or "", sure)
    return list(found.values()), 0


def mark_of_lesson(example: str) -> str:
    """What is kept of a message that was put aside: nothing that can be read."""
    return hashlib.sha256(key_of(example).encode()).hexdigest()[:20]


def ignored_in(folder: Path) -> frozenset[str]:
    """Marks of messages that were put aside."""
    try:
        return frozenset(json.loads((folder / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return frozenset()


def ignore(folder: Path, mark: str) -> None:
    """Put a message aside for everybody. Raises OSError."""
    with only_writer(folder):
        write_whole(folder / _FILE, json.dumps(sorted(ignored_in(folder) | {mark})))
