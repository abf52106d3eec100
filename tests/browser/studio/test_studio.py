"""An admin adds examples, corrects a reply while looking at it, and takes a change back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk.watched import SHOTS
from tests.browser.studio.conftest import StudioServer, open_studio
from tests.web.studio.conftest import ORDERS, TALK

pytestmark = pytest.mark.browser
WIDTHS = ((1280, 800), (390, 844))


def shoot(page: Page, name: str) -> None:
    """A picture at desk and at phone width; nothing is wider than its window."""
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(SHOTS / f"studio-{name}-{width}.png"), full_page=True)
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    page.set_viewport_size({"width": 1280, "height": 800})


def test_examples_are_added_changed_by_keyboard_and_taken_back(
    page: Page, server: StudioServer
) -> None:
    open_studio(page, server)
    shoot(page, "intents")
    page.get_by_label("Search intents and examples").fill("any news")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="track_order").click()
    expect(page.locator(".examples li")).to_have_count(1)
    page.get_by_label("One example a line").fill("where is [10467](order_number)\ntell me more")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".saved")).to_contain_text("2 examples were added")

    page.goto(f"{server.url}/studio/intents/track_order?in=en")
    expect(page.locator(".examples li")).to_have_count(5)
    save = page.get_by_role("button", name="Save example 3")
    expect(save).to_be_hidden()
    line = page.get_by_label("Example 3", exact=True)
    line.fill("is there any news")
    expect(save).to_be_visible()
    line.press("Escape")
    expect(line).to_have_value("any news")
    expect(save).to_be_hidden()
    line.fill("is there any news")
    shoot(page, "intent")
    line.press("Enter")
    expect(page.locator(".saved")).to_contain_text("Saved.")
    new = "      - where is [10467](order_number)\n      - tell me more\n"
    added = ORDERS.replace("any news\n", "any news\n" + new)
    changed = added.replace("      - any news", "      - is there any news")
    assert server.text("en/nlu/orders.yml") == changed

    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="track_order (en): 2 examples added").click()
    expect(page.locator(".diff .came")).to_have_count(2)
    shoot(page, "change")
    page.get_by_role("button", name="Take this change back").click()
    expect(page.locator(".saved")).to_contain_text("The change was taken back.")
    assert server.text("en/nlu/orders.yml") == changed.replace(new, "")


def test_a_reply_is_seen_while_it_is_written(page: Page, server: StudioServer) -> None:
    open_studio(page, server)
    page.get_by_role("link", name="Replies").click()
    page.get_by_role("link", name="utter_cancelled").click()
    first = page.locator(".reply-form").first
    words = first.get_by_label("Wording 1")
    words.fill("Gladly. Order {number} is cancelled at {shop}.")
    expect(first.locator(".voice")).to_contain_text("It begins with “Gladly”.")
    expect(first.locator(".bubble")).to_have_text("Gladly. Order number is cancelled at Fernweg.")
    shoot(page, "reply")
    words.fill("Order {number} is off.")
    expect(first.locator(".voice")).to_have_count(0)
    first.get_by_role("button", name="Save").click()
    expect(page.locator(".saved")).to_contain_text("Saved.")
    old = "Order {number} is cancelled."
    assert server.text("en/responses/talk.yml") == TALK.replace(old, "Order {number} is off.")


def test_the_second_of_two_people_finds_their_words(page: Page, server: StudioServer) -> None:
    open_studio(page, server)
    here = f"{server.url}/studio/intents/cancel_order?in=en"
    page.goto(here)
    second = page.context.new_page()
    second.goto(here)
    for tab, text in ((page, "cancel that"), (second, "cancel this")):
        tab.get_by_label("Example 1", exact=True).fill(text)
        tab.get_by_label("Example 1", exact=True).press("Enter")
        tab.wait_for_load_state()
    expect(second.locator(".problem")).to_contain_text("Somebody changed this before you")
    expect(second.get_by_label("One example a line")).to_have_value("cancel this")
    assert server.text("en/nlu/orders.yml") == ORDERS.replace("cancel it", "cancel that")
