"""Live updates: news reach watchers at once, and other processes' news by asking."""

import asyncio

from conversations import Conversation, LiveUpdates, Reply, post_bot_replies
from kit.clock import FixedClock
from kit.database import Database
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
