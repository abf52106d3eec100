"""One turn at a time: within a process in order, and between replicas through Redis."""

import asyncio
import os
import uuid

import pytest
from rasa.core.lock_store import LockError
from rasa.utils.endpoints import EndpointConfig

from bot import lock_store
from bot.lock_store import AtomicLockStore

REDIS = "CONCIERGE_TEST_REDIS_URL"


@pytest.fixture
def redis_endpoint() -> EndpointConfig:
    url = os.environ.get(REDIS)
    if not url:
        pytest.skip(f"no Redis: {REDIS} is not set (make test starts one)")
    return EndpointConfig(url=url)


async def test_waiters_of_one_process_come_in_order() -> None:
    store, seen = AtomicLockStore(), []

    async def turn(number: int) -> None:
        async with store.lock("one"):
            await asyncio.sleep(0)
            seen.append(number)

    await asyncio.gather(*(turn(number) for number in range(50)))
    assert seen == list(range(50))
    assert store._locks == {}


@pytest.mark.redis
async def test_two_replicas_never_hold_one_conversation(redis_endpoint: EndpointConfig) -> None:
    replicas = [AtomicLockStore(redis_endpoint) for _ in range(2)]
    conversation, inside, most = uuid.uuid4().hex, 0, 0

    async def turn(store: AtomicLockStore) -> None:
        nonlocal inside, most
        async with store.lock(conversation):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(turn(replicas[number % 2]) for number in range(60)))
    assert (most, inside) == (1, 0)


@pytest.mark.redis
async def test_a_busy_conversation_is_said_to_be_busy(
    redis_endpoint: EndpointConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_store, "LONGEST_WAIT_SECONDS", 0.1)
    first, second = AtomicLockStore(redis_endpoint), AtomicLockStore(redis_endpoint)
    conversation = uuid.uuid4().hex
    async with first.lock(conversation):
        with pytest.raises(LockError, match="another replica"):
            async with second.lock(conversation):
                raise AssertionError("two replicas were let in")
    async with second.lock(conversation):
        pass


@pytest.mark.redis
async def test_a_replica_that_dies_gives_the_conversation_back(
    redis_endpoint: EndpointConfig,
) -> None:
    dead, living = AtomicLockStore(redis_endpoint), AtomicLockStore(redis_endpoint)
    conversation = uuid.uuid4().hex
    holder = dead.lock(conversation, lock_lifetime=0.2)
    await holder.__aenter__()
    async with living.lock(conversation):
        pass
