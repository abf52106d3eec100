"""The inbox's worker without a network: what it asks, stores, tells, gives back and tries again."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

import conversations.models
import desk.tickets.models
import desk.tickets.work_models
from connectors.admission import Admission
from connectors.assistant import Answer, AssistantFailed, AssistantUnavailable
from connectors.metrics import Metrics
from connectors.notices import Notices
from connectors.outside import Outside
from connectors.people import hand_over_only
from connectors.rendering import load_catalogue
from connectors.worker import InboxWorker
from conversations import (
    Conversation,
    Reply,
    accept_message,
    claim_next,
    create_conversation,
    get_conversation,
    hand_to_agent,
    hand_to_bot,
    lend_to_bot,
    post_agent_message,
    transcript,
)
from conversations.models import MessageRow
from kit import deadlines
from kit.button import button_token
from kit.clock import FixedClock
from kit.database import Base, Database, open_database
from kit.signing import Expired, verify

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KEY = b"k" * 32
MODULES = (conversations.models, desk.tickets.models, desk.tickets.work_models)
TABLES: list[Any] = [
    one.local_table
    for one in Base.registry.mappers
    if one.class_.__module__ in {module.__name__ for module in MODULES}
]
GOOD = Answer((Reply("done"),), "en", "greet", 0.9, False)


@dataclass
class Heard:
    """Stands in for the assistant, the sender and the watchers: notes what it is told."""

    answers: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    woken: int = 0
    is_up: bool = True

    async def ask(self, **call: Any) -> Answer:
        self.asked.append(call)
        answer = self.answers.pop(0) if self.answers else GOOD
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Answer)
        return answer

    def publish(self, place: str) -> None:
        self.published.append(place)

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(f"sqlite:///{tmp_path / 'front.db'}")
    Base.metadata.create_all(found.engine, tables=TABLES)
    yield found
    found.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def worker(database: Database, heard: Heard) -> InboxWorker:
    catalogue = load_catalogue()
    no_messengers = Outside(
        database, FixedClock(NOW), cast(Any, {}), cast(Any, heard), Notices(catalogue, KEY)
    )
    return InboxWorker(
        database=database,
        clock=FixedClock(NOW),
        assistant=cast(Any, heard),
        updates=cast(Any, heard),
        sender=cast(Any, heard),
        notices=Notices(catalogue, KEY),
        metrics=Metrics(),
        call_person=hand_over_only,
        key=KEY,
        name="w",
        admission=Admission(turns_at_once=2),
        outside=no_messengers,
        notice_after=timedelta(seconds=60),
    )


@pytest.fixture
def places(database: Database) -> tuple[Conversation, Conversation]:
    with database.session() as session:
        first, second = (
            create_conversation(session, channel="webchat", language="en", now=NOW, customer_id=who)
            for who in ("7", None)
        )
    return first, second


def say(database: Database, place: str, text: str, **more: Any) -> int:
    with database.session() as session:
        return accept_message(
            session, place, text=text, client_message_id=text, now=more.pop("now", NOW), **more
        ).message.id


def texts(database: Database, place: str) -> list[str]:
    with database.reading() as session:
        return [one.text for one in transcript(session, place)]


def row(database: Database, message: int) -> MessageRow:
    with database.reading() as session:
        return session.scalars(select(MessageRow).where(MessageRow.id == message)).one()


def conversation(database: Database, place: str) -> Conversation:
    with database.reading() as session:
        return get_conversation(session, place)


def press(text: str, place: str) -> str:
    return button_token(text, "title", place, KEY)


async def work(worker: InboxWorker, turns: int = 1) -> None:
    """Take so many messages and end their turns."""
    for _ in range(turns):
        worker.wake()
        assert await worker._start_next()
        await asyncio.gather(*worker._turns)
    for timer in worker._timers.values():
        timer.cancel()
    worker._timers.clear()


async def test_the_assistant_is_asked_with_all_that_is_known(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    member, guest = places
    with database.session() as session:
        hand_to_agent(session, member.id, now=NOW)
        accept_message(session, member.id, text="hi", client_message_id="1", now=NOW)
        said = post_agent_message(session, member.id, text="yes?", agent_name="Ines", now=NOW)
        hand_to_bot(session, member.id, now=NOW)
    first = say(database, member.id, "Hello", page={"path": "/"})
    second = say(database, guest.id, "Hi")
    await work(worker, 2)
    known, unknown = heard.asked
    assert (known["sender"], known["text"], known["message_id"], known["seconds"]) == (
        member.id,
        "Hello",
        str(first),
        deadlines.ASSISTANT,
    )
    proof = known["metadata"].pop("identity")
    assert known["metadata"] == {
        "channel": "webchat",
        "language": "en",
        "message_id": str(first),
        "page": {"path": "/"},
        "meanwhile": [
            {"id": said.id - 1, "author": "shopper", "text": "hi"},
            {"id": said.id, "author": "agent", "text": "yes?"},
        ],
    }
    assert unknown["metadata"] == {
        "channel": "webchat",
        "language": "en",
        "message_id": str(second),
    }
    told = verify(proof, key=KEY, purpose="identity", now=NOW + timedelta(minutes=29.9))
    assert told == {"conversation": member.id, "customer": 7}
    with pytest.raises(Expired):
        verify(proof, key=KEY, purpose="identity", now=NOW + timedelta(minutes=30))


async def test_each_answer_is_stored_and_told_where_it_belongs(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    heard.answers = [replace(GOOD, replies=(Reply("one"),), language="zh"), GOOD]
    first, second = (say(database, place.id, "x") for place in places)
    await work(worker, 2)
    assert [texts(database, place.id) for place in places] == [["x", "one"], ["x", "done"]]
    assert heard.published == [place.id for place in places]
    assert heard.woken == 0  # browsers fetch what is stored: there is nothing to send
    stored = row(database, first)
    assert (stored.state, stored.intent, stored.confidence) == ("done", "greet", 0.9)
    assert conversation(database, places[0].id).language == "zh"
    assert conversation(database, places[1].id).language == "en"
    assert row(database, second).state == "done"
    assert not await worker._start_next()


async def test_an_answer_without_words_is_no_silence(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    silent = replace(GOOD, replies=())
    heard.answers = [silent, replace(silent, is_handover=True)]
    for place in places:
        say(database, place.id, "x")
    await work(worker, 2)
    sorry, handed = (texts(database, place.id) for place in places)
    assert len(sorry) == 2
    assert handed == ["x"]
    assert [conversation(database, place.id).handled_by for place in places] == ["bot", "agent"]


@pytest.mark.parametrize(
    ("form", "is_handover", "who"),
    [(None, False, "agent"), ("order", False, "bot"), (None, True, "agent")],
)
async def test_a_lent_conversation_comes_back_when_the_step_is_done(
    database: Database,
    worker: InboxWorker,
    heard: Heard,
    places: tuple[Conversation, Conversation],
    form: str | None,
    is_handover: bool,
    who: str,
) -> None:
    lent, other = places
    with database.session() as session:
        hand_to_agent(session, lent.id, now=NOW, agent_name="Ines")
        lend_to_bot(session, lent.id, text="Ines asks", payload=press("/x", lent.id), now=NOW)
    say(database, other.id, "x")
    heard.answers = [replace(GOOD, active_form=form, is_handover=is_handover), GOOD]
    await work(worker, 2)
    assert conversation(database, lent.id).handled_by == who
    assert conversation(database, lent.id).agent_name == "Ines"
    assert conversation(database, other.id).handled_by == "bot"


async def test_buttons_in_an_agents_conversation_are_said_and_no_more(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    place = places[0].id
    with database.session() as session:
        hand_to_agent(session, place, now=NOW, agent_name="Ines")
    pressed = say(database, place, "Yes", payload=press("/affirm", place))
    await work(worker)
    assert (heard.asked, texts(database, place)) == ([], ["Yes"])
    assert row(database, pressed).state == "done"
    assert heard.published == [place]


async def test_a_button_tried_again_has_called_somebody(
    database: Database, worker: InboxWorker, places: tuple[Conversation, Conversation]
) -> None:
    place, desks = places[0].id, places[1].id
    for one, payload in ((place, "/talk_to_person"), (desks, "/desk_call")):
        say(database, one, "x", payload=press(payload, one))
        with database.session() as session:
            claim_next(session, worker="dead", now=NOW - timedelta(minutes=5))
            session.get_one(conversations.models.ConversationRow, one).handled_by = "agent"
    await work(worker, 2)
    assert [len(texts(database, one)) for one in (place, desks)] == [2, 1]
    assert "colleague" in texts(database, place)[1]


async def test_the_desks_own_buttons_never_reach_the_assistant(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    first, second = (place.id for place in places)
    at = '/desk_callback{"at":"2026-11-24T10:00:00+00:00"}'
    say(database, first, "At ten", payload=press(at, first))
    foreign = say(database, second, "At ten", payload=press(at, first))
    await work(worker, 2)
    assert len(texts(database, first)) == 2  # too late: no ticket is open
    assert [one["message_id"] for one in heard.asked] == [str(foreign)]


@pytest.mark.parametrize("wish", [True, False])
@pytest.mark.parametrize("error", [AssistantUnavailable("down"), AssistantFailed("500")])
async def test_who_wants_a_person_gets_one_without_the_assistant(
    database: Database,
    worker: InboxWorker,
    heard: Heard,
    places: tuple[Conversation, Conversation],
    error: Exception,
    wish: bool,
) -> None:
    place, other = (one.id for one in places)
    heard.answers = [error]
    payload = press("/talk_to_person" if wish else "/affirm", place)
    message = say(database, place, "x", payload=payload)
    await work(worker)
    assert heard.asked[0]["seconds"] == (deadlines.PERSON if wish else deadlines.ASSISTANT)
    assert conversation(database, place).handled_by == ("agent" if wish else "bot")
    assert conversation(database, other).handled_by == "bot"
    assert row(database, message).state == ("done" if wish else "waiting")
    assert len(texts(database, place)) == (2 if wish else 1)


async def test_a_wish_behind_a_stuck_message_is_heard(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    place, other = (one.id for one in places)
    heard.answers = [AssistantUnavailable("down")] * 2
    first = say(database, place, "where is it")
    wish = say(database, place, "I want to talk to a person")
    stuck = say(database, other, "where is it")
    say(database, other, "hello?")
    await work(worker, 2)
    assert [conversation(database, one).handled_by for one in (place, other)] == ["agent", "bot"]
    with database.reading() as session:
        told = transcript(session, place)[-1]
    assert "colleague" in told.text
    assert told.reply_to == wish
    assert [row(database, one).state for one in (first, wish, stuck)] == ["done", "done", "waiting"]


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 0.5), (2, 1), (3, 2), (4, 4), (5, 5), (20, 5)]
)
def test_tries_grow_apart_and_stay_near(
    database: Database,
    worker: InboxWorker,
    places: tuple[Conversation, Conversation],
    attempts: int,
    seconds: float,
) -> None:
    message = say(database, places[0].id, "x")
    found = set()
    for _ in range(8):
        with database.session() as session:
            session.get_one(MessageRow, message).attempts = 0
            taken = claim_next(session, worker="w", now=NOW)
        assert taken is not None
        worker._retry_later(replace(taken, attempts=attempts))
        until = row(database, message).available_at
        assert until is not None
        found.add((until - NOW).total_seconds())
    assert all(0.75 * seconds <= one <= 1.25 * seconds for one in found)
    assert len(found) > 1  # they do not all come back at once


async def test_a_message_that_always_fails_gets_an_apology(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    place, other = (one.id for one in places)
    message = say(database, place, "x")
    heard.answers = [AssistantFailed("500"), AssistantFailed("500"), AssistantFailed("500")]
    for attempt in range(1, 4):
        await work(worker)
        assert len(texts(database, place)) == (2 if attempt == 3 else 1)
        with database.session() as session:
            session.get_one(MessageRow, message).available_at = NOW
    assert row(database, message).state == "done"
    say(database, other, "y")
    heard.answers = [AssistantFailed("500")]
    await work(worker)
    assert texts(database, other) == ["y"]  # counted for each message on its own


async def test_trouble_with_another_wish_calls_nobody(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    trouble = replace(GOOD, is_trouble=True)
    heard.answers = [trouble, replace(trouble, intent="talk_to_person")]
    for place in places:
        say(database, place.id, "x")
    await work(worker, 2)
    assert [conversation(database, one.id).handled_by for one in places] == ["bot", "agent"]


async def test_stopping_gives_back_what_is_not_answered(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    never = asyncio.Event()

    async def hang(**_call: Any) -> Answer:
        await never.wait()
        return GOOD

    heard.ask = hang  # type: ignore[method-assign]
    ids = [say(database, place.id, "x") for place in places]
    assert await worker._start_next()
    assert await worker._start_next()
    await worker.stop(patience=0.05)
    await asyncio.sleep(0)
    assert [row(database, one).state for one in ids] == ["waiting", "waiting"]
    assert [row(database, one).claimed_by for one in ids] == [None, None]
    await asyncio.gather(*worker._turns, return_exceptions=True)


async def test_a_new_run_takes_up_what_its_name_held(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    ids = [say(database, place.id, "x") for place in places]
    with database.session() as session:
        for name in ("w", "another"):
            claim_next(session, worker=name, now=NOW)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(10):
        while row(database, ids[0]).state != "done":
            await asyncio.sleep(0.01)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await worker.stop()
    assert row(database, ids[1]).claimed_by == "another"
    assert [one["message_id"] for one in heard.asked] == [str(ids[0])]


@pytest.mark.parametrize(
    ("age", "attempts", "seconds"),
    [
        (0, 1, 60),
        (20, 1, 40),
        (60, 1, 1),
        (80, 1, 1),
        (80, 2, 0),
        (-30, 1, 60),
    ],
)
async def test_the_notice_comes_in_time_and_once(
    database: Database,
    worker: InboxWorker,
    places: tuple[Conversation, Conversation],
    monkeypatch: pytest.MonkeyPatch,
    age: int,
    attempts: int,
    seconds: float,
) -> None:
    waited: list[float] = []
    say(database, places[0].id, "x", now=NOW - timedelta(seconds=age))
    taken = worker._claim()
    assert taken is not None
    taken = replace(taken, attempts=attempts)

    async def note(_work: Any, seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(worker, "_notify_after", note)
    worker._start_timer(taken)
    worker._start_timer(taken)
    await asyncio.sleep(0)
    assert waited == [seconds]


async def test_a_notice_is_told_to_who_waits_and_to_the_watchers(
    database: Database, worker: InboxWorker, heard: Heard, places: tuple[Conversation, Conversation]
) -> None:
    for place in places:
        say(database, place.id, "x")
    first, second = worker._claim(), worker._claim()
    assert first is not None
    assert second is not None
    await worker._notify_after(second, 0)
    assert (heard.published, heard.woken) == ([places[1].id], 1)
    await worker._notify_after(second, 0)
    assert (heard.published, heard.woken) == ([places[1].id], 1)
    assert [len(texts(database, one.id)) for one in places] == [1, 2]
    with database.reading() as session:
        notice = transcript(session, places[1].id)[-1]
    assert [one.title for one in notice.buttons]
    assert notice.reply_to == second.message.id
