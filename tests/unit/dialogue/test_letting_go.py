"""What was in hand is let go, and what follows stands for itself."""

import pytest

from dialogue.letting_go import asked_behind_a_no, lets_go_before, wishes_instead_of
from kit.i18n import Language


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Okay, never mind then. Can I return the lamp?", "Can I return the lamp?"),
        ("Alright, I understand. Leave it. How much was the mug?", "How much was the mug?"),
        ("That's a pity, but fine. Now cancel order 7.", "Now cancel order 7."),
        ("I see. Then let's leave it. And the other one?", "And the other one?"),
        ("Too bad! Skip that one, please. I need the kettle", "I need the kettle"),
        ("算了，帮我退掉台灯", "帮我退掉台灯"),
        ("好吧，先不管它了。水壶呢？", "水壶呢？"),
        ("never mind", ""),
        ("Leave it at the door. Thanks", ""),
        ("Okay. I want the black one.", ""),
        ("Don't forget it. I want the black one.", ""),
    ],
)
def test_what_follows_on_letting_go(text: str, rest: str) -> None:
    assert lets_go_before(text) == rest


@pytest.mark.parametrize(
    ("task", "intent", "text", "instead"),
    [
        ("change_items", "cancel_order", "then please cancel the whole order", True),
        ("exchange_items", "return_item", "I want to send back the tablet", True),
        ("exchange_items", "return_item", "exchange the one I wanted to return", False),
        ("exchange_items", "change_item", "change it to the black one", False),
        ("return", "cancel_order", "the black one", False),
        ("return", "exchange_item", "那就换一个", True),
    ],
)
def test_only_the_verb_of_another_task_takes_its_place(
    task: str, intent: str, text: str, instead: bool
) -> None:
    assert wishes_instead_of(task, intent, text) is instead


@pytest.mark.parametrize(
    ("text", "language", "asked"),
    [
        ("I don't want excuses, where is it?", "en", "where is it?"),
        ("别跟我说抱歉 到底在哪", "zh", "到底在哪"),
        ("no, where is it?", "en", ""),
        ("I don't want it any more", "en", ""),
    ],
)
def test_the_question_behind_a_no_to_something_else_is_heard(
    text: str, language: Language, asked: str
) -> None:
    assert asked_behind_a_no(text, language) == asked
