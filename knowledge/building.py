"""Build the index from nlu_data and the database, learn how to rank and when to answer, publish it.

Learned on the articles' own questions, each searched for while it was held out, and on texts that
no article answers: how to rank (`knowledge.fitting`), how likely the best article is right, and
from which probability on the assistant answers by itself: the lowest at which, of all the texts, no
more than the language's `most_wrong` get a wrong sentence. Below it a person is offered. The card
says what that comes to. Questions that are held out (`knowledge.questions`) are never seen here.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from encoders.shared import Encoders, shared_encoders
from kit.database import Database
from kit.i18n import LANGUAGES, Language
from kit.languages import facts
from knowledge.answering import LOOKED_INTO, Filed, file, picked, rival_of
from knowledge.articles import Article
from knowledge.belonging import belonging_without_itself
from knowledge.fitting import Fitter, Outcome, fit_confidence
from knowledge.picking import Picked
from knowledge.questions import Entry, Questions, load_questions
from knowledge.ranking import Ranking, plain_ranking
from knowledge.shelf import Passage, Shelf
from knowledge.snapshot import Snapshot, publish
from knowledge.sources import Sources
from knowledge.vectors import Matrix

# In use far fewer are wrong than a language's `most_wrong`: here every question is asked while its
# own text is taken away, and no two of an article's questions are worded alike. On questions held
# out, .06 came to .02 in English and .10 to .03 in Chinese, whose short texts lose more by it.
UNLEARNED_THRESHOLD: Final = 0.6
# So many questions, drawn at random, tell when to answer as well as all of them do.
MOST_ASKED: Final = 1_000
SEED: Final = 13


@dataclass(frozen=True)
class Learned:
    """Everything of one language; `vectors` are of the articles' entries, article by article."""

    articles: list[Article]
    vectors: Matrix
    ranking: Ranking
    threshold: float
    metrics: dict[str, float]
    questions: Questions = field(default_factory=Questions)
    surely: float = 1.0


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
            sources.articles(language),
            encoders,
            language,
            out_of_scope(nlu_data, language),
            load_questions(nlu_data, language),
        )
        for language in LANGUAGES
    }
    written = json.dumps(
        {
            language: [[asdict(a) for a in one.articles], asdict(one.questions)]
            for language, one in learned.items()
        }
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
        questions={language: one.questions for language, one in learned.items()},
        surely={language: one.surely for language, one in learned.items()},
        card=card,
    )
    publish(target, snapshot)
    return card


def learn(
    articles: list[Article],
    encoders: Encoders,
    language: Language,
    strangers: Sequence[str],
    questions: Questions,
) -> Learned:
    """Rank and threshold of a language from its articles and from texts that none answers."""
    library = {article.slug: file(article, questions) for article in articles}
    filed = [(slug, entry) for slug, one in library.items() for entry in one.entries]
    vectors = encoders.encode([entry.text for _, entry in filed], language)
    if not articles:
        return Learned([], vectors, plain_ranking(vectors.shape[1]), UNLEARNED_THRESHOLD, {})
    number = {article.slug: place for place, article in enumerate(articles)}
    fitter = Fitter(
        [entry.text for _, entry in filed],
        vectors,
        [number[slug] for slug, _ in filed],
        is_query=[entry.is_question for _, entry in filed],
    )
    ranking, _ = fitter.fit()
    shelf = Shelf.of(ranking, [Passage(slug, entry.text) for slug, entry in filed], vectors)
    asking = np.flatnonzero([entry.is_question for _, entry in filed])
    if len(asking) > MOST_ASKED:
        asking = np.random.default_rng(SEED).choice(asking, MOST_ASKED, replace=False)
    search = Rehearsal(shelf, library, number, questions)
    slugs = [slug for slug, _ in filed]
    alone, names = belonging_without_itself(vectors, slugs), list(dict.fromkeys(slugs))
    known = [
        search.asked(
            slugs[at], filed[at][1], vectors[at], dict(zip(names, alone[at].tolist(), strict=True))
        )
        for at in asking
    ]
    texts = [*strangers, *(one.text for one in questions.unanswerable if not one.held_out)]
    unrelated = encoders.encode(texts, language)
    outside = [search.found(text, vector)[0] for text, vector in zip(texts, unrelated, strict=True)]
    slope, offset = fit_confidence([*known, *outside])
    ranking = replace(ranking, slope=slope, offset=offset)
    threshold, metrics = choose_threshold(ranking, known, outside, facts(language).most_wrong)
    surely = same_question(filed, vectors)
    return Learned(articles, vectors, ranking, threshold, metrics, questions, surely)


