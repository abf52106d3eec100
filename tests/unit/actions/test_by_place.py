"""What depends on a place is asked in the articles' words, whatever message named the place."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions.answers.by_place import aspects_of, by_place
from actions.answers.places import zone_of_country
from kit.i18n import Language


class Asked:
    """A chat that writes down what the articles are asked."""

    def __init__(self, language: Language) -> None:
        self.questions: list[str] = []
        self.language = language
        self.signed_in = None
        self.turn: Any = None
        self.state = SimpleNamespace(notes={}, last=SimpleNamespace(did=""))
        self.services = SimpleNamespace(knowledge=SimpleNamespace(search=self.search))

    def search(self, question: str, *_: Any, **__: Any) -> list[Any]:
        self.questions.append(question)
        return []

    def ask(self, text: str, topic: str = "delivery") -> list[str]:
        self.questions = []
        self.turn = SimpleNamespace(text=text, language=self.language)
        by_place(cast(Any, self), topic)
        self.state.last.did, self.state.notes["told_by_place"] = "article", True
        return self.questions


def test_a_follow_up_keeps_what_was_asked_or_the_place() -> None:
    chat = Asked("en")
    assert chat.ask("how much is shipping to germany") == ["what does delivery cost"]
    assert chat.ask("and to mainland china?") == ["what does delivery to mainland China cost"]
    assert chat.ask("how long does that take") == ["how long does delivery to mainland China take"]
    assert chat.ask("do I have to pay customs") == ["what about customs and import tax"]
    assert chat.ask("and to japan?") == ["do you deliver to Canada"]
    chat = Asked("zh")
    assert chat.ask("寄到德国运费多少") == ["运费多少钱"]
    assert chat.ask("那寄中国呢") == ["寄到中国大陆运费多少钱"]
    assert chat.ask("要几天") == ["寄到中国大陆要几天"]


def test_cost_and_time_are_two_questions() -> None:
    assert Asked("en").ask("how much and how long to spain") == [
        "what does delivery cost",
        "how long does delivery take",
    ]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("who pays for the return to you from Norway", "way_back"),
        ("欧盟以外退货运费谁出", "way_back"),
        ("how much is express to France", ""),
        ("what happens if I am not at home", ""),
        ("how long is my parcel on the way", ""),
    ],
)
def test_only_what_depends_on_the_place_is_asked_so(text: str, asked: str) -> None:
    assert "".join(aspects_of(text)) == asked


def test_countries_lie_in_zones() -> None:
    zones = [zone_of_country(code) for code in ("DE", "GB", "CN", "US", "")]
    assert zones == ["union", "kingdom", "china", "elsewhere", None]
