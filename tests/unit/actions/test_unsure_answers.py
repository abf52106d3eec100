"""What no article surely answers: two articles to choose from, or a person."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions.answers.articles import CHOICES, from_articles
from dialogue.acts import Act
from knowledge.articles import make_article
from knowledge.index import Hit


class Said:
    """A chat that writes down what is said and how it was counted."""

    def __init__(self, hits: list[Hit], *, is_open: bool = False) -> None:
        self.services = SimpleNamespace(
            knowledge=SimpleNamespace(search=lambda *_, **__: hits, article=lambda *_: None)
        )
        self.turn = SimpleNamespace(
            text="where is it",
            language="en",
            intent="ask_account",
            confidence=0.5,
            is_button=False,
            first=lambda _: None,
            now=None,
        )
        self.state = SimpleNamespace(
            notes={},
            last=SimpleNamespace(did=""),
            focus=SimpleNamespace(kind="", product=None),
            question=SimpleNamespace(kind="choose") if is_open else None,
            frame=None,
        )
        self.words = SimpleNamespace(person=lambda: "person")
        self.heard: list[tuple[str, list[str]]] = []
        self.counted = ""

    def say(self, response: str, *, buttons: list[Any], **_: str) -> None:
        self.heard.append(
            (response, [one if isinstance(one, str) else one.title for one in buttons])
        )

    def offer(self, _: str, response: str, buttons: list[Any]) -> None:
        self.say(response, buttons=buttons)

    def offer_person(self, response: str) -> None:
        self.say(response, buttons=["person"])

    def asked_for(self, _: str) -> bool:
        return False

    def did(self, what: str, *_: str, **__: str) -> None:
        self.counted = what


def hit(title: str, *, is_likely: bool) -> Hit:
    article = make_article(
        title.lower(), "en", title=title, topic="account", questions=["q"], body="It is there."
    )
    return Hit(article, 0.3, is_confident=False, said="It is there.", is_likely=is_likely)


def told(chat: Said) -> list[tuple[str, list[str]]]:
    from_articles(cast(Any, chat), cast(Act, SimpleNamespace(intent="ask_account")))
    assert chat.counted == "not_understood"
    return chat.heard


def test_what_may_answer_is_asked_back_with_two_choices() -> None:
    hits = [hit(title, is_likely=True) for title in ("One", "Two", "Three")]
    assert CHOICES == 2
    assert told(Said(hits)) == [("utter_which_article", ["One", "Two", "person"])]


@pytest.mark.parametrize("hits", [[], [hit("One", is_likely=False)]])
def test_a_person_is_offered_where_nothing_is_likely(hits: list[Hit]) -> None:
    assert told(Said(hits)) == [("utter_no_article", ["person"])]


def test_what_is_open_stays_open() -> None:
    chat = Said([hit("One", is_likely=True), hit("Two", is_likely=True)], is_open=True)
    assert told(chat) == [("utter_no_article", ["person"])]


@pytest.mark.parametrize("is_open", [False, True])
def test_the_one_that_comes_near_is_said_to_do_so(is_open: bool) -> None:
    chat = Said([hit("One", is_likely=True)], is_open=is_open)
    from_articles(cast(Any, chat), cast(Act, SimpleNamespace(intent="ask_account")))
    assert chat.heard == [("utter_article_likely", ["person"])]