def same_question(filed: Sequence[tuple[str, Entry]], vectors: Matrix) -> float:
    """The cosine from which on two questions ask the same: a fifth of those that do are so near.

    Told by those that say yes or no, for it decides whether another one is answered so.
    """
    leads: dict[tuple[str, int], list[int]] = {}
    for at, (slug, entry) in enumerate(filed):
        if entry.is_question and entry.place is not None and entry.polarity is not None:
            leads.setdefault((slug, entry.place), []).append(at)
    nearest: list[float] = []
    for rows in leads.values():
        if len(rows) > 1:
            near = vectors[rows] @ vectors[rows].T
            np.fill_diagonal(near, -1.0)
            nearest += near.max(axis=1).tolist()
    return float(np.quantile(nearest, 0.8)) if nearest else 1.0


def choose_threshold(
    ranking: Ranking, known: Sequence[Outcome], outside: Sequence[Outcome], most_wrong: float
) -> tuple[float, dict[str, float]]:
    """The probability from which no more than `most_wrong` of all the texts are answered wrongly,
    and what comes of it."""
    everything = [*known, *outside]
    chance = np.array(
        [ranking.probability(one.best, one.second, one.near, one.clear) for one in everything]
    )
    right = np.array([one.is_right for one in everything], bool)
    limits = np.unique(np.round(chance, 3))
    few = (limit for limit in limits if ((chance >= limit) & ~right).mean() <= most_wrong)
    threshold = float(next(few, UNLEARNED_THRESHOLD))
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


@dataclass(frozen=True)
class Rehearsal:
    """Searches as they will be, for texts of which it is known what answers them."""

    shelf: Shelf
    library: Mapping[str, Filed]
    number: Mapping[str, int]
    questions: Questions

    def asked(
        self, slug: str, asking: Entry, vector: Matrix, belongs: Mapping[str, float]
    ) -> Outcome:
        """What a question of an article finds that is not there itself.

        `belongs` is told without it. It is right only if the sentence is right too, or one that
        answers alike.
        """
        outcome, first, said = self.found(asking.text, vector, without=asking.text, belongs=belongs)
        if first is None or said is None:
            return outcome
        found = first.article.slug
        if asking.place is None:
            return replace(outcome, is_right=found == slug)
        wanted = self.library[slug].sentences[asking.place].text
        is_right = any(
            one.text in said.text and self.questions.are_alike(slug, wanted, found, one.text)
            for one in first.sentences
        )
        return replace(outcome, is_right=is_right)

    def found(
        self,
        text: str,
        vector: Matrix,
        without: str | None = None,
        belongs: Mapping[str, float] | None = None,
    ) -> tuple[Outcome, Filed | None, Picked | None]:
        """The scores of the best article and its rival, the article, and what it says."""
        scores: dict[str, float] = {}
        for one in self.shelf.rank(text, vector, without=without, belongs=belongs):
            scores.setdefault(one.passage.group, one.score)
        if not scores:
            return Outcome(0.0, 0.0, is_right=False, group=0), None, None
        order = [self.library[slug] for slug in scores]
        picks = {
            one.article.slug: picked(self.shelf, one, text, vector, surely=1.0, without=without)
            for one in order[:LOOKED_INTO]
        }
        first, slug = order[0], order[0].article.slug
        rival = rival_of(first, picks[slug], order[1:], picks, self.questions)
        against = scores[rival.article.slug] if rival is not None else 0.0
        said, number = picks[slug], self.number[slug]
        near, clear = (0.0, 0.0) if said is None else (said.near, said.clear)
        return Outcome(scores[slug], against, False, number, near, clear), first, said


def _mean(flags: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    return float(flags.mean()) if len(flags) else 0.0
