"""Is the front alive, is it ready, and its figures."""

import asyncio

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from connectors import keys
from connectors.addresses import is_inside
from conversations import count_open, count_outbox


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
    database = request.app[keys.DATABASE]

    def look() -> bool:
        try:
            with database.reading() as session:
                session.execute(text("SELECT id FROM conversations LIMIT 1"))
        except SQLAlchemyError:
            return False
        return True

    is_ready = await asyncio.to_thread(look)
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

    waiting, outbox = await asyncio.to_thread(count)
    found.inbox_open.set(waiting)
    for state in ("waiting", "sending", "sent", "dead"):
        found.outbox.labels(state).set(outbox.get(state, 0))
    found.watchers.set(request.app[keys.UPDATES].watchers)
    found.assistant_up.set(1 if request.app[keys.ASSISTANT].is_up else 0)
    return web.Response(body=found.render(), headers={"Content-Type": found.content_type})
