"""Articles: what admins write in nlu_data/<language>/articles/<slug>.md or through the studio."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from kit.i18n import LANGUAGES, Language, length
from kit.languages import facts

LONGEST_TITLE: Final = 200
LONGEST_TOPIC: Final = 40
LONGEST_QUESTION: Final = 300
MOST_QUESTIONS: Final = 40
LONGEST_BODY: Final = 20_000
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ArticleError(ValueError):
    """An article is wrong; the message names the article (or its file), the field and the fix."""


@dataclass(frozen=True)
class Article:
    """One answer in one language; `answer` is the first paragraph, which stands alone."""

    slug: str
    language: Language
    title: str
    topic: str
    questions: tuple[str, ...]
    answer: str
    body: str


def make_article(
    slug: str, language: str, *, title: str, topic: str, questions: list[str], body: str
) -> Article:
    """An article from its parts; raises ArticleError naming the field that cannot be used."""
    if not _SLUG.fullmatch(slug) or len(slug) > 80:
        raise ArticleError(
            f"slug must be small letters, digits and single hyphens, at most 80, got {slug!r}"
        )
    if language not in LANGUAGES:
        raise ArticleError(f"{slug}: language must be one of {', '.join(LANGUAGES)}")
    title, topic, body = title.strip(), topic.strip(), body.strip()
    asked = tuple(question.strip() for question in questions if question.strip())
    for field, value, most in (
        ("title", title, LONGEST_TITLE),
        ("topic", topic, LONGEST_TOPIC),
        ("body", body, LONGEST_BODY),
    ):
        if not value:
            raise ArticleError(f"{slug}: {field} is missing")
        if len(value) > most:
            raise ArticleError(f"{slug}: {field} has {len(value)} characters, at most {most}")
    if not asked:
        raise ArticleError(f"{slug}: questions is missing; give at least one way of asking")
    if len(asked) > MOST_QUESTIONS:
        raise ArticleError(f"{slug}: {len(asked)} questions, at most {MOST_QUESTIONS}")
    for number, question in enumerate(asked, start=1):
        if len(question) > LONGEST_QUESTION:
            raise ArticleError(f"{slug}: question {number} is over {LONGEST_QUESTION} characters")
    answer = " ".join(body.split("\n\n")[0].split())
    own, said = facts(language), length(answer, language)
    if said > own.longest_answer:
        unit = "words" if own.measured_in == "words" else "characters"
        raise ArticleError(
            f"{slug}: the first paragraph of body is what the chat says; it has {said} {unit}, "
            f"at most {own.longest_answer}"
        )
    return Article(slug, language, title, topic, asked, answer, body)


def load_articles(root: Path, language: Language) -> list[Article]:
    """Every article of a language, by slug. Raises ArticleError naming file and field."""
    return [read_article(path, language) for path in article_files(root, language)]


def article_files(root: Path, language: Language) -> list[Path]:
    """The files of a language's articles, by name."""
    return sorted((root / language / "articles").glob("*.md"))


def read_article(path: Path, language: Language) -> Article:
    """One file: front matter between `---` lines, then the text."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ArticleError(f"{path.name}: is not UTF-8; save it as UTF-8") from error
    _, separator, rest = text.partition("---\n")
    front, closed, body = rest.partition("\n---\n")
    if not separator or not closed:
        raise ArticleError(f"{path.name}: front matter between two lines of --- is missing")
    try:
        facts = yaml.safe_load(front)
    except yaml.YAMLError as error:
        raise ArticleError(f"{path.name}: front matter: {error}") from error
    if not isinstance(facts, dict):
        raise ArticleError(f"{path.name}: front matter must be lines like title: …")
    questions = facts.get("questions") or []
    if not isinstance(questions, list):
        raise ArticleError(f"{path.name}: questions must be a list, one `- …` a line")
    try:
        return make_article(
            path.stem,
            language,
            title=str(facts.get("title") or ""),
            topic=str(facts.get("topic") or ""),
            questions=[str(question) for question in questions],
            body=body,
        )
    except ArticleError as error:
        raise ArticleError(f"{path.name}: {error}") from error


def entry_texts(article: Article) -> tuple[str, ...]:
    """The texts under which an article is found: title, questions, answer."""
    return (article.title, *article.questions, article.answer)
