"""New intents in a pool of messages, each named, and other messages assigned to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from encoders.scores import Vectors
from encoders.shared import Encoders
from kit.i18n import Language
from understanding.discovery.entries import Entry, assigned, measured
from understanding.discovery.groups import Groups, find_groups
from understanding.discovery.names import Named, named
from understanding.discovery.vectors import encoded, seen

Report = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """Groups of the pool with their names in order of their numbers; `vectors` are the first
    encoder's of the pool's messages, (messages, dimensions)."""

    groups: Groups
    names: tuple[Named, ...]
    vectors: Vectors


@dataclass(frozen=True)
class Assigned:
    """The number of a found group for each test message, and what that is worth where the true
    intents are known: `figures` of ours, `entries` of others by name, by the same code."""

    answers: tuple[int, ...]
    figures: Mapping[str, float] = field(default_factory=dict)
    entries: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def discover(
    pool: Sequence[str],
    encoders: Encoders,
    language: Language,
    report: Report = lambda _: None,
) -> Found:
    """Find the intents of a pool of messages; their number is found as well."""
    report(f"reading {len(pool)} messages")
    vectors = encoded(pool, encoders, language)
    views = seen(pool, vectors)
    groups = find_groups(views, report=report)
    return Found(groups, tuple(named(pool, views.joined, groups)), vectors[0])


def assign(
    found: Found,
    test: Sequence[str],
    truth: Sequence[str] | None,
    entries: Mapping[str, Entry],
    encoders: Encoders,
    language: Language,
    report: Report = lambda _: None,
) -> Assigned:
    """Assign test messages to found groups; measure that, and entries, where truth is known."""
    asked = encoded(test, encoders, language, first_only=True)[0]
    if found.groups.count < 2:
        answers = [str(0)] * len(test)
    else:
        answers = assigned(found.vectors, [str(one) for one in found.groups.labels], asked)
    ours = tuple(int(one) for one in answers)
    if truth is None:
        return Assigned(ours)
    judged: dict[str, dict[str, Any]] = {}
    known: dict[str, Vectors] = {}
    for team, entry in entries.items():
        report(f"measuring {team}")
        fresh = sorted(set(entry.texts) - known.keys())
        known.update(
            zip(fresh, encoded(fresh, encoders, language, first_only=True)[0], strict=True)
        )
        vectors = np.stack([known[text] for text in entry.texts])
        said = assigned(vectors, entry.intents, asked)
        judged[team] = {**measured(truth, said), "intents": len(set(entry.intents))}
    figures = {**measured(truth, answers), "intents": found.groups.count}
    return Assigned(ours, figures, judged)
