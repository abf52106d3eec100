"""Trying the assistant from the studio, by the front's own chat, with what it thought beside."""

import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from concierge.app.front import build
from connectors.application import Tuning
from kit.database import Database
from kit.settings import load_settings
from kit.signing import process_secret
from tests.web.desk.conftest import Browser
from tests.web.fake_rasa import FakeRasa

THOUGHT = {
    "ranking": [{"intent": "track_order", "confidence": 0.87}],
    "entities": [{"name": "order_number", "value": "10482"}],
    "acts": [{"act": "wish", "intent": "track_order", "why": "no task is open"}],
    "did": "status",
    "task": "order_status",
    "asks": "email",
    "responses": ["utter_status"],
    "seconds": 0.25,
}


class ThinkingRasa(FakeRasa):
    """One that also says what it thought, and may be told to keep it to itself."""

    thinks: bool = True

    def app(self) -> web.Application:
        app = super().app()
        app.add_routes([web.post("/webhooks/concierge/thoughts", self.think)])
        return app

    async def think(self, request: web.Request) -> web.Response:
        wanted = f"Bearer {process_secret(self.key, 'rasa-channel')}"
        if request.headers.get("Authorization") != wanted:
            return web.Response(status=401)
        if not self.thinks:
            return web.Response(status=503)
        sender = (await request.json())["sender"]
        asked = [one for one in self.asked if one["sender"] == sender]
        turns = [{**THOUGHT, "message_id": one["message_id"]} for one in asked]
        return web.json_response({"turns": turns})


@pytest.fixture
async def rasa() -> Any:
    found = ThinkingRasa(b"k" * 40)
    server = TestServer(found.app())
    await server.start_server()
    found.port = server.port  # type: ignore[attr-defined]
    yield found
    await server.close()


@pytest.fixture
async def client(
    aiohttp_client: Any, desk_database: Database, content: Path, rasa: Any
) -> TestClient[web.Request, web.Application]:
    settings = load_settings(
        {
            "CONCIERGE_SECRET_KEY": "k" * 40,
            "CONCIERGE_DATA_DIR": str(content.parent / "var"),
            "CONCIERGE_DEMO": "false",
            "CONCIERGE_RASA_PORT": str(rasa.port),
        },
        content.parent,
    )
    app = build(settings, desk_database, tuning=Tuning(poll_seconds=0.05))
    found: TestClient[web.Request, web.Application] = await aiohttp_client(app)
    return found


async def test_what_is_said_is_answered_with_the_thoughts_beside(
    admin: Browser, rasa: ThinkingRasa
) -> None:
    response = await admin.send("/studio/try", **{"in": "en", "text": "where is order 10482"})
    body = await response.json()
    assert "You said: where is order 10482" in body["html"]
    for shown in ("no task is open", "track_order</a> 87 %", "order_number: 10482", "status"):
        assert shown in body["html"]
    payload = re.search(r'name="text" value="(btn\.[^"]+)"', body["html"])
    assert payload is not None
    fields = {"talk": body["talk"], "text": payload[1]}
    response = await admin.send("/studio/try", script=False, **fields)
    assert response.status == 303
    status, page = await admin.open(response.headers["Location"])
    assert (status, page.count("no task is open")) == (200, 2)
    assert len({one["sender"] for one in rasa.asked}) == 1


async def test_an_assistant_that_does_not_tell_is_said(admin: Browser, rasa: ThinkingRasa) -> None:
    rasa.thinks = False
    response = await admin.send("/studio/try", text="hello")
    html = (await response.json())["html"]
    assert "its thoughts cannot be shown" in html
    assert "You said: hello" in html


async def test_only_own_talks_and_real_words_are_taken(admin: Browser, rasa: ThinkingRasa) -> None:
    assert (await admin.open("/studio/try?talk=made.up"))[0] == 404
    for text, status in (("", 422), ("x" * 1001, 413)):
        assert (await admin.send("/studio/try", text=text)).status == status
    assert rasa.asked == []
