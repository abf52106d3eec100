"""The index on disk: written beside the old one, then put in its place in one step.

`current` names the folder that counts; readers follow it, so there is never a moment without a
whole index. The folder before it is kept for readers that are just opening it.
"""

import json
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from kit.i18n import LANGUAGES, Language
from kit.locks import only_writer
from knowledge.articles import Article
from knowledge.questions import Asked, Questions
from knowledge.ranking import SIGNALS, Ranking
from knowledge.vectors import Matrix

LAYOUT: Final = 5
KEPT: Final = 2


class IndexMissing(RuntimeError):
    """There is no readable index; train the assistant."""


@dataclass(frozen=True)
class Snapshot:
    """What an index is made of. `vectors`: per language (entries, dimensions), article by article.

    `files` are the article files it has read (`en/slug` → time and size), `revision` the last
    change in the database it knows. `questions` are those that may be learned from; from the cosine
    `surely` on, per language, two of them ask the same.
    """

    articles: Mapping[Language, list[Article]]
    vectors: Mapping[Language, Matrix]
    rankings: Mapping[Language, Ranking]
    thresholds: Mapping[Language, float]
    encoders: Mapping[Language, str]
    files: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    revision: int = 0
    questions: Mapping[Language, Questions] = field(default_factory=dict)
    surely: Mapping[Language, float] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)


def current_name(folder: Path) -> str | None:
    """Which snapshot counts; None when there is none."""
    try:
        return (folder / "current").read_text("utf-8").strip() or None
    except OSError:
        return None


def publish(folder: Path, snapshot: Snapshot, *, instead_of: str | None = "") -> str | None:
    """Write a snapshot and make it the current one; its name.

    With `instead_of` it is written only when that one is still current, else None: who has an
    older view does not overwrite a newer one.
    """
    with only_writer(folder):
        before = current_name(folder)
        if instead_of != "" and before != instead_of:
            return None
        name = f"index-{uuid.uuid4().hex[:12]}"
        draft = folder / f".{name}"
        draft.mkdir()
        _write(draft, snapshot)
        draft.rename(folder / name)
        pointer = folder / ".current"
        pointer.write_text(name, "utf-8")
        pointer.replace(folder / "current")
        _forget_old(folder, {name, before})
    return name


def read(folder: Path) -> tuple[str, Snapshot]:
    """The current snapshot with its name; raises IndexMissing when there is none to read."""
    for _ in range(KEPT + 1):
        name = current_name(folder)
        if name is None:
            break
        try:
            return name, _read(folder / name)
        except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
            if current_name(folder) == name:
                raise IndexMissing(f"the knowledge index {name} cannot be read") from error
    raise IndexMissing(f"there is no knowledge index in {folder.name}; train the assistant")


def _write(folder: Path, snapshot: Snapshot) -> None:
    facts = {
        "layout": LAYOUT,
        "articles": {
            language: [asdict(article) for article in found]
            for language, found in snapshot.articles.items()
        },
        "thresholds": dict(snapshot.thresholds),
        "encoders": dict(snapshot.encoders),
        "files": snapshot.files,
        "revision": snapshot.revision,
        "questions": {language: _plain(one) for language, one in snapshot.questions.items()},
        "surely": dict(snapshot.surely),
    }
    (folder / "articles.json").write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
    np.savez(folder / "vectors.npz", **{str(k): v for k, v in snapshot.vectors.items()})
    for language, ranking in snapshot.rankings.items():
        np.savez(folder / f"ranking-{language}.npz", **asdict(ranking))
    (folder / "card.json").write_text(json.dumps(snapshot.card, indent=2) + "\n", "utf-8")


def _read(folder: Path) -> Snapshot:
    facts = json.loads((folder / "articles.json").read_text("utf-8"))
    if facts["layout"] != LAYOUT:
        raise ValueError(f"layout {facts['layout']} is not {LAYOUT}")
    arrays = np.load(folder / "vectors.npz", allow_pickle=False)
    return Snapshot(
        articles={
            language: [
                Article(**{**raw, "questions": tuple(raw["questions"])})
                for raw in facts["articles"][language]
            ]
            for language in LANGUAGES
        },
        vectors={language: arrays[language] for language in LANGUAGES},
        rankings={language: _ranking(folder, language) for language in LANGUAGES},
        thresholds=facts["thresholds"],
        encoders=facts["encoders"],
        files={name: (int(at), int(size)) for name, (at, size) in facts["files"].items()},
        revision=int(facts["revision"]),
        questions={one: _questions(kept) for one, kept in facts["questions"].items()},
        surely=facts["surely"],
        card=json.loads((folder / "card.json").read_text("utf-8")),
    )


def _plain(questions: Questions) -> dict[str, Any]:
    """Without what is held out: an index does not know it."""
    return {
        "asked": {
            slug: [asdict(one) for one in questions.learned(slug)] for slug in questions.asked
        },
        "categories": questions.categories,
        "same": questions.same,
    }


def _questions(raw: Mapping[str, Any]) -> Questions:
    return Questions(
        asked={
            slug: tuple(Asked(**{**one, "also": tuple(one["also"])}) for one in asked)
            for slug, asked in raw["asked"].items()
        },
        categories={slug: tuple(names) for slug, names in raw["categories"].items()},
        same=tuple(tuple((slug, says) for slug, says in group) for group in raw.get("same", ())),
    )


def _ranking(folder: Path, language: Language) -> Ranking:
    with np.load(folder / f"ranking-{language}.npz", allow_pickle=False) as arrays:
        return Ranking(
            mean=arrays["mean"],
            whitening=arrays["whitening"],
            # (an index that was made before there was a signal gives it no weight)
            weights=np.pad(arrays["weights"], (0, len(SIGNALS) - len(arrays["weights"]))),
            sharpness=float(arrays["sharpness"]),
            slope=arrays["slope"],
            offset=float(arrays["offset"]),
        )


def _forget_old(folder: Path, kept: set[str | None]) -> None:
    for old in folder.glob("*index-*"):
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)
