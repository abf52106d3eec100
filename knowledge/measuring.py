"""How often the first answer is right, over questions that no index has learned from.

Right is the sentence that the question names, or one that is known to answer alike. A wrong answer
is one that is given, with enough confidence, and is not right, or to a question that no article
answers.
"""

from dataclasses import dataclass

from kit.i18n import Language
from knowledge.index import Hit, KnowledgeIndex
from knowledge.questions import Asked, Questions, place_of
from knowledge.sentences import sentences_of


@dataclass(frozen=True)
class Tried:
    """A held-out question (of no article: `slug` empty) and what the index would say first."""

    slug: str
    asked: Asked
    hit: Hit | None
    is_right: bool

    @property
    def is_wrong(self) -> bool:
        """Whether something is said that is not the answer."""
        return self.hit is not None and self.hit.is_confident and not self.is_right


def try_answers(index: KnowledgeIndex, questions: Questions, language: Language) -> list[Tried]:
    """What the index says to every held-out question."""
    held = [
        (slug, one) for slug, asked in questions.asked.items() for one in asked if one.held_out
    ] + [("", one) for one in questions.unanswerable if one.held_out]
    hits = index.search_many([one.text for _, one in held], language, 1)
    tried = []
    for (slug, one), found in zip(held, hits, strict=True):
        hit = found[0] if found else None
        is_right = hit is not None and _is_right(index, questions, slug, one, hit)
        tried.append(Tried(slug, one, hit, is_right))
    return tried


def answer_figures(tried: list[Tried]) -> dict[str, float]:
    """Shares of the questions an article answers, and of all, to four places."""
    inside = [one for one in tried if one.slug]
    outside = [one for one in tried if not one.slug]
    given = [one for one in inside if one.hit is not None and one.hit.is_confident]
    yes_no = [one for one in given if one.is_right and one.asked.polarity in {"yes", "no"}]
    said = [one for one in yes_no if one.hit is not None and one.hit.polarity is not None]
    agree = [one for one in said if one.hit is not None and one.hit.polarity == one.asked.polarity]
    figures = {
        "questions": float(len(inside)),
        "unanswerable": float(len(outside)),
        "right_first": _share(sum(one.is_right for one in inside), len(inside)),
        "right_given": _share(sum(one.is_right for one in given), len(inside)),
        "wrong_given": _share(sum(one.is_wrong for one in tried), len(tried)),
        "unanswerable_answered": _share(sum(one.is_wrong for one in outside), len(outside)),
        "yes_or_no_said": _share(len(said), len(yes_no)),
        "yes_or_no_right": _share(len(agree), len(said)),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _is_right(
    index: KnowledgeIndex, questions: Questions, slug: str, asked: Asked, hit: Hit
) -> bool:
    if hit.article.slug in asked.also:
        return True
    article = index.article(slug, hit.article.language)
    place = None if article is None else place_of(article, asked.says)
    if article is None or place is None:
        return False
    wanted = sentences_of(article.body)[place].text
    return any(
        one.text in hit.said and questions.are_alike(slug, wanted, hit.article.slug, one.text)
        for one in sentences_of(hit.article.body)
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
