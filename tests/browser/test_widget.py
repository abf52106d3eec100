"""The chat widget as a shopper uses it, in headless Chromium."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningFront, Visitor

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]
PHONE = {"width": 390, "height": 844}


def open_chat(page: Page) -> None:
    page.get_by_role("button", name="Open the chat").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Write a message").fill(text)
    page.keyboard.press("Enter")


def test_a_conversation_with_cards_and_buttons(front: RunningFront, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    open_chat(page)
    visitor.shoot("widget-welcome-desktop")
    say(page, "Do you have hiking boots?")
    expect(page.get_by_role("list", name="Products")).to_be_visible()
    expect(
        page.get_by_role("dialog").get_by_role("link", name="Karst Granit Mid hiking boots")
    ).to_be_visible()
    visitor.shoot("widget-cards-desktop")
    say(page, "where is my order")
    page.get_by_role("button", name="Order 10482").click()
    expect(page.get_by_text('You said: /inform{"order_number":"10482"}')).to_be_visible()
    expect(page.get_by_role("button", name="Order 10391")).to_have_count(0)
    visitor.shoot("widget-conversation-desktop")


def test_the_history_is_there_after_a_reload(front: RunningFront, visit: Visit) -> None:
    page = visit().page
    open_chat(page)
    say(page, "remember me")
    expect(page.get_by_text("You said: remember me")).to_be_visible()
    page.reload()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".shopper .bubble")).to_have_count(1)
    expect(page.get_by_text("You said: remember me")).to_have_count(1)
    assert len(front.rasa.asked) == 1


def test_what_is_written_offline_is_sent_later_once(front: RunningFront, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    open_chat(page)
    say(page, "first")
    expect(page.get_by_text("You said: first")).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")
    say(page, "written in a tunnel")
    expect(page.get_by_text("You're offline.")).to_be_visible()
    visitor.shoot("widget-offline-desktop")
    page.context.set_offline(False)
    expect(page.get_by_text("You said: written in a tunnel")).to_have_count(1)
    expect(page.get_by_text("Sending…")).to_have_count(0)
    texts = [asked["text"] for asked in front.rasa.asked]
    assert texts == ["first", "written in a tunnel"]
    visitor.errors.clear()  # Chromium reports the lost connection as an error of the page


def test_a_dead_assistant_is_announced_and_answers_when_it_is_back(
    front: RunningFront, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.page
    open_chat(page)
    front.stop_rasa()
    say(page, "anybody there?")
    expect(page.get_by_text("Your message is safe")).to_be_visible()
    visitor.shoot("widget-assistant-down-desktop")
    front.start_rasa()
    expect(page.get_by_text("You said: anybody there?")).to_be_visible(timeout=20000)


def test_a_person_joins_and_talks(front: RunningFront, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    open_chat(page)
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_text("A colleague will be with you soon")).to_be_visible()
    front.join("Ines")
    front.agent_says("Hello, I am Ines. I have read everything above.", "Ines")
    expect(page.get_by_text("You are talking to Ines")).to_be_visible()
    expect(page.get_by_text("I have read everything above.")).to_be_visible()
    say(page, "Thank you")
    expect(page.get_by_text("Sending…")).to_have_count(0)
    visitor.shoot("widget-agent-desktop")
    assert len(front.rasa.asked) == 1


def test_the_chat_works_by_keyboard_alone(front: RunningFront, visit: Visit) -> None:
    page = visit().page
    launcher = page.get_by_role("button", name="Open the chat")
    launcher.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
    page.keyboard.type("line one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("line two")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You said: line one")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher).to_be_focused()
    assert front.rasa.asked[0]["text"] == "line one\nline two"


def test_what_is_said_never_becomes_markup(front: RunningFront, visit: Visit) -> None:
    page = visit().page
    open_chat(page)
    hostile = '<img src=x onerror="document.title=1"><b>bold</b> javascript:alert(1)'
    say(page, hostile)
    expect(page.get_by_text(f"You said: {hostile}")).to_be_visible()
    chat = "document.querySelector('concierge-chat').shadowRoot"
    assert page.evaluate(f"{chat}.querySelectorAll('.log img, .log b').length") == 0


def test_each_line_is_written_in_its_own_direction(front: RunningFront, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    open_chat(page)
    say(page, "أين طلبي رقم 10482؟")
    own = page.locator(".shopper .bubble p")
    expect(own).to_have_css("direction", "rtl")
    expect(page.get_by_text("You said: ")).to_have_css("direction", "ltr")
    visitor.shoot("widget-right-to-left")


def test_on_a_phone_the_chat_fills_the_screen(front: RunningFront, visit: Visit) -> None:
    visitor = visit(viewport=PHONE, has_touch=True)
    page = visitor.page
    open_chat(page)
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (390, 844)
    visitor.shoot("widget-welcome-phone")
    say(page, "hiking boots please")
    expect(page.get_by_role("list", name="Products")).to_be_visible()
    visitor.shoot("widget-cards-phone")
    for _ in range(30):
        page.keyboard.press("Tab")
        inside = page.evaluate("document.activeElement.localName === 'concierge-chat'")
        assert inside


TARGETS = """() => [...document.querySelector("concierge-chat").shadowRoot
  .querySelectorAll("button, h3 a")].filter((one) => one.offsetParent !== null)
  .map((one) => [one.getAttribute("aria-label") || one.textContent, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 && !(box.width > 150 && box.height >= 26))
  .map(([name]) => name)"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_composer_and_the_buttons_fit_what_is_asked(
    front: RunningFront, visit: Visit, width: int, scheme: str
) -> None:
    visitor = visit(
        viewport={"width": width, "height": 844}, color_scheme=scheme, has_touch=width == 390
    )
    page = visitor.page
    open_chat(page)
    visitor.shoot(f"widget-welcome-{scheme}-{width}")
    field = page.get_by_role("textbox", name="Write a message")
    say(page, "hiking boots and a code")
    expect(field).to_have_attribute("autocomplete", "one-time-code")
    expect(field).to_have_attribute("inputmode", "numeric")
    letters = page.get_by_role("button", name="Write letters")
    assert letters.is_visible() == (width == 390)
    visitor.shoot(f"widget-code-{scheme}-{width}")
    assert page.evaluate(TARGETS) == []
    say(page, "cancel it")
    expect(field).to_have_attribute("inputmode", "text")
    expect(field).to_have_attribute("autocomplete", "off")
    yes = page.get_by_role("button", name="Cancel the boots and the jacket")
    expect(yes).to_be_visible()
    keep = page.get_by_role("button", name="Keep", exact=True)
    one, other = yes.bounding_box(), keep.bounding_box()
    assert one is not None
    assert other is not None
    assert (one["width"], one["height"]) == (other["width"], other["height"])
    assert one["y"] == other["y"]
    visitor.shoot(f"widget-confirm-{scheme}-{width}")
    assert page.evaluate(TARGETS) == []


