"""The chat in a shop's own page elsewhere, put there as the how-to says and in no other way."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import RunningFront, free_port
from tests.browser.test_widget import PHONE, open_chat, say

pytestmark = pytest.mark.browser

HOW_TO = (Path(__file__).parents[2] / "docs/how-to/embed-the-chat.md").read_text(encoding="utf-8")
ADDRESS = "https://chat.example.com"
PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<title>Bergladen</title></head><body><main><h1>Bergladen</h1><button id="help">Help</button>
<button data-concierge-ask="Do you have boots?">Boots?</button>
<div id="chat"></div></main>{tag}</body></html>"""


def told(language: str) -> str:
    """The first block of this language in the how-to."""
    found = re.search(rf"```{language}\n(.*?)\n```", HOW_TO, re.DOTALL)
    assert found is not None
    return found[1]


@dataclass
class ShopPage:
    """A page of somebody else's shop, on a server of its own."""

    page: Page
    errors: list[str]


Embed = Callable[..., ShopPage]


@pytest.fixture
def embed(browser: Browser, front: RunningFront) -> Iterator[Embed]:
    contexts, servers = [], []
    pages: list[ShopPage] = []

    def open_page(
        more: str = "", *, origin: str = "", language: str = "en", **options: Any
    ) -> ShopPage:
        origin = origin or front.shop
        tag = told("html").replace(ADDRESS, front.url).replace(" async", f" {more} async")
        policy = "default-src 'self'; " + told("csp").replace(ADDRESS, front.url)
        policy = policy.replace("wss://chat.example.com", front.url.replace("http", "ws"))
        body = PAGE.format(tag=tag, language=language)
        server = served(origin, body, policy)
        servers.append(server)
        server.__enter__()
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(**options)
        contexts.append(context)
        shop = ShopPage(context.new_page(), [])
        shop.page.on("pageerror", lambda error: shop.errors.append(str(error)))
        shop.page.on(
            "console", lambda line: shop.errors.append(line.text) if line.type == "error" else None
        )
        pages.append(shop)
        shop.page.goto(origin)
        return shop

    yield open_page
    for context in contexts:
        context.close()
    for server in servers:
        server.__exit__(None, None, None)
    assert [error for shop in pages for error in shop.errors] == []


