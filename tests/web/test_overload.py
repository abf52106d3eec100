"""At twice what the assistant can answer: quick answers or an honest wait, and nobody is called."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from connectors import keys
from connectors.admission import Admission
from connectors.application import Tuning
from conversations import hand_to_agent
from conversations.models import ConversationRow, MessageRow
from tests.web.conftest import Front, StartFront, Thread
from tests.web.fake_rasa import FakeRasa

TURN = 0.4  # eight turns at once: 20 messages a second
SECONDS = 4


@pytest.fixture
def full(front: Front) -> Admission:
    """The front's admission, which thinks that a thousand messages wait."""
    app = front.client.app
    assert app is not None
    admission: Admission = app[keys.WORKER].admission
    admission.waiting, admission.turn_seconds = 1000, 0.1
    admission._counted_at = float("inf")
    return admission


async def test_who_cannot_be_answered_soon_is_told_when_to_come_back(
    front: Front, full: Admission, rasa: FakeRasa
) -> None:
    thread = await front.start()
    body = {"text": "hello", "client_message_id": "m1"}
    response = await front.client.post(f"{thread.path}/messages", json=body, headers=thread.headers)
    assert (response.status, response.headers["Retry-After"]) == (503, "13")
    told = await response.json()
    assert told["error"] == "busy"
    assert "try again in 13 s" in told["message"]
    assert await thread.history() == []
    full.waiting = 0
    status, answer = await thread.post("hello", "m1")
    assert (status, answer["replies"][0]["text"]) == (200, "You said: hello")


async def test_the_socket_says_it_too(front: Front, full: Admission) -> None:
    thread = await front.start()
    async with front.client.ws_connect("/chat/ws") as socket:
        await socket.send_json(
            {"type": "auth", "conversation_id": thread.id, "token": thread.token}
        )
        await socket.receive_json()
        await socket.send_json({"type": "message", "text": "hi", "client_message_id": "m1"})
        told = await socket.receive_json()
    assert (told["type"], told["error"], told["retry_after"]) == ("error", "busy", 13)
    assert told["client_message_id"] == "m1"


async def test_people_and_repeats_are_let_in(front: Front, full: Admission) -> None:
    first, second, third = [await front.start() for _ in range(3)]
    with front.database.session() as session:
        hand_to_agent(session, first.id, now=datetime.now(UTC))
    assert (await first.post("hello Ines"))[0] == 200  # for an agent: no turn of the assistant
    assert (await second.post("I want to talk to a human"))[0] == 200
    full.waiting = 0
    assert (await third.post("one", "k"))[0] == 200
    full.waiting = 1000
    assert (await third.post("one", "k"))[1]["replies"][0]["text"] == "You said: one"


@pytest.mark.timeout(60)
async def test_twice_the_load_is_answered_or_told_to_wait(
    start_front: StartFront, rasa: FakeRasa
) -> None:
    rasa.seconds = TURN
    front = await start_front(rasa.port, tuning=Tuning())  # type: ignore[attr-defined]
    threads = [await front.start() for _ in range(60)]
    found: list[int] = []

    async def send(thread: Thread) -> None:
        status, _ = await thread.post("hello")
        found.append(status)

    sending = []
    for number in range(SECONDS * 40):
        sending.append(asyncio.create_task(send(threads[number % len(threads)])))
        await asyncio.sleep(1 / 40)
    await asyncio.gather(*sending)
    assert set(found) == {200, 503}
    assert found.count(200) > SECONDS * 10
    assert _counts(front) == {"bot": 60}


def _counts(front: Front) -> dict[str, Any]:
    with front.database.reading() as session:
        rows = session.execute(
            select(ConversationRow.handled_by, func.count()).group_by(ConversationRow.handled_by)
        ).all()
        open_ones = session.scalar(
            select(func.count()).where(MessageRow.state.in_(("waiting", "claimed")))
        )
    assert open_ones == 0
    return {who: count for who, count in rows}  # noqa: C416 (rows are not plain pairs)
