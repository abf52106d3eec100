"""Articles that name the shop's terms say the numbers of its rules."""

from pathlib import Path

import pytest

from kit.i18n import LANGUAGES, Language
from knowledge.articles import Article
from knowledge.questions import load_questions, place_of
from knowledge.sources import Sources, shop_terms
from shop.terms import fill, terms
from tests.policies import ROOT, demo_with

ARTICLE = """---
title: Returns within {return_days} days
topic: returns
questions:
  - how long do I have
---
You have {return_days} days. Write to {nobody} then.
"""


@pytest.fixture
def nlu_data(tmp_path: Path) -> Path:
    folder = tmp_path / "en" / "articles"
    folder.mkdir(parents=True)
    (tmp_path / "zh" / "articles").mkdir(parents=True)
    (folder / "returns.md").write_text(ARTICLE, "utf-8")
    (folder / "plain.md").write_text(ARTICLE.replace("{return_days}", "some"), "utf-8")
    return tmp_path


def test_an_article_says_the_number_of_the_rules(nlu_data: Path) -> None:
    values = terms("Shop", demo_with("return", days=14))
    sources = Sources(nlu_data, strict=True, values=values)
    sources.refresh()
    _, article = sources.articles("en")
    assert article.title == "Returns within 14 days"
    assert article.body == "You have 14 days. Write to {nobody} then."


def test_a_changed_rule_changes_what_was_read_before(nlu_data: Path) -> None:
    first = Sources(nlu_data, strict=True, values={"return_days": "30"})
    first.refresh()
    known: dict[tuple[Language, str], Article] = {
        ("en", one.slug): one for one in first.articles("en")
    }
    assert list(first.files) == ["en/plain"]
    again = Sources(
        nlu_data, known=known, files=first.files, strict=True, values={"return_days": "14"}
    )
    changed, gone = again.refresh()
    assert ([one.answer for one in changed], gone) == (
        ["You have 14 days. Write to {nobody} then."],
        [],
    )
    same = Sources(
        nlu_data, known=known, files=first.files, strict=True, values={"return_days": "30"}
    )
    assert same.refresh() == ([], [])


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_questions_lead_to_sentences_that_name_terms(spoken: Language) -> None:
    sources = Sources(ROOT / "nlu_data", strict=True)
    sources.refresh()
    asked = load_questions(ROOT / "nlu_data", spoken).learned("return-policy")
    article = next(one for one in sources.articles(spoken) if one.slug == "return-policy")
    assert "30" in article.body
    assert {place_of(article, one.says) is None for one in asked} == {False}


def test_only_known_names_are_filled() -> None:
    assert fill("{return_days} {x} {}", shop_terms()) == "30 {x} {}"