@contextmanager
def served(origin: str, body: str, policy: str) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", urlsplit(origin).port or 80), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_the_one_tag_of_the_how_to_holds_a_conversation(front: RunningFront, embed: Embed) -> None:
    page = embed('data-name="Bergladen"').page
    open_chat(page)
    expect(page.get_by_role("heading", name="Bergladen", level=2)).to_be_visible()
    say(page, "Do you have hiking boots?")
    expect(page.get_by_role("list", name="Products")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You said: Do you have hiking boots?")).to_be_visible()
    assert len(front.rasa.asked) == 1


def test_a_page_that_is_not_registered_is_told_so(front: RunningFront, embed: Embed) -> None:
    origin = f"http://127.0.0.1:{free_port()}"
    shop = embed(origin=origin)
    open_chat(shop.page)
    expect(shop.page.get_by_text("The chat isn't open on this page yet.")).to_be_visible()
    expect(shop.page.get_by_text(origin)).to_be_visible()
    shop.errors.clear()  # Chromium reports the refusal as an error of the page


def test_the_options_of_the_tag(front: RunningFront, embed: Embed) -> None:
    pages = f"{front.shop}/p/{{slug}}"
    words = '{"en": {"welcome": "Hi, this is {shop}."}}'
    more = (
        f"data-name='Gear' data-accent='#ffdd00' data-side='left' data-offset='30 90' "
        f"data-product-pages='{pages}' data-texts='{words}'"
    )
    page = embed(more, viewport={"width": 1280, "height": 800}).page
    box = page.get_by_role("button", name="Open the chat").bounding_box()
    assert box is not None
    assert (box["x"], 800 - box["y"] - box["height"]) == (30, 90)
    open_chat(page)
    expect(page.get_by_text("Hi, this is Gear.")).to_be_visible()
    send = page.get_by_role("button", name="Send", exact=True)
    expect(send).to_have_css("background-color", "rgb(255, 221, 0)")
    expect(send).to_have_css("color", "rgb(13, 26, 20)")
    say(page, "boots")
    link = page.get_by_role("link", name="Karst Granit Mid hiking boots")
    expect(link).to_have_attribute("href", f"{front.shop}/p/karst-granit-mid")
    expect(link).not_to_have_attribute("target", "_blank")


def test_the_shops_own_button_and_questions(front: RunningFront, embed: Embed) -> None:
    page = embed('data-launcher="#help"').page
    expect(page.get_by_role("button", name="Open the chat")).to_be_hidden()
    page.get_by_role("button", name="Help").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Help")).to_be_focused()
    page.get_by_role("button", name="Boots?").click()
    expect(page.get_by_text("You said: Do you have boots?")).to_be_visible()


def test_inside_an_element_of_the_page(front: RunningFront, embed: Embed) -> None:
    page = embed('data-inline="#chat"').page
    expect(page.get_by_role("region", name="Fernweg")).to_be_visible()
    expect(page.get_by_role("button", name="Open the chat")).to_be_hidden()
    expect(page.get_by_role("textbox", name="Write a message")).not_to_be_focused()
    say(page, "hello")
    expect(page.get_by_text("You said: hello")).to_be_visible()


def test_events_and_calls_of_a_page_that_never_reloads(front: RunningFront, embed: Embed) -> None:
    page = embed().page
    page.evaluate(
        """window.heard = [];
        for (const name of ["opened", "closed", "message", "unread"]) {
          addEventListener(`concierge:${name}`, ({detail}) => heard.push([name, detail]));
        }"""
    )
    page.evaluate("ConciergeChat.ask('first')")
    expect(page.get_by_text("You said: first")).to_be_visible()
    page.evaluate("ConciergeChat.update({product: 'karst-ridge-45'})")
    say(page, "second")
    expect(page.get_by_text("You said: second")).to_be_visible()
    page.evaluate("ConciergeChat.close()")
    front.join("Ines")
    front.agent_says("Good morning", "Ines")
    expect(page.get_by_role("button", name="Open the chat (1)")).to_be_visible()
    expect(page.get_by_role("status").get_by_text("Good morning")).to_be_visible()
    names = [name for name, _ in page.evaluate("heard")]
    assert names[0] == "opened"
    assert {"closed", "unread", "message"} <= set(names)
    assert "first" not in str(page.evaluate("JSON.stringify(heard)"))
    assert front.rasa.asked[1]["metadata"]["page"] == {"product": "karst-ridge-45"}
    page.evaluate("ConciergeChat.logout()")
    open_chat(page)
    expect(page.get_by_text("You said: first")).to_have_count(0)
    page.evaluate("ConciergeChat.remove()")
    expect(page.locator("concierge-chat")).to_have_count(0)
    assert page.evaluate("typeof ConciergeChat") == "undefined"


def test_what_is_asked_before_the_chat_is_there_is_not_lost(
    front: RunningFront, embed: Embed
) -> None:
    page = embed().page
    held: list[Route] = []
    page.route("**/chat/widget.js", lambda route: held.append(route))
    page.goto(front.shop, wait_until="commit")
    page.evaluate('(window.ConciergeChat ??= []).push(["ask", "Am I heard?"])')
    page.wait_for_timeout(500)
    held[0].continue_()
    expect(page.get_by_text("You said: Am I heard?")).to_be_visible()
    page.unroute_all()


def test_on_a_phone_the_chat_can_be_gone_back_to(front: RunningFront, embed: Embed) -> None:
    page = embed(viewport=PHONE, has_touch=True).page
    open_chat(page)
    say(page, "hello")
    expect(page.get_by_text("You said: hello")).to_be_visible()
    page.reload()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Back to the chat").click()
    expect(page.get_by_text("You said: hello")).to_be_visible()


def test_each_page_language_has_its_words(front: RunningFront, embed: Embed) -> None:
    page = embed(language="zh-CN").page
    page.get_by_role("button", name="打开聊天").click()
    expect(page.get_by_role("textbox", name="请输入消息")).to_be_visible()
