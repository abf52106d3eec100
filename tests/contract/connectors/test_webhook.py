"""The signed webhook beyond what every channel does: repeats, files, set-up, errors by field."""

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from PIL import Image

from concierge.cli.channels import ask_provider
from connectors.base import SendFailed
from connectors.registry import channel_of
from connectors.webhook.parsing import events_of
from conversations import File
from conversations.models import OutboxRow
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
