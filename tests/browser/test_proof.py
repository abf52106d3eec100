"""Forms, answers in words, sizes and articles in the widget."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import RunningFront, Visitor
from tests.browser.test_cards import TOO_SMALL
from tests.browser.test_widget import PHONE, open_chat, say

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]


def test_an_order_is_proved_in_two_forms(front: RunningFront, visit: Visit) -> None:
    visitor = visit(viewport=PHONE, has_touch=True)
    page = visitor.page
    open_chat(page)
    say(page, "whose is it?")
    form = page.locator(".proof")
    expect(form.get_by_label("Order number")).to_have_attribute("inputmode", "numeric")
    expect(form.get_by_label("Email address")).to_have_attribute("autocomplete", "email")
    assert form.evaluate(TOO_SMALL) == []
    form.get_by_role("button", name="Send me a code").click()
    assert len(front.rasa.asked) == 1  # (nothing is filled in)
    form.get_by_label("Order number").fill("10482")
    form.get_by_label("Email address").fill("mia@example.org")
    visitor.shoot("widget-proof-phone")
    form.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_text("You said: 10482, mia@example.org")).to_be_visible()
    expect(form).to_have_count(0)
    say(page, "the digits?")
    code = form.get_by_label("Six-digit code")
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    again = form.get_by_role("button", name="Send a new code")
    expect(again).to_be_disabled()
    expect(again).to_have_text("Send a new code (in 1 s)")
    expect(again).to_be_enabled()
    form.get_by_role("button", name="Wrong address?").click()
    expect(form.get_by_label("Order number")).to_have_value("10482")
    expect(form.get_by_label("Email address")).to_be_focused()


def test_a_yes_in_words_is_done_and_can_be_undone(front: RunningFront, visit: Visit) -> None:
    page = visit().page
    open_chat(page)
    say(page, "cancel it")
    expect(page.get_by_role("button", name="Keep", exact=True)).to_be_visible()
    say(page, "do it then")
    expect(page.locator(".confirm .done")).to_have_text("Cancel the boots and the jacket")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("You said: /undo")).to_be_visible()
    page.reload()
    expect(page.locator(".confirm .done")).to_have_text("Cancel the boots and the jacket")


def test_an_article_is_read_on_and_sizes_are_struck(front: RunningFront, visit: Visit) -> None:
    visitor = visit(viewport=PHONE, has_touch=True)
    page = visitor.page
    open_chat(page)
    say(page, "tell me about delivery")
    expect(page.get_by_role("button", name="Read more")).to_have_count(0)
    article = page.locator("details.article")
    article.get_by_text("Read more: Delivery").click()
    expect(article.get_by_text("Not on Sundays.")).to_be_visible()
    article.get_by_role("link", name="Open as a page").click()
    expect(page.get_by_role("heading", name="Delivery", level=1)).to_be_visible()
    page.get_by_role("button", name="Back to the chat").click()
    say(page, "boots")
    card = page.locator(".cards > li").nth(1)
    expect(card.locator(".sizes .out")).to_have_text("43 (sold out)")
    expect(card).to_contain_text("★ 4.6 (128)")
    expect(card).to_contain_text("−22 %")
    visitor.shoot("widget-sizes-phone")


def test_the_conversation_is_mailed_only_to_whom_the_shop_knows(
    front: RunningFront, visit: Visit
) -> None:
    page = visit().page
    open_chat(page)
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem", name="Email me this conversation")).to_be_hidden()
