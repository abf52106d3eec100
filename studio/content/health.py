"""What the last check of the examples found, as `concierge nlu check-examples --json` wrote it.

The check reads all examples by meaning and takes a minute; the worker runs it when examples have
changed. What has been changed since is left out of what pages show.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from kit.i18n import Language
from studio.content.store import Shelf

FILE: Final = "studio/health.json"  # in the data folder


@dataclass(frozen=True)
class Near:
    """Another intent's text that says nearly the same as one of this intent, or where it fits."""

    text: str
    other_intent: str
    other_text: str | None = None


@dataclass(frozen=True)
class IntentHealth:
    """How well an intent was recognised by all others' examples, and what stands in its way."""

    recall: float | None
    taken_for: str | None
    near: tuple[Near, ...]
    doubtful: tuple[Near, ...]


@dataclass(frozen=True)
class Report:
    """One language's check: when it was made, accuracy and the intents' health."""

    at: datetime
    accuracy: float
    intents: Mapping[str, IntentHealth]


UNKNOWN: Final = IntentHealth(None, None, (), ())


class Reports:
    """The last check in a data folder, read once and kept until it or the content changes."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self._known: dict[Language, tuple[float, Shelf, Report | None]] = {}

    def of(self, language: Language, shelf: Shelf) -> Report | None:
        """The report on what still stands in the shelf; None before the first check."""
        try:
            stamp = self._path.stat().st_mtime_ns
        except OSError:
            return None
        known = self._known.get(language)
        if known is None or known[0] != stamp or known[1] is not shelf:
            report = _read_report(self._path, stamp, language, shelf)
            known = self._known[language] = (stamp, shelf, report)
        return known[2]


def _read_report(path: Path, stamp: int, language: Language, shelf: Shelf) -> Report | None:
    body = _load(path, stamp).get(language)
    if body is None:
        return None
    stands = shelf.plain_texts
    near: dict[str, list[Near]] = {}
    doubtful: dict[str, list[Near]] = {}
    for one in body["twins"]:
        text, intent = one["text"], one["intent"]
        other_text, other = one["other_text"], one["other_intent"]
        if text in stands.get(intent, ()) and other_text in stands.get(other, ()):
            near.setdefault(intent, []).append(Near(text, other, other_text))
            near.setdefault(other, []).append(Near(other_text, intent, text))
    for one in body["doubtful"]:
        if one["text"] in stands.get(one["intent"], ()):
            doubtful.setdefault(one["intent"], []).append(Near(one["text"], one["rather"]))
    intents = {
        one["intent"]: IntentHealth(
            one["recall"],
            one["taken_for"],
            tuple(near.get(one["intent"], ())),
            tuple(doubtful.get(one["intent"], ())),
        )
        for one in body["intents"]
    }
    return Report(datetime.fromtimestamp(stamp / 1e9, UTC), body["accuracy"], intents)


@lru_cache(maxsize=2)
def _load(path: Path, _stamp: int) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
