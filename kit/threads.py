"""Named threads for work that blocks.

Readers and writers have their own, so that a stuck writer holds no reader. Work that
finds no thread in time is not begun.
"""

import asyncio
import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Lock
from typing import Any, Final, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
ASIDE: Final = 3  # times the threads: more work than that is not begun aside


class Crowded(RuntimeError):
    """Every thread was busy for too long: the work was not begun."""


class Threads:
    """A pool of threads; they are started when they are first needed."""

    def __init__(self, name: str, size: int, patience: float) -> None:
        """`patience` is how many seconds work may wait for a thread."""
        self._name = name
        self._size = size
        self._patience = patience
        self._pending = 0
        self._count = Lock()
        self._pool = ThreadPoolExecutor(size, thread_name_prefix=name)

    async def run(self, work: Callable[..., T], *values: Any, **named: Any) -> T:
        """The work's result; raises Crowded when no thread was free in time."""
        future = self._submit(work, *values, **named)
        result = asyncio.wrap_future(future)
        try:
            await asyncio.wait([result], timeout=self._patience)
        except asyncio.CancelledError:
            result.cancel()
            raise
        if not result.done() and future.cancel():
            raise Crowded(f"no thread of the {self._name} was free for {self._patience:g} s")
        return await result

    def attempt(
        self, seconds: float, work: Callable[..., object], *values: Any, **named: Any
    ) -> None:
        """Do work that nobody needs, and block for at most `seconds`; it goes on by itself.

        A failure is logged. Where too much waits already it is not done at all.
        """
        if self._pending < ASIDE * self._size:
            wait([self._submit_aside(work, *values, **named)], timeout=seconds)

    async def aside(
        self, seconds: float, work: Callable[..., T], *values: Any, **named: Any
    ) -> T | None:
        """The same without blocking; its result, or None where there is none in time."""
        if self._pending >= ASIDE * self._size:
            return None
        result = asyncio.wrap_future(self._submit_aside(work, *values, **named))
        result.add_done_callback(_hear)
        await asyncio.wait([result], timeout=seconds)
        is_good = result.done() and not result.cancelled() and result.exception() is None
        return result.result() if is_good else None

    def close(self) -> None:
        """Wait for what runs, drop what was not begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, work: Callable[..., T], *values: Any, **named: Any) -> Future[T]:
        context = contextvars.copy_context()
        future = self._pool.submit(context.run, partial(work, *values, **named))
        with self._count:
            self._pending += 1
        future.add_done_callback(self._done)
        return future

    def _submit_aside(self, work: Callable[..., T], *values: Any, **named: Any) -> Future[T]:
        future = self._submit(work, *values, **named)
        future.add_done_callback(self._note)
        return future

    def _done(self, _future: Future[Any]) -> None:
        with self._count:
            self._pending -= 1

    def _note(self, done: Future[Any]) -> None:
        if not done.cancelled() and (error := done.exception()) is not None:
            log.warning("work of the %s failed", self._name, exc_info=error)


def _hear(done: asyncio.Future[Any]) -> None:
    """Take note of an error, so that nobody is told that it was overlooked."""
    if not done.cancelled():
        done.exception()
