"""Search over the articles: by meaning (FAISS, inner product) and by words (BM25), together.

Each article is entered with its title, each of its questions and its answer; the best entry counts.
The score from which the assistant answers by itself is learned on texts that no article answers: at
most three in a hundred of them may get one. What that means for the articles' own questions, each
searched for without its own entry, stands in the index's card.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np
import numpy.typing as npt
import yaml

from concierge.kit.i18n import LANGUAGES, Language
from knowledge.articles import Article, load_articles
from knowledge.encoders import Encoders
from knowledge.words import Bm25

MEANING_WEIGHT: Final = 0.9
CANDIDATES: Final = 60
TOPIC_BONUS: Final = 0.12
STRANGERS_ANSWERED: Final = 0.03


class IndexMissing(RuntimeError):
    """There is no readable index; train the assistant."""


@dataclass(frozen=True)
class Hit:
    """An article found, its score from 0 to 1, and whether that is enough to answer by itself."""

    article: Article
    score: float
    is_confident: bool


@dataclass(frozen=True)
class _Entry:
    article: int
    text: str


class KnowledgeIndex:
    """The articles of both languages, searchable."""

    def __init__(
        self,
        articles: dict[Language, list[Article]],
        vectors: dict[Language, npt.NDArray[np.float32]],
        thresholds: dict[Language, float],
        encoders: Encoders,
    ) -> None:
        self._articles = articles
        self._encoders = encoders
        self._thresholds = thresholds
        self._entries = {language: _entries(found) for language, found in articles.items()}
        self._words = {
            language: Bm25([entry.text for entry in entries])
            for language, entries in self._entries.items()
        }
        self._faiss: dict[Language, Any] = {}
        for language, matrix in vectors.items():
            flat = faiss.IndexFlatIP(matrix.shape[1])
            if len(matrix):
                flat.add(matrix)
            self._faiss[language] = flat

    @classmethod
    def load(cls, folder: Path, data_dir: Path) -> "KnowledgeIndex":
        """Read what `build_index` wrote; raises IndexMissing when it is not there or not whole."""
        try:
            facts = json.loads((folder / "articles.json").read_text("utf-8"))
            articles: dict[Language, list[Article]] = {
                language: [
                    Article(**{**raw, "questions": tuple(raw["questions"])})
                    for raw in facts["articles"][language]
                ]
                for language in LANGUAGES
            }
            arrays = np.load(folder / "vectors.npz", allow_pickle=False)
            vectors: dict[Language, npt.NDArray[np.float32]] = {
                language: arrays[language] for language in LANGUAGES
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexMissing(f"the knowledge index in {folder.name} cannot be read") from error
        return cls(articles, vectors, facts["thresholds"], Encoders(data_dir))

    def search(
        self, query: str, language: Language, k: int = 3, *, topic: str | None = None
    ) -> list[Hit]:
        """The best articles for `query`, best first; in the other language when there are none.

        Articles of `topic`, where the intent tells one, are moved up.
        """
        if not query.strip():
            return []
        spoken: Language = language
        if not self._articles[spoken]:
            spoken = "en" if language == "zh" else "zh"
        scores = self._scores(query, spoken)
        for place in scores:
            if topic is not None and self._articles[spoken][place].topic == topic:
                scores[place] += TOPIC_BONUS
        order = sorted(scores, key=lambda place: -scores[place])[:k]
        return [
            Hit(
                self._articles[spoken][place],
                scores[place],
                scores[place] >= self._thresholds[spoken],
            )
            for place in order
        ]

    def article(self, slug: str, language: Language) -> Article | None:
        """The article called `slug`."""
        return next((a for a in self._articles[language] if a.slug == slug), None)

    def _scores(
        self, query: str, language: Language, without: int | None = None
    ) -> dict[int, float]:
        entries = self._entries[language]
        if not entries:
            return {}
        vector = self._encoders.encode([query], language)
        near, places = self._faiss[language].search(vector, min(CANDIDATES, len(entries)))
        lexical = self._words[language].scores(query)
        combined = (1 - MEANING_WEIGHT) * lexical
        best: dict[int, float] = {}
        low = 0.75 if language == "zh" else 0.0  # e5 gives even strangers about 0.75
        for similarity, place in zip(near[0], places[0], strict=True):
            combined[place] += MEANING_WEIGHT * max(0.0, (float(similarity) - low) / (1 - low))
        for place in places[0]:
            if place != without:
                article = entries[place].article
                best[article] = max(best.get(article, 0.0), float(combined[place]))
        return best

    def calibrate(self, language: Language, strangers: Sequence[str]) -> dict[str, float]:
        """Learn and set the threshold of a language; figures of how well that works."""
        right: list[float] = []
        asked = 0
        for place, entry in enumerate(self._entries[language]):
            if entry.text not in self._articles[language][entry.article].questions:
                continue
            asked += 1
            scores = self._scores(entry.text, language, without=place)
            if max(scores, key=lambda key: scores[key], default=-1) == entry.article:
                right.append(scores[entry.article])
        unrelated = [max(self._scores(text, language).values(), default=0.0) for text in strangers]
        threshold = float(np.quantile(unrelated, 1 - STRANGERS_ANSWERED)) if unrelated else 0.6
        self._thresholds[language] = threshold
        return {
            "threshold": threshold,
            "questions": float(asked),
            "recall_at_1": len(right) / max(1, asked),
            "right_and_answered": sum(score >= threshold for score in right) / max(1, asked),
        }


def _entries(articles: Sequence[Article]) -> list[_Entry]:
    return [
        _Entry(place, text)
        for place, article in enumerate(articles)
        for text in (article.title, *article.questions, article.answer)
    ]


def build_index(nlu_data: Path, data_dir: Path, target: Path) -> dict[str, Any]:
    """Encode every article, learn the thresholds, and put the index in place in one step."""
    encoders = Encoders(data_dir)
    articles: dict[Language, list[Article]] = {
        language: load_articles(nlu_data, language) for language in LANGUAGES
    }
    vectors: dict[Language, npt.NDArray[np.float32]] = {
        language: encoders.encode([entry.text for entry in _entries(found)], language)
        for language, found in articles.items()
    }
    index = KnowledgeIndex(articles, vectors, {"en": 0.5, "zh": 0.5}, encoders)
    metrics = {
        language: index.calibrate(language, out_of_scope(nlu_data, language))
        for language in LANGUAGES
    }
    draft = target.with_name(target.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    facts = {
        "articles": {language: [asdict(a) for a in found] for language, found in articles.items()},
        "thresholds": {language: metrics[language]["threshold"] for language in LANGUAGES},
    }
    written = json.dumps(facts, ensure_ascii=False)
    (draft / "articles.json").write_text(written, "utf-8")
    np.savez(draft / "vectors.npz", **vectors)
    card = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "data_hash": hashlib.sha256(written.encode()).hexdigest(),
        "metrics": metrics,
    }
    (draft / "card.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    return card


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
