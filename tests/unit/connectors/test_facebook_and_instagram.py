"""Messenger's and Instagram's events: real payloads, what is left out, who may answer how late."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.facebook import Facebook
from connectors.instagram import Instagram
from connectors.messenger import Event, Part, Press, Window
from tests.unit.connectors.shared_payloads import cases

NOW = datetime(2026, 11, 30, tzinfo=UTC)
PAGE = Facebook("token", "s" * 32, "word")
ACCOUNT = Instagram("token", "s" * 32, "word")
WANTED = {
    "fbmessenger_updates/text": "message hello, world!",
    "fbmessenger_updates/read": "read ",
    "fbmessenger_updates/account_linking": "account_linking ",
    "fbmessenger_updates/delivery": "delivery ",
    "fbmessenger_updates/postback": "message ",
    "fbmessenger_updates/optin": "optin ",
    "chatwoot_instagram_events/text": "message This is the first message from the customer",
    "chatwoot_instagram_events/standby": "standby ",
    "chatwoot_instagram_events/story_reply": "message This is the story reply",
    "chatwoot_instagram_events/test_event": "message random_text",
    "chatwoot_instagram_events/unsend": "unsend ",
    "chatwoot_instagram_events/attachment_share": "message https://www.example.com/test.jpeg",
    "chatwoot_instagram_events/story_mention_echo": "own ",
    "chatwoot_instagram_events/seen": "read ",
}


@pytest.mark.real_data
def test_real_payloads_are_the_right_events() -> None:
    bodies = cases("messenger", "fbmessenger_updates.json", "chatwoot_instagram_events.json")
    found = {}
    for name, body in bodies.items():
        (event,) = (PAGE if body["object"] == "page" else ACCOUNT).parse(body)
        found[name] = f"{event.kind} {event.text}"
        assert event.id
        assert event.id == (PAGE if body["object"] == "page" else ACCOUNT).parse(body)[0].id
    assert found == WANTED
    (unsent,) = ACCOUNT.parse(bodies["chatwoot_instagram_events/unsend"])
    assert unsent.message_id == "message-id-to-delete"
    (pressed,) = PAGE.parse(bodies["fbmessenger_updates/postback"])
    assert pressed.pressed == "USER_DEFINED_PAYLOAD"
    (other,) = ACCOUNT.parse(bodies["fbmessenger_updates/text"])
    assert other.kind == "elsewhere"


def parsed(**what: Any) -> Event:
    one = {"sender": {"id": "7"}, "timestamp": 1, **what}
    (event,) = PAGE.parse({"object": "page", "entry": [{"messaging": [one]}]})
    return event


def test_stickers_pictures_and_places() -> None:
    like = {"type": "sticker", "payload": {"sticker_id": 369239263222822, "url": "https://x"}}
    assert parsed(message={"mid": "m", "attachments": [like]}).text == "👍"
    old = {"type": "image", "payload": {"sticker_id": 1, "url": "https://x"}}
    assert parsed(message={"mid": "m", "attachments": [old]}).text == "🙂"
    image = {"type": "image", "payload": {"url": "https://scontent.fbcdn.net/p.jpg"}}
    (file,) = parsed(message={"mid": "m", "attachments": [image, image]}).files
    assert (file.kind, file.reference) == ("picture", "https://scontent.fbcdn.net/p.jpg")
    place = {"type": "location", "payload": {"coordinates": {"lat": 53.5, "long": 10.0}}}
    assert parsed(message={"mid": "m", "attachments": [place]}).text == "📍 53.5, 10.0"


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"message": {}},
        {"message": 5},
        {"message": {"mid": "m", "text": 5}},
        {"message": {"mid": "m", "attachments": "x"}},
        {"postback": []},
        {"sender": None},
        {"message": {"mid": "m", "attachments": [{"type": "template"}]}},
        {"message": {"mid": "m", "attachments": [{"type": "fallback", "payload": None}]}},
        {"message": {"mid": "m", "text": "ours", "is_echo": True}},
    ],
)
def test_a_strange_event_is_recorded_and_never_an_error(what: dict[str, Any]) -> None:
    event = parsed(**what)
    assert event.kind not in ("message", "edit", "start", "unsend")
    assert event.id


def test_after_a_day_people_alone_may_answer_and_say_that_they_are_people() -> None:
    call = PAGE.render("7", Part("hello"))
    for hours, allowed, tag in ((23, True, None), (25, False, None), (24 * 7, False, None)):
        window = Window("bot", NOW - timedelta(hours=hours), NOW)
        assert (PAGE.may_send(window) is None) == allowed
        assert PAGE.marked(call, window).body.get("tag") == tag
    for hours, allowed, tag in ((23, True, None), (25, True, "HUMAN_AGENT"), (24 * 7, False, None)):
        window = Window("agent", NOW - timedelta(hours=hours), NOW)
        assert (PAGE.may_send(window) is None) == allowed
        if allowed:
            body = PAGE.marked(call, window).body
            assert body.get("tag") == tag
            assert body["messaging_type"] == ("MESSAGE_TAG" if tag else "RESPONSE")


def test_few_buttons_stay_and_many_pass() -> None:
    presses = tuple(Press(f"Choice {at}", f"b1.{at}") for at in range(4))
    few = PAGE.render("7", Part("Which?", buttons=presses[:3])).body["message"]
    assert len(few["attachment"]["payload"]["buttons"]) == 3
    many = PAGE.render("7", Part("Which?", buttons=presses)).body["message"]
    assert [one["payload"] for one in many["quick_replies"]] == ["b1.0", "b1.1", "b1.2", "b1.3"]
    seen = PAGE.render("7", Part(picture="https://x/p.png", buttons=presses[:1])).body["message"]
    assert (seen["attachment"]["type"], len(seen["quick_replies"])) == ("image", 1)
