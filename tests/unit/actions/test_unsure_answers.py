"""What no article surely answers: two articles to choose from, or a person."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions.answers.articles import CHOICES, from_articles, search
from dialogue.acts import Act
from knowledge.articles import make_article
from knowledge.index import Hit
from tests.dialogues import MIA, Desk, understood


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
        self.words = SimpleNamespace(person=lambda: "person", text=lambda key, **_: key)
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


def test_an_unsure_report_that_asks_is_answered_where_an_article_surely_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sure = replace(hit("Collecting", is_likely=True), is_confident=True)
    monkeypatch.setattr(desk.services.knowledge, "search", lambda *_, **__: [sure])
    talk = desk.talk(MIA)
    asked = understood("can someone else pick up my parcel?", "report_lost_parcel", "en")
    talk.replies = talk.player.send(replace(asked, confidence=0.57))
    assert talk.state.frame is None
    assert "It is there." in talk.text
    talk.replies = talk.player.send(replace(asked, text="my parcel is lost", confidence=0.57))
    assert talk.state.frame.task == "report_lost"


def test_what_nobody_here_can_answer_is_offered_to_a_colleague_at_once(desk: Desk) -> None:
    talk = desk.talk(MIA)
    unclear = replace(understood("please ring it at the back", "nlu_fallback", "en"), confidence=0)
    talk.replies = talk.player.send(replace(unclear, ranking=(("ask_delivery", 0.1),)))
    assert talk.said == ["utter_cannot_answer"]
    talk.say("yes please", "affirm")
    assert talk.state.person_wanted


def test_words_put_otherwise_are_looked_for_as_they_were_put() -> None:
    """保修多久 asks how long the warranty is, and is looked for in those words."""
    asked: list[str] = []
    chat = Said([])
    chat.turn.text, chat.turn.language = "保修多久", "zh"

    def find(text: str, *_: object, **__: object) -> list[Hit]:
        asked.append(text)
        return []

    chat.services.knowledge.search = find
    search(cast(Any, chat), "warranty", "质保几年")
    assert asked == ["质保几年", "质保几年"]
