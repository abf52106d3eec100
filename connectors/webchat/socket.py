"""The chat's WebSocket: live messages, status and typing, resumed by the last seen id.

The first message is `{"type":"auth","conversation_id","token","after"}`; nothing is told before.
"""

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from connectors import keys
from connectors.addresses import client_address, is_allowed_origin
from connectors.errors import Refusal, bad_field, unauthorised
from connectors.limits import MESSAGES_PER_CONVERSATION, REQUESTS_PER_ADDRESS
from connectors.validation import (
    BODY_BYTES,
    client_message_id,
    message_id,
    page_context,
    parse_object,
    shopper_text,
)
from connectors.webchat.service import Chat, message_to_json
from conversations import Subscription

log = logging.getLogger(__name__)

AUTH_SECONDS: Final = 10.0
HEARTBEAT_SECONDS: Final = 25.0
BATCH: Final = 200
REFUSED: Final = 4401
FIELDS: Final = (
    "type",
    "conversation_id",
    "token",
    "after",
    "text",
    "client_message_id",
    "page",
)


def add_routes(app: web.Application) -> None:
    """The WebSocket at /chat/ws."""
    app.add_routes([web.get("/chat/ws", connect)])


async def connect(request: web.Request) -> web.StreamResponse:
    """Serve one browser until it leaves."""
    origin = request.headers.get("Origin")
    if origin is not None and not is_allowed_origin(request, origin):
        raise Refusal(403, "wrong_origin", "This page may not open the chat.", field="origin")
    request.app[keys.LIMITER].spend(REQUESTS_PER_ADDRESS, client_address(request))
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=BODY_BYTES)
    await socket.prepare(request)
    sockets = request.app[keys.SOCKETS]
    sockets.add(socket)
    try:
        await _serve(request, socket)
    except (ConnectionResetError, TimeoutError):
        log.debug("a chat socket went away")
    finally:
        sockets.discard(socket)
        await socket.close()
    return socket


async def _serve(request: web.Request, socket: web.WebSocketResponse) -> None:
    chat = request.app[keys.CHAT]
    try:
        session = await _authenticate(chat, socket)
    except Refusal as refusal:
        await socket.send_json({"type": "error", **refusal.body()})
        await socket.close(code=REFUSED, message=b"unauthorised")
        return
    async with chat.updates.subscribe(session.place) as news:
        await session.send_new(kind="ready")
        pushing = asyncio.create_task(session.push(news))
        try:
            await session.listen(request)
        finally:
            pushing.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionResetError):
                await pushing


async def _authenticate(chat: Chat, socket: web.WebSocketResponse) -> "_Session":
    first = await socket.receive(timeout=AUTH_SECONDS)
    if first.type is not WSMsgType.TEXT:
        raise unauthorised()
    body = parse_object(first.data, allowed=FIELDS)
    token, place = body.get("token"), body.get("conversation_id")
    if body.get("type") != "auth" or not isinstance(token, str) or not isinstance(place, str):
        raise unauthorised()
    after = message_id(body)
    chat.authorise(token, place)
    await chat.read(place, limit=1)
    return _Session(chat, socket, place, after)


@dataclass
class _Session:
    """One authenticated connection; `last` is the newest id the browser has."""

    chat: Chat
    socket: web.WebSocketResponse
    place: str
    last: int
    _state: tuple[str, str | None, int] | None = None
    _sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send_new(self, kind: str = "status") -> None:
        """Who is in charge, when that is news, then everything the browser has not got yet.

        Both come from one reading, so nobody sees an agent's words before the agent's name.
        """
        async with self._sending:
            while True:
                conversation, messages = await self.chat.read(self.place, self.last, BATCH)
                state = (
                    conversation.handled_by,
                    conversation.agent_name,
                    conversation.agent_seen_id,
                )
                if state != self._state:
                    self._state = state
                    await self.socket.send_json(
                        {
                            "type": kind,
                            "handled_by": state[0],
                            "agent_name": state[1],
                            "agent_seen_id": state[2],
                        }
                    )
                if messages:
                    await self.socket.send_json(
                        {"type": "messages", "messages": [message_to_json(m) for m in messages]}
                    )
                    self.last = messages[-1].id
                if len(messages) < BATCH:
                    return

    async def push(self, news: Subscription) -> None:
        """Pass news on until the browser leaves.

        Where news cannot be read the connection ends: the browser comes back and catches up, while
        a connection that takes words and tells nothing would look alive for ever.
        """
        try:
            while True:
                signals = {signal for _, signal in await news.next()}
                if "changed" in signals:
                    await self.send_new()
                if "agent_typing" in signals:
                    await self.socket.send_json({"type": "typing", "who": "agent"})
        except ConnectionResetError:
            raise
        except Exception:
            log.exception("a chat's news could not be read")
            await self.socket.close(code=WSCloseCode.TRY_AGAIN_LATER)

    async def listen(self, request: web.Request) -> None:
        """Take what the browser sends; one bad message does not end the connection."""
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            key: object = None
            try:
                request.app[keys.LIMITER].spend(REQUESTS_PER_ADDRESS, client_address(request))
                body = parse_object(message.data, allowed=FIELDS)
                key = body.get("client_message_id")
                await self._take(request, body)
            except Refusal as refusal:
                answer: dict[str, Any] = {"type": "error", **refusal.body()}
                if refusal.retry_after is not None:
                    answer["retry_after"] = refusal.retry_after
                await self.socket.send_json({**answer, "client_message_id": _plain(key)})

    async def _take(self, request: web.Request, body: dict[str, Any]) -> None:
        kind = body.get("type")
        if kind == "ping":
            await self.socket.send_json({"type": "pong"})
        elif kind == "seen":
            await self.chat.seen(self.place, message_id(body))
        elif kind == "typing":
            self.chat.updates.publish(self.place, "shopper_typing")
        elif kind in ("message", "person"):
            client_id = client_message_id(body)
            text = shopper_text(body) if kind == "message" else None
            page = page_context(body)
            request.app[keys.LIMITER].spend(MESSAGES_PER_CONVERSATION, self.place)
            await self._accept(text, client_id, page)
        else:
            raise bad_field("type", "type must be message, person, seen, typing or ping.")

    async def _accept(self, text: str | None, client_id: str, page: dict[str, str] | None) -> None:
        """Store a message, or the wish for a person where there is no text, and say so."""
        said = text if text is not None else await self.chat.person_button(self.place)
        accepted = await self.chat.accept(self.place, said, client_id, page)
        await self.socket.send_json(
            {
                "type": "accepted",
                "client_message_id": client_id,
                "message": message_to_json(accepted.message),
                "handled_by": accepted.handled_by,
                "is_answered": accepted.is_handled,
            }
        )


def _plain(key: object) -> str | None:
    return json.loads(json.dumps(key))[:64] if isinstance(key, str) else None
