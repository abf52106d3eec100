"""What an article must have, and that its errors say what to do."""

from pathlib import Path

import pytest

from knowledge.articles import ArticleError, make_article, read_article


def make(**changed: object) -> None:
    given = {
        "slug": "gift-cards",
        "language": "en",
        "title": "Gift cards",
        "topic": "gift_cards",
        "questions": ["can I buy one"],
        "body": "Yes.",
    } | changed
    make_article(given.pop("slug"), given.pop("language"), **given)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"slug": "Gift Cards"}, "slug must be small letters"),
        ({"language": "de"}, "language must be one of en, zh"),
        ({"title": " "}, "title is missing"),
        ({"topic": ""}, "topic is missing"),
        ({"questions": ["  "]}, "questions is missing"),
        ({"questions": ["a"] * 41}, "41 questions, at most 40"),
        ({"questions": ["a", "b" * 301]}, "question 2 is over 300"),
        ({"body": "\n"}, "body is missing"),
        ({"body": "word " * 81}, "it has 81 words, at most 80"),
        ({"language": "zh", "body": "字" * 201}, "it has 201 characters, at most 200"),
    ],
)
def test_a_wrong_field_is_named(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(ArticleError, match=reason):
        make(**changed)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no front matter", "front matter between two lines"),
        (b"---\ntitle: [\n---\nx", "front matter"),
        (b"---\njust words\n---\nx", "lines like title"),
        (b"---\ntitle: a\ntopic: b\nquestions: c\n---\nx", "must be a list"),
        (b"---\ntitle: \xff\n---\nx", "not UTF-8"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "gift-cards.md"
    path.write_bytes(content)
    with pytest.raises(ArticleError, match=rf"gift-cards\.md: .*{reason}"):
        read_article(path, "en")


def test_the_answer_is_the_first_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: A\ntopic: b\nquestions: [c]\n---\nOne\ntwo.\n\nThree.", "utf-8")
    article = read_article(path, "en")
    assert (article.answer, article.body) == ("One two.", "One\ntwo.\n\nThree.")
