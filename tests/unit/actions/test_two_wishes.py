"""The second of two wishes is not lost: a button for it, or a word on the order."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions.base import Action, say_what_else_was_wished
from actions.services import Services
from actions.turn import Talk, Turn, read_turn
from kit.i18n import Language


class Texts:
    def text(self, language: Language, key: str, **values: object) -> str:
        if key != "wish.cancel_order":
            raise ValueError(key)
        return "Cancel an order"


class Everything:
    words = Texts()


def turn(wishes: list[str], form: str | None = None) -> Turn:
    message: dict[str, Any] = {
        "text": "when do you open and cancel my order",
        "intent": {"name": "ask_opening_hours", "confidence": 0.9},
        "wishes": wishes,
    }
    loop = {"name": form}
    tracker = {"sender_id": "c", "latest_message": message, "active_loop": loop}
    return read_turn(tracker, datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


def said(
    wishes: list[str],
    form: str | None = None,
    events: tuple[str, ...] = (),
    *,
    action: str = "action_answer",
    is_over: bool = False,
) -> Talk:
    talk = Talk()
    if is_over:
        talk.remember("requested_slot", None)
    talk.say("utter_opening_hours")
    talk.other_events = [{"event": name, "name": "x"} for name in events]
    asked = turn(wishes, form)
    named = cast(Action, SimpleNamespace(name=action))
    say_what_else_was_wished(named, asked, talk, cast(Services, Everything()))
    return talk


def test_a_button_asks_for_the_second_wish() -> None:
    found = said(["ask_opening_hours", "cancel_order"]).responses
    assert [one["response"] for one in found] == ["utter_opening_hours", "utter_second_wish"]
    assert found[1]["buttons"] == [{"title": "Cancel an order", "payload": "/cancel_order"}]


def test_before_a_form_the_order_is_told() -> None:
    found = said(["ask_opening_hours", "cancel_order"], events=("followup",)).responses
    assert [one["response"] for one in found] == ["utter_one_after_another", "utter_opening_hours"]
    assert found[0]["wish"] == "Cancel an order"


def test_a_form_that_asks_says_so_and_one_that_is_over_offers_the_second() -> None:
    wishes = ["ask_opening_hours", "cancel_order"]
    waiting = said(wishes, "return_form", action="validate_return_form").responses
    assert waiting[0]["response"] == "utter_one_after_another"
    over = said(wishes, "return_form", action="validate_return_form", is_over=True).responses
    assert over[-1]["response"] == "utter_second_wish"


@pytest.mark.parametrize(
    ("wishes", "form"),
    [([], None), (["ask_opening_hours", "ask_gift_card"], None), (["a", "b"], None),
     (["ask_opening_hours", "cancel_order"], "return_form")],
)  # fmt: skip
def test_nothing_is_added_where_nothing_can_be_asked(wishes: list[str], form: str | None) -> None:
    assert len(said(wishes, form).responses) == 1
