"""Search over the articles: by meaning (FAISS, inner product) and by words (BM25), together.

Each article is entered with its title, its questions, its first paragraph and its sentences, a
group of passages (`knowledge.ranking`); the best passage counts. What is said of the best articles
is the sentence that answers (`knowledge.picking`). The score of a hit is the probability that it is
right, learned on the articles' own questions and on texts that no article answers.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from encoders.shared import Encoders, shared_encoders
from kit.i18n import LANGUAGES, Language
from knowledge.answering import LOOKED_INTO, Filed, file, picked, rival_of
from knowledge.articles import Article
from knowledge.picking import Picked
from knowledge.questions import Polarity, Questions
from knowledge.shelf import Passage, Shelf
from knowledge.snapshot import IndexMissing, Snapshot, read
from knowledge.vectors import Matrix

__all__ = ["Hit", "IndexMissing", "KnowledgeIndex"]

# What it adds to a score that the intent speaks of the article's topic.
TOPIC_BONUS: Final = 1.5
# The same for the article just told, where the query leans on it.
TOLD_BONUS: Final = 0.75
# Of the probability to answer by itself: from here on a person may want to see an article.
SUGGESTED: Final = 0.4


@dataclass(frozen=True)
class Hit:
    """An article, the probability that it is right, and whether that is enough to answer with.

    `said` is its sentence (or two) that answers, `place` which one, `polarity` whether it says yes.
    What `is_likely` may be shown to choose from.
    """

    article: Article
    score: float
    is_confident: bool
    said: str = ""
    polarity: Polarity | None = None
    place: int = 0
    is_likely: bool = False


class KnowledgeIndex:
    """The articles of both languages, searchable and changeable from any thread."""

    def __init__(self, snapshot: Snapshot, encoders: Encoders) -> None:
        self._facts = replace(snapshot, articles={}, vectors={})
        self._encoders = encoders
        self._rankings = dict(snapshot.rankings)
        self._filed: dict[Language, dict[str, Filed]] = {}
        self._shelves: dict[Language, Shelf] = {}
        for language in LANGUAGES:
            matrix = snapshot.vectors[language]
            filed = [self._file(article) for article in snapshot.articles[language]]
            passages = [
                Passage(one.article.slug, entry.text) for one in filed for entry in one.entries
            ]
            self._filed[language] = {one.article.slug: one for one in filed}
            self._shelves[language] = Shelf.of(snapshot.rankings[language], passages, matrix)

    @classmethod
    def load(cls, folder: Path, data_dir: Path) -> "KnowledgeIndex":
        """Read what was last published; raises IndexMissing when it is not there or not whole."""
        return cls(read(folder)[1], shared_encoders(data_dir))

    def search(
        self,
        query: str,
        language: Language,
        k: int = 3,
        *,
        topic: str | None = None,
        category: str | None = None,
        told: str | None = None,
    ) -> list[Hit]:
        """The best articles for `query`, best first; in the other language when there are none.

        Articles of `topic`, where the intent tells one, are moved up; those about products of other
        categories than `category`, where one is in focus, are left out. The article `told` just
        now, where the query goes on with it, is moved up too.
        """
        return self.search_many([query], language, k, topic=topic, category=category, told=told)[0]

    def search_many(
        self,
        queries: Sequence[str],
        language: Language,
        k: int = 3,
        *,
        topic: str | None = None,
        category: str | None = None,
        told: str | None = None,
    ) -> list[list[Hit]]:
        """The same for several texts at once, encoded in one batch."""
        spoken = self._spoken(language)
        asked = [query for query in queries if query.strip()]
        vectors = iter(self._encoders.encode(asked, spoken))
        return [
            self._ranked(query, next(vectors), spoken, k, topic, category, told)
            if query.strip()
            else []
            for query in queries
        ]

    def suggest(self, text: str, language: Language, limit: int = 3) -> list[Hit]:
        """Articles that may answer `text`, best first, for a person to choose from.

        Guesses that are far off are left out, so the list may be shorter or empty.
        """
        return [hit for hit in self.search(text, language, limit) if hit.is_likely]

    def article(self, slug: str, language: Language) -> Article | None:
        """The article called `slug`."""
        filed = self._filed[language].get(slug)
        return None if filed is None else filed.article

    def articles(self, language: Language) -> list[Article]:
        """Every article of a language, by slug."""
        return [filed.article for _, filed in sorted(self._filed[language].copy().items())]

    def put(self, articles: Iterable[Article]) -> None:
        """Add or replace articles; each can be found as soon as it is encoded."""
        changed: set[Language] = set()
        for article in articles:
            filed = self._file(article)
            texts = [entry.text for entry in filed.entries]
            vectors = self._encoders.encode(texts, article.language)
            self._filed[article.language][article.slug] = filed
            self._shelves[article.language].put(article.slug, texts, vectors)
            changed.add(article.language)
        for language in changed:
            self._shelves[language].learn()

    def remove(self, slug: str, language: Language) -> None:
        """Take an article away; nothing happens when it is not there."""
        self._shelves[language].remove(slug)
        self._filed[language].pop(slug, None)

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
        return next((one for one in LANGUAGES if len(self._shelves[one])), language)

    def _file(self, article: Article) -> Filed:
        return file(article, self._questions(article.language))

    def _questions(self, language: Language) -> Questions:
        return self._facts.questions.get(language, Questions())

    def _suits(self, slug: str, language: Language, category: str | None) -> bool:
        """Whether an article is about all products, or about those of the category."""
        about: Container[str] = self._questions(language).categories.get(slug, ())
        return category is None or not about or category in about

    def _ranked(
        self,
        query: str,
        vector: Matrix,
        language: Language,
        k: int,
        topic: str | None,
        category: str | None,
        told: str | None,
    ) -> list[Hit]:
        filed, ranking = self._filed[language], self._rankings[language]
        scores: dict[str, float] = {}
        for found in self._shelves[language].rank(query, vector):
            slug = found.passage.group
            if slug in scores or slug not in filed:  # (it is being withdrawn)
                continue
            if self._suits(slug, language, category):
                bonus = TOPIC_BONUS if filed[slug].article.topic == topic else 0.0
                bonus += TOLD_BONUS if slug == told else 0.0
                scores[slug] = found.score + bonus
        order = [filed[slug] for slug in sorted(scores, key=lambda slug: -scores[slug])]
        shelf, surely = self._shelves[language], self._facts.surely.get(language, 1.0)
        picks = {
            one.article.slug: picked(shelf, one, query, vector, surely=surely)
            for one in order[: max(k, LOOKED_INTO)]
        }
        hits = []
        for one in order[:k]:
            slug = one.article.slug
            others = [other for other in order if other is not one]
            rival = rival_of(one, picks[slug], others, picks, self._questions(language))
            against = scores[rival.article.slug] if rival is not None else 0.0
            said = picks[slug]
            near, clear = (0.0, 0.0) if said is None else (said.near, said.clear)
            score = ranking.probability(scores[slug], against, near, clear)
            if one.asks(query):
                score = 1.0  # however near others come: who wrote it meant this question
            hits.append(self._hit(one.article, said, score))
        return hits

    def _hit(self, article: Article, found: Picked | None, score: float) -> Hit:
        threshold = self._facts.thresholds[article.language]
        hit = Hit(
            article,
            score,
            is_confident=score >= threshold,
            said=article.answer,
            is_likely=score >= SUGGESTED * threshold,
        )
        if found is None:  # (it is being changed: its first paragraph stands)
            return hit
        return replace(hit, said=found.text, polarity=found.polarity, place=found.place)
