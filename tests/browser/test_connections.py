"""The chat when connections die without a word, when tabs share it, when the shop is full."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from conversations import list_conversations
from tests.browser.conftest import RunningFront, Visitor
from tests.browser.test_widget import open_chat, say

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]


class Wire:
    """Between the page's sockets and the shop; `cut` swallows what goes through those that are."""

    def __init__(self, page: Page) -> None:
        self.generation = 0
        self.opened = 0
        page.route_web_socket("**/chat/ws", self._connect)

    def cut(self) -> None:
        self.generation += 1

    def _connect(self, socket: WebSocketRoute) -> None:
        server, own = socket.connect_to_server(), self.generation
        self.opened += 1
        socket.on_message(lambda said: server.send(said) if own == self.generation else None)
        server.on_message(lambda said: socket.send(said) if own == self.generation else None)


def wired(visitor: Visitor) -> Wire:
    """The page again, on a wire that can be cut and a clock that can be put forward."""
    page = visitor.page
    wire = Wire(page)
    page.clock.install()
    page.reload()
    open_chat(page)
    say(page, "first")
    expect(page.get_by_text("You said: first")).to_be_visible()
    return wire


def stored(front: RunningFront) -> int:
    with front.database.reading() as session:
        return len(list_conversations(session))


def test_what_is_said_into_a_dead_connection_goes_out_on_a_new_one(
    front: RunningFront, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.page
    wire = wired(visitor)
    wire.cut()
    say(page, "second")
    expect(page.get_by_text("Sending…")).to_be_visible()
    page.clock.fast_forward(6_500)
    expect(page.get_by_text("You said: second")).to_have_count(1)
    expect(page.get_by_text("Sending…")).to_have_count(0)
    expect(page.get_by_text("Connecting…")).to_be_hidden()
    assert [asked["text"] for asked in front.rasa.asked] == ["first", "second"]


def test_words_missed_on_a_dead_connection_are_caught_up(front: RunningFront, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    wire = wired(visitor)
    front.join("Ines")
    expect(page.get_by_text("You are talking to Ines")).to_be_visible()
    wire.cut()
    front.agent_says("Are you still there?", "Ines")
    page.clock.fast_forward(20_500)  # it asks whether anybody hears
    page.clock.fast_forward(6_500)  # nobody does
    expect(page.get_by_text("Are you still there?")).to_be_visible()
    assert wire.opened == 2


def test_back_in_the_net_a_dead_connection_is_found_at_once_and_a_live_one_kept(
    front: RunningFront, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.page
    wire = wired(visitor)
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.get_by_text("Connecting…")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Connecting…")).to_be_hidden()
    assert wire.opened == 1
    wire.cut()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.clock.fast_forward(6_500)
    expect(page.get_by_text("Connecting…")).to_be_visible()
    page.clock.fast_forward(1_000)
    expect(page.get_by_text("Connecting…")).to_be_hidden()
    assert wire.opened == 2


def test_tabs_that_were_open_before_the_first_words_share_one_conversation(
    front: RunningFront, visit: Visit
) -> None:
    one = visit().page
    other = one.context.new_page()
    other.goto(front.url)
    open_chat(one)
    say(one, "from the first tab")
    expect(one.get_by_text("You said: from the first tab")).to_be_visible()
    open_chat(other)
    say(other, "from the other tab")
    for page in (one, other):
        expect(page.get_by_text("You said: from the other tab")).to_be_visible()
    one.reload()
    expect(one.get_by_text("You said: from the first tab")).to_have_count(1)
    expect(one.get_by_text("You said: from the other tab")).to_have_count(1)
    assert stored(front) == 1


def test_a_new_conversation_in_one_tab_is_the_conversation_of_all(
    front: RunningFront, visit: Visit
) -> None:
    one = visit().page
    open_chat(one)
    say(one, "long ago")
    expect(one.get_by_text("You said: long ago")).to_be_visible()
    other = one.context.new_page()
    other.goto(front.url)
    expect(other.get_by_text("You said: long ago")).to_be_visible()
    other.get_by_role("button", name="More").click()
    other.get_by_role("menuitem", name="Start a new conversation").click()
    say(other, "a fresh start")
    expect(other.get_by_text("You said: a fresh start")).to_be_visible()
    expect(one.get_by_text("You said: a fresh start")).to_be_visible()
    expect(one.get_by_text("long ago")).to_have_count(0)
    say(one, "and on")
    expect(one.get_by_text("You said: and on")).to_be_visible()
    other.reload()
    expect(other.get_by_text("You said: a fresh start")).to_be_visible()
    expect(other.get_by_text("You said: and on")).to_be_visible()
    assert stored(front) == 2


def test_what_one_tab_has_read_is_unread_in_none(front: RunningFront, visit: Visit) -> None:
    one = visit().page
    open_chat(one)
    say(one, "hello")
    expect(one.get_by_text("You said: hello")).to_be_visible()
    front.join("Ines")
    expect(one.get_by_text("You are talking to Ines")).to_be_visible()
    one.get_by_role("dialog").get_by_role("button", name="Close the chat").click()
    other = one.context.new_page()
    other.goto(front.url)
    for number in range(3):
        front.agent_says(f"news {number}", "Ines")
    expect(one.get_by_role("button", name="Open the chat (3)")).to_be_visible()
    other.get_by_role("button", name="Open the chat (3)").click()
    expect(other.get_by_text("news 2")).to_be_visible()
    expect(one.get_by_role("button", name="Open the chat", exact=True)).to_be_visible()
    expect(one.locator(".badge")).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "body"), [(503, '{"error": "busy"}'), (502, "<h1>Bad gateway</h1>")]
)
def test_without_sockets_what_was_refused_for_now_is_said_again(
    front: RunningFront, visit: Visit, status: int, body: str
) -> None:
    visitor = visit()
    page = visitor.page
    page.route_web_socket("**/chat/ws", lambda socket: socket.close())
    refusals: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method != "POST" or len(refusals) == 2:
            return route.fallback()
        refusals.append(route.request.post_data_json["text"])
        headers = {"Retry-After": "5"} if status == 503 else {}
        return route.fulfill(status=status, body=body, headers=headers)

    page.route(f"{front.url}/chat/api/conversations/*/messages*", refuse)
    page.clock.install()
    page.reload()
    open_chat(page)
    say(page, "one")
    say(page, "two")
    page.clock.run_for(8_000)  # three sockets fail
    expect(page.get_by_text("Your message goes out by itself in a moment.")).to_be_visible()
    expect(page.get_by_text("Not sent.")).to_have_count(0)
    visitor.shoot(f"widget-busy-{status}")
    for _ in range(6):
        page.clock.run_for(4_000)
    expect(page.get_by_text("You said: two")).to_be_visible()
    expect(page.get_by_text("Your message goes out by itself in a moment.")).to_be_hidden()
    expect(page.get_by_text("Sending…")).to_have_count(0)
    assert refusals == ["one", "one"]
    assert [asked["text"] for asked in front.rasa.asked] == ["one", "two"]
    visitor.errors.clear()  # Chromium reports refused requests as errors of the page


def test_a_full_shop_is_told_of_and_nothing_is_lost(front: RunningFront, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    seen: list[str] = []

    def connect(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def said(text: str | bytes) -> None:
            if '"message"' in str(text) and len(seen) < 1:
                seen.append(str(text))
                identifier = str(text).split('"client_message_id":"')[1].split('"')[0]
                socket.send(
                    '{"type":"error","error":"busy","retry_after":2,'
                    f'"client_message_id":"{identifier}"}}'
                )
            else:
                server.send(text)

        socket.on_message(said)
        server.on_message(socket.send)

    page.route_web_socket("**/chat/ws", connect)
    page.reload()
    open_chat(page)
    say(page, "hello")
    expect(page.get_by_text("Many people are writing to us right now.")).to_be_visible()
    expect(page.get_by_text("You said: hello")).to_be_visible()
    expect(page.get_by_text("Many people are writing to us right now.")).to_be_hidden()
    assert len(front.rasa.asked) == 1
