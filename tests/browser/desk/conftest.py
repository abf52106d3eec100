"""The desk in headless Chromium, against a real server on a free port."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import Page

from conversations import (
    Button,
    LiveUpdates,
    Reply,
    accept_message,
    create_conversation,
    post_bot_replies,
)
from desk.tickets import DemoAccess, TicketView, ensure_demo_agents, open_ticket
from desk.web.routes import register
from kit.clock import SystemClock
from kit.database import Database, open_database, upgrade
from kit.settings import load_settings
from shop.demo import make_demo
from tests.browser.desk.watched import watched_page


@dataclass
class DeskServer:
    """A running desk, seen from outside and from below."""

    url: str
    database: Database
    live: LiveUpdates
    access: DemoAccess
    loop: asyncio.AbstractEventLoop

    def say(self, ticket: TicketView, text: str, key: str) -> None:
        with self.database.session() as session:
            accept_message(
                session,
                ticket.conversation_id,
                text=text,
                client_message_id=key,
                now=SystemClock().now(),
            )
        self.loop.call_soon_threadsafe(self.live.publish, ticket.conversation_id)


@pytest.fixture
def desk_server(tmp_path: Path) -> Iterator[DeskServer]:
    settings = load_settings({"CONCIERGE_DATA_DIR": str(tmp_path)}, tmp_path)
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    make_demo(database, now=SystemClock().now(), customers=60, products=120, days=120)
    live = LiveUpdates(database, SystemClock())
    app = web.Application()
    register(app, settings, database, live)
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    port = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    access = ensure_demo_agents(database, tmp_path, SystemClock().now())
    yield DeskServer(f"http://127.0.0.1:{port}", database, live, access, loop)
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    database.close()


@pytest.fixture
def page() -> Iterator[Page]:
    yield from watched_page()


def make_ticket(server: DeskServer, said: str, minutes: int = 3, **changes: object) -> TicketView:
    now = SystemClock().now() - timedelta(minutes=minutes)
    language = str(changes.get("language", "en"))
    with server.database.session() as session:
        place = create_conversation(session, channel="webchat", language=language, now=now)
        accept_message(session, place.id, text=said, client_message_id="first", now=now)
        reply = Reply(
            "I can ask a colleague to look at this. Shall I?"
            if language == "en"
            else "需要为您转接人工客服吗？",
            buttons=(Button("Yes, please" if language == "en" else "好的", "btn.x"),),
        )
        post_bot_replies(session, place.id, [reply], now=now)
        values: dict[str, object] = {
            "reason": "asked_for",
            "topic": "returns",
            "language": language,
            "summary": said,
            "now": now,
        }
        return open_ticket(session, conversation_id=place.id, **{**values, **changes})  # type: ignore[arg-type]
