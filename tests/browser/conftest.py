"""Headless Chromium on a front that runs beside it; any error in a page fails the test."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.sync_api import Browser, Page, expect, sync_playwright

from connectors.application import Tuning, create_app
from conversations import hand_to_agent, list_conversations, post_agent_message
from kit.database import Base, Database, open_database
from kit.settings import Settings, load_settings
from storefront.pages import add_storefront
from tests.web.conftest import TABLES
from tests.web.fake_rasa import FakeRasa
from tests.web.fake_shop import FakeShop

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)  # (a first answer takes its time on a busy machine)
SCREENSHOTS = Path(__file__).parents[2] / "var" / "artefacts" / "screenshots"


@dataclass
class RunningFront:
    """A front and its stand-in assistant, in a thread with a loop of its own."""

    url: str
    shop: str  # the origin of a shop elsewhere that may embed the chat
    rasa: FakeRasa
    database: Database
    stop_rasa: Callable[[], None]
    start_rasa: Callable[[], None]

    def newest_conversation(self) -> str:
        with self.database.reading() as session:
            return list_conversations(session)[0].conversation.id

    def join(self, name: str) -> None:
        with self.database.session() as session:
            hand_to_agent(
                session, self.newest_conversation(), now=datetime.now(UTC), agent_name=name
            )

    def agent_says(self, text: str, name: str) -> None:
        with self.database.session() as session:
            post_agent_message(
                session,
                self.newest_conversation(),
                text=text,
                agent_name=name,
                now=datetime.now(UTC),
            )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def front(tmp_path: Path) -> Iterator[RunningFront]:
    settings = load_settings({"CONCIERGE_SECRET_KEY": "k" * 40}, root=tmp_path)
    shop = f"http://127.0.0.1:{free_port()}"
    settings = replace(
        settings,
        port=free_port(),
        rasa_port=free_port(),
        rate_limits=False,
        public_origins=(shop,),
    )
    database = open_database(settings.database_url)
    Base.metadata.create_all(database.engine, tables=TABLES)  # type: ignore[arg-type]
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    rasa = FakeRasa(settings.secret_key)
    runners: dict[str, web.AppRunner] = {}

    async def serve(name: str, app: web.Application, port: int) -> None:
        runners[name] = web.AppRunner(app)
        await runners[name].setup()
        await web.TCPSite(runners[name], "127.0.0.1", port).start()

    async def end(name: str) -> None:
        await runners.pop(name).cleanup()

    wait(serve("rasa", rasa.app(), settings.rasa_port))
    wait(serve("front", build(settings, database), settings.port))
    yield RunningFront(
        settings.front_url,
        shop,
        rasa,
        database,
        lambda: wait(end("rasa")),
        lambda: wait(serve("rasa", rasa.app(), settings.rasa_port)),
    )
    for name in list(runners):
        wait(end(name))
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    database.close()


def build(settings: Settings, database: Database) -> web.Application:
    tuning = Tuning(assistant_timeout=2.0, notice_after=timedelta(seconds=0.6), poll_seconds=0.1)
    app = create_app(settings, database, tuning=tuning)
    add_storefront(app, FakeShop())
    return app


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()


@dataclass
class Visitor:
    """A page and what went wrong in it."""

    page: Page
    errors: list[str]

    def shoot(self, name: str, **options: Any) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path, **options)
        return path


@pytest.fixture
def visit(browser: Browser, front: RunningFront) -> Iterator[Callable[..., Visitor]]:
    contexts = []
    visitors: list[Visitor] = []

    def open_page(path: str = "/", **options: Any) -> Visitor:
        options.setdefault("viewport", {"width": 1280, "height": 860})
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        visitor = Visitor(page, [])
        page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        page.on(
            "console",
            lambda line: visitor.errors.append(line.text) if line.type == "error" else None,
        )
        visitors.append(visitor)
        page.goto(front.url + path)
        return visitor

    yield open_page
    for context in contexts:
        context.close()
    assert [error for visitor in visitors for error in visitor.errors] == []
