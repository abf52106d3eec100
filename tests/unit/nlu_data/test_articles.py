"""The knowledge articles: complete, answerable in one chat reply, and true to the demo shop."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml

from knowledge.questions import load_questions
from knowledge.sentences import sentences_of
from knowledge.sources import shop_terms
from shop.terms import fill
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


_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_WORDS = "three four five six seven eight nine ten eleven twelve"
_COUNTED = {word: str(number) for number, word in enumerate(_WORDS.split(), start=3)}
_COUNTED["august"] = "8"
_UNTOLD = {"0", "1", "2"}  # what languages say as a word or leave out


def _numbers(body: str) -> set[str]:
    """Every number told, as digits, but the smallest."""
    words = {_COUNTED[word] for word in re.findall(r"[a-z]+", body.lower()) if word in _COUNTED}
    digits = {found.replace(",", "").rstrip(".") for found in _NUMBER.findall(body)}
    return (digits | words) - _UNTOLD


def test_numbers_agree_across_languages() -> None:
    chinese = {article.slug: _numbers(article.body) for article in articles("zh")}
    differing = {}
    for article in articles("en"):
        digits = {found.replace(",", "") for found in _NUMBER.findall(article.body)} - _UNTOLD
        untold = digits - chinese[article.slug]
        invented = chinese[article.slug] - _numbers(article.body)
        if untold or invented:
            differing[article.slug] = (untold, invented)
    assert differing == {}


def test_chinese_articles_are_written_out() -> None:
    lengths = sorted(len(article.body.replace("\n", "")) for article in articles("zh"))
    assert lengths[len(lengths) // 2] >= 220
    assert lengths[0] >= 180


def test_every_article_has_questions_that_lead_to_its_sentences(language: str) -> None:
    written = yaml.safe_load(
        (NLU_DATA / language / "articles" / "questions.yml").read_text("utf-8")
    )
    bodies = {article.slug: article.body for article in articles(language)}
    assert written["articles"].keys() == bodies.keys()
    lost, few = [], []
    for slug, facts_ in written["articles"].items():
        said = [one.text for one in sentences_of(bodies[slug])]
        asked = facts_["questions"]
        lost += [
            (slug, one["ask"])
            for one in asked
            if sum(text.startswith(fill(one["says"], shop_terms())) for text in said) != 1
        ]
        if len(asked) < 6 or sum(one.get("held_out", False) for one in asked) < 2:
            few.append(slug)
    assert (lost, few) == ([], [])
    assert len(written["unanswerable"]) >= 25


def test_sentences_that_answer_alike_are_there(language: str) -> None:
    bodies = {article.slug: sentences_of(article.body) for article in articles(language)}
    same = load_questions(NLU_DATA, language).same
    lost = [
        (slug, says)
        for group in same
        for slug, says in group
        if sum(one.text.startswith(says) for one in bodies[slug]) != 1
    ]
    assert len(same) >= 50
    assert lost == []


def test_no_question_stands_twice(language: str) -> None:
    written = yaml.safe_load(
        (NLU_DATA / language / "articles" / "questions.yml").read_text("utf-8")
    )
    asked = Counter(
        one["ask"].casefold()
        for one in [
            *(one for facts_ in written["articles"].values() for one in facts_["questions"]),
            *written["unanswerable"],
        ]
    )
    assert [question for question, n in asked.items() if n > 1] == []
