"""What shoppers come for, as they do it: the widget on the running system, by phone and at a desk,
in both languages."""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect
from sqlalchemy import select

from desk.tickets import hours_of, set_hours
from desk.tickets.models import TicketRow
from kit.i18n import SHOP_ZONE, Language, length
from recommender.drawings import drawn
from shop.demo.pictures import product_picture_svg
from tests.browser.desk.watched import SHOTS, watched_page
from tests.conversations.colleague import Colleague
from tests.conversations.conftest import BOOTS, Shop

pytestmark = [
    pytest.mark.conversation,
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.timeout(600),
]
GUESTS = ("mia", "jonas", "amira", "tom")  # a mailbox gets few codes an hour
BESIDE: dict[Language, int] = {"en": 25, "zh": 50}
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "open": "Open the chat",
        "write": "Write a message",
        "find": "waterproof hiking boots in 42",
        "compare": "compare the first two",
        "status": "where is my order {number}?",
        "whose": "where is my order?",
        "cancel": "please cancel order {number}",
        "yes": "Cancel the order",
        "return": "I want to return the boots from order {number}",
        "too small": "they are too small",
        "sure": "yes please",
        "started": "Start the return",
        "person": "I want to talk to a person",
        "fee": "what does delivery cost?",
        "more": "Read more",
        "picture": "Send a picture",
        "offline": "You're offline.",
        "back": "Back to the chat",
        "search": "Search for the parcel",
        "start": "Start the search",
        "broken": "the boots of order {number} arrived damaged",
        "again": "Send it again",
        "send": "Yes, send it again",
        "opened": "Open the chat (2)",
    },
    "zh": {
        "open": "打开聊天",
        "write": "请输入消息",
        "find": "防水登山鞋 42码",
        "compare": "前两款比一比",
        "status": "订单 {number} 到哪了？",
        "whose": "我的订单到哪了？",
        "cancel": "请取消订单 {number}",
        "yes": "确认取消",
        "return": "订单 {number} 的鞋子我想退货",
        "too small": "太小了",
        "sure": "好的，退吧",
        "started": "确认退货",
        "person": "转人工客服",
        "fee": "运费多少钱？",
        "more": "展开全文",
        "picture": "发送图片",
        "offline": "您已离线",
        "back": "回到聊天",
        "search": "查找包裹",
        "start": "立即查件",
        "broken": "订单 {number} 的鞋子收到就坏了",
        "again": "重新寄一件",
        "send": "确认补发",
        "opened": "打开聊天 (2)",
    },
}


@dataclass
class Visit:
    """One visitor's page with the chat in it."""

    page: Page
    shop: Shop
    language: Language
    width: int

    def word(self, name: str, **values: str) -> str:
        return WORDS[self.language][name].format(**values)

    @property
    def chat(self) -> Locator:
        return self.page.locator("concierge-chat")

    @property
    def answer(self) -> Locator:
        """What was said last."""
        return self.chat.locator(".message.bot").last

    def open(self, who: str = "") -> None:
        self.page.goto(f"{self.shop.url}/?lang={self.language}")
        if who:
            self.page.locator("#account summary").click()
            self.page.locator(".someone", has_text=who).click()
        self.page.get_by_role("button", name=self.word("open")).click()

    def say(self, text: str) -> None:
        """Say something and wait until it is answered."""
        before = self.chat.locator(".message.bot").count()
        self.chat.get_by_role("textbox", name=self.word("write")).fill(text)
        self.page.keyboard.press("Enter")
        self.answered(before)

    def press(self, button: Locator) -> None:
        before = self.chat.locator(".message.bot").count()
        button.click()
        self.answered(before)

    def show(self, picture: FilePayload) -> None:
        """Send a picture and wait until it is answered."""
        before = self.chat.locator(".message.bot").count()
        self.chat.locator("input[type=file]").set_input_files(picture)
        self.answered(before)

    def button(self, name: str) -> Locator:
        return self.chat.get_by_role("button", name=self.word(name), exact=True).last

    @property
    def conversation(self) -> str:
        return str(self.page.evaluate("JSON.parse(localStorage['concierge-chat']).id"))

    def answered(self, before: int) -> None:
        expect(self.chat.locator(".message.bot").nth(before)).to_be_visible(timeout=20_000)
        expect(self.chat.locator(".writing")).to_have_count(0, timeout=20_000)

    def few_words_beside(self, card: str) -> None:
        """The words of the message that shows this card."""
        said = self.chat.locator(".message", has=self.page.locator(card)).last
        text = said.locator(".bubble p").first.inner_text()
        assert length(text, self.language) <= BESIDE[self.language], text

    def shoot(self, name: str) -> None:
        self.page.wait_for_timeout(150)
        path = SHOTS / f"journey-{name}-{self.language}-{self.width}.png"
        self.page.screenshot(path=str(path))


