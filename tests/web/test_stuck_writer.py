"""A writer that does not let go: readers go on, messages are refused in time, nobody is ready."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

from concierge.app.front import build
from connectors.application import Tuning
from connectors.health import PROBE
from kit.database import WRITERS, Database, open_database, upgrade
from kit.settings import Settings
from kit.threads import Threads
from tests.web.conftest import Front
from tests.web.fake_rasa import FakeRasa

PATIENCE = 0.6
FOR_EVER = 60.0


@dataclass
class Stuck:
    """Holds the database's only writer until told otherwise."""

    database: Database

    async def __aenter__(self) -> None:
        self._held = self.database.engine.connect()
        self._held.begin()

    async def __aexit__(self, *_: object) -> None:
        self._held.rollback()
        self._held.close()


@asynccontextmanager
async def running(settings: Settings, rasa: FakeRasa, database: Database) -> AsyncIterator[Front]:
    """The whole front with desk and shop pages."""
    changed = replace(settings, rasa_port=rasa.port)  # type: ignore[attr-defined]
    app = build(changed, database, tuning=Tuning(poll_seconds=0.1))
    client = TestClient(TestServer(app, host="127.0.0.1"))
    await client.start_server()
    yield Front(client, database, changed)
    await client.close()
    database.close()


@pytest.fixture
async def front(settings: Settings, rasa: FakeRasa) -> AsyncIterator[Front]:
    """A front whose writers wait for a moment only."""
    upgrade(settings.database_url)
    database = open_database(settings.database_url, PATIENCE)
    async with running(settings, rasa, database) as front:
        yield front


@pytest.fixture
async def patient(settings: Settings, rasa: FakeRasa) -> AsyncIterator[Front]:
    """A front whose writers go on waiting, longer than any reader may take."""
    upgrade(settings.database_url)
    database = replace(
        open_database(settings.database_url, FOR_EVER),
        writes=Threads("writers", WRITERS, FOR_EVER),
    )
    async with running(settings, rasa, database) as front:
        yield front


async def test_a_stuck_writer_blocks_no_reader(patient: Front) -> None:
    thread = await patient.start()
    assert (await thread.post("hello"))[0] == 200
    await patient.client.get("/")
    other = open_database(patient.settings.database_url)
    async with Stuck(other):
        posts = [asyncio.create_task(thread.post("stored?", f"k{n}")) for n in range(12)]
        await asyncio.sleep(0.1)
        for path in ("/", "/healthz", "/desk/login"):
            assert (await patient.client.get(path, allow_redirects=False)).status == 200, path
        history = await thread.history()
        assert [message["text"] for message in history] == ["hello", "You said: hello"]
        assert [post.done() for post in posts] == [False] * 12  # nobody waited for them
    await asyncio.gather(*posts)
    stored = [message["text"] for message in await thread.history()]
    assert stored.count("stored?") == 12
    other.close()


async def test_messages_are_refused_while_a_writer_is_stuck(front: Front) -> None:
    thread = await front.start()
    other = open_database(front.settings.database_url)
    async with Stuck(other):
        answers = await asyncio.gather(*(thread.post("stored?", f"k{n}") for n in range(12)))
    assert [status for status, _ in answers] == [503] * 12
    assert {body["error"] for _, body in answers} == {"unavailable"}
    status, body = await thread.post("stored?", "k1")
    assert (status, body["replies"][0]["text"]) == (200, "You said: stored?")
    other.close()


async def test_ready_means_that_messages_can_be_stored(front: Front) -> None:
    ready = await front.client.get("/readyz")
    assert (ready.status, (await ready.json())["database"]) == (200, "ok")
    with front.database.reading() as session:
        kept = session.execute(text("SELECT event_id FROM event_claims WHERE channel = 'front'"))
        assert len(kept.all()) == 1
    other = open_database(front.settings.database_url)
    async with Stuck(other):
        ready = await front.client.get("/readyz")
        assert (ready.status, (await ready.json())["status"]) == (503, "not ready")
    other.close()
    ready = await front.client.get("/readyz")
    assert ready.status == 200


async def test_ready_is_told_in_time_however_many_ask(
    patient: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, writes = patient.client.app, patient.database.writes
    assert app is not None
    store, really = app[PROBE]._store, writes.run
    begun: list[object] = []
    ended: list[object] = []

    async def run(work: Any, *values: Any, **named: Any) -> Any:
        if work != store:
            return await really(work, *values, **named)
        begun.append(work)
        try:
            return await really(work, *values, **named)
        finally:
            ended.append(work)

    monkeypatch.setattr(writes, "run", run)
    other = open_database(patient.settings.database_url)
    async with Stuck(other):
        answers = await asyncio.gather(*(patient.client.get("/readyz") for _ in range(20)))
        assert (len(begun), len(ended)) == (1, 0)  # one try for all, and nobody saw its end
    assert [answer.status for answer in answers] == [503] * 20
    other.close()


async def test_a_front_that_starts_while_nothing_can_be_stored_answers_afterwards(
    settings: Settings, rasa: FakeRasa
) -> None:
    upgrade(settings.database_url)
    database = open_database(settings.database_url, 0.2)
    changed = replace(settings, rasa_port=rasa.port, demo=False)  # type: ignore[attr-defined]
    client = TestClient(TestServer(build(changed, database), host="127.0.0.1"))
    other = open_database(settings.database_url)
    async with Stuck(other):
        await client.start_server()
        await asyncio.sleep(0.5)
    front = Front(client, database, changed)
    thread = await front.start()
    status, body = await thread.post("hello")
    assert (status, body["replies"][0]["text"]) == (200, "You said: hello")
    await client.close()
    database.close()
    other.close()
