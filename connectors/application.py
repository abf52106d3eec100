"""The front's aiohttp application: everything is built here and cleaned up here."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import aiohttp
from aiohttp import WSCloseCode, web

from connectors import door, health, keys, middleware
from connectors.admission import Admission
from connectors.arrivals import Arrivals
from connectors.asking import ask_for_ever
from connectors.assistant import Assistant
from connectors.intake import Intake
from connectors.limits import RateLimiter
from connectors.messenger import Messenger
from connectors.metrics import Metrics
from connectors.notices import Notices
from connectors.outside import Outside
from connectors.people import CallPerson, hand_over_only
from connectors.registry import open_channels
from connectors.rendering import Pages, load_catalogue
from connectors.sender import OutboxSender
from connectors.validation import BODY_BYTES
from connectors.way_out import WayOut
from connectors.webchat import api, links, widget
from connectors.webchat import socket as chat_socket
from connectors.webchat.service import Chat
from connectors.worker import NOTICE_AFTER, InboxWorker
from conversations import LiveUpdates
from kit import deadlines
from kit.clock import Clock, SystemClock
from kit.database import Database
from kit.settings import Settings
from recommender.serving.models import Models
from shop.policy_file import policy_at
from shop.terms import terms

log = logging.getLogger(__name__)

TURNS_AT_ONCE: Final = 8


@dataclass(frozen=True)
class Tuning:
    """Times that tests shorten."""

    assistant_timeout: float = deadlines.ASSISTANT
    notice_after: timedelta = NOTICE_AFTER
    poll_seconds: float = 1.0


def create_app(
    settings: Settings,
    database: Database,
    *,
    clock: Clock | None = None,
    call_person: CallPerson = hand_over_only,
    channels: Sequence[Messenger] | None = None,
    tuning: Tuning | None = None,
) -> web.Application:
    """The front without the desk and without the shop's pages; nothing runs before it starts.

    `channels` are the open messengers, by default those that the settings name.
    """
    tuning = tuning or Tuning()
    app = web.Application(
        middlewares=[
            middleware.observe,
            middleware.share_across_origins,
            middleware.explain_errors,
            middleware.guard_cookies,
        ],
        client_max_size=BODY_BYTES * 2,
    )
    catalogue = load_catalogue(terms(settings.shop_name, policy_at(settings.policy)))
    app[keys.SETTINGS] = settings
    app[keys.DATABASE] = database
    app[keys.CLOCK] = clock or SystemClock()
    app[keys.CATALOGUE] = catalogue
    app[keys.PAGES] = Pages.load(catalogue, settings.shop_name, settings.default_language)
    app[keys.METRICS] = Metrics()
    app[keys.LIMITER] = RateLimiter(is_enabled=settings.rate_limits)
    app[keys.UPDATES] = LiveUpdates(database, app[keys.CLOCK])
    app[keys.SOCKETS] = set()
    app[keys.MODELS] = Models(settings.recommender_dir)
    opened = open_channels(settings) if channels is None else channels
    app[keys.MESSENGERS] = {one.name: one for one in opened}
    for routes in (api, links, chat_socket, widget, health, door):
        routes.add_routes(app)
    app.on_response_prepare.append(middleware.header_adder(settings, middleware.OWN_GUARD))
    app.on_shutdown.append(_close_sockets)

    async def wire(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            _build(app, session, call_person, tuning)
            async with app[keys.UPDATES].polling(tuning.poll_seconds), _working(app):
                yield

    app.cleanup_ctx.append(wire)
    return app


def _build(
    app: web.Application,
    session: aiohttp.ClientSession,
    call_person: CallPerson,
    tuning: Tuning,
) -> None:
    settings, updates = app[keys.SETTINGS], app[keys.UPDATES]
    database, clock, metrics = app[keys.DATABASE], app[keys.CLOCK], app[keys.METRICS]
    name = process_name(settings)
    notices = Notices(app[keys.CATALOGUE], settings.secret_key)
    admission = Admission(TURNS_AT_ONCE)
    ways_out = {
        messenger.name: WayOut(
            messenger,
            http=session,
            database=database,
            clock=clock,
            catalogue=app[keys.CATALOGUE],
            shop_name=settings.shop_name,
            base=settings.public_url,
        )
        for messenger in app[keys.MESSENGERS].values()
    }
    whole = {one.name for one in app[keys.MESSENGERS].values() if one.can.whole}
    app[keys.ASSISTANT] = Assistant(
        session, settings.rasa_url, settings.secret_key, timeout=tuning.assistant_timeout
    )
    app[keys.SENDER] = OutboxSender(
        database, clock, ways_out, metrics, name=name, whole=whole, given_up=notices.note_dead
    )
    app[health.PROBE] = health.Probe(database, clock, name)
    app[keys.WORKER] = InboxWorker(
        database=database,
        clock=clock,
        assistant=app[keys.ASSISTANT],
        updates=updates,
        sender=app[keys.SENDER],
        notices=notices,
        metrics=metrics,
        call_person=call_person,
        key=settings.secret_key,
        name=name,
        admission=admission,
        outside=Outside(database, clock, ways_out, app[keys.MODELS], notices),
        notice_after=tuning.notice_after,
    )
    intake = Intake(
        clock=clock,
        updates=updates,
        notices=notices,
        metrics=metrics,
        assistant=app[keys.ASSISTANT],
        call_person=call_person,
        wake_worker=app[keys.WORKER].wake,
        wake_sender=app[keys.SENDER].wake,
        admission=admission,
        patience=tuning.notice_after,
        key=settings.secret_key,
    )
    app[keys.CHAT] = Chat(
        database=database,
        clock=clock,
        updates=updates,
        notices=notices,
        intake=intake,
        key=settings.secret_key,
    )
    app[keys.ARRIVALS] = Arrivals(
        database=database,
        clock=clock,
        intake=intake,
        http=session,
        default_language=settings.default_language,
    )


@contextlib.asynccontextmanager
async def _working(app: web.Application) -> AsyncIterator[None]:
    tasks = [
        asyncio.create_task(app[keys.WORKER].run(), name="inbox worker"),
        asyncio.create_task(app[keys.SENDER].run(), name="outbox sender"),
    ]
    asking = [
        asyncio.create_task(ask_for_ever(app[keys.ARRIVALS], one), name=f"asks {one.name}")
        for one in app[keys.MESSENGERS].values()
        if one.asked_every is not None
    ]
    relay = asyncio.create_task(_relay(app), name="changes to the sender")
    try:
        yield
    finally:
        for task in (relay, *asking):
            task.cancel()
        await app[keys.ARRIVALS].stop()
        tasks[0].cancel()
        await asyncio.wait([tasks[0], relay, *asking])
        await app[keys.WORKER].stop()
        tasks[1].cancel()
        await asyncio.wait(tasks[1:])


async def _relay(app: web.Application) -> None:
    """Wake the sender when anything is said: what the desk stores leaves at once."""
    if not app[keys.MESSENGERS]:
        return
    async with app[keys.UPDATES].subscribe() as news:
        while True:
            await news.next()
            app[keys.SENDER].wake()


async def _close_sockets(app: web.Application) -> None:
    sockets = app[keys.SOCKETS]
    for open_socket in tuple(sockets):
        await open_socket.close(code=WSCloseCode.GOING_AWAY, message=b"restarting")


def process_name(settings: Settings) -> str:
    """The name under which this front claims work; the same again after a restart."""
    place = str(settings.port) if settings.port else f"pid {os.getpid()}"
    return f"front {socket.gethostname()}:{place}"[:120]
