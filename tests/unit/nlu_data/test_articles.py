"""The knowledge articles: complete, answerable in one chat reply, and true to the demo shop."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.unit.nlu_data import facts
from tests.unit.nlu_data.reading import LANGUAGES, NLU_DATA, Article, articles, examples

FEWEST_ARTICLES = 60
LONGEST_FIRST_PARAGRAPH = {"en": 60, "zh": 120}
_AMOUNTS = re.compile(r"€ ?(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*(?:\.\d+)?) ?(?:欧元|EUR\b|euros?\b)")
_PERCENTAGES = re.compile(r"(\d+(?:\.\d+)?) ?%")
_EMAILS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    if not (NLU_DATA / request.param / "articles").is_dir():
        pytest.skip(f"no {request.param} articles yet")
    return str(request.param)


@pytest.fixture(scope="module")
def shelf(language: str) -> list[Article]:
    return articles(language)


def _length(text: str, language: str) -> int:
    """Words, or for Chinese its characters and the numbers and Latin words among them."""
    if language == "en":
        return len(text.split())
    return len(re.findall(r"[一-鿿]|[A-Za-z0-9.€@]+", text))


def test_there_are_enough_articles(shelf: list[Article]) -> None:
    assert len(shelf) >= FEWEST_ARTICLES


def test_every_topic_has_an_article(shelf: list[Article]) -> None:
    assert {article.front["topic"] for article in shelf} == facts.TOPICS


def test_both_languages_have_the_same_articles() -> None:
    slugs = {language: {article.slug for article in articles(language)} for language in LANGUAGES}
    if not slugs["zh"]:
        pytest.skip("no zh articles yet")
    assert slugs["en"] == slugs["zh"]


def test_both_languages_file_an_article_under_the_same_topic() -> None:
    topics = {
        language: {article.slug: article.front["topic"] for article in articles(language)}
        for language in LANGUAGES
    }
    shared = topics["en"].keys() & topics["zh"].keys()
    assert [slug for slug in shared if topics["en"][slug] != topics["zh"][slug]] == []


def test_front_matter_is_complete(shelf: list[Article]) -> None:
    for article in shelf:
        assert set(article.front) == {"title", "topic", "questions"}, article.slug
        assert isinstance(article.front["title"], str), article.slug
        assert article.front["title"].strip(), article.slug
        assert 4 <= len(article.front["questions"]) <= 8, article.slug
        assert all(isinstance(asked, str) and asked for asked in article.front["questions"])
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", article.slug)


def test_titles_and_questions_belong_to_one_article(shelf: list[Article]) -> None:
    titles = Counter(article.front["title"] for article in shelf)
    asked = Counter(
        question.casefold() for article in shelf for question in article.front["questions"]
    )
    assert [title for title, n in titles.items() if n > 1] == []
    assert [question for question, n in asked.items() if n > 1] == []


def test_questions_are_not_training_sentences(language: str, shelf: list[Article]) -> None:
    trained = {sentence.text.casefold() for sentence in examples(language)}
    asked = {question.casefold() for article in shelf for question in article.front["questions"]}
    assert asked & trained == set()


def test_first_paragraph_is_a_chat_reply(language: str, shelf: list[Article]) -> None:
    longest = LONGEST_FIRST_PARAGRAPH[language]
    too_long = {
        article.slug: _length(article.paragraphs[0], language)
        for article in shelf
        if _length(article.paragraphs[0], language) > longest
    }
    assert too_long == {}
    assert [a.slug for a in shelf if a.paragraphs[0].startswith(("#", "-", "*", "|"))] == []


def test_there_is_more_to_read_than_the_reply(shelf: list[Article]) -> None:
    assert [article.slug for article in shelf if len(article.paragraphs) < 2] == []


def test_amounts_and_percentages_are_those_of_the_shop(shelf: list[Article]) -> None:
    for article in shelf:
        amounts = {
            (before or after).replace(",", "") for before, after in _AMOUNTS.findall(article.body)
        }
        assert amounts <= facts.AMOUNTS, article.slug
        assert set(_PERCENTAGES.findall(article.body)) <= facts.PERCENTAGES, article.slug


def test_mail_addresses_are_those_of_the_shop(shelf: list[Article]) -> None:
    for article in shelf:
        assert set(_EMAILS.findall(article.body)) <= facts.EMAILS, article.slug


@pytest.mark.parametrize("slug", sorted(facts.TOLD))
def test_article_tells_the_facts_of_the_shop(shelf: list[Article], slug: str) -> None:
    body = (
        {article.slug: article.body for article in shelf}[slug].replace("-", "–").replace("至", "–")
    )
    missing = [
        told
        for told in facts.TOLD[slug]
        if not re.search(rf"(?<![\d.]){re.escape(told)}(?![\d]|\.\d)", body)
    ]
    assert missing == []
