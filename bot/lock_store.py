"""One turn at a time per conversation, without polling.

The front's worker already keeps order; this guards direct calls and reminders. Waiters are woken in
the order in which they came (asyncio.Lock is fair).
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore

LONGEST_WAIT_SECONDS: Final = 30.0


class AtomicLockStore(LockStore):  # type: ignore[misc]
    """Fair locks within this process; a lock is forgotten when nobody waits for it."""

    def __init__(self, endpoint_config: Any = None) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._wanted: dict[str, int] = {}
        super().__init__()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = 1,
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation during the block; raises LockError after 30 s of waiting."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        self._wanted[conversation_id] = self._wanted.get(conversation_id, 0) + 1
        try:
            try:
                await asyncio.wait_for(lock.acquire(), LONGEST_WAIT_SECONDS)
            except TimeoutError as error:
                raise LockError("the conversation is busy") from error
            try:
                yield TicketLock(conversation_id)
            finally:
                lock.release()
        finally:
            self._wanted[conversation_id] -= 1
            if not self._wanted[conversation_id]:
                del self._wanted[conversation_id], self._locks[conversation_id]
