"""Is the front alive, is it ready, and its figures."""

import asyncio
import logging
from typing import Final

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from connectors import keys
from connectors.addresses import is_inside
from conversations import count_open, count_outbox, note_alive
from kit.clock import Clock
from kit.database import Database
from kit.threads import Crowded

log = logging.getLogger(__name__)
STORE_SECONDS: Final = 2.0


class Probe:
    """Finds out whether messages can be stored, by storing something; one try at a time."""

    def __init__(self, database: Database, clock: Clock, name: str) -> None:
        self._database = database
        self._clock = clock
        self._name = name
        self._trying: asyncio.Task[bool] | None = None

    async def can_store(self, seconds: float = STORE_SECONDS) -> bool:
        """Whether something was stored within so many seconds; who asks meanwhile asks with."""
        if self._trying is None or self._trying.done():
            self._trying = asyncio.create_task(self._try())
        done, _ = await asyncio.wait([self._trying], timeout=seconds)
        return bool(done) and self._trying.result()

    async def _try(self) -> bool:
        try:
            await self._database.writes.run(self._store)
        except (SQLAlchemyError, Crowded) as error:
            log.warning("nothing can be stored", extra={"error": type(error).__name__})
            return False
        return True

    def _store(self) -> None:
        with self._database.session() as session:
            note_alive(session, self._name, now=self._clock.now())


PROBE: Final = web.AppKey("probe", Probe)


def add_routes(app: web.Application) -> None:
    """/healthz, /readyz and /metrics."""
    app.add_routes(
        [
            web.get("/healthz", healthz),
            web.get("/readyz", readyz),
            web.get("/metrics", metrics),
        ]
    )


async def healthz(request: web.Request) -> web.Response:
    """The process serves requests."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """Messages can be stored. A missing assistant does not make the front unready."""
    is_ready = await request.app[PROBE].can_store()
    parts = {
        "database": "ok" if is_ready else "down",
        "assistant": "ok" if request.app[keys.ASSISTANT].is_up else "down",
    }
    return web.json_response(
        {"status": "ready" if is_ready else "not ready", **parts}, status=200 if is_ready else 503
    )


async def metrics(request: web.Request) -> web.Response:
    """Figures for Prometheus, for callers of the own network only."""
    if not is_inside(request):
        raise web.HTTPNotFound
    found, database = request.app[keys.METRICS], request.app[keys.DATABASE]

    def count() -> tuple[int, dict[str, int]]:
        with database.reading() as session:
            return count_open(session), count_outbox(session)

    waiting, outbox = await database.reads.run(count)
    found.inbox_open.set(waiting)
    for state in ("waiting", "sending", "sent", "dead"):
        found.outbox.labels(state).set(outbox.get(state, 0))
    found.watchers.set(request.app[keys.UPDATES].watchers)
    found.assistant_up.set(1 if request.app[keys.ASSISTANT].is_up else 0)
    return web.Response(body=found.render(), headers={"Content-Type": found.content_type})
