"""The signed webhook beyond what every channel does: repeats, files, set-up, errors by field."""

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from PIL import Image
from sqlalchemy import select

from concierge.cli.channels import ask_provider
from connectors.base import SendFailed
from connectors.registry import channel_of
from connectors.webhook.parsing import events_of
from conversations import File
from conversations.models import EventClaimRow, MessageRow, OutboxRow
from kit.database import Database
from kit.settings import Settings, SettingsError, load_settings
from tests.contract.connectors.conftest import BASE, House, opened
from tests.contract.connectors.webhook_kit import WebhookKit
from tests.web.fake_rasa import FakeRasa


@pytest.fixture
async def webhook(database: Database, settings: Settings, rasa: FakeRasa) -> AsyncIterator[House]:
    async for found in opened(WebhookKit(), database, settings, rasa):
        yield found


async def test_a_repeat_carries_the_id_of_the_first_try(webhook: House) -> None:
    """The process died between their yes and our note: the same message goes again."""
    await webhook.hear(1, 7, text="hello")
    await webhook.quiet()
    with webhook.database.session() as session:
        row = session.query(OutboxRow).one()
        row.state, row.available_at = "waiting", datetime.now(UTC) - timedelta(seconds=1)
    webhook.wake()
    await webhook.until(lambda: sum(name == "say" for name, _ in webhook.kit.asked) >= 2)
    await webhook.quiet()
    ids = [body["id"] for name, body in webhook.kit.asked if name == "say"]
    assert (len(ids), len(set(ids))) == (2, 1)
    assert len(webhook.kit.texts(7)) == 1


async def test_a_message_taken_back_is_gone(webhook: House) -> None:
    webhook.rasa.seconds = 0.4
    await webhook.hear(1, 7, text="hello")
    await webhook.until(lambda: len(webhook.rasa.asked) == 1)
    await webhook.hear(2, 7, text="my secret", message=22)
    await webhook.hear(3, 7, unsend=22)
    await webhook.quiet()
    assert [one["text"] for one in webhook.rasa.asked] == ["hello"]


async def test_ids_that_differ_at_the_end_alone_are_two(webhook: House) -> None:
    """Instagram's have some 170 signs, of which the first hundred name the account."""
    long = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQx" * 4

    async def hear(**what: str) -> None:
        body = json.dumps({"events": [{"contact": "7", **what}]}).encode()
        assert await webhook.post(webhook.kit.signed(body)) == 200

    def said() -> list[str]:
        return [one.text for one in webhook.thread(7) if one.author == "shopper"]

    for end in ("1", "2", "2"):
        await hear(id=long + end, message_id=long + end, text=f"m{end}")
    await webhook.quiet()
    assert said() == ["m1", "m2"]
    await hear(id="u", message_id=long + "2", kind="unsend")
    assert said() == ["m1", "🗑 The shopper took this message back."]
    with webhook.database.reading() as session:
        kept = session.scalars(select(EventClaimRow.event_id)).all()
        messages = session.scalars(select(MessageRow.client_message_id)).all()
    assert max(len(one or "") for one in (*kept, *messages)) <= 128


@pytest.mark.parametrize("broken", ["\ud800", "\0"])
async def test_what_no_database_keeps_is_recorded_and_no_failure(
    webhook: House, broken: str
) -> None:
    events = [
        {"id": f"a{broken}", "contact": "7", "text": f"he{broken}llo", "message_id": f"m{broken}"},
        {"id": f"b{broken}", "contact": f"8{broken}", "text": "hello"},
        {"id": f"c{broken}", "contact": "7", "kind": "moved", "formerly": f"8{broken}"},
        {"id": f"d{broken}", "contact": "7", "kind": f"dance{broken}"},
    ]
    hook = webhook.kit.signed(json.dumps({"events": events}).encode())
    assert [await webhook.post(hook) for _ in range(2)] == [200, 200]
    await webhook.quiet()
    assert webhook.count() == {"conversations": 1, "messages": 2, "events": 4}
    kinds = ["message", "unknown:dance\ufffd", "unknown:nobody", "unknown:nobody"]
    assert sorted(map(str, webhook.kinds())) == kinds


async def test_a_picture_is_fetched_from_the_same_host_alone(webhook: House) -> None:
    kit = cast(WebhookKit, webhook.kit)
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "PNG")
    kit.files["p"] = file.getvalue()
    await webhook.hear(1, 7, files=[{"kind": "picture", "url": f"{kit.url}/files/p"}])
    await webhook.quiet()
    assert len(webhook.rasa.asked) == 1
    for url in ("http://169.254.169.254/", f"{kit.url}.evil.example/p", ""):
        with pytest.raises(SendFailed):
            await kit.messenger.fetch(webhook.client.session, File("picture", url))


async def test_the_set_up_asks_whether_the_other_side_compares(webhook: House) -> None:
    address, kit = f"{BASE}{webhook.path}", cast(WebhookKit, webhook.kit)
    good = await ask_provider(kit.messenger, address, False, "7")
    assert all(step.done for step in good)
    assert address in good[0].text
    kit.is_careful = False
    careless = await ask_provider(kit.messenger, address, False, None)
    assert [step.done for step in careless] == [True, True, False]
    shown = " ".join(step.text for step in (*good, *careless))
    assert kit.secret not in shown


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({}, "id"),
        ({"id": 5}, "id"),
        ({"id": "1"}, "contact"),
        ("x", "object"),
        ({"id": "1", "contact": "7", "text": 5}, "text"),
        ({"id": "1", "contact": "7", "files": "x"}, "files"),
        ({"id": "1", "contact": "7", "files": [{"kind": "dance"}]}, "kind"),
    ],
)
def test_what_is_wrong_is_named(event: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        events_of({"events": [event]})


def test_the_example_of_the_page_is_read() -> None:
    shown = {
        "id": "e1",
        "contact": "7",
        "kind": "message",
        "message_id": "m1",
        "text": "Where is it?",
    }
    (event,) = events_of(json.loads(json.dumps({"events": [shown]})))
    assert (event.kind, event.text, event.message_id) == ("message", "Where is it?", "m1")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"URL": ""}, "WEBHOOK_URL"),
        ({"URL": "http://program.example/in"}, "WEBHOOK_URL"),
        ({"URL": "https://"}, "WEBHOOK_URL"),
        ({"SECRET": "short"}, "WEBHOOK_SECRET"),
    ],
)
def test_a_wrong_setting_stops_the_start(
    tmp_path: Any, changes: dict[str, str], named: str
) -> None:
    good = {"URL": "https://program.example/in", "SECRET": "s" * 32}
    values = {f"CONCIERGE_WEBHOOK_{name}": one for name, one in {**good, **changes}.items()}
    whole = {"CONCIERGE_SECRET_KEY": "k" * 40, "CONCIERGE_CHANNELS": "webhook", **values}
    with pytest.raises(SettingsError, match=named):
        channel_of(
            "webhook",
            load_settings({**whole, "CONCIERGE_PUBLIC_URL": BASE}, root=tmp_path),
        )
