"""Live updates: who watches a conversation hears that something changed in it.

Inside a process `publish` is heard at once. What other processes store (an action that hands over,
a second front) PostgreSQL tells by itself; SQLite is asked once a second. Nothing is carried but
the news itself; the watcher reads what it wants to know.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select

from conversations.models import ConversationRow
from kit.clock import Clock
from kit.database import Database
from kit.heard import Listener, can_notify

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 1.0
LOOKS_SELDOM: Final = 5  # as many seconds, or tests' shorter ones, while the database tells
CHANNEL: Final = "conversations"  # the migration's trigger names it
OVERLAP: Final = timedelta(seconds=10)
Signal = Literal["changed", "shopper_typing", "agent_typing"]


@dataclass(eq=False)
class Subscription:
    """One watcher's news; equal news that were not yet fetched count once."""

    conversation_id: str | None
    _news: dict[tuple[str, Signal], None] = field(default_factory=dict)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, conversation_id: str, signal: Signal) -> None:
        """Leave a piece of news; never blocks."""
        self._news[(conversation_id, signal)] = None
        self._arrived.set()

    def forget(self) -> None:
        """Drop the news so far, when the watcher made them or knows them."""
        self._news.clear()
        self._arrived.clear()

    async def next(self) -> list[tuple[str, Signal]]:
        """Wait for news and take all of it: (conversation id, what happened) in order."""
        await self._arrived.wait()
        self._arrived.clear()
        news = list(self._news)
        self._news.clear()
        return news


class LiveUpdates:
    """The meeting point of those who change conversations and those who watch them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._by_conversation: dict[str | None, set[Subscription]] = {}
        self._seen: dict[str, int] = {}
        self._since: datetime | None = None

    def publish(self, conversation_id: str, signal: Signal = "changed") -> None:
        """Tell everybody who watches this conversation, or all conversations."""
        for key in (conversation_id, None):
            for subscription in self._by_conversation.get(key, ()):
                subscription.put(conversation_id, signal)

    @asynccontextmanager
    async def subscribe(self, conversation_id: str | None = None) -> AsyncIterator[Subscription]:
        """Watch one conversation, or all of them; what is published inside is heard."""
        subscription = Subscription(conversation_id)
        watchers = self._by_conversation.setdefault(conversation_id, set())
        watchers.add(subscription)
        try:
            yield subscription
        finally:
            watchers.discard(subscription)
            if not watchers:
                self._by_conversation.pop(conversation_id, None)

    @property
    def watchers(self) -> int:
        """How many subscriptions are open."""
        return sum(map(len, self._by_conversation.values()))

    @asynccontextmanager
    async def polling(self, every: float = POLL_SECONDS) -> AsyncIterator[None]:
        """Hear of other processes' changes while inside; for an application's clean-up context."""
        engine = self._database.engine
        listener = Listener(engine, CHANNEL, self.publish) if can_notify(engine) else None
        tasks = [asyncio.create_task(self._poll_for_ever(every, listener))]
        if listener is not None:
            tasks.append(asyncio.create_task(listener.run()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def poll(self) -> None:
        """Publish every conversation whose revision moved since the last look."""
        self._since = self._since or self._clock.now()
        newest = self._clock.now()
        found = await self._database.reads.run(self._changed, self._since - OVERLAP)
        for conversation_id, revision in found.items():
            if self._seen.get(conversation_id) != revision:
                self.publish(conversation_id)
        self._seen = found
        self._since = newest

    def _changed(self, since: datetime) -> dict[str, int]:
        with self._database.reading() as session:
            rows = session.execute(
                select(ConversationRow.id, ConversationRow.revision).where(
                    ConversationRow.updated_at >= since
                )
            )
            return {conversation_id: revision for conversation_id, revision in rows}  # noqa: C416

    async def _poll_for_ever(self, every: float, listener: Listener | None) -> None:
        looked_past = 0
        while True:
            await asyncio.sleep(every)
            if not self._by_conversation:
                self._since = None
                continue
            if listener is not None and listener.is_hearing and looked_past < LOOKS_SELDOM:
                looked_past += 1
                continue
            looked_past = 0
            try:
                await self.poll()
            except Exception:
                log.exception("live updates could not ask the database; trying again")
