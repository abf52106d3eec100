"""The outbox's sender: hands stored messages to their channels, once, in order, with retries.

Order is kept within a conversation; many conversations are sent to side by side.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from connectors.base import Channel, SendFailed
from connectors.metrics import Metrics
from conversations import (
    Delivery,
    claim_delivery,
    has_delivery,
    mark_failed,
    mark_sent,
    release_deliveries,
)
from kit.clock import Clock
from kit.database import Database

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 1.0
SEND_SECONDS: Final = 20.0
SENT_AT_ONCE: Final = 16
GivenUp = Callable[[Session, Delivery, datetime], None]


class OutboxSender:
    """Sends until it is stopped; `wake` makes it look at once."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channels: Mapping[str, Channel],
        metrics: Metrics,
        *,
        name: str,
        whole: Collection[str] = (),
        given_up: GivenUp = lambda _session, _delivery, _now: None,
    ) -> None:
        """Channels `whole` get an answer of several messages as one.

        `given_up` is told of each dead letter, in the unit of work that lets it die.
        """
        self._database = database
        self._clock = clock
        self._channels = channels
        self._metrics = metrics
        self._name = name
        self._given_up = given_up
        self._whole = whole
        self._news = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """There is something to send."""
        self._news.set()

    async def run(self) -> None:
        """Send for ever; end it by cancelling, which lets what is being sent end first."""
        is_released = False
        try:
            while True:
                try:
                    if not is_released:
                        await self._database.writes.run(self._release)
                        is_released = True
                    while len(self._sending) < SENT_AT_ONCE and await self._start_next():
                        pass
                except Exception:
                    log.exception("the outbox could not be read; trying again")
                # Not wait_for: until Python 3.12 it loses a cancellation that comes with the news.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_SECONDS):
                        await self._news.wait()
                self._news.clear()
        finally:
            if self._sending:
                await asyncio.wait(self._sending, timeout=SEND_SECONDS / 4)
            for task in self._sending:
                task.cancel()

    async def send_next(self) -> bool:
        """Send one due delivery; False when there is none, which is found without writing."""
        delivery = await self._take()
        if delivery is None:
            return False
        await self._send(delivery)
        return True

    async def _start_next(self) -> bool:
        delivery = await self._take()
        if delivery is None:
            return False
        task = asyncio.create_task(self._send_safely(delivery))
        self._sending.add(task)
        task.add_done_callback(self._ended)
        return True

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._news.set()

    async def _take(self) -> Delivery | None:
        if not await self._database.reads.run(self._has_next):
            return None
        return await self._database.writes.run(self._claim)

    async def _send_safely(self, delivery: Delivery) -> None:
        try:
            await self._send(delivery)
        except Exception:
            log.exception("a delivery was cut off; its lease will end")

    async def _send(self, delivery: Delivery) -> None:
        channel = self._channels.get(delivery.conversation.channel)
        try:
            if channel is None:
                raise SendFailed("the channel is not configured")
            async with asyncio.timeout(SEND_SECONDS):
                await channel.send(delivery)
        except (SendFailed, TimeoutError, OSError) as error:
            await self._database.writes.run(self._failed, delivery, error)
        else:
            await self._database.writes.run(self._sent, delivery)

    def _release(self) -> None:
        with self._database.session() as session:
            release_deliveries(session, sender=self._name, now=self._clock.now())

    def _has_next(self) -> bool:
        with self._database.reading() as session:
            return has_delivery(session, self._clock.now())

    def _claim(self) -> Delivery | None:
        with self._database.session() as session:
            now = self._clock.now()
            return claim_delivery(session, sender=self._name, now=now, whole=self._whole)

    def _sent(self, delivery: Delivery) -> None:
        with self._database.session() as session:
            now, rest = self._clock.now(), delivery.ids[1:]
            mark_sent(session, delivery.id, now=now, rest=rest)
        self._metrics.sent.labels(delivery.conversation.channel, "sent").inc()

    def _failed(self, delivery: Delivery, error: Exception) -> None:
        told = error if isinstance(error, SendFailed) else None
        with self._database.session() as session:
            is_kept = mark_failed(
                session,
                delivery,
                error=f"{type(error).__name__}: {error}",
                now=self._clock.now(),
                retry_after=told.retry_after if told else None,
                is_final=told.is_final if told else False,
            )
            if not is_kept:
                self._given_up(session, delivery, self._clock.now())
        outcome = "failed" if is_kept else "dead"
        self._metrics.sent.labels(delivery.conversation.channel, outcome).inc()
        log.warning(
            "a delivery failed",
            extra={"delivery": delivery.id, "attempt": delivery.attempts, "outcome": outcome},
        )
