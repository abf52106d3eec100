"""A whole day on the running system: shoppers in two languages, the bot, handover, an agent, a
step of the bot in between, transfer, back to the bot, rating, report; what every page looks like.
"""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from sqlalchemy import select, update

from conversations import transcript
from conversations.models import MessageRow
from desk.tickets import (
    Agent,
    ensure_demo_agents,
    finish,
    hours_of,
    list_agents,
    set_hours,
    take,
)
from desk.tickets.by_mail import UNSEEN_AFTER
from desk.tickets.models import TicketRow
from kit.clock import SystemClock
from shop.mail import list_mails
from tests.browser.desk.watched import SHOTS, watched_page
from tests.conversations.colleague import Colleague
from tests.conversations.conftest import Shop, Talk
from tests.conversations.test_killed_handover import wait_until
from tests.conversations.test_killed_processes import history

pytestmark = [
    pytest.mark.conversation,
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.timeout(900),
]
PAGES = ("board", "reports", "reviews", "team", "ready-made", "setup", "audit", "api", "stock")
ALWAYS = {"week": {str(day): ["00:00", "23:59"] for day in range(7)}, "zone": "UTC"}


@pytest.fixture
def page() -> Iterator[Page]:
    yield from watched_page()


@pytest.fixture
def quiet_desk(shop: Shop) -> Iterator[Shop]:
    """No ticket is left over from elsewhere; people are in at all hours."""
    ensure_demo_agents(shop.database, shop.settings.data_dir, SystemClock().now())
    now = SystemClock().now()
    with shop.database.session() as session:
        before = hours_of(session)
        set_hours(session, ALWAYS)
        admin = next(one for one in list_agents(session) if one.role == "admin")
        for row in session.scalars(select(TicketRow).where(TicketRow.state != "closed")).all():
            number, version, waits = row.id, row.version, row.state == "waiting"
            if waits:
                version = take(session, number, admin, version=version, now=now).version
            finish(session, number, admin, "solved", version=version, now=now)
    yield shop
    with shop.database.session() as session:
        set_hours(session, before.as_json())


def hears(talk: Talk, text: str) -> None:
    """Wait until it was said in the chat."""
    wait_until(lambda: any(text in said for _, said in history(talk.client)))


def sees(shop: Shop, talk: Talk) -> None:
    """The shopper has everything that was said before their eyes."""
    client = talk.client
    with shop.database.reading() as session:
        newest = transcript(session, client.conversation_id)[-1].id
    path = f"/chat/api/conversations/{client.conversation_id}/seen"
    assert client._post(path, {"after": newest}, token=client._token) == {"seen": True}


