"""WhatsApp's webhooks: real payloads, the published vector, ids that change, requests."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.messenger import Event, Part, Press, Window
from connectors.whatsapp.channel import WhatsApp
from connectors.whatsapp.parsing import events_of
from tests.unit.connectors.shared_payloads import SHARED, cases, payload

NOW = datetime(2026, 11, 30, tzinfo=UTC)
NUMBER = "1122334455667"
BOT = WhatsApp(NUMBER, "token", "s" * 32, "word")
USER = "US.13491208655302741918"
# What shoppers do; every other payload is a recorded ignore, by the beginning of its kind.
WANTED = {
    "message/text": "message Body Text",
    "message/image": "message ",
    "message/media_with_url": "message ",
    "message/video": "message caption",
    "message/document": "message caption",
    "message/audio": "message ",
    "message/voice": "message ",
    "message/static_sticker": "message 🙂",
    "message/animated_sticker": "message 🙂",
    "message/reaction": "reaction ",
    "message/unreaction_empty": "reaction ",
    "message/unreaction_no_emoji": "reaction ",
    "message/current_location": "message 📍 12.25089, 43.90539",
    "message/chosen_location": "message 📍 Facebook HQ 1 Hacker Way",
    "message/contacts": "message +1 555-555-5555, +1 666-666-6666, +1 777-777-7777",
    "message/order": "message 🛒 3 × HAMBURGER, 2 × FRENCH_FRIES, 2 × SODA",
    "message/unsupported": "unknown:unsupported",
    "message/unsupported_with_type": "unknown:pool",
    "message/reply": "message replied text",
    "message/forwarded": "message forwarded text",
    "message/forwarded_many_times": "message text forwarded many times",
    "message/interactive_message_with_err": "unknown:interactive",
    "message/referral": "message BODY",
    "callback_button/button": "message ",
    "callback_button/quick_reply": "message title",
    "callback_button/quick_reply_without_context": "message title",
    "callback_selection/callback": "message ",
    "callback_selection/description": "message ",
    "deleted_message/revoke": "unsend ",
    "edited_message/image": "edit Updated image caption",
    "flow_completion/completion": "unknown:nfm_reply",
    "flow_completion/without_flow_token": "unknown:nfm_reply",
    "call_permission_update/accept": "unknown:call_permission_reply",
    "call_permission_update/reject": "unknown:call_permission_reply",
    "message_status/failed": "undelivered ",
    "system/phone_number_change": "moved ",
    "system/identity_change": "system:customer_identity_changed",
}
IGNORED = ("status:", "own", "call", "preference", "unknown:", "elsewhere")
FILES = {"image": "picture", "video": "video", "document": "document", "audio": "voice"}


def updates() -> dict[str, Any]:
    names = sorted(path.name for path in (SHARED / "channels/whatsapp/updates").glob("*.json"))
    return cases("whatsapp", *(f"updates/{name}" for name in names or ("message.json",)))


def numbered(body: Any) -> str:
    """The number that a payload is for: public ones are of many."""
    for entry in body.get("entry", []):
        for change in entry["changes"]:
            found = change["value"].get("metadata", {}).get("phone_number_id")
            if found:
                return str(found)
    return NUMBER


@pytest.mark.real_data
def test_real_payloads_are_the_right_events_or_recorded() -> None:
    bodies = updates()
    assert len(bodies) >= 70
    wrong = {}
    for name, body in bodies.items():
        for body_ in body.values() if "entry" not in body else (body,):
            (event,) = events_of(body_, numbered(body_))
            found = f"{event.kind} {event.text}"
            expected = WANTED.get(name)
            is_right = found.startswith(expected) if expected else event.kind.startswith(IGNORED)
            if not is_right or not event.id:
                wrong[name] = found
            kind = name.removeprefix("message/")
            if kind in FILES and name.startswith("message/"):
                assert [file.kind for file in event.files] == [FILES[kind]]
    assert wrong == {}
    assert set(WANTED) <= set(bodies)


@pytest.mark.real_data
def test_people_are_known_by_the_business_scoped_id_and_by_the_number_without_it() -> None:
    bodies = updates()
    (text,) = BOT.parse(bodies["message/text"])
    assert (text.contact, text.message_id, text.id) == (USER, "wamid.xyzxyz", "wamid.xyzxyz")
    (pressed,) = BOT.parse(bodies["callback_button/button"])
    assert pressed.pressed == "callback_data"
    (moved,) = BOT.parse(bodies["system/phone_number_change"])
    assert (moved.formerly, moved.contact) == ("972987654321", "972912345678")
    (gone,) = events_of(
        bodies["deleted_message/revoke"], numbered(bodies["deleted_message/revoke"])
    )
    assert gone.message_id == "<ORIGINAL_WHATSAPP_MESSAGE_ID>"
    vector = payload("whatsapp", "signature_vector.json")
    (old,) = events_of(BOT.decode(vector["body"].encode()), "277321005464405")
    assert old.contact == "972544401243"


@pytest.mark.real_data
def test_the_published_vector_passes_and_no_other() -> None:
    vector = payload("whatsapp", "signature_vector.json")
    bot, raw = WhatsApp(NUMBER, "t", vector["app_secret"], "w"), vector["body"].encode()
    headers = {"X-Hub-Signature-256": vector["x_hub_signature_256"]}
    assert bot.verify(headers, {}, raw, NOW) == "genuine"
    assert bot.verify(headers, {}, raw + b" ", NOW) == "wrong"
    assert BOT.verify(headers, {}, raw, NOW) == "wrong"
    assert bot.verify({"X-Hub-Signature": "sha1=" + "0" * 40}, {}, raw, NOW) == "missing"


def parsed(message: dict[str, Any], field: str = "messages", number: str = NUMBER) -> Event:
    value = {"metadata": {"phone_number_id": number}, "messages": [message]}
    body = {"entry": [{"changes": [{"field": field, "value": value}]}]}
    (event,) = BOT.parse(body)
    assert event.id == BOT.parse(body)[0].id
    return event


def test_a_changed_user_id_moves_the_contact() -> None:
    system = {"type": "user_changed_user_id", "previous_user_id": "DE.1", "user_id": "DE.2"}
    event = parsed({"id": "w", "type": "system", "system": system})
    assert (event.kind, event.formerly, event.contact) == ("moved", "DE.1", "DE.2")


def test_standby_other_numbers_and_groups_are_recorded() -> None:
    text = {"id": "w", "from": "49", "type": "text", "text": {"body": "hello"}}
    assert parsed(text, field="standby").kind == "standby"
    assert parsed(text, number="999").kind == "elsewhere"
    assert parsed({**text, "group_id": "g"}).kind == "group:message"
    assert parsed(text).kind == "message"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": 5},
        {"type": "text"},
        {"type": "text", "text": {"body": 5}},
        {"type": "image"},
        {"type": "text", "text": []},
        {"type": "interactive", "interactive": "x"},
        {"type": "system"},
        {"type": "contacts", "contacts": [5]},
        {"type": "order", "order": None},
        {"type": "edit"},
        {"type": "revoke"},
        {"from": {}, "type": "reaction"},
    ],
)
def test_a_strange_message_is_never_an_error(message: dict[str, Any]) -> None:
    event = parsed(message)
    assert not (event.kind == "message" and event.text and event.contact)


def test_a_day_after_the_last_words_nothing_may_be_sent() -> None:
    for author in ("bot", "agent", "system"):
        heard = NOW - timedelta(hours=23, minutes=59)
        assert BOT.may_send(Window(author, heard, NOW)) is None  # type: ignore[arg-type]
        assert BOT.may_send(Window(author, NOW - timedelta(hours=24), NOW))  # type: ignore[arg-type]


def test_buttons_are_keys_up_to_three_and_a_list_above_or_where_two_read_the_same() -> None:
    def shown(*titles: str, text: str = "Which?") -> str:
        presses = tuple(Press(title, f"b1.{at}") for at, title in enumerate(titles))
        return str(BOT.render(USER, Part(text, buttons=presses)).body["interactive"]["type"])

    assert shown("a", "b", "c") == "button"
    assert shown("a", "b", "c", "d") == "list"
    assert shown("a", "a") == "list"
    assert shown("a", text="x" * 1025) == "list"


def test_scoped_ids_and_numbers_are_addressed_each_in_its_field() -> None:
    assert BOT.render(USER, Part("hi")).body["recipient"] == USER
    assert BOT.render("4940123", Part("hi")).body["to"] == "4940123"


def test_the_word_is_asked_for_at_set_up() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "word", "hub.challenge": "1158201444"}
    assert BOT.challenge(asked) == "1158201444"
    for change in ({"hub.verify_token": "other"}, {"hub.mode": "x"}, {"hub.challenge": "<b>"}):
        assert BOT.challenge({**asked, **change}) is None
    assert BOT.challenge({}) is None
