"""Questions shoppers ask of the articles: nlu_data/<language>/articles/questions.yml.

Each names the sentence that answers it by its beginning, and where it can be answered so, yes, no
or "depends". Sentences of different articles that answer alike stand together under `same:`:
whichever of them is said is right, and neither makes the other doubtful. An article that was
changed keeps the questions whose sentences still stand: no "yes" outlives its reason. What is held
out measures the answers; nothing learns from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from kit.i18n import Language
from knowledge.articles import Article, ArticleError
from knowledge.sentences import sentences_of
from knowledge.sources import shop_terms
from shop.terms import fill

Polarity = Literal["yes", "no", "depends"]
POLARITIES: Final = ("yes", "no", "depends")


@dataclass(frozen=True)
class Asked:
    """A question; `says` begins the sentence that answers it (empty: no article answers).

    `also` names other articles that answer the same; only what is held out needs them.
    """

    text: str
    says: str = ""
    polarity: Polarity | None = None
    held_out: bool = False
    also: tuple[str, ...] = ()


# Sentences that answer alike, each as the article's slug and the sentence's beginning.
Alike = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Questions:
    """What a language's file says: questions and product categories by slug, and strangers."""

    asked: Mapping[str, tuple[Asked, ...]] = field(default_factory=dict)
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unanswerable: tuple[Asked, ...] = ()
    same: tuple[Alike, ...] = ()

    def learned(self, slug: str) -> tuple[Asked, ...]:
        """The questions of an article that its index may learn from."""
        return tuple(one for one in self.asked.get(slug, ()) if not one.held_out)

    def are_alike(self, slug: str, said: str, other: str, said_there: str) -> bool:
        """Whether a sentence of the article `slug` answers the same as one of the article `other`.

        It does so where it is the very sentence, and where both stand in one group of `same:`.
        """
        if slug == other and said == said_there:
            return True
        return any(
            _stands_in(group, slug, said) and _stands_in(group, other, said_there)
            for group in self.same
        )


@dataclass(frozen=True)
class Entry:
    """A text under which an article is found; `place` is the sentence it leads to, if any."""

    text: str
    place: int | None = None
    polarity: Polarity | None = None
    is_question: bool = False


def questions_file(nlu_data: Path, language: Language) -> Path:
    """Where a language's questions stand."""
    return nlu_data / language / "articles" / "questions.yml"


def load_questions(nlu_data: Path, language: Language) -> Questions:
    """The questions of a language; none where there is no file. Raises ArticleError."""
    path = questions_file(nlu_data, language)
    if not path.exists():
        return Questions()
    try:
        content = yaml.safe_load(path.read_text("utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ArticleError(f"{language}/{path.name}: {error}") from error
    where = f"{language}/{path.name}"
    if not isinstance(content, dict):
        raise ArticleError(f"{where}: must have articles: and unanswerable:")
    articles = content.get("articles") or {}
    values = shop_terms()
    asked = {
        slug: tuple(_asked(f"{where}: {slug}", one) for one in facts.get("questions") or ())
        for slug, facts in articles.items()
    }
    categories = {
        slug: tuple(facts["categories"])
        for slug, facts in articles.items()
        if facts.get("categories")
    }
    strangers = tuple(
        _asked(f"{where}: unanswerable", {**one, "says": "-"})
        for one in content.get("unanswerable") or ()
    )
    same = tuple(_alike(where, group, articles) for group in content.get("same") or ())
    return Questions(
        {slug: tuple(_filled(one, values) for one in some) for slug, some in asked.items()},
        categories,
        strangers,
        tuple(tuple((slug, fill(says, values)) for slug, says in group) for group in same),
    )


def _filled(asked: Asked, values: Mapping[str, str]) -> Asked:
    """With the terms that the sentence names, as the article that it stands in."""
    return replace(asked, says=fill(asked.says, values))


def _alike(where: str, group: Any, articles: Mapping[str, Any]) -> Alike:
    if not isinstance(group, list) or len(group) < 2:
        raise ArticleError(f"{where}: every group under same: needs two or more [article, says]")
    for one in group:
        if not isinstance(one, list) or len(one) != 2 or one[0] not in articles:
            raise ArticleError(
                f"{where}: same: {one} must be [an article, how its sentence begins]"
            )
    return tuple((str(slug), str(says)) for slug, says in group)


def _stands_in(group: Alike, slug: str, said: str) -> bool:
    return any(slug == one and said.startswith(says) for one, says in group)


def _asked(where: str, facts: Any) -> Asked:
    if not isinstance(facts, dict) or not facts.get("ask") or not facts.get("says"):
        raise ArticleError(f"{where}: every question needs ask: and says:")
    polarity = facts.get("polarity")
    if polarity is not None and polarity not in POLARITIES:
        raise ArticleError(f"{where}: polarity must be one of {', '.join(POLARITIES)}, in quotes")
    says = "" if facts["says"] == "-" else str(facts["says"])
    also = tuple(facts.get("also") or ())
    return Asked(str(facts["ask"]), says, polarity, bool(facts.get("held_out")), also)


def place_of(article: Article, says: str) -> int | None:
    """Which sentence of the article begins so; None when none does."""
    return next(
        (at for at, one in enumerate(sentences_of(article.body)) if one.text.startswith(says)),
        None,
    )


def entries_of(article: Article, asked: Sequence[Asked]) -> tuple[Entry, ...]:
    """The texts under which an article is found: title, questions, answer, and its sentences."""
    leads = {one.text: one for one in asked}
    texts = dict.fromkeys([*article.questions, *leads])
    questions = []
    for text in texts:
        one = leads.get(text)
        place = None if one is None else place_of(article, one.says)
        if one is not None and place is None and text not in article.questions:
            continue  # its sentence is gone
        polarity = None if one is None or place is None else one.polarity
        questions.append(Entry(text, place, polarity, is_question=True))
    sentences = sentences_of(article.body)
    said = [
        Entry(f"{article.title}: {told(sentences, at, at)}", at) for at in range(len(sentences))
    ]
    return (Entry(article.title), Entry(article.answer), *questions, *said)


def told(sentences: Sequence[Any], first: int, last: int) -> str:
    """Sentences `first` to `last` as one text, with the one that the first leans on."""
    while sentences[first].leans:
        first -= 1
    texts = [one.text for one in sentences[first : last + 1]]
    return "".join(texts) if texts[0][-1] in "。！？" else " ".join(texts)
