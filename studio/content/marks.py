"""What an example line says: its entities' marks, and what is wrong with it."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from studio.content.entries import is_one_line

LONGEST: Final = 300
_MARK: Final = re.compile(r"\[([^\[\]]*)\](\(([^()]*)\)|\{[^{}]*\})?")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Problem:
    """Why a text cannot be kept: a code with its detail; pages put it into words with the fix."""

    code: str
    detail: str = ""


def plain(text: str) -> str:
    """The words of an example without its marks."""
    if "[" not in text:
        return text
    return _MARK.sub(lambda mark: mark[1] if mark[2] else mark[0], text)


def entities_of(text: str) -> Iterator[str]:
    """The names of the entities that are marked."""
    for mark in _MARK.finditer(text):
        if mark[3] is not None:
            yield mark[3].partition(":")[0]
        elif mark[2]:
            yield str(_fields(mark[2]).get("entity", ""))


def problem_of(text: str, entities: Collection[str]) -> Problem | None:
    """What is wrong with an example, the first thing first; None where it can be kept.

    `entities` are the names that may be marked.
    """
    if not text.strip():
        return Problem("empty")
    if len(text) > LONGEST:
        return Problem("long", str(len(text)))
    if not is_one_line(text) or _CONTROL.search(text):
        return Problem("control")
    if text.startswith("/"):
        return Problem("slash")
    rest = _MARK.sub("", text)
    if "[" in rest or "]" in rest:
        return Problem("brackets")
    for mark in _MARK.finditer(text):
        if mark[2] is None:
            return Problem("unmarked", mark[1])
        if not mark[1].strip():
            return Problem("empty_mark")
        if mark[2].startswith("{") and "entity" not in _fields(mark[2]):
            return Problem("bad_mark", mark[2])
    unknown = [one for one in entities_of(text) if one not in entities]
    return Problem("entity", unknown[0]) if unknown else None


def _fields(raw: str) -> dict[str, object]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
