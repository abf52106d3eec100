"""Slack's requests: real payloads, the published vector and its five minutes, links, escapes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.messenger import Event, Part
from connectors.slack.channel import Slack
from connectors.slack.parsing import words
from tests.unit.connectors.shared_payloads import payload

BOT = Slack("xoxb-1", "s" * 32)
FILES = (
    "test_events.json",
    "test_events_token_revocations.json",
    "test_events_url_verification.json",
    "test_message.json",
    "test_block_actions.json",
    "test_slash_command.json",
)
WANTED = [
    "group:message",
    "reaction",
    "group:join",
    "group:leave",
    "group:join",
    "group:leave",
    "unknown:app_uninstalled",
    "unknown:tokens_revoked",
    "group:message",
    "group:leave",
    "unknown:tokens_revoked",
    "unknown:app_uninstalled",
    "url_verification",
    "group:message",
    "group:message",
    "group:message",
    "group:press",
    "unknown:command",
]


def bodies() -> list[Any]:
    return [one["payload"] for name in FILES for one in payload("slack", name)["items"]]


def parsed(body: Any) -> Event:
    decoded = BOT.decode(body.encode()) if isinstance(body, str) else body
    (event,) = BOT.parse(decoded)
    return event


@pytest.mark.real_data
def test_real_payloads_are_the_right_events() -> None:
    assert [parsed(body).kind for body in bodies()] == WANTED
    assert all(parsed(body).id for body in bodies())


@pytest.mark.real_data
def test_the_same_words_in_a_direct_message_are_a_message() -> None:
    (hello, *_rest) = (one["payload"] for one in payload("slack", "test_message.json")["items"])
    said = parsed({**hello, "event": {**hello["event"], "channel_type": "im"}})
    assert (said.kind, said.text, said.contact) == ("message", "Hello World!", "C111")
    assert said.message_id == "1596183880.004200"
    shared = next(one for one in bodies() if isinstance(one, dict) and "files" in str(one))
    sent = parsed({**shared, "event": {**shared["event"], "channel_type": "im"}})
    assert [(file.kind, file.size) for file in sent.files] == [("picture", 42706)]
    assert sent.files[0].reference.startswith("https://files.slack.com/files-pri/")
    challenge = payload("slack", "test_events_url_verification.json")["items"][0]["payload"]
    assert BOT.acknowledge(challenge) == challenge["challenge"]
    assert BOT.acknowledge(hello) == ""


@pytest.mark.real_data
def test_the_published_vector_passes_for_five_minutes() -> None:
    vector = payload("slack", "signature_vector.json")
    bot, raw = Slack("xoxb-1", vector["signing_secret"]), vector["body"].encode()
    at = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    headers = {
        "X-Slack-Request-Timestamp": vector["timestamp"],
        "X-Slack-Signature": vector["signature"],
    }
    for seconds in (-300, 0, 300):
        assert bot.verify(headers, {}, raw, at + timedelta(seconds=seconds)) == "genuine"
    for seconds in (-301, 301):
        assert bot.verify(headers, {}, raw, at + timedelta(seconds=seconds)) == "wrong"
    assert bot.verify(headers, {}, raw + b" ", at) == "wrong"
    assert BOT.verify(headers, {}, raw, at) == "wrong"
    stamp = {"X-Slack-Request-Timestamp": vector["timestamp"]}
    assert bot.verify(stamp, {}, raw, at) == "missing"


def test_a_time_of_broken_letters_is_wrong_and_no_failure() -> None:
    headers = {"X-Slack-Request-Timestamp": "\udcff", "X-Slack-Signature": "v0=\udcff"}
    assert BOT.verify(headers, {}, b"{}", datetime.now(UTC)) == "wrong"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a &amp; b &lt;3", "a & b <3"),
        ("&amp;lt;", "&lt;"),
        ("<mailto:mia@example.com|mia@example.com>", "mia@example.com"),
        (
            "see <https://shop.example/p?a=1&amp;b=2|shop.example>",
            "see https://shop.example/p?a=1&b=2",
        ),
        ("<@U123> where is my order", "where is my order"),
        ("<!here> hi", "hi"),
        ("<#C1|general>", "general"),
        ("<tel:+4940|+4940>", "+4940"),
        (5, ""),
    ],
)
def test_words_are_what_was_written(written: Any, read: str) -> None:
    assert words(written) == read


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "message"},
        {"type": "message", "channel_type": "im"},
        {"type": "message", "channel_type": "im", "text": "x", "bot_id": "B1"},
        {"type": "message", "channel_type": "im", "text": "x", "subtype": "channel_topic"},
        {
            "type": "message",
            "channel_type": "im",
            "subtype": "message_changed",
            "message": {"text": "same"},
            "previous_message": {"text": "same"},
        },
        {"type": "message", "channel_type": "im", "files": "x"},
        {"type": "app_home_opened"},
    ],
)
def test_bots_and_strange_events_are_recorded_and_never_an_error(event: dict[str, Any]) -> None:
    found = parsed({"type": "event_callback", "event_id": "Ev1", "event": event})
    assert found.kind not in ("message", "edit", "start", "unsend")


def test_signs_of_markup_are_shown_and_long_words_stay_within_a_section() -> None:
    body = BOT.render("D1", Part("a < b & c", picture="https://x/p.png")).body
    assert body["blocks"][1]["text"]["text"] == "a &lt; b &amp; c"
    long = BOT.render("D1", Part("&" * 3000, picture="https://x/p.png")).body["blocks"]
    assert all(len(one["text"]["text"]) <= 3000 for one in long[1:])
    assert sum(one["text"]["text"].count("&amp;") for one in long[1:]) == 3000
