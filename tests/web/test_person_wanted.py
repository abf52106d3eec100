"""Who wants a person gets one, whatever of the assistant is dead, starting again or hanging."""

import asyncio
from dataclasses import replace

import pytest

from connectors import keys
from conversations import get_conversation
from kit import deadlines
from tests.web.conftest import HASTY, PATIENT, Front, StartFront, Thread, until
from tests.web.fake_rasa import FakeRasa

CALLED = "asked a colleague"


def handled_by(front: Front, thread: Thread) -> str:
    with front.database.reading() as session:
        return get_conversation(session, thread.id).handled_by


async def press(front: Front, thread: Thread, key: str = "press") -> tuple[int, str, list[str]]:
    """Status, who is in charge, and what was said, after the menu's "talk to a person"."""
    response = await front.client.post(
        f"{thread.path}/person", json={"client_message_id": key}, headers=thread.headers
    )
    body = await response.json()
    return response.status, body["handled_by"], [one["text"] for one in body["replies"]]


async def test_a_press_is_honoured_when_its_action_failed(front: Front, rasa: FakeRasa) -> None:
    thread = await front.start()
    rasa.is_trouble = True
    status, who, said = await press(front, thread)
    assert (status, who, len(said)) == (200, "agent", 1)
    assert CALLED in said[0]
    assert handled_by(front, thread) == "agent"


@pytest.mark.parametrize(
    ("text", "intent"),
    [("let me speak to a human", "greet"), ("get me the boss", "talk_to_person")],
)
async def test_words_are_honoured_when_their_action_failed(
    front: Front, rasa: FakeRasa, text: str, intent: str
) -> None:
    thread = await front.start()
    rasa.is_trouble, rasa.intent = True, intent
    status, body = await thread.post(text)
    assert (status, body["handled_by"]) == (200, "agent")
    assert [CALLED in one["text"] for one in body["replies"]] == [True]


async def test_another_wish_that_failed_calls_nobody(front: Front, rasa: FakeRasa) -> None:
    thread = await front.start()
    rasa.is_trouble = True
    _, body = await thread.post("where is my parcel")
    assert body["handled_by"] == "bot"
    assert body["replies"][0]["text"] == "You said: where is my parcel"
    assert handled_by(front, thread) == "bot"


@pytest.mark.parametrize("status", [503, 500])
async def test_words_are_honoured_when_the_assistant_does_not_answer(
    front: Front, rasa: FakeRasa, status: int
) -> None:
    thread = await front.start()
    rasa.status = status
    code, body = await thread.post("I want to talk to a person")
    assert (code, body["handled_by"]) == (200, "agent")
    assert CALLED in body["replies"][0]["text"]


async def test_a_press_does_not_wait_behind_a_message_that_hangs(
    start_front: StartFront, rasa: FakeRasa
) -> None:
    rasa.seconds = 60
    front = await start_front(rasa.port, tuning=HASTY)  # type: ignore[attr-defined]
    thread = await front.start()
    status, body = await thread.post("hello")
    assert (status, body["pending"]) == (202, True)  # told that it takes longer
    status, who, said = await press(front, thread)
    assert (status, who) == (200, "agent")  # behind the first call it would be 202 in the end
    assert CALLED in said[0]
    assert len(rasa.asked) == 1
    assert front.client.app is not None
    assert front.client.app[keys.ASSISTANT].is_up  # nobody knew yet that it hangs


async def test_a_press_before_anybody_was_told_is_honoured_when_the_first_try_ends(
    start_front: StartFront, rasa: FakeRasa
) -> None:
    rasa.seconds = 60
    front = await start_front(
        rasa.port,  # type: ignore[attr-defined]
        tuning=replace(PATIENT, assistant_timeout=1.0),
    )
    thread = await front.start()
    first = asyncio.create_task(thread.post("hello"))
    await until(lambda: len(rasa.asked) == 1)
    status, who, said = await press(front, thread)
    assert (status, who) == (200, "agent")
    assert [CALLED in one for one in said] == [True]
    await first
    assert len(rasa.asked) == 1


async def test_a_press_alone_waits_five_seconds_at_most(
    front: Front, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert deadlines.PERSON == 5
    monkeypatch.setattr(deadlines, "PERSON", 0.5)  # everybody else waits for half a minute
    rasa.seconds = 60
    thread = await front.start()
    status, who, _ = await press(front, thread)
    async with asyncio.timeout(20):
        while status != 200:
            status, who, _ = await press(front, thread)
            await asyncio.sleep(0.05)
    assert who == "agent"
    assert handled_by(front, thread) == "agent"


async def test_a_wish_for_a_person_is_stored_once_the_database_is_back(
    front: Front, rasa: FakeRasa
) -> None:
    thread = await front.start()
    rasa.is_trouble = True
    app = front.client.app
    assert app is not None
    worker, calls = app[keys.WORKER], 0
    really = worker.call_person

    def fails_first(session: object, conversation_id: str, *, now: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("not now")
        really(session, conversation_id, now=now)

    worker.call_person = fails_first
    await press(front, thread)
    await until(lambda: handled_by(front, thread) == "agent")
    assert calls == 2
    texts = [one["text"] for one in await thread.history() if one["author"] == "bot"]
    assert sum(CALLED in text for text in texts) == 1
