"""The desk's own clock: what `desk.tickets.tick` does, once a second while the front runs."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from desk.tickets import Tick, is_anything_due, tick
from desk.web.desk import DESK, Desk

log = logging.getLogger(__name__)
SECONDS: Final = 1.0
DISPATCHER: Final[web.AppKey["Dispatcher"]] = web.AppKey("desk_dispatcher")


class Dispatcher:
    """Looks every second, and at once when woken."""

    def __init__(self, desk: Desk, seconds: float = SECONDS) -> None:
        self._desk = desk
        self._seconds = seconds
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Somebody came, went or has room: look now."""
        self._news.set()

    async def look(self) -> None:
        """Do what is due, then tell everybody who watches."""
        database = self._desk.database
        if not await database.reads.run(self._is_due):
            return
        found = await database.writes.run(self._tick)
        for conversation_id in found.conversations:
            self._desk.live.publish(conversation_id)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look while inside; for an application's clean-up context."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._news.wait()
            self._news.clear()
            try:
                await self.look()
            except Exception:
                log.exception("tickets could not be looked at; trying again")

    def _is_due(self) -> bool:
        with self._desk.database.reading() as session:
            return is_anything_due(session, self._desk.clock.now())

    def _tick(self) -> Tick:
        with self._desk.database.session() as session:
            return tick(session, now=self._desk.clock.now())


async def run_dispatcher(app: web.Application) -> AsyncIterator[None]:
    """The application's clean-up context."""
    app[DISPATCHER] = Dispatcher(app[DESK])
    async with app[DISPATCHER].running():
        yield
