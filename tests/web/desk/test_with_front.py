"""The desk inside the whole front: what an agent says reaches the shopper, and the other way."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from concierge.app.front import build
from desk.tickets import SERVICE_HOURS, add_agent, open_ticket
from kit.clock import FixedClock
from kit.database import Database, open_database, upgrade
from kit.settings import Settings
from tests.web.desk.conftest import NOW, PASSWORD, Browser


@pytest.fixture
def front_database(desk_settings: Settings) -> Any:
    upgrade(desk_settings.database_url)
    database = open_database(desk_settings.database_url)
    with database.session() as session:
        add_agent(
            session,
            email="agent@fernweg.example",
            name="Ines",
            role="agent",
            password=PASSWORD,
            now=NOW,
        )
    yield database
    database.close()


@pytest.fixture
async def front(
    aiohttp_client: Any, desk_settings: Settings, front_database: Database
) -> TestClient[web.Request, web.Application]:
    app = build(desk_settings, front_database, clock=FixedClock(NOW))
    found: TestClient[web.Request, web.Application] = await aiohttp_client(app)
    return found


async def test_a_shopper_and_an_agent_talk(
    front: TestClient[web.Request, web.Application], front_database: Database
) -> None:
    assert SERVICE_HOURS.is_open(NOW)
    opened = await (await front.post("/chat/api/conversations", json={})).json()
    path = f"/chat/api/conversations/{opened['conversation_id']}/messages"
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    with front_database.session() as session:
        ticket = open_ticket(
            session,
            conversation_id=opened["conversation_id"],
            reason="asked_for",
            topic="returns",
            language="en",
            summary="Wants a person.",
            now=NOW,
        )
    sent = await front.post(
        path, json={"text": "Is anybody there?", "client_message_id": "s1"}, headers=bearer
    )
    assert (await sent.json())["handled_by"] == "agent"

    agent = Browser(front)
    await agent.sign_in()
    place = f"/desk/tickets/{ticket.id}"
    assert "Is anybody there?" in (await agent.open(place))[1]
    assert (await agent.send(f"{place}/take", version=1)).status == 200
    replied = await agent.send(
        f"{place}/reply", version=2, text="Yes, I am Ines.", client_message_id="a1"
    )
    assert replied.status == 200

    history = (await (await front.get(path, headers=bearer)).json())["messages"]
    assert [message["text"] for message in history] == [
        "Is anybody there?",
        "Ines from our team has joined the chat.",
        "Yes, I am Ines.",
    ]
    assert (await agent.send(f"{place}/hand-back", version=3)).status == 200


async def test_the_front_keeps_the_desks_headers(
    front: TestClient[web.Request, web.Application],
) -> None:
    response = await front.get("/desk/login")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert (await front.get("/desk/nothing")).status == 404
