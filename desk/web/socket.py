"""Live updates: a socket that says what changed; the page then asks for what it does not have.

Nothing is lost when the socket breaks: the page keeps the id of the last message it shows and asks
for what came after it.
"""

import asyncio
import contextlib
from typing import Final

from aiohttp import WSCloseCode, web

from desk.conversations import Subscription
from desk.web.access import SESSION_COOKIE, access_ticket
from desk.web.desk import DESK
from desk.web.errors import Refused
from desk.web.security import is_own_origin

HEARTBEAT_SECONDS: Final = 25.0
STILL_SIGNED_IN_SECONDS: Final = 30.0
SIGNED_OUT: Final = 4401
SOCKETS: Final = web.AppKey("desk_sockets", set[web.WebSocketResponse])


async def updates(request: web.Request) -> web.StreamResponse:
    """Say "queue" when any list may have changed, "ticket" and "typing" for the one shown."""
    if not is_own_origin(request, request.headers.get("Origin", "")):
        raise Refused(403, "wrong_origin")
    conversation_id = await _conversation_id(request)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=1024)
    if not socket.can_prepare(request).ok:
        raise Refused(400, "not_a_socket")
    await socket.prepare(request)
    sockets = request.app[SOCKETS]
    sockets.add(socket)
    async with request.app[DESK].live.subscribe() as subscription:
        sender = asyncio.create_task(_send(socket, subscription, conversation_id))
        watcher = asyncio.create_task(_end_with_session(request, socket))
        try:
            async for _ in socket:  # the page says nothing; this waits for the end
                pass
        finally:
            sockets.discard(socket)
            for task in (sender, watcher):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                    await task
    return socket


async def close_sockets(app: web.Application) -> None:
    """Let every page know that the front stops, so that it comes back by itself."""
    sockets = app[SOCKETS]
    for socket in tuple(sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY, message=b"restart")


async def _send(
    socket: web.WebSocketResponse, subscription: Subscription, conversation_id: str | None
) -> None:
    await socket.send_json({"type": "ready"})
    while True:
        news = await subscription.next()
        if any(signal == "changed" for _, signal in news):
            await socket.send_json({"type": "queue"})
        if (conversation_id, "changed") in news:
            await socket.send_json({"type": "ticket"})
        if (conversation_id, "shopper_typing") in news:
            await socket.send_json({"type": "typing"})


async def _end_with_session(request: web.Request, socket: web.WebSocketResponse) -> None:
    token = request.cookies.get(SESSION_COOKIE, "")
    sign_in = request.app[DESK].sign_in
    while True:
        await asyncio.sleep(STILL_SIGNED_IN_SECONDS)
        if await asyncio.to_thread(sign_in.agent_of_token, token, is_activity=False) is None:
            await socket.close(code=SIGNED_OUT, message=b"signed out")
            return


async def _conversation_id(request: web.Request) -> str | None:
    raw = request.query.get("ticket", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 13):
        return None

    def read() -> str:
        with request.app[DESK].database.reading() as session:
            return access_ticket(session, int(raw))[1].id

    return await asyncio.to_thread(read)