def picture_of_boots() -> FilePayload:
    file = io.BytesIO()
    drawn(product_picture_svg("hiking-boots", "brown", BOOTS), 300).save(file, "PNG")
    return {"name": "boots.png", "mimeType": "image/png", "buffer": file.getvalue()}


@contextmanager
def desk_hours(shop: Shop, week: Mapping[str, list[str]]) -> Iterator[None]:
    with shop.database.session() as session:
        before = hours_of(session).as_json()
        set_hours(session, {"week": week, "zone": str(SHOP_ZONE)})
    try:
        yield
    finally:
        with shop.database.session() as session:
            set_hours(session, before)


@pytest.fixture(params=[390, 1280])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(params=["en", "zh"])
def visit(request: pytest.FixtureRequest, shop: Shop, width: int) -> Iterator[Visit]:
    for page in watched_page():
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(reduced_motion="reduce", color_scheme="light")
        yield Visit(page, shop, request.param, width)


def test_what_shoppers_come_for(visit: Visit) -> None:
    """Search, compare, an article, an order, a cancellation, a return: one visit of a customer."""
    shop = visit.shop
    paid, back = shop.order("mia"), shop.order("mia", "delivered", BOOTS)
    visit.open("Mia")
    expect(visit.chat.locator(".last-order")).to_be_visible()
    visit.shoot("home")
    visit.say(visit.word("find"))
    products = visit.chat.locator(".cards > li")
    assert products.count() > 1
    expect(products.first.locator(".sizes li").first).to_be_visible()
    visit.few_words_beside(".cards")
    visit.shoot("search")
    visit.say(visit.word("compare"))
    expect(visit.chat.get_by_role("table")).to_be_visible()
    visit.few_words_beside(".comparison")
    visit.shoot("compare")
    visit.say(visit.word("fee"))
    visit.chat.locator("details.article summary").last.click()
    href = visit.chat.locator("details.article a").last.get_attribute("href")
    assert href is not None
    assert visit.page.request.get(href).ok
    visit.shoot("article")
    visit.say(visit.word("status", number=paid))
    card = visit.chat.locator("article.order").last
    expect(card).to_contain_text(paid)
    visit.few_words_beside("article.order")
    visit.shoot("status")
    visit.say(visit.word("cancel", number=paid))
    expect(visit.chat.locator(".message.shown > .asked").last).to_be_visible()
    visit.shoot("cancel")
    visit.press(visit.chat.get_by_role("button", name=visit.word("yes"), exact=True))
    expect(visit.chat.locator(".confirm .done").last).to_have_text(visit.word("yes"))
    assert shop.state(paid) == "cancelled"
    visit.say(visit.word("return", number=back))
    visit.say(visit.word("too small"))
    expect(visit.chat.locator(".message.shown > .asked").last).to_be_visible()
    visit.say(visit.word("sure"))
    expect(visit.chat.locator(".confirm .done").last).to_have_text(visit.word("started"))
    expect(visit.chat.locator("article.order .steps").last).to_be_visible()
    visit.few_words_beside("article.order")
    assert shop.returned(back) == ("refund", "label_sent")
    visit.shoot("return")


def test_a_guest_proves_an_order(visit: Visit) -> None:
    who = GUESTS[2 * (visit.language == "zh") + (visit.width == 1280)]
    number, email = visit.shop.order(who), f"{who}@fernweg.example"
    visit.open()
    visit.say(visit.word("whose"))
    form = visit.chat.locator(".proof")
    form.locator("[name=order_number]").fill(number)
    form.locator("[name=email]").fill(email)
    visit.shoot("proof")
    visit.press(form.locator(".submit"))
    code = form.locator("[name=code]")
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    code.fill(visit.shop.code(email))
    visit.shoot("code")
    visit.press(form.locator(".submit"))
    expect(visit.chat.locator("article.order")).to_contain_text(number)
    visit.few_words_beside("article.order")


