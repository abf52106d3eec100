"""Everything that answers a message in one process: front, assistant's memory, dialogue, shop."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, UserUttered

import connectors.sender
import connectors.worker
from bot.channel import ConciergeInput
from bot.lock_store import AtomicLockStore
from bot.tracker_store import ConciergeTrackerStore
from connectors import keys
from connectors.application import Tuning, create_app
from kit.database import Database, open_database, upgrade
from kit.settings import Settings, load_settings
from tests.databases import KINDS, fresh_url
from tests.dialogues import Desk, Talk, desk_on, fill_shop
from tests.statements import Asked, counted
from tests.web.conftest import Thread

SAID = {
    "hello there": {"intent": "greet"},
    "where is order 20001?": {"intent": "order_status"},
    "where is my order?": {"intent": "order_status"},
    "what is your return policy?": {"intent": "ask_return_policy"},
    "do you have hiking boots?": {"intent": "search_product", "category": "hiking-boots"},
}
QUIET = Tuning(assistant_timeout=30, notice_after=timedelta(seconds=60), poll_seconds=600)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path) as url:
        upgrade(url)
        found = open_database(url)
        fill_shop(found)
        yield found
        found.close()


@pytest.fixture
def memory(database: Database, tmp_path: Path) -> Iterator[ConciergeTrackerStore]:
    url = database.engine.url.render_as_string(hide_password=False)
    is_sqlite = database.engine.dialect.name == "sqlite"
    store = ConciergeTrackerStore(
        Domain.empty(), url=f"sqlite:///{tmp_path / 'tracker.db'}" if is_sqlite else url
    )
    yield store
    store._engine.dispose()


@dataclass
class Processor:
    """What Rasa does with its memory in a turn; the words are understood without mistakes."""

    store: ConciergeTrackerStore
    desk: Desk
    talks: dict[str, Talk] = field(default_factory=dict)

    async def handle_message(self, message: Any) -> None:
        tracker = await self.store.get_or_create_tracker(
            message.sender_id, append_action_listen=False
        )
        if not tracker.events:
            tracker.update(SessionStarted(), Domain.empty())
            tracker.update(ActionExecuted("action_listen"), Domain.empty())
        tracker.update(UserUttered(message.text, message_id=message.message_id), Domain.empty())
        talk = self.talks[message.sender_id]
        await asyncio.to_thread(talk.say, message.text, **SAID[message.text])
        for one in talk.replies:
            await message.output_channel.send_text_message(message.sender_id, one.text)
            tracker.update(BotUttered(one.text), Domain.empty())
        tracker.update(ActionExecuted("action_listen"), Domain.empty())
        await self.store.save(tracker)


@dataclass
class House:
    """Running; `say` counts what one message costs, from the call to the last stored word."""

    client: TestClient[Any, Any]
    processor: Processor
    thread: Thread

    async def say(self, text: str) -> Asked:
        worker = self.client.app[keys.WORKER]  # type: ignore[index]
        with counted() as asked:
            status, answer = await self.thread.post(text)
            while worker._turns:
                await asyncio.sleep(0.01)
        assert status == 200
        assert answer["replies"]
        return asked


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return load_settings(
        {
            "CONCIERGE_SECRET_KEY": "k" * 40,
            "CONCIERGE_RATE_LIMITS": "false",
            "CONCIERGE_DATABASE_URL": url,
            "CONCIERGE_PORT": "0",
        },
        root=tmp_path,
    )


@pytest.fixture
async def house(
    database: Database,
    memory: ConciergeTrackerStore,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[House]:
    for module in (connectors.sender, connectors.worker):  # what is counted is the message's own
        monkeypatch.setattr(module, "IDLE_SECONDS", 600)
    processor = Processor(memory, desk_on(database, tmp_path))
    channel = ConciergeInput(settings)
    agent = SimpleNamespace(
        tracker_store=memory,
        lock_store=AtomicLockStore(),
        processor=processor,
        domain=Domain.empty(),
    )

    async def answer(request: web.Request) -> web.Response:
        return web.json_response(await channel.answer(agent, await request.json()))

    assistant = web.Application()
    assistant.add_routes([web.post("/webhooks/concierge/webhook", answer)])
    async with TestServer(assistant, host="127.0.0.1") as behind:
        assert behind.port is not None
        object.__setattr__(settings, "rasa_port", behind.port)
        app = create_app(settings, database, tuning=QUIET)
        async with TestClient(TestServer(app, host="127.0.0.1")) as client:
            app[keys.WORKER].admission._counted_at = math.inf
            talk = await asyncio.to_thread(processor.desk.talk)
            place = talk.player.conversation
            processor.talks[place] = talk
            yield House(client, processor, Thread(client, place, app[keys.CHAT].token(place)))
