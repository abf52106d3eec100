"""Wishes of one message told apart by their verbs."""

import pytest

from dialogue.interpreter import LearnedInterpreter, Values
from dialogue.letting_go import wished_beside
from dialogue.message import Message
from dialogue.several_wishes import wishes_by_verb
from dialogue.state import Frame, Question, State
from kit.i18n import Language

GOODS = {"category": ("shirts", "hats")}


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        (
            "en",
            "swap the shirt to L, cancel the beanie and tell me when it comes",
            ["change_item", "cancel_item"],
        ),
        ("en", "i want to return the socks and swap the boots", ["return_item", "change_item"]),
        ("zh", "裙子我想退 抓绒衣想换大一码", ["return_item", "change_item"]),
        ("en", "return the shirt or swap it for the hat", []),
        ("en", "don't return the shirt, swap the hat", []),
        ("en", "return the shirt and the hat", []),
    ],
)
def test_each_clause_with_a_verb_of_its_own_is_a_wish(
    language: Language, text: str, meant: list[str]
) -> None:
    said = Message(text, language, "cancel_item", 0.7, entities=GOODS)
    found = wishes_by_verb(said)
    assert [{"exchange_item": "change_item"}.get(one.intent, one.intent) for one in found] == meant


@pytest.mark.parametrize(
    ("task", "after", "meant"),
    [
        ("change_item", "and make the address my office", "change_address"),
        ("change_item", "顺便取消帽子", "cancel_order"),
        ("exchange", "and send it to my office", ""),
        ("cancel_order", "and refund my money", ""),
        ("cancel_order", "but change the shirt", ""),
        ("return", "and send it back quickly", ""),
    ],
)
def test_a_wish_beside_a_yes_is_another_task_by_its_verb(task: str, after: str, meant: str) -> None:
    assert wished_beside(task, after) == meant


@pytest.mark.parametrize(("unmet", "does"), [("k1", "other"), ("", "confirm")])
def test_a_yes_after_a_change_that_came_to_nothing_does_nothing(unmet: str, does: str) -> None:
    question = Question("confirm", "return", "yes", "utter_ask_return", key="k1")
    state = State(question=question, frame=Frame("return"), notes={"unmet": unmet})
    acts = LearnedInterpreter().interpret(state, Message("ok go", "en", "affirm", 0.9), Values())
    assert [one.kind for one in acts] == [does]
