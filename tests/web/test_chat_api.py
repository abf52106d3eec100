"""The chat's HTTP API: answers, repeats, waiting, people."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from connectors import keys
from conversations import get_conversation, hand_to_agent, post_agent_message, transcript
from kit.signing import sign, verify
from tests.web.conftest import HASTY, Front, StartFront
from tests.web.fake_rasa import FakeRasa


async def test_a_message_is_answered_in_the_same_request(front: Front, rasa: FakeRasa) -> None:
    thread = await front.start(language="zh")
    status, body = await thread.post("你好")
    assert status == 200
    assert body["handled_by"] == "bot"
    [reply] = body["replies"]
    assert (reply["text"], reply["buttons"], reply["cards"], reply["image"]) == (
        "You said: 你好",
        [],
        [],
        None,
    )
    [asked] = rasa.asked
    assert asked["sender"] == thread.id
    assert asked["metadata"] == {
        "channel": "webchat",
        "language": "zh",
        "message_id": str(body["message_id"]),
    }


async def test_a_repeated_message_gets_the_first_answer(front: Front, rasa: FakeRasa) -> None:
    thread = await front.start()
    first = await thread.post("hello", key="same")
    again = await thread.post("hello", key="same")
    assert again == first
    assert len(rasa.asked) == 1
    assert len(await thread.history()) == 2


async def test_ten_copies_at_once_are_one_message(front: Front, rasa: FakeRasa) -> None:
    thread = await front.start()
    rasa.seconds = 0.05
    answers = await asyncio.gather(*(thread.post("hello", key="same") for _ in range(10)))
    assert {body["message_id"] for _, body in answers} == {answers[0][1]["message_id"]}
    assert {body["replies"][0]["text"] for _, body in answers} == {"You said: hello"}
    assert len(rasa.asked) == 1


async def test_messages_of_one_conversation_are_answered_in_order(
    front: Front, rasa: FakeRasa
) -> None:
    thread = await front.start()
    rasa.seconds = 0.02
    await asyncio.gather(*(thread.post(f"m{n}", key=f"k{n}") for n in range(6)))
    history = await thread.history()
    said = [message["text"] for message in history if message["author"] == "shopper"]
    answers = [message["text"] for message in history if message["author"] == "bot"]
    assert [asked["text"] for asked in rasa.asked] == said
    assert answers == [f"You said: {text}" for text in said]
    assert rasa.most_at_once == 1


async def test_conversations_are_answered_side_by_side(front: Front, rasa: FakeRasa) -> None:
    threads = [await front.start() for _ in range(4)]
    rasa.meeting = asyncio.Barrier(4)
    answers = await asyncio.gather(*(thread.post("hi") for thread in threads))
    assert [status for status, _ in answers] == [200] * 4
    assert rasa.most_at_once == 4


async def test_a_pressed_button_shows_its_title_and_sends_its_token(
    front: Front, rasa: FakeRasa
) -> None:
    thread = await front.start()
    _, body = await thread.post("where is my order")
    options = ["Order 10482", "Order 10391"]
    assert [reply["asks"] for reply in body["replies"]] == [
        None,
        {"kind": "choose", "slot": "order", "options": options},
    ]
    button = body["replies"][1]["buttons"][0]
    status, body = await thread.post(button["payload"])
    assert status == 200
    assert body["replies"][0]["text"] == 'You said: /inform{"order_number":"10482"}'
    assert rasa.asked[-1]["text"] == button["payload"]
    history = await thread.history()
    assert [message["text"] for message in history if message["author"] == "shopper"][-1] == (
        "Order 10482"
    )


async def test_a_button_of_another_conversation_is_refused(front: Front, rasa: FakeRasa) -> None:
    one, other = await front.start(), await front.start()
    _, body = await one.post("order")
    status, refusal = await other.post(body["replies"][1]["buttons"][0]["payload"])
    assert status == 422
    assert (refusal["error"], refusal["field"]) == ("unknown_button", "text")
    assert await other.history() == []
    assert len(rasa.asked) == 1


async def test_a_known_customer_is_vouched_for_to_the_assistant(
    front: Front, rasa: FakeRasa
) -> None:
    now = datetime.now(UTC)
    key = front.settings.secret_key
    identity = sign(
        {"customer": 7}, key=key, purpose="shopper", expires_at=now + timedelta(minutes=5)
    )
    thread = await front.start(identity=identity)
    await thread.post("my orders", page={"product": "karst-ridge-45"})
    metadata = rasa.asked[0]["metadata"]
    assert metadata["page"] == {"product": "karst-ridge-45"}
    assert verify(metadata["identity"], key=key, purpose="identity", now=now) == {
        "conversation": thread.id,
        "customer": 7,
    }


async def test_signing_in_later_joins_a_guests_conversation_but_never_anothers(
    front: Front,
) -> None:
    now = datetime.now(UTC)

    def identity(customer: int) -> str:
        return sign(
            {"customer": customer},
            key=front.settings.secret_key,
            purpose="shopper",
            expires_at=now + timedelta(minutes=5),
        )

    thread = await front.start()
    path = f"{thread.path}/identity"
    for customer, expected in ((7, 200), (7, 200), (8, 409)):
        response = await front.client.post(
            path, json={"identity": identity(customer)}, headers=thread.headers
        )
        assert response.status == expected
    with front.database.reading() as session:
        assert get_conversation(session, thread.id).customer_id == "7"


async def test_a_slow_assistant_is_announced_and_its_answer_kept(
    start_front: StartFront, rasa: FakeRasa
) -> None:
    front = await start_front(rasa.port, tuning=HASTY)  # type: ignore[attr-defined]
    thread = await front.start()
    rasa.seconds = 2.0
    status, body = await thread.post("hello")
    assert status == 202
    assert body["pending"] is True
    [notice] = body["replies"]
    assert "Your message is safe" in notice["text"]
    assert [button["title"] for button in notice["buttons"]] == ["Talk to a person"]
    for _ in range(100):
        found = [message["text"] for message in await thread.history(body["message_id"])]
        if len(found) == 2:
            break
        await asyncio.sleep(0.05)
    assert found[1] == "You said: hello"


async def test_a_dead_assistant_loses_nothing(start_front: StartFront, rasa: FakeRasa) -> None:
    port = rasa.port  # type: ignore[attr-defined]
    front = await start_front(port, tuning=HASTY)
    thread = await front.start()
    rasa.status = 503
    status, _ = await thread.post("one")
    assert status == 202
    second = asyncio.create_task(thread.post("two"))
    await asyncio.sleep(0.2)
    rasa.status = 200
    await second
    for _ in range(200):
        history = [m["text"] for m in await thread.history() if m["author"] == "bot"]
        if history[-1] == "You said: two":
            break
        await asyncio.sleep(0.05)
    answers = [text for text in history if text.startswith("You said")]
    assert answers == ["You said: one", "You said: two"]
    assert sum("Your message is safe" in text for text in history) == 1


async def test_a_message_the_assistant_cannot_digest_does_not_block_the_next(
    front: Front, rasa: FakeRasa
) -> None:
    thread = await front.start()
    rasa.status, rasa.failures = 500, 3
    await thread.post("poison")
    rasa.status = 200
    for _ in range(200):
        history = await thread.history()
        if history and "another way" in history[-1]["text"]:
            break
        await asyncio.sleep(0.05)
    status, body = await thread.post("fine")
    assert (status, body["replies"][0]["text"]) == (200, "You said: fine")
    assert [asked["text"] for asked in rasa.asked] == ["poison"] * 3 + ["fine"]


async def test_a_person_can_be_called_while_the_assistant_is_down(
    start_front: StartFront, rasa: FakeRasa
) -> None:
    front = await start_front(rasa.port, tuning=HASTY)  # type: ignore[attr-defined]
    thread = await front.start()
    rasa.status = 503
    _, body = await thread.post("hello")
    while front.client.app[keys.ASSISTANT].is_up:
        await asyncio.sleep(0.02)
    status, answer = await thread.post(body["replies"][0]["buttons"][0]["payload"])
    assert status == 200
    assert answer["handled_by"] == "agent"
    assert "asked a colleague" in answer["replies"][0]["text"]
    with front.database.reading() as session:
        assert get_conversation(session, thread.id).handled_by == "agent"


async def test_the_menus_talk_to_a_person_goes_through_the_assistant(
    front: Front, rasa: FakeRasa
) -> None:
    thread = await front.start(language="zh")
    response = await front.client.post(
        f"{thread.path}/person", json={"client_message_id": "p1"}, headers=thread.headers
    )
    assert response.status == 200
    assert (await response.json())["handled_by"] == "agent"
    assert (await thread.history())[0]["text"] == "转人工客服"
    assert len(rasa.asked) == 1


async def test_with_an_agent_the_message_is_for_the_desk_alone(
    front: Front, rasa: FakeRasa
) -> None:
    thread = await front.start()
    with front.database.session() as session:
        hand_to_agent(session, thread.id, now=datetime.now(UTC))
    status, body = await thread.post("hello Ines")
    assert (status, body["replies"], body["handled_by"]) == (200, [], "agent")
    with front.database.session() as session:
        post_agent_message(
            session, thread.id, text="Hello!", agent_name="Ines", now=datetime.now(UTC)
        )
    history = await thread.history()
    assert [(m["author"], m["author_name"], m["text"]) for m in history] == [
        ("shopper", None, "hello Ines"),
        ("agent", "Ines", "Hello!"),
    ]
    assert rasa.asked == []


async def test_an_empty_answer_becomes_a_kind_one(front: Front, rasa: FakeRasa) -> None:
    thread = await front.start()
    rasa.is_silent = True
    _, body = await thread.post("hm")
    assert "couldn't work that one out" in body["replies"][0]["text"]


async def test_what_a_killed_front_left_is_answered_by_the_next(
    start_front: StartFront, rasa: FakeRasa
) -> None:
    first = await start_front(1, tuning=HASTY)  # nothing listens there
    thread = await first.start()
    status, _ = await thread.post("still there?")
    assert status == 202
    await first.client.close()
    second = await start_front(rasa.port)  # type: ignore[attr-defined]
    for _ in range(200):
        with second.database.reading() as session:
            texts = [message.text for message in transcript(session, thread.id)]
        if "You said: still there?" in texts:
            break
        await asyncio.sleep(0.05)
    assert texts.count("You said: still there?") == 1


@pytest.mark.parametrize("after", ["-1", "x", "99999999999", "1.5"])
async def test_a_bad_after_is_named(front: Front, after: str) -> None:
    thread = await front.start()
    response = await front.client.get(
        f"{thread.path}/messages", params={"after": after}, headers=thread.headers
    )
    assert response.status == 422
    assert (await response.json())["field"] == "after"
