"""Telegram's updates: real payloads, and what may be missing or of another form in them."""

import json
from typing import Any

import pytest

from connectors.messenger import LARGEST_FILE
from connectors.telegram.channel import Telegram, webhook_steps
from connectors.telegram.parsing import event_of
from tests.unit.connectors.shared_payloads import MISSING, SHARED

DATA = SHARED / "channels" / "telegram"
BOT = Telegram("123456:AAexampleexampleexampleexample0", "s" * 20)
PRIVATE = {"id": 7, "type": "private"}


def parsed(**update: Any) -> Any:
    (found,) = BOT.parse({"update_id": 1, **update})
    return found


def message(**more: Any) -> Any:
    return parsed(message={"message_id": 3, "from": {"id": 7}, "chat": PRIVATE, "date": 1, **more})


def payloads() -> list[Any]:
    found = []
    for path in sorted(DATA.glob("*.json")) if DATA.is_dir() else ():
        cases = json.loads(path.read_text(encoding="utf-8"))
        found += [pytest.param(body, id=name) for name, body in cases.items() if name != "origin"]
    return found or [pytest.param(None, marks=pytest.mark.skip(MISSING))]


WANTED = {
    "text": ("message", "test"),
    "caption": ("message", "test"),
    "group_text": ("group:message", ""),
    "audio": ("message", ""),
    "photo": ("message", ""),
    "voice": ("message", ""),
    "document": ("message", ""),
    "update_text": ("message", "Hi, world!"),
    "update_edited": ("edit", "hi there (edited)"),
    "update_location": ("message", "📍 55.693416, 37.624605"),
    "update_reply": ("message", "Reply to quoted message"),
    "update_successful_payment": ("unknown:successful_payment", ""),
    "update_shipping_query": ("unknown:shipping_query", ""),
}
FILES = {"audio": "voice", "photo": "picture", "voice": "voice", "document": "document"}


@pytest.mark.real_data
@pytest.mark.parametrize("body", payloads())
def test_real_payloads_are_the_right_event(body: Any, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id
    (event,) = BOT.parse(body)
    assert (event.kind, event.text) == WANTED[name]
    assert [file.kind for file in event.files] == ([FILES[name]] if name in FILES else [])
    assert event.id == f"123456:{body['update_id']}"


def test_two_bots_updates_are_told_apart() -> None:
    assert event_of({"update_id": 1}, "1").id != event_of({"update_id": 1}, "2").id


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": "x"},
        {"update_id": None, "message": {}},
        {"message": {"chat": 5}},
        {"update_id": 1, "message": {"chat": PRIVATE, "text": 5}},
        {"update_id": 1, "message": {"chat": PRIVATE, "photo": ["x", {"file_id": 5}, None]}},
        {"update_id": 1, "message": {"chat": PRIVATE, "photo": "text"}},
        {"update_id": 1, "callback_query": {"data": 5, "message": {"chat": PRIVATE}}},
        {"update_id": 1, "callback_query": {"id": "1", "data": "b1.0"}},
        {"update_id": 1, "my_chat_member": {"new_chat_member": "x"}},
        {"update_id": 1, "edited_message": {"chat": PRIVATE}},
        {"update_id": 1, "message": {"chat": PRIVATE, "location": []}},
    ],
)
def test_a_strange_update_is_recorded_and_never_an_error(update: dict[str, Any]) -> None:
    (event,) = BOT.parse(update)
    assert event.kind not in ("message", "edit", "start")
    assert event.id == BOT.parse(update)[0].id


def test_words_that_stand_for_more() -> None:
    assert message(sticker={"emoji": "👍", "file_id": "s"}).text == "👍"
    assert message(contact={"phone_number": "+49 40 123456"}).text == "+49 40 123456"
    assert message(text="/start").kind == "start"
    assert message(text="/start ref_7").kind == "start"
    assert message(text="/starting").kind == "message"


def test_the_largest_picture_that_may_be_fetched_is_taken() -> None:
    sizes = [{"file_id": str(size), "file_size": size} for size in (9, 999, LARGEST_FILE + 1)]
    assert [file.reference for file in message(photo=sizes).files] == ["999"]
    shown = {"file_id": "d", "mime_type": "image/png"}
    assert message(document=shown).files[0].kind == "picture"


def test_what_the_webhook_says_is_told_in_steps() -> None:
    address = "https://shop.example/channels/telegram/webhook"
    good = {
        "url": address,
        "pending_update_count": 0,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }
    assert all(step.done for step in webhook_steps(good, address))
    bad = {"url": "", "pending_update_count": 900, "last_error_message": "Wrong response: 502"}
    assert not any(step.done for step in webhook_steps(bad, address))
