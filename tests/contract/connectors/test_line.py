"""LINE beyond what every channel does: repeats of a push, messages taken back, empty webhooks."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from conversations.models import OutboxRow
from kit.database import Database
from kit.settings import Settings
from tests.contract.connectors.conftest import House, opened
from tests.contract.connectors.kits import LineKit
from tests.web.fake_rasa import FakeRasa


@pytest.fixture
async def line(database: Database, settings: Settings, rasa: FakeRasa) -> AsyncIterator[House]:
    async for found in opened(LineKit(), database, settings, rasa):
        yield found


async def test_the_console_that_only_looks_is_told_yes(line: House) -> None:
    body = json.dumps({"destination": "U0", "events": []}).encode()
    assert await line.post(line.kit.signed(body)) == 200
    assert line.count()["events"] == 0


async def test_a_push_that_was_taken_before_is_not_shown_twice(line: House) -> None:
    """The process died between LINE's yes and our note: the same push goes again."""
    await line.hear(1, 7, text="hello")
    await line.quiet()
    with line.database.session() as session:
        row = session.query(OutboxRow).one()
        row.state, row.available_at = "waiting", datetime.now(UTC) - timedelta(seconds=1)
    line.wake()
    await line.until(lambda: len(line.kit.asked) >= 3)
    await line.quiet()
    assert len(line.kit.texts(7)) == 1


async def test_a_message_taken_back_is_gone_and_not_answered(line: House) -> None:
    line.rasa.seconds = 0.4
    await line.hear(1, 7, text="hello")
    await line.until(lambda: len(line.rasa.asked) == 1)
    await line.hear(2, 7, text="my secret", message=22)
    await line.hear(3, 7, unsend=22)
    await line.quiet()
    assert [one["text"] for one in line.rasa.asked] == ["hello"]
    assert not any("secret" in one.text for one in line.thread(7))


async def test_one_webhook_with_several_events_takes_each_once(line: House) -> None:
    events = [line.kit.event(number, 7, text=f"m{number}")["events"][0] for number in (1, 2, 2, 3)]
    hook = line.kit.signed(json.dumps({"destination": "U0", "events": events}).encode())
    assert await line.post(hook) == 200
    assert await line.post(hook) == 200
    await line.quiet()
    assert [text.rpartition("\n")[2] for text in line.kit.texts(7)] == [
        "You said: m1",
        "You said: m2",
        "You said: m3",
    ]
