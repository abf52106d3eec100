"""The scripted shopper answers what it is asked and agrees to what it wished alone."""

from typing import Any

import pytest

from research.benchmarks.service.agendas import Agenda, Item, Wish
from research.benchmarks.service.reading import Heard, Known, misfits
from research.benchmarks.service.shopper import MOST_ASKED, Shopper

METHODS: dict[str, dict[str, Any]] = {
    "gift_card_1": {"source": "gift_card", "balance": 5},
    "paypal_1": {"source": "paypal"},
    "credit_card_1": {"source": "credit_card", "brand": "visa", "last_four": "1234"},
}
KNOWN = Known({"W0000001": ["Desk Lamp", "Laptop", "Tablet"]}, METHODS)
LAMP = Item(
    "Desk Lamp", {"color": "black", "size": "M"}, {"color": "red"}, {"color": "red", "size": "M"}
)
SWAP = Wish("w", "exchange", "W0000001", items=(LAMP,), method="paypal_1")
RIGHT = "Order W0000001: Desk Lamp: black, size M → red, size M ($5), PayPal. Shall I exchange it?"


def shopper(*wishes: Wish, **facts: str) -> Shopper:
    known = {name: (value,) for name, value in facts.items()}
    made = Shopper(Agenda("a", "0", "ada_1", wishes, known), KNOWN, seed=1)
    made.opening()
    return made


def confirm(text: str) -> Heard:
    return Heard(text, "confirm", "yes")


def said(who: Shopper, heard: Heard) -> Any:
    answer = who.answer(heard)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (RIGHT, []),
        (RIGHT.replace("exchange it", "cancel it"), ["kind"]),
        (RIGHT.replace("W0000001", "W0000002"), ["order"]),
        (RIGHT.replace("red", "blue"), ["target"]),
        (RIGHT.replace("Desk Lamp", "Tablet"), ["missing", "items"]),
        (RIGHT.replace(": black", " and Laptop: black"), ["items"]),
        (RIGHT.replace("PayPal", "your gift card"), ["method"]),
        (RIGHT.replace("PayPal", "your Visa card"), ["method"]),
        (RIGHT.replace(", PayPal", ""), []),
        (RIGHT.replace("size M", "size M, case: laptop"), []),
    ],
)
def test_a_confirmation_is_read_closely(text: str, what: list[str]) -> None:
    assert [one.what for one in misfits(text, SWAP, KNOWN)] == what


def test_each_line_is_read_for_itself() -> None:
    shoes = Item("Shoes", gets={"size": "9", "color": "black"})
    reader = Item("E-Reader", gets={"screen size": "7-inch"})
    wish = Wish("w", "change", "W1", items=(shoes, reader))
    lines = (
        "E-Reader: screen size: 8-inch → screen size: 7-inch ($1)",
        "Shoes: size 9, white → size 9, black ($2)",
        "Shall I change it?",
    )
    assert misfits("\n".join(lines), wish, Known()) == []
    swapped = "\n".join(lines).replace("white → size 9, black", "black → size 9, white")
    assert [(one.what, one.item) for one in misfits(swapped, wish, Known())] == [("items", shoes)]


def test_yes_is_said_to_what_was_wished() -> None:
    ada = shopper(SWAP)
    said(ada, Heard("What is it about?"))
    answer = said(ada, confirm(RIGHT))
    assert answer.is_yes
    last = said(ada, Heard("Done."))
    assert not last.is_yes
    assert ada.outcomes["w"][0] == "done"
    assert ada.answer(Heard("Bye!")) is None


def test_what_is_not_right_is_corrected_and_given_up_in_the_end() -> None:
    ada = shopper(SWAP)
    wrong = confirm(RIGHT.replace("PayPal", "your gift card"))
    said(ada, Heard("What is it about?"))
    answers = [said(ada, wrong) for _ in range(MOST_ASKED + 2)]
    assert not any(one.is_yes for one in answers)
    assert "paypal" in answers[0].text.lower()
    assert ada.gave_up == ["w"]


def test_facts_are_told_as_they_are_asked_for() -> None:
    ada = shopper(SWAP, name="Ada Lund", zip="10001")
    said(ada, Heard("What is it about?"))
    asked = {
        slot: said(ada, Heard("And?", "value", slot)).text
        for slot in ("name_zip", "zip", "order_number", "method")
    }
    assert "Ada Lund" in asked["name_zip"]
    assert "10001" in asked["name_zip"]
    assert "10001" in asked["zip"]
    assert "W0000001" in asked["order_number"]
    assert "paypal" in asked["method"].lower()
    email = said(ada, Heard("Which e-mail?", "value", "email")).text
    assert "10001" in email  # it knows no e-mail and offers what it knows


def test_a_refused_wish_makes_room_for_the_next_best() -> None:
    second = Wish("b", "cancel", "W0000001", reason="no longer needed")
    ada = shopper(Wish("w", "cancel_items", "W0000001", items=(LAMP,), instead=(second,)))
    said(ada, Heard("What is it about?"))
    answer = said(ada, Heard("I'm sorry, that is not possible."))
    assert "cancel" in answer.text.lower()
    assert "W0000001" in answer.text
    assert ada.gave_up == ["w"]


def test_a_changed_mind_comes_before_the_yes() -> None:
    other = Wish("b", "return", "W0000001", items=(Item("Tablet"),))
    first = Wish(
        "w",
        "return",
        "W0000001",
        items=(Item("Laptop"),),
        on_confirmation=("Rather the tablet.",),
        then=other,
    )
    ada = shopper(first)
    said(ada, Heard("What is it about?"))
    changed = said(ada, confirm("Return Laptop?"))
    assert (changed.text, changed.is_yes) == ("Rather the tablet.", False)
    assert not said(ada, confirm("Return Laptop?")).is_yes
    assert said(ada, confirm("Return Tablet?")).is_yes


def test_an_unanswered_question_is_put_again_and_left() -> None:
    ask = Wish("q", "ask", say=("How many are there?", "What's the number?"), expects=("10",))
    ada = shopper(ask)
    again = [said(ada, Heard("Here is one.")).text for _ in range(2)]
    assert len(set(again)) == 2
    said(ada, Heard("There are 10."))
    assert ada.outcomes["q"][0] == "done"


def test_the_shopper_leaves_when_a_person_takes_over() -> None:
    ada = shopper(Wish("p", "person"), SWAP)
    assert ada.answer(Heard("A colleague is coming.", by_person=True)) is None
    assert ada.outcomes["p"][0] == "done"
    assert ada.outcomes["w"][0] == "refused"


def test_what_is_asked_before_it_is_wished_gets_its_yes() -> None:
    """The assistant goes on by itself: what it did before the question is no part of that."""
    first = Wish("a", "return", "W0000001", items=(Item("Laptop"),))
    second = Wish("b", "return", "W0000001", items=(Item("Tablet"),))
    ada = shopper(first, second)
    said(ada, Heard("What is it about?"))
    assert said(ada, confirm("Return Laptop?")).is_yes
    done = Heard(
        "Your return of the Laptop is set up.\nReturn Tablet?",
        "confirm",
        "yes",
        question="Return Tablet?",
    )
    assert said(ada, done).is_yes
    assert ada.outcomes["a"][0] == "done"
