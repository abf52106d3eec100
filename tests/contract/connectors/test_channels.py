"""Every channel: nothing forged, lost or doubled; the right words, in order, once."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from connectors.application import create_app
from connectors.registry import CHANNELS
from conversations import (
    Button,
    Reply,
    count_outbox,
    hand_to_agent,
    hand_to_bot,
    post_agent_message,
    post_bot_replies,
)
from kit.database import open_database
from tests.contract.connectors.conftest import FAST, House
from tests.contract.connectors.kit import Hook
from tests.contract.connectors.kits import KITS

NOTHING = {"conversations": 0, "messages": 0, "events": 0}


def test_every_channel_of_the_registry_stands_the_contract() -> None:
    assert set(CHANNELS) <= set(KITS)


# -- the door ---------------------------------------------------------------------------------


async def test_what_the_provider_did_not_send_leaves_no_trace(house: House) -> None:
    house.needs("calls")
    hook = house.kit.hook(1, 7, text="hello")
    bare = Hook(hook.body, {"Content-Type": "application/json"})
    assert await house.post(bare) == 401
    for headers in house.kit.wrong(hook.body):
        assert await house.post(Hook(hook.body, {**bare.headers, **headers})) == 403
    assert house.count() == NOTHING
    assert house.kit.asked == []


async def test_bodies_that_are_none_are_refused(house: House) -> None:
    house.needs("calls")
    kit = house.kit
    for body in (b"{", b"\xff\xfe{}", b"[1]", b"3", b"[" * 5000, b'{"a":' * 90 + b"1" + b"}" * 90):
        assert await house.post(kit.signed(body)) == 400
    assert await house.post(kit.signed(b"{}", "text/plain")) == 415
    assert await house.post(kit.signed(b" " * (2**20 + 1))) == 413
    assert house.count() == NOTHING


async def test_the_raw_body_counts_whatever_is_written_in_it(house: House) -> None:
    await house.hear(1, 7, text="Größe 42? 有没有 🥾")
    await house.quiet()
    assert house.thread(7)[0].text == "Größe 42? 有没有 🥾"


async def test_unknown_events_are_recorded_and_not_answered(house: House) -> None:
    await house.hear(1, 7, unknown=True)
    assert house.count() == {"conversations": 0, "messages": 0, "events": 1}
    (kind,) = house.kinds()
    assert str(kind).startswith("unknown:")
    assert house.rasa.asked == []


async def test_a_closed_channel_has_no_door(house: House) -> None:
    house.needs("calls")
    response = await house.client.post("/channels/fax/webhook", json={})
    assert response.status == 404
    assert (await house.client.get(house.path)).status == 403


# -- once, in order -----------------------------------------------------------------------------


async def test_one_event_ten_times_at_once_is_one_message_and_one_answer(house: House) -> None:
    hook = house.kit.hook(1, 7, text="hello")
    answers = await asyncio.gather(*(house.post(hook) for _ in range(10)))
    # Where no thread is free for two seconds the provider is told to come again, and does.
    assert set(answers) <= {200, 503}
    assert await house.post(hook) == 200
    await house.quiet()
    assert [one.author for one in house.thread(7)] == ["shopper", "bot"]
    (said,) = house.kit.texts(7)
    assert said.endswith("You said: hello")
    assert len(house.rasa.asked) == 1


async def test_two_first_messages_of_one_contact_make_one_conversation(house: House) -> None:
    hooks = [house.kit.hook(number, 7, text=f"m{number}") for number in range(1, 5)]
    assert set(await asyncio.gather(*map(house.post, hooks))) == {200}
    await house.quiet()
    assert house.count()["conversations"] == 1
    assert len(house.kit.texts(7)) == 4


async def test_duplicates_and_shuffled_contacts_keep_each_contacts_order(house: House) -> None:
    chance, queues = random.Random(5), {contact: list(range(4)) for contact in (11, 12, 13)}
    while any(queues.values()):
        contact = chance.choice([one for one, queue in queues.items() if queue])
        number = queues[contact].pop(0)
        hook = house.kit.hook(contact * 100 + number, contact, text=f"m{number}")
        for _ in range(chance.choice((1, 1, 2))):
            assert await house.post(hook) == 200
    await house.quiet()
    for contact in queues:
        texts = [text.rpartition("\n")[2] for text in house.kit.texts(contact)]
        assert texts == [f"You said: m{number}" for number in range(4)]


async def test_an_edit_is_no_new_turn(house: House) -> None:
    house.needs_edits()
    await house.hear(1, 7, text="boots in 42", message=5)
    await house.quiet()
    await house.hear(2, 7, edit="boots in 43", message=5)
    await house.quiet()
    assert len(house.rasa.asked) == 1
    thread = house.thread(7)
    assert thread[0].text == "boots in 42", "what was answered stays"
    assert thread[-1].author == "system"
    assert "boots in 43" in thread[-1].text
    assert not any("43" in text for text in house.kit.texts(7)), "the shopper knows it"


async def test_an_edit_of_what_never_came_is_recorded_alone(house: House) -> None:
    house.needs_edits()
    await house.hear(1, 7, edit="boots in 43", message=5)
    assert house.count() == {"conversations": 0, "messages": 0, "events": 1}


async def test_what_was_edited_before_its_turn_is_read_as_edited(house: House) -> None:
    house.needs_edits()
    house.rasa.seconds = 0.4
    await house.hear(1, 7, text="hello")
    await house.until(lambda: len(house.rasa.asked) == 1)
    await house.hear(2, 7, text="a red one", message=2)
    await house.hear(3, 7, edit="a blue one", message=2)
    await house.quiet()
    assert [one["text"] for one in house.rasa.asked] == ["hello", "a blue one"]


# -- several fronts, and fronts that die ---------------------------------------------------------


async def test_two_fronts_take_one_event_once(house: House) -> None:
    other_side = open_database(house.database.engine.url.render_as_string(hide_password=False))
    app = create_app(house.settings, other_side, channels=[house.kit.messenger], tuning=FAST)
    async with TestClient(TestServer(app, host="127.0.0.1")) as second:
        hook = house.kit.hook(1, 7, text="hello")
        posts = [hook.post(client, house.path) for client in (house.client, second) * 5]
        assert {answer.status for answer in await asyncio.gather(*posts)} == {200}
        await house.quiet()
    other_side.close()
    assert [one.author for one in house.thread(7)] == ["shopper", "bot"]
    assert len(house.kit.texts(7)) == 1


async def test_what_was_stored_is_answered_once_after_a_restart(house: House) -> None:
    house.rasa.status = 503
    await house.hear(1, 7, text="hello")
    await house.until(lambda: len(house.rasa.asked) > 0)
    await house.client.close()
    house.rasa.status = 200
    app = create_app(house.settings, house.database, channels=[house.kit.messenger], tuning=FAST)
    async with TestClient(TestServer(app, host="127.0.0.1")) as again:
        hook = house.kit.hook(1, 7, text="hello")
        answer = await hook.post(again, house.path)
        assert answer.status == 200, "the provider tries again"
        await house.quiet()
    assert len(house.kit.texts(7)) == 1
    assert house.count()["messages"] == 2


# -- buttons --------------------------------------------------------------------------------------


async def test_a_button_is_resolved_at_the_door(house: House) -> None:
    house.needs("can_press")
    await house.hear(1, 7, text="where is my order")
    await house.quiet()
    buttons = house.kit.shown[-1].buttons
    assert [title for title, _ in buttons] == ["Order 10482", "Order 10391"]
    assert all(len(data.encode()) <= 64 for _, data in buttons)
    await house.hear(2, 7, press=buttons[1][1])
    await house.quiet()
    assert [one.text for one in house.thread(7) if one.author == "shopper"][1] == "Order 10391"
    assert house.kit.texts(7)[-1] == 'You said: /inform{"order_number":"10391"}'


async def test_another_contacts_button_and_a_made_up_one_do_nothing(house: House) -> None:
    house.needs("can_press")
    await house.hear(1, 7, text="where is my order")
    await house.quiet()
    stolen = house.kit.shown[-1].buttons[0][1]
    asked = len(house.rasa.asked)
    for number, data in enumerate((stolen, "b1.0", "b999999.0", "/restart", "btn.x.y"), start=2):
        await house.hear(number, 8, press=data)
    await house.quiet()
    assert len(house.rasa.asked) == asked
    assert house.kit.texts(8) == []


# -- the way out ----------------------------------------------------------------------------------


async def test_failures_are_tried_again_and_nothing_is_said_twice(house: House) -> None:
    house.kit.troubles = [(503, {}, {}), (500, {}, {})]
    await house.hear(1, 7, text="hello")
    await house.quiet()
    assert len(house.kit.texts(7)) == 1
    assert house.kit.troubles == []


async def test_a_long_answer_goes_on_where_it_was_cut_off(house: House) -> None:
    await house.hear(1, 7, text="hello")
    await house.quiet()
    house.kit.shown.clear()
    words = " ".join(f"word{number}" for number in range(900))
    house.kit.troubles = [(200, {}, {}), (503, {}, {})]
    with house.database.session() as session:
        post_bot_replies(session, house.place(7), [Reply(words)], now=datetime.now(UTC))
    house.wake()
    await house.quiet()
    assert " ".join(house.kit.texts(7)) == words, "no piece twice, none missing"


async def test_who_blocked_us_is_a_dead_letter_that_the_desk_sees(house: House) -> None:
    house.kit.troubles = [(403, {"ok": False, "description": "Forbidden: blocked"}, {})]
    await house.hear(1, 7, text="hello")
    await house.quiet()
    with house.database.reading() as session:
        assert count_outbox(session) == {"dead": 1}
    last = house.thread(7)[-1]
    assert last.author == "system"
    assert "hello" in last.text
    assert house.kit.texts(7) == []


async def test_one_slow_contact_keeps_no_other_waiting(house: House) -> None:
    house.kit.seconds = 0.2
    for contact in range(10, 16):
        await house.hear(contact, contact, text="hello")
    await house.quiet()
    assert house.kit.most_at_once > 1
    assert all(len(house.kit.texts(contact)) == 1 for contact in range(10, 16))


async def test_what_an_agent_says_leaves_by_the_channel(house: House) -> None:
    await house.hear(1, 7, text="a person please")
    await house.quiet()
    now = datetime.now(UTC)
    with house.database.session() as session:
        hand_to_agent(session, house.place(7), now=now, agent_name="Ines")
        post_agent_message(
            session, house.place(7), text="Hi, Ines here", agent_name="Ines", now=now
        )
    await house.quiet()
    assert house.kit.texts(7)[-1] == "Hi, Ines here"
    asked = len(house.rasa.asked)
    await house.hear(2, 7, text="thank you")
    await house.quiet()
    assert len(house.rasa.asked) == asked, "the assistant stays silent"


# -- disclosure -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"), [("do you have boots?", "a program"), ("有没有登山鞋", "程序")]
)
async def test_a_machine_says_so_first_and_after_a_person(
    house: House, text: str, word: str
) -> None:
    await house.hear(1, 7, text=text)
    await house.hear(2, 7, text=text)
    await house.quiet()
    said = [one for one in house.kit.texts(7) if text in one]
    assert [word in one for one in said] == [True, False]
    now, place = datetime.now(UTC), house.place(7)
    with house.database.session() as session:
        hand_to_agent(session, place, now=now, agent_name="Ines")
        post_agent_message(session, place, text="Ines: hm", agent_name="Ines", now=now)
        hand_to_bot(session, place, now=now + timedelta(seconds=1))
    await house.hear(3, 7, text=text)
    await house.hear(4, 7, text=text)
    await house.quiet()
    said = [one for one in house.kit.texts(7) if text in one]
    assert [word in one for one in said] == [True, False, True, False]
    assert not any(word in one for one in house.kit.texts(7) if one.startswith("Ines"))


async def test_who_only_opens_the_chat_is_welcomed_once(house: House) -> None:
    house.needs("can_start")
    hook = house.kit.hook(1, 7, start=True)
    for _ in range(3):
        assert await house.post(hook) == 200
    await house.quiet()
    (said,) = [text for text in house.kit.texts(7) if "a program" in text]
    assert said
    assert house.rasa.asked == []


async def test_many_buttons_are_shown_or_written_out(house: House) -> None:
    await house.hear(1, 7, text="hello")
    await house.quiet()
    house.kit.shown.clear()
    buttons = tuple(Button(f"Choice {number}", f"/p{number}") for number in range(6))
    with house.database.session() as session:
        replies = [Reply("Which?", buttons=buttons)]
        post_bot_replies(session, house.place(7), replies, now=datetime.now(UTC))
    house.wake()
    await house.quiet()
    shown = [title for one in house.kit.shown for title, _ in one.buttons]
    written = "\n".join(one.text for one in house.kit.shown)
    assert all(one.title in shown or one.title in written for one in buttons)
