"""Live updates: a socket that says what changed; the page then asks for what it does not have.

Nothing is lost when the socket breaks: the page keeps the id of the last message it shows and asks
for what came after it. The same socket tells who else looks at a ticket or writes in it.
"""

import asyncio
import contextlib
import json
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from conversations import Subscription
from desk.tickets import Agent, seen
from desk.tickets.places import places_of
from desk.web.access import SESSION_COOKIE, access_ticket, current_agent
from desk.web.desk import DESK
from desk.web.errors import Refused
from desk.web.security import is_own_origin
from kit import deadlines

HEARTBEAT_SECONDS: Final = 25.0
STILL_SIGNED_IN_SECONDS: Final = 30.0
SIGNED_OUT: Final = 4401
SOCKETS: Final = web.AppKey("desk_sockets", set[web.WebSocketResponse])
Watchers = dict[int, dict[web.WebSocketResponse, str]]
WATCHERS: Final = web.AppKey("desk_watchers", Watchers)


async def updates(request: web.Request) -> web.StreamResponse:
    """Say "queue" when any list may have changed, "ticket" and "typing" for the one shown."""
    if not is_own_origin(request, request.headers.get("Origin", "")):
        raise Refused(403, "wrong_origin")
    number = ticket_number(request)
    places = await _places(request, number)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=1024)
    if not socket.can_prepare(request).ok:
        raise Refused(400, "not_a_socket")
    await socket.prepare(request)
    sockets, agent = request.app[SOCKETS], current_agent(request)
    sockets.add(socket)
    async with request.app[DESK].live.subscribe() as subscription:
        await socket.send_json({"type": "ready"})
        sender = asyncio.create_task(_send(socket, subscription, places))
        watcher = asyncio.create_task(_end_with_session(request, socket, agent))
        if number is not None:
            request.app[WATCHERS].setdefault(number, {})[socket] = agent.name
            await tell_watchers(request.app, number)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await _hear(request.app, number, socket, message.data)
        finally:
            sockets.discard(socket)
            if number is not None:
                request.app[WATCHERS].get(number, {}).pop(socket, None)
                await tell_watchers(request.app, number)
            for task in (sender, watcher):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                    await task
    return socket


async def tell_watchers(app: web.Application, number: int) -> None:
    """Tell everybody who has the ticket open who else has."""
    watching = app[WATCHERS].get(number, {})
    if not watching:
        app[WATCHERS].pop(number, None)
    for socket, own in list(watching.items()):
        others = sorted({name for name in watching.values() if name != own})
        if others or socket.get("told"):  # the first one needs not be told that nobody is there
            socket["told"] = True
            await _say(socket, {"type": "watchers", "names": others})


async def close_sockets(app: web.Application) -> None:
    """Let every page know that the front stops, so that it comes back by itself."""
    sockets = app[SOCKETS]
    for socket in tuple(sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY, message=b"restart")


def ticket_number(request: web.Request) -> int | None:
    """The ticket that the page shows, if it shows one."""
    raw = request.query.get("ticket", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 13 else None


async def _hear(
    app: web.Application, number: int | None, socket: web.WebSocketResponse, raw: str
) -> None:
    """Answer "ping", so that a page can tell a quiet connection from a dead one; pass typing on."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return
    if body == {"type": "ping"}:
        await _say(socket, {"type": "pong"})
    elif body == {"type": "writing"} and number is not None:
        await _colleague_types(app, number, socket)


async def _colleague_types(
    app: web.Application, number: int, sender: web.WebSocketResponse
) -> None:
    watching = app[WATCHERS].get(number, {})
    name = watching.get(sender, "")
    for socket in list(watching):
        if socket is not sender:
            await _say(socket, {"type": "writing", "name": name})


async def _say(socket: web.WebSocketResponse, body: dict[str, object]) -> None:
    with contextlib.suppress(ConnectionError, RuntimeError):  # (it may be closing)
        await socket.send_json(body)


async def _send(
    socket: web.WebSocketResponse, subscription: Subscription, places: frozenset[str]
) -> None:
    while True:
        news = await subscription.next()
        here = {signal for place, signal in news if place in places}
        if "changed" in here:
            await socket.send_json({"type": "ticket"})
        if any(signal == "changed" for _, signal in news):
            await socket.send_json({"type": "queue"})
        if "shopper_typing" in here:
            await socket.send_json({"type": "typing"})


async def _end_with_session(
    request: web.Request, socket: web.WebSocketResponse, agent: Agent
) -> None:
    """Keep the agent counted as present while the page is open; close when they are signed out."""
    token = request.cookies.get(SESSION_COOKIE, "")
    desk = request.app[DESK]

    def look() -> bool:
        current = desk.sign_in.agent_of_token(token, is_activity=False)
        if current is not None and current.presence != "offline":
            desk.database.writes.attempt(deadlines.ASIDE, note)
        return current is not None

    def note() -> None:
        with desk.database.session() as session:
            seen(session, agent.id, now=desk.clock.now())

    while True:
        await asyncio.sleep(STILL_SIGNED_IN_SECONDS)
        if not await desk.database.reads.run(look):
            await socket.close(code=SIGNED_OUT, message=b"signed out")
            return


async def _places(request: web.Request, number: int | None) -> frozenset[str]:
    """The conversations of the ticket that the page shows."""
    if number is None:
        return frozenset()

    def read() -> frozenset[str]:
        with request.app[DESK].database.reading() as session:
            return frozenset(places_of(session, access_ticket(session, number)[0]))

    return await request.app[DESK].database.reads.run(read)
