"""Calls of the action server: they outlast its restart and give up in time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions.turn import read_turn
from bot import guards
from bot.guards import ActionClient
from dialogue.message import Part
from research.benchmarks.processes import free_port

ANSWER = {"events": [], "responses": [{"text": "hello"}]}


@pytest.fixture
async def port() -> int:
    return free_port()


async def serve(port: int, answer: Any = None) -> web.AppRunner:
    async def webhook(_request: web.Request) -> web.Response:
        return web.json_response(ANSWER if answer is None else answer)

    app = web.Application()
    app.router.add_post("/webhook", webhook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


@pytest.fixture
async def client(port: int) -> AsyncIterator[ActionClient]:
    made = ActionClient(f"http://127.0.0.1:{port}/webhook")
    yield made
    if made._session is not None:
        await made._session.close()


def test_actions_hear_moods_and_parts_of_the_message() -> None:
    sad, calm = {"label": "negative", "score": 0.9}, {"label": "neutral", "score": 0.8}
    parts = [
        {"text": "Cancel it", "intent": "cancel_order", "confidence": 0.9},
        {"text": "when do you open?", "intent": "ask_store_info", "confidence": 0.8},
    ]
    said = [
        UserUttered("It broke!", parse_data={"sentiment": sad}),
        UserUttered("/talk_to_person"),
        UserUttered(
            "Cancel it, and when do you open?",
            parse_data={"sentiment": calm, "parts": parts},
        ),
    ]
    tracker = DialogueStateTracker.from_events("one", said)
    sent = guards._call("action_x", tracker)["tracker"]
    assert sent["moods"] == [sad, calm]
    assert sent["latest_message"]["sentiment"] == calm
    turn = read_turn(sent, datetime(2026, 11, 29, tzinfo=UTC))
    assert (turn.moods, turn.mood) == ((sad, calm), calm)
    assert turn.message.parts == (
        Part("Cancel it", "cancel_order", 0.9),
        Part("when do you open?", "ask_store_info", 0.8),
    )


async def test_a_call_waits_for_a_server_that_is_being_started(
    client: ActionClient, port: int
) -> None:
    call = asyncio.create_task(client.call({}))
    await asyncio.sleep(0.4)
    runner = await serve(port)
    assert await call == ANSWER
    await runner.cleanup()


async def test_a_restart_between_two_calls_is_not_noticed(client: ActionClient, port: int) -> None:
    runner = await serve(port)
    assert await client.call({}) == ANSWER
    await runner.cleanup()
    runner = await serve(port)
    assert await client.call({}) == ANSWER
    await runner.cleanup()


async def test_it_gives_up_and_then_is_not_patient_for_a_while(
    client: ActionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "PATIENCE_SECONDS", 0.3)
    clock = asyncio.get_running_loop().time
    began = clock()
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.call({})
    waited, began = clock() - began, clock()
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.call({})
    assert waited > 0.3
    assert clock() - began < waited


async def test_an_answer_of_the_wrong_shape_is_refused(client: ActionClient, port: int) -> None:
    runner = await serve(port, {"events": "none"})
    with pytest.raises(ValueError, match="lists events and responses"):
        await client.call({})
    await runner.cleanup()
