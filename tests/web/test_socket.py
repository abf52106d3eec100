"""The chat's WebSocket: authenticated first, resumed by id, live both ways."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from connectors import keys
from conversations import get_conversation, hand_to_agent, post_agent_message
from tests.web.conftest import Front, StartFront, Thread
from tests.web.fake_rasa import FakeRasa


async def opened(thread: Thread, after: int = 0) -> ClientWebSocketResponse:
    socket = await thread.client.ws_connect("/chat/ws")
    await socket.send_json(
        {
            "type": "auth",
            "conversation_id": thread.id,
            "token": thread.token,
            "after": after,
        }
    )
    ready = await socket.receive_json(timeout=3)
    assert ready["type"] == "ready"
    return socket


async def take(socket: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next news of a kind; others in between are dropped."""
    while True:
        news = await socket.receive_json(timeout=5)
        if news["type"] == kind:
            return dict(news)


async def texts(socket: ClientWebSocketResponse, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        found += [message["text"] for message in (await take(socket, "messages"))["messages"]]
    return found


async def test_a_message_is_accepted_then_answered_live(front: Front) -> None:
    socket = await opened(await front.start())
    await socket.send_json({"type": "message", "text": "hello", "client_message_id": "a"})
    accepted = await take(socket, "accepted")
    assert (accepted["client_message_id"], accepted["handled_by"]) == ("a", "bot")


async def test_both_sides_reach_every_tab_once(front: Front) -> None:
    thread = await front.start()
    one, other = await opened(thread), await opened(thread)
    await one.send_json({"type": "message", "text": "hello", "client_message_id": "a"})
    await one.send_json({"type": "message", "text": "hello", "client_message_id": "a"})
    assert await texts(one, 2) == ["hello", "You said: hello"]
    assert await texts(other, 2) == ["hello", "You said: hello"]


async def test_a_browser_that_was_away_gets_what_it_missed(front: Front) -> None:
    thread = await front.start()
    _, first = await thread.post("one")
    await thread.post("two")
    socket = await opened(thread, after=first["replies"][-1]["id"])
    assert await texts(socket, 2) == ["two", "You said: two"]


async def test_an_agent_of_another_process_is_heard(front: Front) -> None:
    thread = await front.start()
    socket = await opened(thread)
    now = datetime.now(UTC)
    with front.database.session() as session:
        hand_to_agent(session, thread.id, now=now, agent_name="Ines")
        post_agent_message(session, thread.id, text="Hello!", agent_name="Ines", now=now)
    status = await take(socket, "status")
    assert (status["handled_by"], status["agent_name"]) == ("agent", "Ines")
    assert await texts(socket, 1) == ["Hello!"]


async def test_typing_goes_both_ways(front: Front) -> None:
    thread = await front.start()
    socket = await opened(thread)
    updates = front.client.app[keys.UPDATES]
    updates.publish(thread.id, "agent_typing")
    assert await take(socket, "typing") == {"type": "typing", "who": "agent"}
    async with updates.subscribe(thread.id) as news:
        await socket.send_json({"type": "typing"})
        assert await news.next() == [(thread.id, "shopper_typing")]


async def test_the_wish_for_a_person_goes_out(front: Front, rasa: FakeRasa) -> None:
    thread = await front.start()
    socket = await opened(thread)
    await socket.send_json({"type": "person", "client_message_id": "p"})
    accepted = await take(socket, "accepted")
    assert accepted["message"]["text"] == "Talk to a person"
    assert (await take(socket, "status"))["handled_by"] == "agent"


@pytest.mark.parametrize(
    "first",
    [
        "{}",
        "not json",
        '{"type":"auth"}',
        '{"type":"auth","conversation_id":"x","token":"y"}',
        '{"type":"message","text":"hi","client_message_id":"a"}',
    ],
)
async def test_nothing_is_told_without_a_token(front: Front, first: str) -> None:
    socket = await front.client.ws_connect("/chat/ws")
    await socket.send_str(first)
    assert (await socket.receive_json(timeout=3))["type"] == "error"
    assert (await socket.receive(timeout=3)).type is WSMsgType.CLOSE
    assert socket.close_code == 4401


async def test_a_token_opens_its_own_conversation_only(front: Front) -> None:
    one, other = await front.start(), await front.start()
    socket = await front.client.ws_connect("/chat/ws")
    await socket.send_json({"type": "auth", "conversation_id": other.id, "token": one.token})
    assert (await socket.receive_json(timeout=3))["error"] == "not_found"
    assert (await socket.receive(timeout=3)).type is WSMsgType.CLOSE


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_foreign_page_may_not_connect(front: Front, origin: str) -> None:
    with pytest.raises(WSServerHandshakeError) as refusal:
        await front.client.ws_connect("/chat/ws", headers={"Origin": origin})
    assert refusal.value.status == 403


async def test_a_registered_shops_page_may_connect(start_front: StartFront, rasa: FakeRasa) -> None:
    front = await start_front(
        rasa.port,  # type: ignore[attr-defined]
        public_origins=("https://shop.example",),
    )
    socket = await front.client.ws_connect("/chat/ws", headers={"Origin": "https://shop.example"})
    assert not socket.closed


async def test_a_bad_message_does_not_end_the_connection(front: Front) -> None:
    socket = await opened(await front.start())
    for body, field in (
        ({"type": "message", "text": "", "client_message_id": "a"}, "text"),
        ({"type": "message", "text": "x" * 11_000, "client_message_id": "a"}, "text"),
        ({"type": "message", "text": "hi"}, "client_message_id"),
        ({"type": "shout"}, "type"),
        ({"type": "ping", "more": 1}, "more"),
    ):
        await socket.send_json(body)
        error = await take(socket, "error")
        assert error["field"] == field
    await socket.send_json({"type": "ping"})
    assert await take(socket, "pong") == {"type": "pong"}


async def test_what_an_open_page_fetched_is_not_seen_until_its_chat_shows_it(front: Front) -> None:
    thread = await front.start()

    def seen() -> int:
        with front.database.reading() as session:
            return get_conversation(session, thread.id).shopper_seen_id

    with front.database.session() as session:
        hand_to_agent(session, thread.id, now=datetime.now(UTC))
        said = [
            post_agent_message(
                session, thread.id, text=text, agent_name="Ines", now=datetime.now(UTC)
            ).id
            for text in ("Hello!", "Are you there?")
        ]
    socket = await opened(thread)
    assert await texts(socket, 2) == ["Hello!", "Are you there?"]
    await thread.history()
    assert seen() == 0
    await socket.send_json({"type": "seen", "after": said[0]})
    await socket.send_json({"type": "ping"})
    await take(socket, "pong")
    assert seen() == said[0]
    response = await front.client.post(
        f"{thread.path}/seen", json={"after": said[1] + 100}, headers=thread.headers
    )
    assert (response.status, seen()) == (200, said[1])
    response = await front.client.post(
        f"{thread.path}/seen", json={"after": "x"}, headers=thread.headers
    )
    assert (response.status, (await response.json())["field"]) == (422, "after")


async def test_a_connection_whose_news_cannot_be_read_ends(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = await front.start()
    socket = await opened(thread)
    app = front.client.app
    assert app is not None

    async def broken(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(type(app[keys.CHAT]), "read", broken)
    app[keys.CHAT].updates.publish(thread.id)
    ended = await socket.receive(timeout=5)
    assert (ended.type, socket.close_code) == (WSMsgType.CLOSE, 1013)