def sign_in(page: Page, shop: Shop, email: str, path: str = "") -> None:
    access = ensure_demo_agents(shop.database, shop.settings.data_dir, SystemClock().now())
    page.goto("about:blank")
    page.context.clear_cookies()
    page.goto(f"{shop.url}/desk{path}")
    page.locator("#email").fill(email)
    page.locator("#password").fill(access.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_selector(".me")


def shoot(page: Page, name: str) -> None:
    """Pictures at desk and phone width; nothing sticks out to the side."""
    page.wait_for_timeout(200)
    page.screenshot(path=str(SHOTS / f"day-{name}-1280.png"))
    assert page.locator("header.top").bounding_box()["height"] < 60, name  # type: ignore[index]
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(100)
    page.screenshot(path=str(SHOTS / f"day-{name}-390.png"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    page.set_viewport_size({"width": 1280, "height": 800})


def set_presence(page: Page, presence: str) -> None:
    page.once("dialog", lambda dialog: dialog.accept())  # who signs off is asked
    with page.expect_navigation():  # the page comes anew with what is theirs now
        page.locator("#presence").select_option(presence)


def reply(page: Page, talk: Talk, text: str) -> None:
    """Write to the shopper, who sees it."""
    page.keyboard.press("r")
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    hears(talk, text)


def open_tools(page: Page) -> None:
    """The panel of steps and transfer, which a reload closes."""
    if page.locator("#tools").get_attribute("open") is None:
        page.locator("#tools > summary").click()


def ticket_of(shop: Shop, talk: Talk) -> int:
    with shop.database.reading() as session:
        statement = select(TicketRow.id).where(
            TicketRow.conversation_id == talk.client.conversation_id
        )
        return session.scalars(statement).one()


def agent_named(shop: Shop, part: str) -> Agent:
    with shop.database.reading() as session:
        return next(one for one in list_agents(session) if part in one.name)


def test_a_whole_day(page: Page, quiet_desk: Shop) -> None:
    shop = quiet_desk
    order = shop.order("mia", "delivered")
    mia, li = shop.chat("mia"), shop.chat(language="zh")
    mia.say("Hello!", "Mia")
    mia.say(f"where is order {order}?", order)
    mia.say("This is terrible, I am so angry! My jacket broke.", "sorry")
    mia.say("I want to talk to a real person please", "colleague")
    li.say("运费多少钱", "运费|配送|€")
    li.say("请转人工客服", "同事|客服")
    number = ticket_of(shop, mia)

    # The desk gives both to Ines as soon as she takes tickets, and says why.
    sign_in(page, shop, "agent@fernweg.example")
    expect(page.locator("#rows [data-row]")).to_have_count(2)
    shoot(page, "inbox")
    set_presence(page, "online")
    hears(mia, "Ines Vogel from our team has joined")
    page.goto(f"{shop.url}/desk?view=mine")
    page.locator(f"[data-row='{number}']").click()
    page.wait_for_selector("#thread")
    expect(page.locator(".panel")).to_contain_text("Mia")
    expect(page.locator(".panel")).to_contain_text(order)
    expect(page.locator(".panel")).to_contain_text("Upset")
    expect(page.locator(".panel .moods .negative")).to_have_count(1)
    expect(page.locator(".log")).to_contain_text("Upset shoppers first")
    expect(page.locator(".log")).to_contain_text("Given to")

    # A ready-made reply after a slash; the shopper's screen shows it; a note for colleagues.
    page.keyboard.press("r")
    page.keyboard.type("/hel")
    expect(page.locator("#canned li")).to_have_count(1)
    page.keyboard.press("Control+Enter")  # a shortcut alone is filled in, never sent
    expect(page.locator("#text")).to_have_value(
        "Hello Mia Berger, this is Ines Vogel. I have read everything so far."
    )
    page.keyboard.press("Control+Enter")
    hears(mia, "this is Ines Vogel")
    expect(page.locator(".message.agent .receipt:not([hidden])")).to_have_count(0)
    sees(shop, mia)
    expect(page.locator(".message.agent .receipt:not([hidden])")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("@Lena is a new jacket possible?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.note")).to_contain_text("is a new jacket possible?")

    # The real bot does a step while Ines watches, with the order it knows from before.
    open_tools(page)
    page.locator("#tool-step").select_option("ask_order_number")
    shoot(page, "ticket")
    page.locator("form[action$='/step'] button").click()
    hears(mia, "has asked the assistant to help with the next step")
    wait_until(lambda: history(mia.client)[-1][0] == "bot")
    with suppress(PlaywrightTimeout):  # the step may have ended by itself meanwhile
        page.get_by_role("button", name="Take over again").click(timeout=3_000)
    expect(page.locator("#bar")).to_contain_text("You are in charge")
    assert not any("new jacket" in said for _, said in history(mia.client))

    # Passed on to Wang Fang, who has come in, answers and hands back to the assistant.
    sign_in(page, shop, "agent2@fernweg.example")
    set_presence(page, "online")
    sign_in(page, shop, "agent@fernweg.example", f"/tickets/{number}")
    open_tools(page)
    page.locator("#tool-transfer").select_option(f"agent:{agent_named(shop, 'Wang').id}")
    page.locator("form[action$='/transfer'] button").click()
    expect(page.locator("#bar")).to_contain_text("王芳 Wang Fang is in charge")
    hears(mia, "王芳 Wang Fang from our team has joined")
    sign_in(page, shop, "agent2@fernweg.example", f"/tickets/{number}")
    reply(page, mia, "A new jacket is on its way.")
    page.get_by_role("button", name="Hand to assistant").click()
    hears(mia, "has left the chat; the assistant is here again")
    page.goto(f"{shop.url}/desk")
    set_presence(page, "offline")
    mia.say("how much is delivery to Austria?", "Europe")

    # Ines signs off, the Chinese shopper is told; Wang Fang solves it and is rated.
    sign_in(page, shop, "agent@fernweg.example", f"/tickets/{ticket_of(shop, li)}")
    set_presence(page, "offline")
    hears(li, "正在等待下一位客服")
    sign_in(page, shop, "agent2@fernweg.example", f"/tickets/{ticket_of(shop, li)}")
    page.wait_for_selector('[data-key="t"]')
    page.keyboard.press("t")
    expect(page.locator("#bar")).to_contain_text("You are in charge")
    hears(li, "王芳 Wang Fang 已加入对话")
    reply(page, li, "包裹今天送达。")
    page.get_by_role("button", name="Solved").click()
    hears(li, "服务满意吗")
    li.say(rating_button(shop, li))
    hears(li, "感谢您的评价")

    # Supervisors see the day.
    sign_in(page, shop, "admin@fernweg.example", "/reports")
    expect(page.locator(".cards-row")).to_contain_text("5.00")
    expect(page.locator("svg").first).to_be_visible()
    for name in PAGES:
        page.goto(f"{shop.url}/desk/{name}")
        expect(page.locator("h1")).to_be_visible()
        shoot(page, name)
    page.goto(f"{shop.url}/desk/reviews")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{shop.url}/desk/audit")
    expect(page.locator("table")).to_contain_text("review")


def rating_button(shop: Shop, talk: Talk) -> str:
    """The payload of the best points under the question how the help was."""
    with shop.database.reading() as session:
        said = transcript(session, talk.client.conversation_id)
    return str(next(one for one in reversed(said) if one.buttons).buttons[0].payload)


@pytest.mark.parametrize(
    ("language", "wish", "noted", "subject"),
    [
        ("en", "I want to talk to a real person please", "Got it", "Ines Vogel has answered you"),
        ("zh", "请转人工客服", "已登记", "Ines Vogel 已回复您"),
    ],
)
def test_at_night_an_address_or_a_time_for_a_call_is_left(
    quiet_desk: Shop, language: str, wish: str, noted: str, subject: str
) -> None:
    shop, address = quiet_desk, f"guest-{language}@example.com"
    with shop.database.session() as session:
        other_day = str((SystemClock().now().weekday() + 3) % 7)
        set_hours(session, {"week": {other_day: ["09:00", "17:00"]}, "zone": "UTC"})
    guest = shop.chat(language=language)
    guest.say(wish)
    titles = [title for title, _ in guest.buttons()]
    assert len(titles) == 4, "three times for a call, and mail"
    guest.say(guest.buttons()[0][1], "call you|回电")
    guest.say(f"+49 40 123456, {address}", noted)
    with shop.database.reading() as session:
        row = session.get_one(TicketRow, ticket_of(shop, guest))
        assert (row.mail_to, row.callback_at is not None) == (address, True)
    answer(shop, guest)
    wait_until(lambda: bool(shop.mails(address)))
    assert shop.mails(address) == [subject]
    with shop.database.reading() as session:
        (body,) = [one.body for one in list_mails(session, 60) if one.recipient == address]
    assert "It is solved." in body


def answer(shop: Shop, guest: Talk) -> None:
    """Ines answers from the desk; the guest is away and reads nothing."""
    ines, number = Colleague(shop), ticket_of(shop, guest)
    ines.act(number, "take")
    ines.act(number, "reply", text="It is solved.", client_message_id="a1")
    ines.act(number, "close")
    with shop.database.session() as session:  # time passes: nobody looks into the chat
        session.execute(
            update(MessageRow)
            .where(MessageRow.conversation_id == guest.client.conversation_id)
            .values(created_at=SystemClock().now() - UNSEEN_AFTER)
        )
