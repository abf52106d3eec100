"""One turn at a time per conversation.

The front's worker already keeps order; this guards direct calls and reminders. Within one process
waiters are woken in the order in which they came, without polling (asyncio.Lock is fair). With
CONCIERGE_REDIS_URL the lock also holds against other replicas of the assistant: redis-py's lock is
taken by one atomic SET NX and given back only by its holder. (Rasa's own Redis lock reads, then
writes, and lets two in.)
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, Final

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from redis.asyncio import Redis
from redis.asyncio.lock import Lock as RedisLock
from redis.exceptions import LockError as RedisLockError

LONGEST_WAIT_SECONDS: Final = 30.0
LOOK_AGAIN_SECONDS: Final = 0.02


class AtomicLockStore(LockStore):  # type: ignore[misc]
    """Fair locks within this process; a lock is forgotten when nobody waits for it.

    `endpoint_config.url`, where given, is the Redis in which replicas agree.
    """

    def __init__(self, endpoint_config: Any = None) -> None:
        url = getattr(endpoint_config, "url", None)
        self._redis = Redis.from_url(url) if url else None
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
                async with self._among_replicas(conversation_id, lock_lifetime):
                    yield TicketLock(conversation_id)
            finally:
                lock.release()
        finally:
            self._wanted[conversation_id] -= 1
            if not self._wanted[conversation_id]:
                del self._wanted[conversation_id], self._locks[conversation_id]

    def _among_replicas(
        self, conversation_id: str, lifetime: float
    ) -> AbstractAsyncContextManager[Any]:
        if self._redis is None:
            return nullcontext()
        lock = RedisLock(
            self._redis,
            f"concierge:conversation:{conversation_id}",
            timeout=lifetime,
            sleep=LOOK_AGAIN_SECONDS,
            blocking_timeout=LONGEST_WAIT_SECONDS,
        )
        return _held(lock)


@asynccontextmanager
async def _held(lock: RedisLock) -> AsyncGenerator[None, None]:
    """Hold a Redis lock; raises Rasa's LockError when it is not free in time."""
    if not await lock.acquire():
        raise LockError("the conversation is busy in another replica")
    try:
        yield
    finally:
        # A turn longer than the lock's lifetime has lost it already; its replies stand.
        with suppress(RedisLockError):
            await lock.release()
