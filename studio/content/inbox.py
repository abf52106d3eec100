"""Real messages that teach most, and those that somebody has put aside."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conversations import Said
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
    said: Iterable[Said], language: Language, shelf: Shelf, ignored: Collection[str]
) -> list[Lesson]:
    """What the assistant was least sure of first; what stands in the examples teaches nothing."""
    found: dict[str, Lesson] = {}
    for one in said:
        if one.language != language or one.intent is None or len(one.text) > LONGEST:
            continue
        example = as_example(one.text)
        key, sure = key_of(example), one.confidence or 0.0
        mark = mark_of_lesson(example)
        if not key or sure >= SURE or mark in ignored or shelf.under(example):
            continue
        times = found[key].times + 1 if key in found else 1
        found[key] = Lesson(mark, masked(one.text), example, times, one.intent, sure)
    return sorted(found.values(), key=lambda one: (one.confidence, -one.times, one.example))


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
        draft = folder / f".{_FILE}"
        draft.write_text(json.dumps(sorted(ignored_in(folder) | {mark})), encoding="utf-8")
        draft.replace(folder / _FILE)
