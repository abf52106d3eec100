"""The desk on its own: an application, a database, people who can sign in."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from argon2 import PasswordHasher

from conversations import LiveUpdates, accept_message, create_conversation
from desk.tickets import Role, TicketView, add_agent, open_ticket
from desk.web.routes import register
from kit.clock import FixedClock
from kit.database import Base, Database, open_database
from kit.settings import Settings, load_settings

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
ROLES: tuple[Role, ...] = ("agent", "supervisor", "admin")


@pytest.fixture
def desk_settings(tmp_path: Path) -> Settings:
    return load_settings(
        {"CONCIERGE_DATA_DIR": str(tmp_path / "var"), "CONCIERGE_DEMO": "false"}, tmp_path
    )


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("desk.tickets.accounts._HASHER", cheap)


@pytest.fixture
def desk_database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    Base.metadata.create_all(database.engine)
    with database.session() as session:
        for role in ROLES:
            add_agent(
                session,
                email=f"{role}@fernweg.example",
                name=f"Ines {role.title()}",
                role=role,
                password=PASSWORD,
                now=NOW,
            )
    yield database
    database.close()


@pytest.fixture
def live(desk_database: Database) -> LiveUpdates:
    return LiveUpdates(desk_database, FixedClock(NOW))


@pytest.fixture
async def client(
    aiohttp_client: Any, desk_settings: Settings, desk_database: Database, live: LiveUpdates
) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    register(app, desk_settings, desk_database, live, clock=FixedClock(NOW))
    found: TestClient[web.Request, web.Application] = await aiohttp_client(app)
    return found


@dataclass
class Browser:
    """A client with the token that the last page gave it."""

    client: TestClient[web.Request, web.Application]

    async def open(self, path: str, **options: Any) -> tuple[int, str]:
        response = await self.client.get(path, **options)
        return response.status, await response.text()

    async def csrf(self) -> str:
        _, page = await self.open("/desk/login")
        found = re.search(r'name="csrf" value="(\w+)"', page)
        assert found is not None
        return found[1]

    async def send(self, path: str, *, script: bool = True, **fields: str | int) -> Any:
        headers = {"Accept": "application/json"} if script else {}
        return await self.client.post(
            path,
            data={"csrf": await self.csrf(), **fields},
            headers=headers,
            allow_redirects=False,
        )

    async def sign_in(self, role: str = "agent") -> None:
        response = await self.send(
            "/desk/login", script=False, email=f"{role}@fernweg.example", password=PASSWORD
        )
        assert response.status == 303


@pytest.fixture
def browser(client: TestClient[web.Request, web.Application]) -> Browser:
    return Browser(client)


@pytest.fixture
async def agent(browser: Browser) -> Browser:
    await browser.sign_in()
    return browser


MakeTicket = Callable[..., TicketView]


@pytest.fixture
def make_ticket(desk_database: Database) -> MakeTicket:
    def make(said: str = "The zip broke.", **changes: Any) -> TicketView:
        with desk_database.session() as session:
            place = create_conversation(session, channel="telegram", language="en", now=NOW)
            accept_message(session, place.id, text=said, client_message_id="c1", now=NOW)
            values: dict[str, Any] = {
                "reason": "asked_for",
                "topic": "returns",
                "language": "en",
                "summary": said,
                "now": NOW,
            }
            return open_ticket(session, conversation_id=place.id, **{**values, **changes})

    return make