def test_who_is_sent_to_sign_in_goes_on_where_they_were(visit: Visit) -> None:
    visit.open()
    visit.say(visit.word("whose"))
    visit.chat.locator(".proof .ways button").last.click()
    visit.page.locator(".someone", has_text="Mia").click()
    expect(visit.chat.locator("article.order, .picks").first).to_be_visible(timeout=20_000)
    expect(visit.chat.get_by_text(visit.word("whose"))).to_be_visible()


def test_a_person_a_picture_and_a_tunnel(visit: Visit) -> None:
    """What is sent offline goes out later; a picture is searched for; a person is called."""
    visit.open()
    visit.say(visit.word("fee"))
    visit.page.context.set_offline(True)
    visit.page.evaluate("dispatchEvent(new Event('offline'))")
    field = visit.chat.get_by_role("textbox", name=visit.word("write"))
    field.fill(visit.word("find"))
    visit.page.keyboard.press("Enter")
    expect(visit.chat.get_by_text(re.compile(re.escape(visit.word("offline"))))).to_be_visible()
    visit.shoot("offline")
    visit.page.context.set_offline(False)
    expect(visit.chat.locator(".cards")).to_be_visible(timeout=20_000)
    visit.say(visit.word("person"))
    visit.shoot("person")
    visit.page.reload()
    if visit.width == 390:
        visit.page.get_by_role("button", name=visit.word("back")).click()
    said = visit.chat.locator(".message.shopper").get_by_text(visit.word("person"), exact=True)
    expect(said).to_be_visible()


def test_a_parcel_is_late_and_boots_are_broken(visit: Visit) -> None:
    """A search for a late parcel; a picture is a search for products, but not of what broke."""
    shop = visit.shop
    late = shop.order("mia", "in_transit", due=-6)
    back = shop.order("mia", "delivered", BOOTS)
    visit.open("Mia")
    visit.show(picture_of_boots())
    found = visit.chat.locator(".cards")
    expect(found).to_have_count(1)
    visit.shoot("picture")
    visit.say(visit.word("status", number=late))
    expect(visit.chat.locator("article.order.late")).to_contain_text(late)
    visit.few_words_beside("article.order.late")
    visit.shoot("late")
    visit.press(visit.button("search"))
    visit.press(visit.button("start"))
    expect(visit.chat.locator(".confirm .done").last).to_have_text(visit.word("start"))
    visit.say(visit.word("broken", number=back))
    visit.show(picture_of_boots())
    expect(found).to_have_count(1)
    visit.shoot("broken")
    visit.say(visit.word("again"))
    visit.press(visit.button("send"))
    expect(visit.chat.locator(".confirm .done").last).to_have_text(visit.word("send"))
    assert shop.state(f"{back}-R1") == "paid"


def test_a_person_is_asked_at_night_and_answers_in_the_morning(visit: Visit) -> None:
    """The assistant stays; what the colleague says is heard of on the closed launcher."""
    shop = visit.shop
    tomorrow = str((datetime.now(SHOP_ZONE) + timedelta(days=1)).weekday())
    with desk_hours(shop, {tomorrow: ["09:00", "17:00"]}):
        visit.open("Jonas")
        visit.say(visit.word("person"))
        expect(visit.answer).to_contain_text("09:00")
        visit.say(visit.word("fee"))
        expect(visit.chat.locator("details.article")).to_be_visible()
        visit.shoot("night")
    with desk_hours(shop, {str(day): ["00:00", "23:59"] for day in range(7)}):
        visit.page.keyboard.press("Escape")
        with shop.database.reading() as session:
            of_this = TicketRow.conversation_id == visit.conversation
            number = session.scalars(select(TicketRow.id).where(of_this)).one()
        ines = Colleague(shop)
        ines.act(number, "take")
        ines.act(number, "reply", text="Guten Morgen!", client_message_id="a1")
        expect(visit.page.get_by_role("status").get_by_text("Guten Morgen!")).to_be_visible()
        visit.shoot("unread")
        visit.page.get_by_role("button", name=visit.word("opened")).click()
        expect(visit.chat.locator(".message.agent")).to_contain_text("Guten Morgen!")
        visit.shoot("colleague")
        ines.act(number, "close")
