"""The studio in headless Chromium, on a small folder of content under git."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import Page, expect

from concierge.app import candidate_job
from connectors import keys
from conversations import LiveUpdates
from desk.tickets import ensure_demo_agents
from desk.web.routes import register
from kit.clock import SystemClock
from kit.database import open_database, upgrade
from kit.settings import load_settings
from studio.web.routes import register as register_studio
from tests.browser.desk.watched import watched_page
from tests.unit.studio.test_training_job import JUDGES, TRAINS
from tests.web.studio.conftest import git, write_content
from tests.web.studio.test_publishing import FakeAssistant


@dataclass
class StudioServer:
    """A running studio and the files that it edits."""

    url: str
    content: Path
    assistant: FakeAssistant

    def text(self, name: str) -> str:
        return (self.content / name).read_text(encoding="utf-8")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StudioServer]:
    content = tmp_path / "nlu_data"
    write_content(content)
    git(content, "init", "-q", "-b", "main")
    git(content, "add", "-A")
    git(content, "commit", "-qm", "first")
    settings = load_settings({"CONCIERGE_DATA_DIR": str(tmp_path / "var")}, tmp_path)
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    ensure_demo_agents(database, settings.data_dir, SystemClock().now())
    app = web.Application()
    settings.models_dir.mkdir(parents=True)
    assistant = FakeAssistant(settings)
    app[keys.ASSISTANT] = assistant  # type: ignore[misc]
    (tmp_path / "fake_train.py").write_text(TRAINS)
    (tmp_path / "fake_judge.py").write_text(JUDGES)
    monkeypatch.setattr(candidate_job, "TRAIN", ("fake_train",))
    monkeypatch.setattr(candidate_job, "JUDGE", ("fake_judge",))

    def train() -> None:
        """The worker's own function, with a trainer that takes a moment."""
        threading.Thread(target=candidate_job.train, args=(settings,)).start()

    desk = register(app, settings, database, LiveUpdates(database, SystemClock()))
    register_studio(app, desk, content, train)
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    port = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    yield StudioServer(f"http://127.0.0.1:{port}", content, assistant)
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    database.close()


@pytest.fixture
def page() -> Iterator[Page]:
    yield from watched_page()


def open_studio(page: Page, server: StudioServer) -> None:
    """Sign in as the demo's admin."""
    page.goto(f"{server.url}/desk/login?next=/studio")
    page.get_by_role("button", name="admin@fernweg.example", exact=True).click()
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{server.url}/studio")
