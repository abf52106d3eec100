"""The front ends when told to, whatever arrives in the same moment."""

import asyncio

import pytest

from connectors import keys
from tests.web.conftest import Front


@pytest.mark.parametrize("turns_of_the_loop", range(6))
async def test_news_does_not_keep_a_worker_from_ending(
    front: Front, turns_of_the_loop: int
) -> None:
    app = front.client.app
    assert app is not None
    for waiting in (app[keys.WORKER], app[keys.SENDER]):
        running = asyncio.create_task(waiting.run())
        await asyncio.sleep(0.1)
        waiting.wake()
        for _ in range(turns_of_the_loop):
            await asyncio.sleep(0)
        running.cancel()
        done, _ = await asyncio.wait([running], timeout=3)
        running.cancel()
        assert done
