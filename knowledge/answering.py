"""What the best articles would say to a question, and which of them stands against the first.

Two articles may say the same. The one that comes second then is no reason to doubt the first: only
an article that answers something else is its rival.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from knowledge.articles import Article
from knowledge.picking import Picked, pick
from knowledge.questions import Entry, Questions, entries_of
from knowledge.sentences import Sentence, sentences_of
from knowledge.shelf import Shelf
from knowledge.vectors import Matrix

# Of so many articles the sentence is looked for; those behind them are far off.
LOOKED_INTO: Final = 4


@dataclass(frozen=True)
class Filed:
    """An article with the texts under which it is found and the sentences it is made of."""

    article: Article
    entries: tuple[Entry, ...]
    sentences: tuple[Sentence, ...]

    def asks(self, text: str) -> bool:
        """Whether a text is one of the questions that the article was written for."""
        return _said(text) in self._asked

    @cached_property
    def _asked(self) -> frozenset[tuple[str, ...]]:
        return frozenset(_said(one) for one in self.article.questions)


def _said(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def file(article: Article, questions: Questions) -> Filed:
    """An article as it is entered, with what may be learned of its questions."""
    entries = entries_of(article, questions.learned(article.slug))
    return Filed(article, entries, sentences_of(article.body))


def picked(
    shelf: Shelf,
    filed: Filed,
    query: str,
    vector: Matrix,
    *,
    surely: float,
    without: str | None = None,
) -> Picked | None:
    """The sentence of an article that answers; None while the article is being changed."""
    near, apart, words = shelf.closeness(query, vector, filed.article.slug)
    if len(near) != len(filed.entries):
        return None
    return pick(
        query, filed.entries, filed.sentences, near, apart, words, surely=surely, without=without
    )


def rival_of(
    first: Filed,
    said: Picked | None,
    others: Sequence[Filed],
    picks: Mapping[str, Picked | None],
    questions: Questions,
) -> Filed | None:
    """The first of the other articles, best first, that answers something else."""
    for other in others:
        there = picks.get(other.article.slug)
        if said is None or there is None or not _alike(questions, first, said, other, there):
            return other
    return None


def _alike(questions: Questions, one: Filed, said: Picked, other: Filed, there: Picked) -> bool:
    return questions.are_alike(
        one.article.slug,
        one.sentences[said.place].text,
        other.article.slug,
        other.sentences[there.place].text,
    )
