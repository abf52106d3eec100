"""Tells other programs what happened: signed webhooks, and the bridges to other help desks."""

import asyncio
import contextlib
import ipaddress
import json
import logging
import socket
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Final

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from desk.tickets import bridges
from desk.tickets.bridges import Ask, BridgeError
from desk.tickets.webhooks import (
    Outgoing,
    claim_outgoing,
    list_webhooks,
    mark_not_told,
    mark_told,
    queue_news,
    signature,
)
from desk.web.desk import DESK, Desk

log = logging.getLogger(__name__)
SECONDS: Final = 1.0
TIMEOUT: Final = aiohttp.ClientTimeout(total=10, connect=5)
MOST_BYTES: Final = 2**20


class PrivateAddress(OSError):
    """A webhook's name leads into a private network."""


class PublicResolver(AbstractResolver):
    """Looks names up and refuses those that lead to private, loopback or link-local addresses."""

    def __init__(self) -> None:
        self._real = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses; raises PrivateAddress."""
        found = await self._real.resolve(host, port, family)
        for one in found:
            if not ipaddress.ip_address(one["host"]).is_global:
                raise PrivateAddress(host)
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._real.close()


class Outbound:
    """Sends until it is stopped; each address at its own pace, one delivery at a time.

    In demo mode addresses on this machine are allowed.
    """

    def __init__(self, desk: Desk, session: aiohttp.ClientSession, *, allow_private: bool) -> None:
        self._desk = desk
        self._session = session
        self._allow_private = allow_private
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Send for ever; end it by cancelling."""
        try:
            while True:
                try:
                    while await self._start_next():
                        pass
                except Exception:
                    log.exception("webhooks could not be sent; trying again")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(SECONDS):
                        await self._news.wait()
                self._news.clear()
        finally:
            for task in self._sending.values():
                task.cancel()
            await asyncio.gather(*self._sending.values(), return_exceptions=True)

    async def send_next(self) -> bool:
        """Queue what is new and send one delivery; False when there is none."""
        outgoing = await self._next()
        if outgoing is not None:
            await self._send(outgoing)
        return outgoing is not None

    async def _start_next(self) -> bool:
        outgoing = await self._next()
        if outgoing is None:
            return False
        task = asyncio.create_task(self._send(outgoing))
        self._sending[outgoing.webhook_id] = task
        task.add_done_callback(partial(self._ended, outgoing.webhook_id))
        return True

    def _ended(self, webhook_id: int, task: asyncio.Task[None]) -> None:
        self._sending.pop(webhook_id, None)
        self._news.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("what became of a webhook was not kept", exc_info=error)

    async def _next(self) -> Outgoing | None:
        """The next delivery to an address that is not busy."""
        if not await self._desk.database.reads.run(self._has_addresses):
            return None
        return await self._desk.database.writes.run(self._claim)

    async def _send(self, outgoing: Outgoing) -> None:
        try:
            remote_id = await self._tell(outgoing)
        except (aiohttp.ClientError, TimeoutError, OSError, BridgeError, ValueError) as error:
            await self._desk.database.writes.run(self._failed, outgoing, error)
        else:
            await self._desk.database.writes.run(self._told, outgoing, remote_id)

    async def _tell(self, outgoing: Outgoing) -> str | None:
        if outgoing.kind == "webhook":
            await self._post_signed(outgoing)
            return None
        if outgoing.kind == "zammad":
            ask = bridges.zammad(
                outgoing.url, outgoing.secret, outgoing.event, outgoing.body, outgoing.remote_id
            )
            answer = await self._ask(ask) if ask is not None else {}
            return outgoing.remote_id or bridges.zammad_number(answer)
        if outgoing.remote_id is None:
            contact = await self._ask(
                bridges.chatwoot_contact(outgoing.url, outgoing.secret, outgoing.body)
            )
            ask = bridges.chatwoot_conversation(
                outgoing.url, outgoing.secret, outgoing.body, *bridges.chatwoot_source(contact)
            )
            return bridges.chatwoot_number(await self._ask(ask))
        ask = bridges.chatwoot(
            outgoing.url, outgoing.secret, outgoing.event, outgoing.body, outgoing.remote_id
        )
        if ask is not None:
            await self._ask(ask)
        return outgoing.remote_id

    async def _post_signed(self, outgoing: Outgoing) -> None:
        body = json.dumps(outgoing.body, ensure_ascii=False).encode()
        at = int(self._desk.clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "X-Concierge-Event": outgoing.event,
            "X-Concierge-Delivery": str(outgoing.id),
            "X-Concierge-Signature": signature(outgoing.secret, at, body),
        }
        self._check(outgoing.url)
        async with self._session.post(
            outgoing.url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            if not 200 <= response.status < 300:
                raise BridgeError(f"status {response.status}")

    async def _ask(self, ask: Ask) -> dict[str, Any]:
        self._check(ask.url)
        async with self._session.request(
            ask.method,
            ask.url,
            json=ask.body,
            headers=ask.headers,
            timeout=TIMEOUT,
            allow_redirects=False,
        ) as response:
            raw = await response.content.read(MOST_BYTES)
            if not 200 <= response.status < 300:
                raise BridgeError(f"status {response.status}")
        answer = json.loads(raw or b"{}")
        return answer if isinstance(answer, dict) else {}

    def _check(self, url: str) -> None:
        """A literal private address is refused here; names are looked at when they resolve."""
        host = URL(url).host or ""
        with contextlib.suppress(ValueError):
            if not self._allow_private and not ipaddress.ip_address(host).is_global:
                raise PrivateAddress(host)

    def _has_addresses(self) -> bool:
        with self._desk.database.reading() as session:
            return bool(list_webhooks(session))

    def _claim(self) -> Outgoing | None:
        now = self._desk.clock.now()
        with self._desk.database.session() as session:
            queue_news(session, now=now)
            return claim_outgoing(session, now=now, busy=tuple(self._sending))

    def _told(self, outgoing: Outgoing, remote_id: str | None) -> None:
        with self._desk.database.session() as session:
            mark_told(session, outgoing.id, remote_id)

    def _failed(self, outgoing: Outgoing, error: Exception) -> None:
        with self._desk.database.session() as session:
            kept = mark_not_told(
                session, outgoing, f"{type(error).__name__}: {error}", now=self._desk.clock.now()
            )
        log.warning(
            "a webhook was not taken",
            extra={"delivery": outgoing.id, "attempt": outgoing.attempts, "kept": kept},
        )


async def run_outbound(app: web.Application) -> AsyncIterator[None]:
    """The application's clean-up context."""
    desk = app[DESK]
    allow = desk.settings.demo
    connector = aiohttp.TCPConnector(resolver=None if allow else PublicResolver())
    async with aiohttp.ClientSession(connector=connector) as session:
        task = asyncio.create_task(Outbound(desk, session, allow_private=allow).run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
