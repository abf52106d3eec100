"""The action server answers in time whatever hangs, and keeps nothing after it has apologised."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from actions import server
from actions.base import Action
from actions.chat import Chat
from actions.respond import STATE
from actions.server import Runner
from actions.services import Services
from actions.turn import Talk, Turn, read_turn
from dialogue.state import State, state_from_json
from kit.clock import SystemClock
from kit.database import Database, open_database
from kit.i18n import Catalogue
from kit.settings import load_settings
from kit.threads import Threads
from shop.policy_file import shop_policy
from shop.terms import terms

LIMIT = 0.3
ROOT = Path(__file__).resolve().parents[3]


class Doing:
    """Stands in for an action; does what a test says. Not registered: `name` is given late."""

    asks_again = False

    def __init__(self, run: Any) -> None:
        self.name = "action_tested"
        self.run = run

    def takes(self, _turn: Turn) -> bool:
        return False


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}", 0.1)
    with database.session() as session:
        session.execute(text("CREATE TABLE refunds (number TEXT)"))
    yield Services(
        settings=load_settings({"CONCIERGE_DATA_DIR": str(tmp_path)}, tmp_path),
        database=database,
        knowledge=cast(Any, None),
        words=Catalogue.load("actions", terms("Fernweg", shop_policy())),
        clock=SystemClock(),
        models=cast(Any, None),
        reasons=cast(Any, None),
        catalogue=cast(Any, None),
        random=cast(Any, None),
    )
    database.close()


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Reasons of the hand-overs that were made."""
    made: list[str] = []

    def hand_over(_chat: Chat, *, reason: str) -> bool:
        made.append(reason)
        return True

    monkeypatch.setattr(server, "hand_over", hand_over)
    return made


def turn(troubles: int = 0) -> Turn:
    said = {"text": "x", "intent": {"name": "greet", "confidence": 0.9}}
    slots = {STATE: State(troubles=troubles).to_json()}
    tracker = {"sender_id": "c", "latest_message": said, "slots": slots}
    return read_turn(tracker, SystemClock().now())


def doing(run: Any) -> Action:
    return cast(Action, Doing(run))


def said(answer: dict[str, Any]) -> list[str]:
    return [one["response"] for one in answer["responses"]]


def troubles(answer: dict[str, Any]) -> int:
    [event] = [one for one in answer["events"] if one["name"] == STATE]
    return state_from_json(event["value"]).troubles


def refunds(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT number FROM refunds")))


async def test_what_is_too_late_is_not_kept(services: Services) -> None:
    apologised, ended = Event(), Event()

    def refund(_turn: Turn, _talk: Talk, given: Services) -> None:
        try:
            with given.database.session() as session:
                apologised.wait(5)
                session.execute(text("INSERT INTO refunds VALUES ('10391')"))
        finally:
            ended.set()

    answer = await Runner(services, limit=LIMIT).answer(doing(refund), turn())
    assert said(answer) == ["utter_system_trouble"]
    apologised.set()
    assert await asyncio.to_thread(ended.wait, 5)
    assert refunds(services.database) == []


async def test_what_is_being_kept_when_the_time_is_over_is_answered(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LAST_MOMENT", 5.0)

    def refund(_turn: Turn, talk: Talk, given: Services) -> None:
        deadline = given.database.deadline
        assert deadline is not None
        with deadline.committing():
            time.sleep(LIMIT * 1.5)
        talk.say("utter_done")

    answer = await Runner(services, limit=LIMIT).answer(doing(refund), turn())
    assert said(answer) == ["utter_done"]


async def test_hanging_actions_do_not_hold_apologies(services: Services, called: list[str]) -> None:
    end, ended = Event(), Event()
    runner = Runner(services, limit=LIMIT, at_work=Threads("few", 6, LIMIT * 0.8))

    def hang(_turn: Turn, _talk: Talk, _services: Services) -> None:
        end.wait(60)
        ended.set()

    answers = await asyncio.gather(*(runner.answer(doing(hang), turn()) for _ in range(12)))
    is_over = ended.is_set()
    end.set()
    assert [said(one) for one in answers] == [["utter_system_trouble"]] * 12
    assert not is_over  # all of them hang still
    assert called == []


@pytest.mark.parametrize(
    "error", [TimeoutError(), OperationalError("INSERT", {}, Exception("database is locked"))]
)
async def test_too_little_time_calls_nobody(
    services: Services, called: list[str], error: Exception
) -> None:
    def fail(_turn: Turn, _talk: Talk, _services: Services) -> None:
        raise error

    answer = await Runner(services).answer(doing(fail), turn(troubles=1))
    assert (said(answer), called) == (["utter_system_trouble"], [])
    assert troubles(answer) == 1


async def test_the_second_fault_in_a_row_calls_a_person(
    services: Services, called: list[str]
) -> None:
    def fail(_turn: Turn, _talk: Talk, _services: Services) -> None:
        raise ValueError("a bug")

    runner = Runner(services)
    first = await runner.answer(doing(fail), turn())
    assert (said(first), called) == (["utter_system_trouble"], [])
    second = await runner.answer(doing(fail), turn(troubles=1))
    assert (said(second), called) == (["utter_trouble_person"], ["assistant_down"])
    assert troubles(second) == 0


async def test_a_hand_over_that_hangs_does_not_hold_the_apology(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    end, ended = Event(), Event()

    def hand_over(*_values: Any, **_named: Any) -> bool:
        end.wait(60)
        ended.set()
        return True

    def fail(_turn: Turn, _talk: Talk, _services: Services) -> None:
        raise ValueError

    monkeypatch.setattr(server, "hand_over", hand_over)
    answer = await Runner(services, limit=LIMIT).answer(doing(fail), turn(troubles=1))
    is_over = ended.is_set()
    end.set()
    assert said(answer) == ["utter_system_trouble"]
    assert not is_over  # the hand-over hangs still


async def test_a_server_whose_threads_all_hang_says_that_it_is_not_well(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = Event()
    monkeypatch.setattr(server, "ACTIONS_AT_ONCE", 1)
    app = server.create_app(services)
    app[server.RUNNER].limit = 0.05

    def hang(_turn: Turn, _talk: Talk, _services: Services) -> None:
        end.wait(60)

    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        assert (await client.get("/health")).status == 200
        await app[server.RUNNER].answer(doing(hang), turn())
        assert (await client.get("/health")).status == 503
        end.set()
        async with asyncio.timeout(5):
            while (await client.get("/health")).status != 200:
                await asyncio.sleep(0.02)
