"""The open question of a form comes back after other things were said, but not for ever."""

from typing import Any, ClassVar

import pytest

from actions.base import Action, _ask_again, perform
from actions.services import Services
from actions.turn import Talk, Turn
from tests.unit.actions.test_calling_a_person import turn

QUESTION = {"response": "utter_ask_which_order", "values": {}, "buttons": []}
LEFT = {"event": "active_loop", "name": None}


class Silent(Action):
    """Says nothing."""

    asks_again: ClassVar[bool] = True

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Nothing."""


def said(intent: str, asked_again: int = 0, form: str | None = "invoice_form") -> Talk:
    question = {**QUESTION, "asked_again": asked_again}
    message = {"intent": {"name": intent, "confidence": 0.9}}
    talk = Talk()
    services: Any = None
    one = turn(form=form, slots={"question": question}, message=message)
    perform(Silent(), one, talk, services)
    return talk


def test_after_a_digression_the_question_comes_back_and_is_counted() -> None:
    talk = said("ask_delivery")
    assert [one["response"] for one in talk.responses] == ["utter_ask_which_order"]
    assert talk.slots["question"]["asked_again"] == 1
    assert {"event": "followup", "name": "invoice_form"} in talk.other_events


@pytest.mark.parametrize(("intent", "asked_again"), [("ask_delivery", 2), ("goodbye", 0)])
def test_who_leaves_or_keeps_talking_of_other_things_is_let_go(
    intent: str, asked_again: int
) -> None:
    talk = said(intent, asked_again)
    assert talk.responses == []
    assert LEFT in talk.other_events
    assert talk.slots["question"] is None
    assert talk.slots["task_data"] is None


def test_without_a_form_nothing_is_asked() -> None:
    assert said("ask_delivery", form=None).responses == []


def test_a_form_without_a_question_just_goes_on() -> None:
    talk = Talk()
    _ask_again(turn(form="invoice_form"), talk)
    assert talk.other_events == [{"event": "followup", "name": "invoice_form"}]
