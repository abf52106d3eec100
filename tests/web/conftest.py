"""The front on a database of its own, with a stand-in for the assistant."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import conversations.models
import desk.tickets.models
import desk.tickets.work_models
import shop.models
from connectors.application import Tuning, create_app
from kit.database import Base, Database, open_database
from kit.settings import Settings, load_settings
from tests.web.fake_rasa import FakeRasa

TABLES = [
    table.__table__
    for table in (
        conversations.models.ConversationRow,
        conversations.models.MessageRow,
        conversations.models.CustomerLinkRow,
        conversations.models.EventClaimRow,
        conversations.models.LinkCodeRow,
        conversations.models.TellConsentRow,
        conversations.models.TellingRow,
        conversations.models.OutboxRow,
        desk.tickets.models.AgentRow,
        desk.tickets.models.TicketRow,
        desk.tickets.work_models.FileRow,
        *(getattr(shop.models, name) for name in shop.models.__all__),
    )
]
# A busy machine takes seconds for what is asked here: only who tests impatience is impatient.
PATIENT = Tuning(assistant_timeout=30.0, notice_after=timedelta(seconds=60), poll_seconds=0.1)
HASTY = replace(PATIENT, notice_after=timedelta(seconds=0.5))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        {"CONCIERGE_SECRET_KEY": "k" * 40, "CONCIERGE_PORT": "0", "CONCIERGE_RATE_LIMITS": "false"},
        root=tmp_path,
    )


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    found = open_database(settings.database_url)
    Base.metadata.create_all(found.engine, tables=TABLES)  # type: ignore[arg-type]
    yield found
    found.close()


@pytest.fixture
async def rasa(settings: Settings) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa(settings.secret_key)
    server = TestServer(fake.app(), host="127.0.0.1")
    await server.start_server()
    fake.port = server.port  # type: ignore[attr-defined]
    fake.server = server  # type: ignore[attr-defined]
    yield fake
    await server.close()


@dataclass
class Front:
    """A running front and shortcuts to talk to it."""

    client: TestClient[Any, Any]
    database: Database
    settings: Settings

    async def start(self, **body: Any) -> "Thread":
        response = await self.client.post("/chat/api/conversations", json=body)
        assert response.status == 201, await response.text()
        opened = await response.json()
        return Thread(self.client, opened["conversation_id"], opened["token"])


@dataclass
class Thread:
    """One conversation from the outside."""

    client: TestClient[Any, Any]
    id: str
    token: str
    count: int = 0

    @property
    def path(self) -> str:
        return f"/chat/api/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, text: Any, key: str | None = None, **more: Any) -> tuple[int, Any]:
        self.count += 1
        body = {"text": text, "client_message_id": key or f"m{self.count}", **more}
        response = await self.client.post(f"{self.path}/messages", json=body, headers=self.headers)
        return response.status, await response.json()

    async def history(self, after: int = 0) -> list[dict[str, Any]]:
        response = await self.client.get(
            f"{self.path}/messages", params={"after": after}, headers=self.headers
        )
        assert response.status == 200
        return list((await response.json())["messages"])


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that comes to hold; TimeoutError where it does not in time."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


StartFront = Callable[..., Awaitable[Front]]


@pytest.fixture
async def start_front(settings: Settings, database: Database) -> AsyncIterator[StartFront]:
    clients: list[TestClient[Any, Any]] = []

    async def start(rasa_port: int, **changes: Any) -> Front:
        tuning = changes.pop("tuning", PATIENT)
        changed = replace(settings, rasa_port=rasa_port, **changes)
        app = create_app(changed, database, tuning=tuning)
        client: TestClient[Any, Any] = TestClient(TestServer(app, host="127.0.0.1"))
        await client.start_server()
        clients.append(client)
        return Front(client, database, changed)

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def front(start_front: StartFront, rasa: FakeRasa) -> Front:
    return await start_front(rasa.port)  # type: ignore[attr-defined]
