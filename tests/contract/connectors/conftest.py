"""A front with one open channel, its fake provider and a stand-in for the assistant."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import desk.tickets.models
import desk.tickets.work_models  # noqa: F401  (tables)
from connectors import keys
from connectors.application import Tuning, create_app
from conversations import Message, count_outbox, transcript
from conversations.models import ConversationRow, EventClaimRow, MessageRow
from kit.database import Base, Database, open_database
from kit.settings import Settings, load_settings
from tests.contract.connectors.kit import Hook, Kit
from tests.contract.connectors.kits import KITS
from tests.databases import KINDS, fresh_url
from tests.web.fake_rasa import FakeRasa

FAST = Tuning(assistant_timeout=3.0, notice_after=timedelta(seconds=30), poll_seconds=0.1)
BASE = "https://shop.example"


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path) as url:
        found = open_database(url)
        Base.metadata.create_all(found.engine)
        yield found
        found.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    values = {
        "CONCIERGE_SECRET_KEY": "k" * 40,
        "CONCIERGE_PORT": "0",
        "CONCIERGE_RATE_LIMITS": "false",
        "CONCIERGE_PUBLIC_URL": BASE,
        "CONCIERGE_SHOP_NAME": "Fernweg",
    }
    return load_settings(values, root=tmp_path)


@pytest.fixture
async def rasa(settings: Settings) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa(settings.secret_key)
    server = TestServer(fake.app(), host="127.0.0.1")
    await server.start_server()
    fake.port = server.port  # type: ignore[attr-defined]
    yield fake
    await server.close()


@dataclass
class House:
    """The front from outside, and what it stored."""

    client: TestClient[Any, Any]
    database: Database
    kit: Kit
    rasa: FakeRasa
    settings: Settings

    @property
    def path(self) -> str:
        return f"/channels/{self.kit.messenger.name}/webhook"

    async def post(self, hook: Hook) -> int:
        return (await hook.post(self.client, self.path)).status

    async def hear(self, number: int, contact: int, **what: Any) -> None:
        assert await self.post(self.kit.hook(number, contact, **what)) == 200

    def count(self) -> dict[str, int]:
        rows = {"conversations": ConversationRow, "messages": MessageRow, "events": EventClaimRow}
        with self.database.reading() as session:
            return {name: session.query(row).count() for name, row in rows.items()}

    def kinds(self) -> list[str | None]:
        with self.database.reading() as session:
            rows = session.query(EventClaimRow).filter_by(channel=self.kit.messenger.name)
            return sorted((row.kind for row in rows), key=str)

    def place(self, contact: int) -> str:
        with self.database.reading() as session:
            return str(
                session.query(ConversationRow).filter_by(contact=self.kit.contact(contact)).one().id
            )

    def thread(self, contact: int) -> list[Message]:
        with self.database.reading() as session:
            return transcript(session, self.place(contact))

    async def until(self, holds: Callable[[], bool], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.02)

    async def quiet(self) -> None:
        """Until nothing waits any more, in or out."""

        def is_done() -> bool:
            with self.database.reading() as session:
                rows = session.query(MessageRow).filter(MessageRow.state != "done").count()
                out = count_outbox(session)
                return not rows and not out.get("waiting") and not out.get("sending")

        await self.until(is_done)

    def needs_edits(self) -> None:
        """Skip the test where nobody can change what they wrote."""
        if not self.kit.can_edit:
            pytest.skip(f"no message can be changed in {self.kit.messenger.name}")

    def needs(self, what: str) -> None:
        """Skip the test where the channel has no such thing: `calls`, `can_press`, `can_start`."""
        if not getattr(self.kit, what):
            pytest.skip(f"{self.kit.messenger.name}: {what}")

    def wake(self) -> None:
        self.client.app[keys.SENDER].wake()  # type: ignore[union-attr]


async def opened(
    kit: Kit, database: Database, settings: Settings, rasa: FakeRasa
) -> AsyncIterator[House]:
    server = await kit.start()
    changed = replace(settings, rasa_port=rasa.port)  # type: ignore[attr-defined]
    app = create_app(changed, database, channels=[kit.messenger], tuning=FAST)
    client: TestClient[Any, Any] = TestClient(TestServer(app, host="127.0.0.1"))
    await client.start_server()
    yield House(client, database, kit, rasa, changed)
    await client.close()
    await server.close()


@pytest.fixture(params=sorted(KITS))
async def house(
    request: pytest.FixtureRequest, database: Database, settings: Settings, rasa: FakeRasa
) -> AsyncIterator[House]:
    async for found in opened(KITS[request.param](), database, settings, rasa):
        yield found


@pytest.fixture
async def telegram(database: Database, settings: Settings, rasa: FakeRasa) -> AsyncIterator[House]:
    async for found in opened(KITS["telegram"](), database, settings, rasa):
        yield found
