"""An agent's minutes at the desk: sign in, see, take, reply, hand back; and what they look like."""

import pytest
from playwright.sync_api import Page, expect

from conversations import transcript
from desk.tickets import list_agents, release, take
from kit.clock import SystemClock
from tests.browser.desk.conftest import DeskServer, make_ticket
from tests.browser.desk.watched import SHOTS

pytestmark = pytest.mark.browser


def sign_in(page: Page, server: DeskServer, path: str = "") -> None:
    page.goto(f"{server.url}/desk{path}")
    page.get_by_role("button", name="agent@fernweg.example", exact=True).click()
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_selector("#rows")


def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    page.wait_for_timeout(150)
    page.screenshot(path=str(SHOTS / f"desk-{name}.png"), full_page=whole)


def test_from_sign_in_to_hand_back(page: Page, desk_server: DeskServer) -> None:
    ticket = make_ticket(
        desk_server,
        "The zip of my Karst jacket broke after two weeks. I would like to send it back "
        "and get a new one, please.",
        topic="warranty",
        priority="high",
        customer_id=1,
    )
    make_ticket(
        desk_server,
        "我的包裹一周没有更新物流了，能帮我查一下吗？",
        12,
        language="zh",
        topic="delivery",
        customer_id=5,
    )
    page.goto(f"{desk_server.url}/desk")
    expect(page).to_have_url(f"{desk_server.url}/desk/login?next=/desk")
    shoot(page, "sign-in-1280")
    sign_in(page, desk_server)
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("body")).to_have_attribute("data-live", "")
    shoot(page, "inbox-1280")

    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_attribute("data-row", str(ticket.id))
    page.keyboard.press("Enter")
    page.wait_for_selector("#thread")
    shoot(page, "ticket-waiting-1280")
    panel = page.get_by_role("complementary", name="About this ticket")
    expect(panel).to_contain_text("Mia Berger")
    expect(panel).to_contain_text("10482")
    expect(page.locator("#reply")).to_be_hidden()
    page.keyboard.press("t")
    expect(page.locator("#bar")).to_contain_text("You are in charge")
    expect(page.locator("#rows [data-row]")).to_have_count(1)
    expect(page.locator("#thread")).to_contain_text("Ines Vogel from our team has joined")

    expect(page.locator("#text")).to_be_focused()  # what is typed after taking is the answer
    page.keyboard.type("Hello, I am sorry about the zip.\nA new jacket leaves today.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.agent")).to_have_count(1)
    expect(page.locator("#text")).to_have_value("")
    desk_server.say(ticket, "That is great, thank you! <b>Really</b>", "m2")
    expect(page.locator("#thread")).to_contain_text("That is great, thank you! <b>Really</b>")
    shoot(page, "ticket-1280")

    page.emulate_media(color_scheme="dark")
    shoot(page, "ticket-dark-1280")
    page.set_viewport_size({"width": 390, "height": 844})
    shoot(page, "ticket-dark-390")
    page.emulate_media(color_scheme="light")
    shoot(page, "ticket-390")
    shoot(page, "ticket-whole-390", whole=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 800})

    page.get_by_role("button", name="Hand to assistant").click()
    expect(page.locator("#bar")).to_contain_text("The assistant answers here again")
    expect(page.locator("#reply")).to_be_hidden()
    with desk_server.database.reading() as session:
        said = [message.text for message in transcript(session, ticket.conversation_id)]
    joined = "Ines Vogel from our team has joined the chat."
    # In opening hours who waits may have heard before that nobody was in yet.
    assert said[said.index(joined) :] == [
        joined,
        "Hello, I am sorry about the zip.\nA new jacket leaves today.",
        "That is great, thank you! <b>Really</b>",
        "Ines Vogel has left the chat; the assistant is here again. Ask for a person at any time.",
    ]


def test_a_colleague_is_faster(page: Page, desk_server: DeskServer) -> None:
    ticket = make_ticket(desk_server, "Where is my refund?", topic="refunds")
    sign_in(page, desk_server, f"/tickets/{ticket.id}")
    page.keyboard.press("t")
    page.locator("#text").fill("Your refund left us yesterday.")
    now = SystemClock().now()
    with desk_server.database.session() as session:
        people = {person.role: person for person in list_agents(session)}
        back = release(session, ticket.id, people["supervisor"], version=2, now=now)
        take(session, ticket.id, people["supervisor"], version=back.version, now=now)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("A colleague acted on this ticket first")
    expect(page.locator("#bar")).to_contain_text("Lena Hartmann is in charge")
    expect(page.locator("#text")).to_have_value("Your refund left us yesterday.")
    expect(page.locator("#text")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    with desk_server.database.reading() as session:
        assert not [m for m in transcript(session, ticket.conversation_id) if m.author == "agent"]
    shoot(page, "conflict-1280")


def test_new_tickets_appear_by_themselves(page: Page, desk_server: DeskServer) -> None:
    sign_in(page, desk_server)
    expect(page.locator(".empty")).to_contain_text("Nobody is waiting")
    shoot(page, "inbox-empty-1280")
    ticket = make_ticket(desk_server, "Can I talk to a person?", 0)
    desk_server.loop.call_soon_threadsafe(desk_server.live.publish, ticket.conversation_id)
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page).to_have_title("(1) Waiting · Fernweg")


def test_chinese_at_phone_width(page: Page, desk_server: DeskServer) -> None:
    make_ticket(
        desk_server,
        "我的包裹一周没有更新物流了，能帮我查一下吗？",
        90,
        language="zh",
        topic="delivery",
    )
    make_ticket(desk_server, "x" * 300, 2000, topic="a_topic_nobody_has_named")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{desk_server.url}/desk/login")
    shoot(page, "sign-in-390")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    page.get_by_role("button", name="agent2@fernweg.example").click()
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_selector("#rows")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "inbox-zh-390")


def test_landmarks_and_names(page: Page, desk_server: DeskServer) -> None:
    ticket = make_ticket(desk_server, "Hello")
    sign_in(page, desk_server, f"/tickets/{ticket.id}")
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Guest #{ticket.id}")
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    expect(page.get_by_role("complementary", name="About this ticket")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    shoot(page, "keys-1280")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