def test_chinese_and_dark(front: RunningFront, visit: Visit) -> None:
    visitor = visit("/?lang=zh", color_scheme="dark", viewport=PHONE)
    page = visitor.page
    page.get_by_role("button", name="打开聊天").click()
    page.get_by_role("textbox", name="请输入消息").fill("有没有登山鞋")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name=re.compile("商品列表"))).to_be_visible()
    visitor.shoot("widget-chinese-dark-phone")
    assert front.rasa.asked[0]["metadata"]["language"] == "zh"


def test_the_language_can_be_switched_inside(front: RunningFront, visit: Visit) -> None:
    page = visit().page
    open_chat(page)
    say(page, "hello")
    expect(page.get_by_text("You said: hello")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="用中文聊天").click()
    expect(page.get_by_role("textbox", name="请输入消息")).to_be_visible()
    expect(page.get_by_text("You said: hello")).to_be_visible()


def test_another_reader_does_not_see_the_last_ones_talk(front: RunningFront, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    page.locator("summary").click()
    page.get_by_role("button", name="Mia Berger").first.click()
    open_chat(page)
    say(page, "my secret")
    expect(page.get_by_text("You said: my secret")).to_be_visible()
    assert "identity" in front.rasa.asked[0]["metadata"]
    page.locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    say(page, "hello again")
    expect(page.get_by_text("You said: hello again")).to_be_visible()
    expect(page.get_by_text("my secret")).to_have_count(0)
    assert "identity" not in front.rasa.asked[1]["metadata"]


def test_a_question_that_still_waits_is_a_line_and_not_a_nag(
    front: RunningFront, visit: Visit
) -> None:
    visitor = visit(viewport=PHONE, has_touch=True)
    page = visitor.page
    open_chat(page)
    say(page, "a code please")
    question = page.locator(".message").get_by_text("Which six digits did we mail you?")
    expect(question).to_have_count(1)
    say(page, "hiking boots, and the code again")
    waiting = page.get_by_role("button", name="Continue: Which six digits did we mail you?")
    expect(waiting).to_be_visible()
    expect(question).to_have_count(1)
    visitor.shoot("widget-waiting-phone")
    waiting.click()
    expect(waiting).to_be_hidden()
    expect(question).to_have_count(2)
    say(page, "boots and the code")
    expect(waiting).to_be_visible()
    page.get_by_role("button", name="Hide this reminder").click()
    expect(waiting).to_be_hidden()


def test_a_confirmation_becomes_what_was_answered(front: RunningFront, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    open_chat(page)
    say(page, "cancel it")
    page.get_by_role("button", name="Cancel the boots and the jacket").click()
    done = page.locator(".confirm .done")
    expect(done).to_have_text("Cancel the boots and the jacket")
    expect(page.get_by_role("button", name="Keep", exact=True)).to_have_count(0)
    expect(page.get_by_text("You said: /inform").first).to_be_visible()
    visitor.shoot("widget-done-desktop")
    page.reload()
    expect(done).to_have_text("Cancel the boots and the jacket")
    expect(page.locator(".shopper.pressed .bubble")).to_be_hidden()


def test_a_larger_window_stays_larger(visit: Visit) -> None:
    page = visit().page
    open_chat(page)
    panel = page.locator("concierge-chat .panel")
    before = panel.bounding_box()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Larger window").click()
    expect(page.get_by_role("menu")).to_be_hidden()
    after = panel.bounding_box()
    assert before
    assert after
    assert (after["width"], after["height"] >= before["height"]) == (560, True)
    page.reload()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem", name="Smaller window")).to_be_visible()


def test_the_menu_goes_by_arrows_and_closes_by_a_press_outside(
    front: RunningFront, visit: Visit
) -> None:
    page = visit().page
    open_chat(page)
    more = page.get_by_role("button", name="More")
    more.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Talk to a person")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Start a new conversation")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(more).to_be_focused()
    more.click()
    page.mouse.click(100, 300)
    expect(page.get_by_role("menu")).to_be_hidden()


def test_the_end_asks_whether_it_helped_and_keeps_the_words(
    front: RunningFront, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.page
    open_chat(page)
    say(page, "hello")
    expect(page.get_by_text("You said: hello")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="End the chat").click()
    page.get_by_role("button", name="Yes, this was helpful").click()
    expect(page.get_by_text("You found this helpful.")).to_be_visible()
    visitor.shoot("widget-end-desktop")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save this conversation").click()
    text = saved.value.path().read_text(encoding="utf-8")
    # A slow machine says in between that the answer takes longer.
    assert re.search(r"(?s)\d\d:\d\d +You: hello\n.*\d\d:\d\d +Assistant: You said: hello", text)
    page.get_by_role("button", name="Start a new conversation").click()
    expect(page.get_by_text("You said: hello")).to_have_count(0)


def test_a_long_answer_shows_its_beginning(front: RunningFront, visit: Visit) -> None:
    page = visit().page
    open_chat(page)
    say(page, "word " * 200)
    more = page.locator(".bot").get_by_role("button", name="More")
    expect(more).to_be_visible()
    clamped = page.locator(".bot .clamped")
    assert clamped.bounding_box()["height"] < 200  # type: ignore[index]
    more.click()
    expect(clamped).to_have_count(0)
    expect(page.locator(".bot").get_by_role("button", name="Less")).to_be_visible()
