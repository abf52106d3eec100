"""What an agent's hands must not lose or hide: the newest words, the cursor, gaps, lists, acts."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from conversations import show_image, transcript
from desk.tickets import (
    Known,
    Understood,
    add_note,
    keep_file,
    list_agents,
    note_understood,
    save_canned,
)
from kit.clock import SystemClock
from tests.browser.desk.conftest import DeskServer, make_ticket
from tests.browser.desk.test_desk import shoot, sign_in

pytestmark = pytest.mark.browser
SIZES = ((1280, 800), (390, 844))
GAP_BELOW = """() => {
    const thread = document.querySelector("#thread");
    return Math.round(thread.scrollHeight - thread.scrollTop - thread.clientHeight);
}"""


def wait_until(page: Page, what: str) -> None:
    """Until a piece of JavaScript is true; the page's own policy forbids a waiting `eval`."""
    for _ in range(150):
        if page.evaluate(what):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it did not come to {what}")


def is_at_end(page: Page) -> None:
    wait_until(page, f"({GAP_BELOW})() <= 1")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 700), "teal").save(out, "PNG")
    return out.getvalue()


def test_the_newest_words_are_in_view_and_the_cursor_where_one_writes(
    page: Page, desk_server: DeskServer
) -> None:
    ticket = make_ticket(desk_server, "The zip of my jacket broke.", customer_id=1)
    now = SystemClock().now()
    place = ticket.conversation_id
    with desk_server.database.session() as session:
        save_canned(session, "zip", "en", "Sorry about the broken zip of your jacket! It is ____.")
        stored = keep_file(session, place, "zip.png", picture(), now=now)
        known = (Known("order", "10482", "said"), Known("reason", "broken", "said"))
        understood = Understood(
            task="return",
            known=known,
            kind="confirm",
            asked="order",
            done=("change_address",),
        )
        note_understood(session, ticket.id, understood)
    for place_in_thread in range(12):
        desk_server.say(
            ticket, f"The zip of my jacket broke, part {place_in_thread}.", f"m{place_in_thread}"
        )
    with desk_server.database.session() as session:
        show_image(session, transcript(session, place)[-2].id, stored.address)

    sign_in(page, desk_server, f"/tickets/{ticket.id}")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        expect(page.locator(".picture")).to_be_visible()
        page.wait_for_load_state("networkidle")
        is_at_end(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            shoot(page, f"hands-ticket-{scheme}-{width}")
        shoot(page, f"hands-ticket-whole-{width}", whole=True)
        page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})

    page.keyboard.press("t")
    expect(page.locator("#bar")).to_contain_text("You are in charge")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("n is a letter")
    expect(page.locator("#text")).to_have_value("n is a letter")
    expect(page.locator("#suggestions")).to_be_visible()
    is_at_end(page)
    desk_server.say(ticket, "And one more thing", "after")
    expect(page.locator("#thread")).to_contain_text("And one more thing")
    is_at_end(page)

    page.locator("#thread").hover()
    page.mouse.wheel(0, -600)
    wait_until(page, f"({GAP_BELOW})() > 300")
    desk_server.say(ticket, "Are you there?", "later")
    expect(page.locator("#latest")).to_be_visible()
    shoot(page, "hands-latest-1280")
    page.locator("#latest").click()
    is_at_end(page)
    expect(page.locator("#latest")).to_be_hidden()

    page.locator("#text").fill("It is ____, sorry.")
    page.locator("#text").press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is still a gap")
    chosen = "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    wait_until(page, f"{chosen}.join() === '6,10'")
    page.locator("#text").fill("/zzz")
    page.locator("#text").press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("No ready-made reply has this shortcut")
    expect(page.locator(".message.agent")).to_have_count(0)


def test_lists_appear_bulk_says_what_it_did_and_leaving_is_asked(
    page: Page, desk_server: DeskServer
) -> None:
    first = make_ticket(desk_server, "Hello", customer_id=1)
    make_ticket(desk_server, "Is anybody there?", customer_id=2)
    sign_in(page, desk_server)
    expect(page.locator("body")).to_have_attribute("data-live", "")
    expect(page.locator("[data-count=mentions]")).to_be_hidden()
    with desk_server.database.session() as session:
        people = {one.name: one for one in list_agents(session)}
        add_note(
            session, first.id, people["Lena Hartmann"], "@Ines please look", now=SystemClock().now()
        )
    desk_server.loop.call_soon_threadsafe(desk_server.live.publish, first.conversation_id)
    expect(page.locator("[data-count=mentions]")).to_be_visible()

    for box in page.locator(".pick").all():
        box.check()
    page.locator("#bulk-act").select_option("priority")
    expect(page.locator("#bulk-label")).to_be_hidden()
    page.locator("#bulk-priority").select_option("urgent")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            shoot(page, f"hands-inbox-{scheme}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#bulk-result")).to_be_visible()
    expect(page.locator("#bulk-result")).to_contain_text("2")
    expect(page.locator("#bulk")).to_be_hidden()

    page.locator("#presence").select_option("online")
    page.wait_for_load_state()
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("#presence").select_option("offline")
    expect(page.locator("#presence")).to_have_value("online")
    assert asked[0].startswith("Stop taking tickets?")
