"""Articles: what admins write in nlu_data/<language>/articles/<slug>.md."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from concierge.kit.i18n import Language


class ArticleError(ValueError):
    """An article file is wrong; the message names the file and the field."""


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


def load_articles(root: Path, language: Language) -> list[Article]:
    """Every article of a language, by slug. Raises ArticleError naming file and field."""
    return [
        read_article(path, language) for path in sorted((root / language / "articles").glob("*.md"))
    ]


def read_article(path: Path, language: Language) -> Article:
    """One file: front matter between `---` lines, then the text."""
    _, separator, rest = path.read_text(encoding="utf-8").partition("---\n")
    front, closed, body = rest.partition("\n---\n")
    if not separator or not closed:
        raise ArticleError(f"{path.name}: front matter between two lines of --- is missing")
    try:
        facts = yaml.safe_load(front)
    except yaml.YAMLError as error:
        raise ArticleError(f"{path.name}: front matter: {error}") from error
    for field in ("title", "topic", "questions"):
        if not facts.get(field):
            raise ArticleError(f"{path.name}: {field} is missing")
    body = body.strip()
    return Article(
        slug=path.stem,
        language=language,
        title=str(facts["title"]),
        topic=str(facts["topic"]),
        questions=tuple(str(question) for question in facts["questions"]),
        answer=" ".join(body.split("\n\n")[0].split()),
        body=body,
    )
