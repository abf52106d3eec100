"""LINE's events and signature: real payloads, the published vector."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.line.channel import Line
from tests.unit.connectors.shared_payloads import payload

NOW = datetime(2026, 11, 30, tzinfo=UTC)
BOT = Line("token", "channel_secret")
WANTED = [
    "message Hello, world",
    "group:message ",
    "message ",
    "message ",
    "message 📍",
    "message Just",
    "start ",
    "leave ",
    "group:join ",
    "group:leave ",
    "message ",
    "unknown:beacon ",
    "unknown:beacon ",
    "unknown:accountLink ",
    "group:message ",
    "group:message ",
    "message ",
    "message ",
    "message ",
    "group:join ",
    "group:leave ",
    "message ",
    "group:unsend ",
    "unknown:videoPlayComplete ",
    "message ",
    "message Hello, world",
    "edit Hello, edited world",
    "unknown:undefined ",
]


@pytest.mark.real_data
def test_the_published_vector_passes_and_no_other() -> None:
    vector = payload("line", "signature_vector.json")
    bot, raw = Line("token", vector["channel_secret"]), vector["body"].encode()
    headers = {"X-Line-Signature": vector["signature"]}
    assert bot.verify(headers, {}, raw, NOW) == "genuine"
    assert bot.verify(headers, {}, raw + b" ", NOW) == "wrong"
    assert Line("token", "other").verify(headers, {}, raw, NOW) == "wrong"
    assert bot.verify({}, {}, raw, NOW) == "missing"


@pytest.mark.real_data
def test_real_payloads_are_the_right_events() -> None:
    events = BOT.parse(payload("line", "webhook.json"))
    found = [f"{event.kind} {event.text}" for event in events]
    assert len(found) == len(WANTED)
    assert [
        one for one, start in zip(found, WANTED, strict=True) if not one.startswith(start)
    ] == []
    pressed = [event.pressed for event in events if event.pressed]
    assert pressed == ["action=buyItem&itemId=123123&color=red"] * 4
    kinds = [file.kind for event in events for file in event.files]
    assert kinds == ["video", "voice", "document", "picture"]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": 5},
        {"type": "message"},
        {"type": "message", "source": {"type": "user"}},
        {"type": "message", "source": {"type": "user", "userId": "U"}, "message": {"type": "text"}},
        {"type": "message", "source": {"type": "user", "userId": "U"}, "message": []},
        {
            "type": "message",
            "mode": "standby",
            "source": {"type": "user", "userId": "U"},
            "message": {"type": "text", "text": "x"},
        },
    ],
)
def test_a_strange_event_is_recorded_and_never_an_error(event: dict[str, Any]) -> None:
    (found,) = BOT.parse({"events": [event]})
    assert found.kind not in ("message", "edit", "start")
    assert found.id
