"""Readers and writers have threads of their own; whoever finds none is told in time."""

import asyncio
import logging
from collections.abc import Iterator
from threading import Event

import pytest

from kit.threads import Crowded, Threads


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads("testers", 2, 0.1)
    yield made
    made.close()


async def test_work_is_done_with_its_values_and_errors(threads: Threads) -> None:
    assert await threads.run(divmod, 17, 5) == (3, 2)
    with pytest.raises(ZeroDivisionError):
        await threads.run(divmod, 17, 0)


async def test_who_finds_no_thread_is_told_and_nothing_is_begun(threads: Threads) -> None:
    end, begun = Event(), list[int]()
    stuck = [asyncio.create_task(threads.run(end.wait, 5)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Crowded, match="testers was free"):
        await threads.run(begun.append, 1)
    end.set()
    assert await asyncio.gather(*stuck) == [True, True]
    assert begun == []


async def test_work_that_was_begun_may_take_longer(threads: Threads) -> None:
    end = Event()
    running = asyncio.create_task(threads.run(end.wait, 5))
    await asyncio.sleep(0.25)
    assert not running.done()
    end.set()
    assert await running


def test_an_attempt_is_waited_for_a_moment_only(
    threads: Threads, caplog: pytest.LogCaptureFixture
) -> None:
    end, done = Event(), list[int]()
    threads.attempt(5, done.append, 1)
    assert done == [1]
    threads.attempt(0.01, end.wait, 5)
    end.set()
    with caplog.at_level(logging.WARNING):
        threads.attempt(5, divmod, 1, 0)
        threads.close()
    assert "work of the testers failed" in caplog.text
