"""A whole day: shoppers in two languages, bot, handover, agent, transfer, back to the bot, rating,
report; and what every page looks like on a desk and on a phone."""

import asyncio
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.sync_api import Page, expect

from concierge.cli.front import build
from concierge.kit.button import read_button
from concierge.kit.clock import SystemClock
from concierge.kit.database import Database, open_database, upgrade
from concierge.kit.settings import load_settings
from desk.conversations import attach_customer
from desk.tickets import DemoAccess, ensure_demo_agents, open_ticket
from shop.demo import make_demo
from tests.browser.desk.watched import SHOTS
from tests.web.fake_rasa import FakeRasa

pytestmark = pytest.mark.browser
PAGES = ("board", "reports", "reviews", "team", "ready-made", "setup", "audit", "api")


class DayRasa(FakeRasa):
    """An assistant that calls a person when one is asked for, as the real actions do."""

    database: Database

    def reply(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = super().reply(body)
        text = body["text"]
        if text.startswith("btn."):
            text = read_button(text, body["sender"], self.key).payload
        is_zh = any("\u4e00" <= sign <= "\u9fff" for sign in text)
        if "person" in text or "人工" in text:
            with self.database.session() as session:
                open_ticket(
                    session,
                    conversation_id=body["sender"],
                    reason="asked_for_person",
                    topic="delivery" if is_zh else "warranty",
                    language="zh" if is_zh else "en",
                    summary=text,
                    sentiment="neutral" if is_zh else "negative",
                    now=SystemClock().now(),
                )
            said = "正在为您转接人工客服。" if is_zh else "I am handing you over to a colleague."
        elif text == "/return_item":
            said = "Here is your return label: RL-1."
        else:
            said = "I am the assistant."
        return {**answer, "replies": [{"text": said}], "language": "zh" if is_zh else "en"}


@dataclass
class Day:
    url: str
    database: Database
    access: DemoAccess
    rasa: DayRasa


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    settings = load_settings(
        {"CONCIERGE_DATA_DIR": str(tmp_path), "CONCIERGE_RATE_LIMITS": "false"}, tmp_path
    )
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    make_demo(database, now=SystemClock().now(), customers=60, products=120, days=120)
    access = ensure_demo_agents(database, tmp_path, SystemClock().now())
    rasa = DayRasa(settings.secret_key)
    rasa.database = database
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runners: list[web.AppRunner] = []

    async def serve(app: web.Application) -> int:
        runner = web.AppRunner(app)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    def run(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    rasa_port = run(serve(rasa.app()))
    port = run(serve(build(replace(settings, rasa_port=rasa_port), database)))
    yield Day(f"http://127.0.0.1:{port}", database, access, rasa)
    for runner in reversed(runners):
        run(runner.cleanup())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    database.close()


class Shopper:
    """Somebody who writes in the chat."""

    def __init__(self, page: Page, day: Day, customer: str | None = None) -> None:
        self.request = page.request
        opened = self.request.post(f"{day.url}/chat/api/conversations", data={}).json()
        self.place = opened["conversation_id"]
        self.path = f"{day.url}/chat/api/conversations/{self.place}/messages"
        self.headers = {"Authorization": f"Bearer {opened['token']}"}
        if customer is not None:
            with day.database.session() as session:
                attach_customer(session, self.place, customer)

    def say(self, text: str) -> list[str]:
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        answer = self.request.post(self.path, data=body, headers=self.headers).json()
        return [one["text"] for one in answer["replies"]]

    def read(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.request.get(self.path, headers=self.headers).json()[
            "messages"
        ]
        return found

    def hears(self, page: Page, text: str) -> dict[str, Any]:
        for _ in range(60):
            for message in self.read():
                if text in message["text"]:
                    return message
            page.wait_for_timeout(100)
        raise AssertionError(f"{text!r} was not said: {[one['text'] for one in self.read()]}")


def sign_in(page: Page, day: Day, email: str, path: str = "") -> None:
    page.goto("about:blank")
    page.context.clear_cookies()
    page.goto(f"{day.url}/desk{path}")
    page.locator("#email").fill(email)
    page.locator("#password").fill(day.access.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_selector(".me")


def shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(200)
    page.screenshot(path=str(SHOTS / f"day-{name}-1280.png"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(100)
    page.screenshot(path=str(SHOTS / f"day-{name}-390.png"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_whole_day(page: Page, day: Day) -> None:
    mia, li = Shopper(page, day, "1"), Shopper(page, day)
    assert mia.say("Hello") == ["I am the assistant."]
    assert mia.say("The zip of my jacket broke. I want a person!") == [
        "I am handing you over to a colleague."
    ]
    assert li.say("我的包裹没到，请转人工") == ["正在为您转接人工客服。"]

    # The desk gives Mia's ticket to Ines, who takes tickets, with the reason why.
    sign_in(page, day, "agent@fernweg.example")
    expect(page.locator("#rows [data-row]")).to_have_count(2)
    shoot(page, "inbox")
    page.locator("#presence").select_option("online")
    page.wait_for_url("**/desk")
    mia.hears(page, "Ines Vogel from our team has joined")
    page.goto(f"{day.url}/desk?view=mine")
    page.locator("[data-row]", has_text="Mia Berger").click()
    page.wait_for_selector("#thread")
    expect(page.locator(".panel")).to_contain_text("Upset")
    expect(page.locator(".log")).to_contain_text("Rule: Upset shoppers first")

    # A ready-made reply after a slash, a note that tells a colleague, a step for the assistant.
    page.keyboard.press("r")
    page.keyboard.type("/hel")
    expect(page.locator("#canned li")).to_have_count(1)
    expect(page.locator("#canned li")).to_contain_text("/hello")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value(
        "Hello Mia Berger, this is Ines Vogel. I have read everything so far."
    )
    page.keyboard.press("Control+Enter")
    mia.hears(page, "this is Ines Vogel")
    expect(page.locator(".message.agent .receipt:not([hidden])")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("@Lena is a new jacket possible?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.note")).to_contain_text("is a new jacket possible?")
    page.locator("#tools > summary").click()
    page.locator("#tool-step").select_option("offer_return")
    shoot(page, "ticket")
    page.locator("form[action$='/step'] button").click()
    mia.hears(page, "Here is your return label: RL-1.")
    expect(page.locator("#bar")).to_contain_text("You are in charge")
    assert not any("new jacket" in one["text"] for one in mia.read())

    # Passed on to Wang Fang, who answers and hands back to the assistant.
    page.locator("#tool-transfer").select_option(label="王芳 Wang Fang (Not taking)")
    page.locator("form[action$='/transfer'] button").click()
    expect(page.locator("#bar")).to_contain_text("王芳 Wang Fang is in charge")
    mia.hears(page, "王芳 Wang Fang from our team has joined")
    place = page.url.split("?")[0].removeprefix(f"{day.url}/desk")
    sign_in(page, day, "agent2@fernweg.example", place)
    page.keyboard.press("r")
    page.keyboard.type("A new jacket is on its way.")
    page.keyboard.press("Control+Enter")
    mia.hears(page, "A new jacket is on its way.")
    page.get_by_role("button", name="Hand to assistant").click()
    mia.hears(page, "has handed you back to the assistant")
    assert mia.say("Thanks! And when?") == ["I am the assistant."]
    meanwhile = day.rasa.asked[-1]["metadata"]["meanwhile"]
    assert [one["author"] for one in meanwhile][-1] == "agent"

    # The Chinese ticket waited for Ines, who left; Wang Fang solves it, and is rated.
    page.goto(f"{day.url}/desk?view=open")
    page.locator("[data-row]").first.click()
    page.wait_for_selector("#thread")
    if page.locator('[data-key="t"]').count():
        page.keyboard.press("t")
    else:
        sign_in(page, day, "agent@fernweg.example", page.url.split("/desk")[1].split("?")[0])
    page.keyboard.press("r")
    page.keyboard.type("包裹今天送达。")
    page.keyboard.press("Control+Enter")
    li.hears(page, "包裹今天送达。")
    page.get_by_role("button", name="Solved").click()
    question = li.hears(page, "您对")
    li.say(question["buttons"][0]["payload"])
    li.hears(page, "感谢您的评价")

    # Supervisors see the day.
    sign_in(page, day, "admin@fernweg.example", "/reports")
    expect(page.locator(".cards-row")).to_contain_text("5.00")
    expect(page.locator("svg").first).to_be_visible()
    for name in PAGES:
        page.goto(f"{day.url}/desk/{name}")
        expect(page.locator("h1")).to_be_visible()
        shoot(page, name)
    page.goto(f"{day.url}/desk/reviews")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{day.url}/desk/audit")
    expect(page.locator("table")).to_contain_text("review")
