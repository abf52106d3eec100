"""The candidate: a trained model with its judgement that waits, and the models that are kept.

A candidate appears whole, with its judgement, or not at all.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bot.model_card import card_files
from bot.models import CANDIDATE, models
from bot.trained import Trained, trained_record, write_record
from kit.files import write_whole
from studio.training.judging import JUDGEMENT, Judgement, from_json

FACTS: Final = "candidate.json"
REVIEWS: Final = "reviews.json"


@dataclass(frozen=True)
class Facts:
    """How a candidate came about: the content's commit, hashes, who asked; "" is unknown."""

    model: str
    commit: str
    sources: str
    code: str
    by: str


@dataclass(frozen=True)
class Candidate:
    """A model that waits, when it was trained and in how long, and its judgement."""

    facts: Facts
    trained_at: datetime
    seconds: float
    judgement: Judgement


@dataclass(frozen=True)
class Kept:
    """A model among those that serve or have served; the first one serves."""

    model: str
    trained_at: datetime
    commit: str


def candidate_in(data_dir: Path) -> Candidate | None:
    """The candidate; None where there is none, or none that is whole."""
    folder = data_dir / CANDIDATE
    try:
        facts = Facts(**json.loads((folder / FACTS).read_text(encoding="utf-8")))
        judgement = from_json(json.loads((folder / JUDGEMENT).read_text(encoding="utf-8")))
        card = _card(folder / facts.model)
        if not (folder / facts.model).is_file():
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Candidate(facts, _when(card, folder / facts.model), _seconds(card), judgement)


@dataclass(frozen=True)
class Review:
    """What somebody who looked at a candidate thinks of it."""

    by: str
    is_good: bool
    note: str


def reviews_of(data_dir: Path) -> list[Review]:
    """What was thought of the candidate, one for each person, the newest last."""
    try:
        found = json.loads((data_dir / CANDIDATE / REVIEWS).read_text(encoding="utf-8"))
        return [Review(**one) for one in found]
    except (OSError, ValueError, TypeError):
        return []


def add_review(data_dir: Path, review: Review) -> None:
    """Keep it, in place of what the same person thought before. Raises OSError."""
    kept = [one for one in reviews_of(data_dir) if one.by != review.by]
    body = [one.__dict__ for one in (*kept, review)]
    write_whole(data_dir / CANDIDATE / REVIEWS, json.dumps(body, ensure_ascii=False))


def put_up(draft: Path, data_dir: Path, facts: Facts) -> None:
    """Make a finished draft, with its judgement in it, the candidate. Raises OSError."""
    body = json.dumps(facts.__dict__, ensure_ascii=False)
    (draft / FACTS).write_text(body, encoding="utf-8")
    card = card_files(draft / facts.model)[0]
    kept = json.loads(card.read_text(encoding="utf-8"))
    kept["data"]["commit"] = facts.commit
    card.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    place = data_dir / CANDIDATE
    old = place.with_name("candidate.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    draft.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def published(data_dir: Path, models_dir: Path, model: str, facts: Facts | None) -> None:
    """Note that a model serves now by somebody's decision; a candidate's rest is taken away."""
    before = trained_record(models_dir)
    if facts is None:  # an earlier model: what it was trained from is not what stands in the files
        write_record(models_dir, Trained("", before.code, model, is_published=True))
        return
    write_record(models_dir, Trained(facts.sources, facts.code, model, is_published=True))
    shutil.rmtree(data_dir / CANDIDATE, ignore_errors=True)


def kept_models(models_dir: Path) -> list[Kept]:
    """The models that serve or have served and are kept, the newest first."""
    found = []
    for path in models(models_dir):
        card = _card(path)
        commit = str((card.get("data") or {}).get("commit") or "")
        found.append(Kept(path.name, _when(card, path), commit))
    return found


def expected_seconds(models_dir: Path, otherwise: float) -> float:
    """How long the last training took."""
    newest = models(models_dir)[:1]
    return (_seconds(_card(newest[0])) if newest else 0.0) or otherwise


def _card(model: Path) -> dict[str, Any]:
    try:
        found = json.loads(card_files(model)[0].read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _when(card: dict[str, Any], path: Path) -> datetime:
    try:
        return datetime.fromisoformat(card["trained_at"])
    except (KeyError, ValueError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _seconds(card: dict[str, Any]) -> float:
    return float(card.get("seconds") or 0.0)
