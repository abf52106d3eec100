"""The tracker store: what was said survives, however long people talk and whoever writes."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import (
    EVENTS,
    KEPT_TURNS,
    RECENT_ROWS,
    ConciergeTrackerStore,
    shortened,
)
from kit.database import create_database_engine
from tests.databases import KINDS, fresh_url

DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {
            name: {"type": "any", "mappings": [{"type": "custom"}]} for name in ("a", "b", "c")
        },
        "forms": {"order_form": {"required_slots": []}},
    }
)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh_url(request.param, tmp_path) as address:
        yield address


def turn(number: int, *changes: Event) -> list[Event]:
    said = UserUttered(f"message {number}", message_id=f"m{number}", parse_data={"text": "x"})
    return [
        said,
        ActionExecuted("utter_hello"),
        *changes,
        BotUttered(f"reply {number}"),
        ActionExecuted("action_listen"),
    ]


async def talk(store: ConciergeTrackerStore, sender: str, events: list[Event]) -> None:
    tracker = await store.get_or_create_tracker(sender)
    for event in events:
        tracker.update(event, DOMAIN)
    await store.save(tracker)


def said(tracker: DialogueStateTracker | None) -> list[str | None]:
    assert tracker is not None
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


async def test_a_conversation_survives_a_restart(url: str) -> None:
    await talk(ConciergeTrackerStore(DOMAIN, url=url), "one", turn(1, SlotSet("a", "blue")))
    found = await ConciergeTrackerStore(DOMAIN, url=url).retrieve("one")
    assert said(found) == ["message 1"]
    assert found is not None
    assert found.get_slot("a") == "blue"


async def test_unknown_conversations_are_none(url: str) -> None:
    store = ConciergeTrackerStore(DOMAIN, url=url)
    assert await store.retrieve("nobody") is None
    assert not await store.exists("nobody")
    assert await store.retrieve_full_tracker("nobody") is None


async def test_nothing_is_lost_in_a_long_talk(url: str) -> None:
    store = ConciergeTrackerStore(DOMAIN, url=url)
    await talk(store, "long", turn(0, SlotSet("a", 1), ActiveLoop("order_form")))
    turns = RECENT_ROWS // 4 + 20
    for number in range(1, turns):
        await talk(store, "long", turn(number))
    for reader in (store, ConciergeTrackerStore(DOMAIN, url=url)):
        found = await reader.retrieve("long")
        assert found is not None
        assert said(found) == [f"message {n}" for n in range(turns - KEPT_TURNS, turns)]
        assert found.get_slot("a") == 1
        assert found.active_loop_name == "order_form"
    whole = await store.retrieve_full_tracker("long")
    assert said(whole) == [f"message {number}" for number in range(turns)]
    assert list(await store.keys()) == ["long"]


async def test_another_process_is_heard(url: str) -> None:
    here, there = ConciergeTrackerStore(DOMAIN, url=url), ConciergeTrackerStore(DOMAIN, url=url)
    await talk(here, "shared", turn(1))
    await talk(there, "shared", turn(2, SlotSet("b", "new")))
    await talk(here, "shared", turn(3))
    for store in (here, there):
        found = await store.retrieve("shared")
        assert said(found) == ["message 1", "message 2", "message 3"]
        assert found is not None
        assert found.get_slot("b") == "new"


async def test_a_turn_that_failed_leaves_no_trace(url: str) -> None:
    store = ConciergeTrackerStore(DOMAIN, url=url)
    await talk(store, "one", turn(1))
    tracker = await store.retrieve("one")
    assert tracker is not None
    tracker.update(SlotSet("a", "half done"), DOMAIN)
    again = await store.retrieve("one")
    assert again is not None
    assert again.get_slot("a") is None


async def test_the_same_tracker_comes_back_without_replaying(url: str) -> None:
    store = ConciergeTrackerStore(DOMAIN, url=url)
    await talk(store, "one", turn(1))
    assert await store.retrieve("one") is await store.retrieve("one")


def state(events: list[Event]) -> tuple[Any, ...]:
    tracker = DialogueStateTracker.from_events("x", events, DOMAIN.slots, domain=DOMAIN)
    return (
        tracker.current_slot_values(),
        tracker.active_loop_name,
        tracker.latest_message and tracker.latest_message.text,
        tracker.latest_action_name,
    )


@given(st.integers(0, 2**32), st.integers(1, 14), st.integers(1, 5))
def test_shortening_changes_no_state(seed: int, turns: int, kept: int) -> None:
    dice = random.Random(seed)
    events: list[Event] = [ActionExecuted("action_session_start"), SessionStarted()]
    events.append(ActionExecuted("action_listen"))
    for number in range(turns):
        changes = [
            dice.choice(
                (
                    SlotSet(dice.choice("abc"), dice.randrange(3)),
                    ActiveLoop(dice.choice(("order_form", None))),
                    AllSlotsReset(),
                )
            )
            for _ in range(dice.randrange(4))
        ]
        events += turn(number, *changes)
    short = shortened(events, kept)
    assert state(short) == state(events)
    assert sum(isinstance(event, UserUttered) for event in short) == min(turns, kept)


async def test_the_newest_row_of_one_is_found_without_reading_the_others(url: str) -> None:
    ConciergeTrackerStore(DOMAIN, url=url)
    engine = create_database_engine(url)
    rows = [
        {"sender_id": f"s{number % 400}", "type_name": "user", "data": "{}"}
        for number in range(20_000)
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(EVENTS), [{"sender_id": "rare", "type_name": "user"}, *rows])
        connection.execute(sa.text("ANALYZE"))
    is_lite = engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if is_lite else "EXPLAIN"
    asks = f"{explain} SELECT max(id) FROM events WHERE sender_id = 'rare'"
    with engine.connect() as connection:
        plan = " ".join(map(str, connection.execute(sa.text(asks)).all()))
    assert ("COVERING INDEX ix_events_sender_id" if is_lite else "ix_events_sender_id_id") in plan


async def test_a_table_of_an_earlier_release_gets_the_index(url: str) -> None:
    engine = create_database_engine(url)
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite needs no index of its own for this")
    ConciergeTrackerStore(DOMAIN, url=url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP INDEX ix_events_sender_id_id"))
    ConciergeTrackerStore(DOMAIN, url=url)
    assert "ix_events_sender_id_id" in {
        one["name"] for one in sa.inspect(engine).get_indexes("events")
    }
