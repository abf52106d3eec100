"""The page that shows the chat as a shop would have it, and copies the tag that makes it so."""

import re
from html import unescape

import pytest
from playwright.sync_api import Page, expect

from connectors.rendering import load_catalogue
from connectors.webchat.widget import make_scripts
from tests.browser.desk.conftest import DeskServer

pytestmark = pytest.mark.browser


def test_choices_are_shown_at_once_and_written_into_the_tag(
    desk_server: DeskServer, page: Page
) -> None:
    messages = load_catalogue().messages
    script = make_scripts(messages, "Fernweg")["en"].plain.decode()
    page.route(
        "**/chat/widget.js",
        lambda route: route.fulfill(body=script, content_type="text/javascript"),
    )
    page.goto(f"{desk_server.url}/desk/login?next=/desk/setup")
    page.get_by_role("button", name="admin@fernweg.example", exact=True).click()
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Embed the chat").click()
    chat = page.get_by_role("dialog")
    expect(chat.get_by_text("This is how an answer looks.")).to_be_visible()
    page.get_by_label("Shop's name").fill("Bergladen")
    page.get_by_label("Brand colour", exact=True).fill("#ffcc00")
    page.get_by_label("Welcome (English)").fill('Hi from "{shop}" & friends')
    expect(chat.get_by_role("heading", name="Bergladen")).to_be_visible()
    expect(chat.get_by_text('Hi from "Bergladen" & friends')).to_be_visible()
    send = chat.get_by_role("button", name="Send", exact=True)
    expect(send).to_have_css("background-color", "rgb(255, 204, 0)")
    tag = page.get_by_label("The tag")
    texts = '{"en":{"welcome":"Hi from \\"{shop}\\" & friends"}}'
    assert re.findall(r'data-(\w+)="([^"]*)"', unescape(tag.input_value()).replace(texts, "…")) == [
        ("name", "Bergladen"),
        ("accent", "#ffcc00"),
        ("texts", "…"),
    ]
    writing = chat.get_by_role("textbox", name="Write a message")
    writing.fill("hello")
    writing.press("Enter")
    writing.press("u")  # no shortcut of the desk while one writes in the chat
    expect(chat.get_by_text("hello", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{desk_server.url}/desk/setup/embed")
