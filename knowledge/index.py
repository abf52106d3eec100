"""Search over the articles: by meaning (FAISS, inner product) and by words (BM25), together.

Each article is entered with its title, each of its questions and its answer, a group of passages
(`knowledge.ranking`); the best passage counts. The score of a hit is the probability that it is
right, learned on the articles' own questions and on texts that no article answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from encoders.shared import Encoders, shared_encoders
from kit.i18n import LANGUAGES, Language
from knowledge.articles import Article, entry_texts
from knowledge.shelf import Passage, Shelf
from knowledge.snapshot import IndexMissing, Snapshot, read
from knowledge.vectors import Matrix

__all__ = ["Hit", "IndexMissing", "KnowledgeIndex"]

# What it adds to a score that the intent speaks of the article's topic.
TOPIC_BONUS: Final = 1.5
# Of the probability to answer by itself: from here on a person may want to see an article.
SUGGESTED: Final = 0.4


@dataclass(frozen=True)
class Hit:
    """An article, the probability that it is right, and whether that is enough to answer with."""

    article: Article
    score: float
    is_confident: bool


class KnowledgeIndex:
    """The articles of both languages, searchable and changeable from any thread."""

    def __init__(self, snapshot: Snapshot, encoders: Encoders) -> None:
        self._facts = replace(snapshot, articles={}, vectors={})
        self._encoders = encoders
        self._rankings = dict(snapshot.rankings)
        self._articles: dict[Language, dict[str, Article]] = {}
        self._shelves: dict[Language, Shelf] = {}
        for language in LANGUAGES:
            matrix = snapshot.vectors[language]
            articles = snapshot.articles[language]
            passages = [
                Passage(article.slug, text) for article in articles for text in entry_texts(article)
            ]
            self._articles[language] = {article.slug: article for article in articles}
            self._shelves[language] = Shelf.of(snapshot.rankings[language], passages, matrix)

    @classmethod
    def load(cls, folder: Path, data_dir: Path) -> "KnowledgeIndex":
        """Read what was last published; raises IndexMissing when it is not there or not whole."""
        return cls(read(folder)[1], shared_encoders(data_dir))

    def search(
        self, query: str, language: Language, k: int = 3, *, topic: str | None = None
    ) -> list[Hit]:
        """The best articles for `query`, best first; in the other language when there are none.

        Articles of `topic`, where the intent tells one, are moved up.
        """
        return self.search_many([query], language, k, topic=topic)[0]

    def search_many(
        self, queries: Sequence[str], language: Language, k: int = 3, *, topic: str | None = None
    ) -> list[list[Hit]]:
        """The same for several texts at once, encoded in one batch."""
        spoken = self._spoken(language)
        asked = [query for query in queries if query.strip()]
        vectors = iter(self._encoders.encode(asked, spoken))
        return [
            self._ranked(query, next(vectors), spoken, k, topic) if query.strip() else []
            for query in queries
        ]

    def suggest(self, text: str, language: Language, limit: int = 3) -> list[Hit]:
        """Articles that may answer `text`, best first, for a person to choose from.

        Guesses that are far off are left out, so the list may be shorter or empty.
        """
        hits = self.search(text, language, limit)
        least = SUGGESTED * self._facts.thresholds[self._spoken(language)]
        return [hit for hit in hits if hit.score >= least]

    def article(self, slug: str, language: Language) -> Article | None:
        """The article called `slug`."""
        return self._articles[language].get(slug)

    def articles(self, language: Language) -> list[Article]:
        """Every article of a language, by slug."""
        return [article for _, article in sorted(self._articles[language].copy().items())]

    def put(self, articles: Iterable[Article]) -> None:
        """Add or replace articles; each can be found as soon as it is encoded."""
        for article in articles:
            texts = entry_texts(article)
            vectors = self._encoders.encode(texts, article.language)
            self._articles[article.language][article.slug] = article
            self._shelves[article.language].put(article.slug, texts, vectors)

    def remove(self, slug: str, language: Language) -> None:
        """Take an article away; nothing happens when it is not there."""
        self._shelves[language].remove(slug)
        self._articles[language].pop(slug, None)

    def snapshot(self, *, files: Mapping[str, tuple[int, int]], revision: int) -> Snapshot:
        """What to publish: everything here, as of these files and this revision."""
        articles = {language: self.articles(language) for language in LANGUAGES}
        vectors = {
            language: self._shelves[language].vectors([article.slug for article in found])
            for language, found in articles.items()
        }
        return replace(
            self._facts, articles=articles, vectors=vectors, files=dict(files), revision=revision
        )

    def _spoken(self, language: Language) -> Language:
        if len(self._shelves[language]):
            return language
        return "en" if language == "zh" else "zh"

    def _ranked(
        self, query: str, vector: Matrix, language: Language, k: int, topic: str | None
    ) -> list[Hit]:
        articles, ranking = self._articles[language], self._rankings[language]
        scores: dict[str, float] = {}
        for found in self._shelves[language].rank(query, vector):
            slug = found.passage.group
            if slug not in scores and slug in articles:  # else it is being withdrawn
                bonus = TOPIC_BONUS if articles[slug].topic == topic else 0.0
                scores[slug] = found.score + bonus
        order = sorted(scores, key=lambda slug: -scores[slug])
        threshold = self._facts.thresholds[language]
        hits = []
        for place, slug in enumerate(order[:k]):
            other = order[1 if place == 0 else 0] if len(order) > 1 else None
            rival = scores[other] if other is not None else 0.0
            score = ranking.probability(scores[slug], rival)
            hits.append(Hit(articles[slug], score, score >= threshold))
        return hits
