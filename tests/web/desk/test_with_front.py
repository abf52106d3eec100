"""The desk inside the whole front: what an agent says reaches the shopper, and the other way."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from concierge.app.front import build
from conversations import transcript
from desk.tickets import (
    SERVICE_HOURS,
    add_agent,
    finish,
    list_agents,
    open_ticket,
    open_ticket_of,
    set_presence,
    take,
)
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


async def test_words_after_solved_reach_the_agent_who_had_the_ticket(
    front: TestClient[web.Request, web.Application], front_database: Database
) -> None:
    opened = [await (await front.post("/chat/api/conversations", json={})).json() for _ in range(2)]
    place, elsewhere = (one["conversation_id"] for one in opened)
    with front_database.session() as session:
        ines = list_agents(session)[0]
        set_presence(session, ines.id, "online", now=NOW)
        ticket = open_ticket(
            session,
            conversation_id=place,
            reason="asked_for",
            topic="refunds",
            language="en",
            summary="Refund",
            now=NOW,
        )
        take(session, ticket.id, ines, version=1, now=NOW)
        finish(session, ticket.id, ines, "solved", version=2, now=NOW)
    sent = await front.post(
        f"/chat/api/conversations/{place}/messages",
        json={"text": "No, the refund is still missing", "client_message_id": "s1"},
        headers={"Authorization": f"Bearer {opened[0]['token']}"},
    )
    assert (sent.status, (await sent.json())["replies"]) == (200, [])
    with front_database.reading() as session:
        again = open_ticket_of(session, place)
        assert again is not None
        assert (again.agent_id, again.follows_id) == (ines.id, ticket.id)
        assert open_ticket_of(session, elsewhere) is None
        said = [one.text for one in transcript(session, place)]
    assert said[-2:] == [
        "Ines gets to see this again. One moment, please.",
        "Ines from our team has joined the chat.",
    ]


async def test_the_front_keeps_the_desks_headers(
    front: TestClient[web.Request, web.Application],
) -> None:
    response = await front.get("/desk/login")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert (await front.get("/desk/nothing")).status == 404
