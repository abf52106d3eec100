"""Live updates: news reach watchers at once, and other processes' news by asking."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from sqlalchemy import text

import kit.heard
from conversations import (
    Conversation,
    LiveUpdates,
    Reply,
    create_conversation,
    post_bot_replies,
)
from conversations.live import Subscription
from kit.clock import FixedClock
from kit.database import Database, open_database, upgrade
from kit.postgres import own_backends
from tests.databases import fresh_url
from tests.unit.desk_conversations.conftest import NOW


async def test_watchers_hear_their_conversation_only(database: Database) -> None:
    updates = LiveUpdates(database, FixedClock(NOW))
    async with updates.subscribe("a") as mine, updates.subscribe() as everything:
        updates.publish("b")
        updates.publish("a")
        updates.publish("a")
        updates.publish("a", "agent_typing")
        assert await mine.next() == [("a", "changed"), ("a", "agent_typing")]
        assert [place for place, _ in await everything.next()] == ["b", "a", "a"]
        assert updates.watchers == 2
    assert updates.watchers == 0


async def test_changes_of_other_processes_are_found(
    database: Database, conversation: Conversation
) -> None:
    updates = LiveUpdates(database, FixedClock(NOW))
    async with updates.subscribe(conversation.id) as mine:
        await updates.poll()
        await asyncio.wait_for(mine.next(), 1)
        with database.session() as session:
            post_bot_replies(session, conversation.id, [Reply("news")], now=NOW)
        await updates.poll()
        assert await asyncio.wait_for(mine.next(), 1) == [(conversation.id, "changed")]
        await updates.poll()
        await updates.poll()
        assert not mine._arrived.is_set()


@pytest.mark.postgres
async def test_postgresql_tells_by_itself_and_again_after_a_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit.heard, "AGAIN_SECONDS", 0.05)
    with fresh_url("postgresql", tmp_path) as url:
        upgrade(url)
        database, other = open_database(url), open_database(url)
        places = [_opened(database), _opened(database)]
        updates = LiveUpdates(database, FixedClock(NOW))
        async with updates.subscribe() as mine, updates.polling(every=3600):
            await _says(other, places[0], mine)
            with database.session() as session:  # who stores here has published it here
                post_bot_replies(session, places[1], [Reply("own news")], now=NOW)
            await _says(other, places[0], mine, with_earlier=True)
            listening = (
                " FROM pg_stat_activity WHERE query LIKE '%pg_notify%'"
                " AND pid <> pg_backend_pid() AND datname = :name"
            )
            name = {"name": database.engine.url.database}
            with database.session() as session:
                pids = session.scalars(text(f"SELECT pid{listening}"), name).all()
            assert pids
            assert not own_backends(database.engine) & {*pids}, "its number may become another's"
            cut = f"SELECT pg_terminate_backend(pid){listening}"
            with database.session() as session:
                session.execute(text(cut), name)
            await _says(other, places[1], mine)
        other.close()
        database.close()


def _opened(database: Database) -> str:
    with database.session() as session:
        return create_conversation(session, channel="telegram", language="en", now=NOW).id


async def _says(
    database: Database, place: str, mine: Subscription, *, with_earlier: bool = False
) -> None:
    """Store something in a conversation, again and again until just that is heard."""
    while True:
        if not with_earlier:
            mine.forget()
        with database.session() as session:
            post_bot_replies(session, place, [Reply("news")], now=NOW)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                assert await mine.next() == [(place, "changed")]
                return
