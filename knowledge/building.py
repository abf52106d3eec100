"""Build the index from nlu_data and the database, learn how to rank and when to answer, publish it.

Learned on the articles' own questions, each searched for while it was held out, and on texts that
no article answers: how to rank (`knowledge.fitting`), how likely the best article is right, and
from which probability on the assistant answers by itself. A wrong answer is held to be twice as
bad as asking back, which shows three articles to choose from; the threshold costs least by that,
among those at which a wrong answer is rarer than asking back. The card says what that comes to.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from encoders.shared import Encoders, shared_encoders
from kit.database import Database
from kit.i18n import LANGUAGES, Language
from knowledge.articles import Article, entry_texts
from knowledge.fitting import Fitter, Outcome, fit_confidence, outcome
from knowledge.ranking import Ranking, plain_ranking
from knowledge.shelf import Passage, Shelf
from knowledge.snapshot import Snapshot, publish
from knowledge.sources import Sources
from knowledge.vectors import Matrix

COST_OF_WRONG: Final = 2.0
UNLEARNED_THRESHOLD: Final = 0.6


@dataclass(frozen=True)
class Learned:
    """Everything of one language; `vectors` are of the articles' entries, article by article."""

    articles: list[Article]
    vectors: Matrix
    ranking: Ranking
    threshold: float
    metrics: dict[str, float]


def build_index(
    nlu_data: Path, data_dir: Path, target: Path, database: Database | None = None
) -> dict[str, Any]:
    """Encode every article, learn ranking and thresholds, and publish the index; its card.

    Raises ArticleError naming the file and field of an article that cannot be used.
    """
    encoders = shared_encoders(data_dir)
    sources = Sources(nlu_data, database, strict=True)
    sources.refresh()
    learned = {
        language: learn(
            sources.articles(language), encoders, language, out_of_scope(nlu_data, language)
        )
        for language in LANGUAGES
    }
    written = json.dumps(
        {language: [asdict(a) for a in one.articles] for language, one in learned.items()}
    )
    card = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "data_hash": hashlib.sha256(written.encode()).hexdigest(),
        "metrics": {language: one.metrics for language, one in learned.items()},
    }
    snapshot = Snapshot(
        articles={language: one.articles for language, one in learned.items()},
        vectors={language: one.vectors for language, one in learned.items()},
        rankings={language: one.ranking for language, one in learned.items()},
        thresholds={language: one.threshold for language, one in learned.items()},
        encoders={language: encoders.fingerprint(language) for language in LANGUAGES},
        files=sources.files,
        revision=sources.revision,
        card=card,
    )
    publish(target, snapshot)
    return card


def learn(
    articles: list[Article], encoders: Encoders, language: Language, strangers: Sequence[str]
) -> Learned:
    """Rank and threshold of a language from its articles and from texts that none answers."""
    entries = [Passage(article.slug, text) for article in articles for text in entry_texts(article)]
    vectors = encoders.encode([one.text for one in entries], language)
    if not articles:
        return Learned([], vectors, plain_ranking(vectors.shape[1]), UNLEARNED_THRESHOLD, {})
    number = {article.slug: place for place, article in enumerate(articles)}
    questions = {question for article in articles for question in article.questions}
    fitter = Fitter(
        [one.text for one in entries],
        vectors,
        [number[one.group] for one in entries],
        is_query=[one.text in questions for one in entries],
    )
    ranking, asked = fitter.fit()
    known = [outcome(one, ranking.weights, ranking.sharpness) for one in asked]
    shelf = Shelf.of(ranking, entries, vectors)
    unrelated = encoders.encode(strangers, language)
    outside = [
        _stranger(shelf, text, vector) for text, vector in zip(strangers, unrelated, strict=True)
    ]
    slope, offset = fit_confidence([*known, *outside])
    ranking = replace(ranking, slope=slope, offset=offset)
    threshold, metrics = choose_threshold(ranking, known, outside)
    return Learned(articles, vectors, ranking, threshold, metrics)


def choose_threshold(
    ranking: Ranking, known: Sequence[Outcome], outside: Sequence[Outcome]
) -> tuple[float, dict[str, float]]:
    """The probability from which to answer, and what comes of it over all the texts."""
    everything = [*known, *outside]
    chance = np.array([ranking.probability(one.best, one.second) for one in everything])
    right = np.array([one.is_right for one in everything], bool)
    best = (np.inf, UNLEARNED_THRESHOLD)
    for limit in np.unique(np.round(chance, 3)):
        wrong = float(((chance >= limit) & ~right).mean())
        unsure = float((chance < limit).mean())
        if wrong < unsure:
            best = min(best, (COST_OF_WRONG * wrong + unsure, float(limit)))
    threshold = best[1]
    answered = chance >= threshold
    inside, strange = answered[: len(known)], answered[len(known) :]
    found = right[: len(known)]
    metrics = {
        "threshold": threshold,
        "questions": float(len(known)),
        "strangers": float(len(outside)),
        "recall_at_1": _mean(found),
        "right_and_answered": _mean(inside & found),
        "wrong_and_answered": _mean(inside & ~found),
        "asked_back": _mean(~inside),
        "strangers_answered": _mean(strange),
    }
    return threshold, {name: round(value, 4) for name, value in metrics.items()}


def out_of_scope(nlu_data: Path, language: Language) -> list[str]:
    """The out-of-scope examples of a language, as texts that no article answers."""
    path = nlu_data / language / "nlu" / "out_of_scope.yml"
    if not path.exists():
        return []
    content = yaml.safe_load(path.read_text("utf-8"))
    return [
        line.removeprefix("- ").strip()
        for group in content["nlu"]
        if group.get("intent") == "out_of_scope"
        for line in str(group["examples"]).splitlines()
        if line.startswith("- ")
    ]


def _stranger(shelf: Shelf, text: str, vector: Matrix) -> Outcome:
    """A text that no article answers: whatever comes out best is wrong."""
    scores: dict[str, float] = {}
    for found in shelf.rank(text, vector):
        scores.setdefault(found.passage.group, found.score)
    best, second = [*sorted(scores.values(), reverse=True), 0.0, 0.0][:2]
    return Outcome(best, second, is_right=False)


def _mean(flags: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    return float(flags.mean()) if len(flags) else 0.0
