"""The studio beside a desk, on a small folder of content under git."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from conversations import LiveUpdates
from desk.web.routes import register
from kit.clock import FixedClock
from kit.database import Database
from kit.settings import Settings
from studio.web.routes import register as register_studio
from tests.web.desk.conftest import (
    NOW,
    Browser,
    desk_database,
    desk_settings,
    live,
    quick_passwords,
)

__all__ = ["desk_database", "desk_settings", "live", "quick_passwords"]

ORDERS = """# Orders, by Ines.
version: "3.1"

nlu:
  - intent: track_order
    examples: |
      - where is my order [10482](order_number)
      - has it left yet
      - any news
  - intent: cancel_order
    examples: |
      - cancel it
      - stop order [10482](order_number)
"""
ORDERS_ZH = """nlu:
  - intent: track_order
    examples: |
      - 我的订单到哪了
      - 发货了吗
  - intent: cancel_order
    examples: |
      - 取消订单
      - 不要了
"""
TALK = """responses:
  utter_cancelled:
    - text: "Order {number} is cancelled."
    # said to regulars
    - text: "Done: {number} is cancelled."
  utter_i_am_a_bot:
    - text: "I'm {shop}'s digital assistant – a program, not a person."
"""
TALK_ZH = """responses:
  utter_cancelled:
    - text: "订单 {number} 已取消。"
  utter_i_am_a_bot:
    - text: "我是 {shop} 的智能助手，不是真人。"
"""
VOICES = Path(__file__).resolve().parents[3] / "nlu_data"


def write_content(folder: Path) -> None:
    """Two languages, two intents and two responses in each."""
    texts = {
        "en/nlu/orders.yml": ORDERS,
        "zh/nlu/orders.yml": ORDERS_ZH,
        "en/responses/talk.yml": TALK,
        "zh/responses/talk.yml": TALK_ZH,
    }
    for language in ("en", "zh"):
        voice = VOICES / language / "voice.yml"
        texts[f"{language}/voice.yml"] = voice.read_text(encoding="utf-8")
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def git(folder: Path, *words: str) -> str:
    """What git says; its own committer where the folder has none."""
    who = ("-c", "user.name=Engineer", "-c", "user.email=engineer@shop.example")
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The folder of content, under git."""
    folder = tmp_path / "nlu_data"
    write_content(folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder


@pytest.fixture
def app() -> web.Application:
    """The front that the studio's pages stand in."""
    return web.Application()


@pytest.fixture
def trainings() -> list[str]:
    """Filled with a word for each training that is asked for."""
    return []


@pytest.fixture
async def client(
    aiohttp_client: Any,
    desk_settings: Settings,
    desk_database: Database,
    live: LiveUpdates,
    content: Path,
    app: web.Application,
    trainings: list[str],
) -> TestClient[web.Request, web.Application]:
    desk = register(app, desk_settings, desk_database, live, clock=FixedClock(NOW))
    register_studio(app, desk, content, train=lambda: trainings.append("asked"))
    found: TestClient[web.Request, web.Application] = await aiohttp_client(app)
    return found


@pytest.fixture
def browser(client: TestClient[web.Request, web.Application]) -> Browser:
    return Browser(client)


@pytest.fixture
async def admin(browser: Browser) -> Browser:
    await browser.sign_in("admin")
    return browser
