"""Sentences, the questions that lead to them, and what is said: one sentence, yes or no first."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.answering import Filed, file, rival_of
from knowledge.articles import ArticleError, make_article
from knowledge.picking import Picked, pick
from knowledge.questions import Asked, Questions, entries_of, load_questions, place_of, told
from knowledge.sentences import fits_the_question, sentences_of

BODY = (
    "Wash down at 30 °C. Then dry it on low heat. Nothing else is needed.\n\n"
    "Never use softener. But a tennis ball helps."
)
ASKED = (
    Asked("may I use softener", "Never use", "no"),
    Asked("should I put a ball into the dryer", "But a tennis", "yes"),
    Asked("how hot may it be", "Wash down"),
)


def article(body: str = BODY):
    return make_article(
        "care-down", "en", title="Down", topic="products", questions=["wash down"], body=body
    )


def test_sentences_know_their_paragraph_and_what_they_lean_on() -> None:
    found = sentences_of(BODY)
    assert [(one.text, one.paragraph, one.leans, one.limits) for one in found] == [
        ("Wash down at 30 °C.", 0, False, False),
        ("Then dry it on low heat.", 0, True, False),
        ("Nothing else is needed.", 0, False, False),
        ("Never use softener.", 1, False, False),
        ("But a tennis ball helps.", 1, False, True),
    ]
    assert told(found, 1, 1) == "Wash down at 30 °C. Then dry it on low heat."
    chinese = sentences_of("可以退货。但穿过的不行！\n\n请点“忘记密码。”再试。")
    assert [one.text for one in chinese] == [
        "可以退货。",
        "但穿过的不行！",
        "请点“忘记密码。”再试。",
    ]
    assert chinese[1].limits


@pytest.mark.parametrize(
    ("question", "sentence", "share"),
    [
        ("how long does it take", "It takes 2–4 working days.", 1.0),
        ("how long does it take", "Dogs are welcome.", 0.0),
        ("how much is it", "It costs €4.90.", 1.0),
        ("多久能到", "需要 2 个工作日。", 1.0),
        ("down", "It costs €4.90.", 0.0),
    ],
)
def test_a_question_asks_for_a_kind_of_fact(question: str, sentence: str, share: float) -> None:
    assert fits_the_question(question, sentence) == share


def test_questions_lead_to_their_sentence_and_die_with_it() -> None:
    entries = entries_of(article(), ASKED)
    assert [(one.text, one.place, one.polarity) for one in entries if one.is_question] == [
        ("wash down", None, None),
        ("may I use softener", 3, "no"),
        ("should I put a ball into the dryer", 4, "yes"),
        ("how hot may it be", 0, None),
    ]
    changed = entries_of(article(BODY.replace("Never use softener", "Softener is fine")), ASKED)
    assert "may I use softener" not in [one.text for one in changed]
    assert place_of(article(), "Softener") is None


def picked(query: str, nearest: str, surely: float = 0.8):
    entries = entries_of(article(), ASKED)
    near = np.array([0.9 if one.text == nearest else 0.2 for one in entries])
    words = np.zeros(len(entries))
    return pick(query, entries, sentences_of(BODY), near, near, words, surely=surely)


def test_the_sentence_is_said_with_its_exception_and_its_no() -> None:
    found = picked("can I use a softener", "may I use softener")
    assert (found.text, found.polarity) == (
        "Never use softener. But a tennis ball helps.",
        "no",
    )


def test_no_yes_or_no_without_a_question_for_it_or_near_enough() -> None:
    assert picked("which softener", "may I use softener").polarity is None
    assert picked("can I use a softener", "may I use softener", surely=0.95).polarity is None


def test_a_file_of_questions_is_read_and_what_is_held_out_is_not_learned(tmp_path: Path) -> None:
    path = tmp_path / "en" / "articles" / "questions.yml"
    path.parent.mkdir(parents=True)
    path.write_text(
        "articles:\n  a:\n    categories: [tents]\n    questions:\n"
        '      - {ask: x, says: S, polarity: "no"}\n      - {ask: y, says: S, held_out: true}\n'
        "unanswerable:\n  - ask: z\n",
        "utf-8",
    )
    found = load_questions(tmp_path, "en")
    assert found.learned("a") == (Asked("x", "S", "no"),)
    assert (found.categories["a"], found.unanswerable) == (("tents",), (Asked("z"),))
    assert load_questions(tmp_path, "zh").asked == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("articles: {a: {questions: [{ask: x}]}}", "a: every question needs ask: and says:"),
        (
            "articles: {a: {questions: [{ask: x, says: y, polarity: no}]}}",
            "polarity must be one of yes, no, depends, in quotes",
        ),
        ("[", "questions.yml"),
        ("- a", "must have articles:"),
    ],
)
def test_a_wrong_file_of_questions_is_named(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "en" / "articles" / "questions.yml"
    path.parent.mkdir(parents=True)
    path.write_text(content, "utf-8")
    with pytest.raises(ArticleError, match=reason):
        load_questions(tmp_path, "en")


SAME = Questions(same=((("taiwan", "We do not go"), ("countries", "Taiwan is")),))


def filed(slug: str, body: str) -> Filed:
    made = make_article(slug, "en", title=slug, topic="delivery", questions=["where"], body=body)
    return file(made, SAME)


def test_sentences_that_answer_alike_are_known_by_their_beginnings() -> None:
    assert SAME.are_alike("taiwan", "We do not go there.", "countries", "Taiwan is too far.")
    assert SAME.are_alike("a", "Yes.", "a", "Yes.")
    assert not SAME.are_alike("taiwan", "We do not go there.", "countries", "France is near.")
    assert not SAME.are_alike("a", "Yes.", "b", "Yes.")


def test_an_article_that_says_the_same_is_no_rival() -> None:
    taiwan = filed("taiwan", "We do not go there.")
    countries = filed("countries", "Taiwan is too far. France is near.")
    costs = filed("costs", "It costs much.")
    said = Picked(0, "We do not go there.", None)
    alike = {"countries": Picked(0, "Taiwan is too far.", None), "costs": Picked(0, "", None)}
    assert rival_of(taiwan, said, [countries, costs], alike, SAME) is costs
    other = {**alike, "countries": Picked(1, "France is near.", None)}
    assert rival_of(taiwan, said, [countries, costs], other, SAME) is countries
    assert rival_of(taiwan, said, [countries], alike, SAME) is None
    assert rival_of(taiwan, None, [countries, costs], alike, SAME) is countries


@pytest.mark.parametrize("group", ["[[a, x]]", "[a, x]", "[[a, x], [b, y]]", "[[a, x], [a]]"])
def test_a_group_of_alike_names_two_sentences_of_articles(tmp_path: Path, group: str) -> None:
    path = tmp_path / "en" / "articles" / "questions.yml"
    path.parent.mkdir(parents=True)
    path.write_text(f"articles: {{a: {{}}}}\nsame: [{group}]\n", "utf-8")
    with pytest.raises(ArticleError, match="same:"):
        load_questions(tmp_path, "en")
