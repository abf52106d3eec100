"""The outbox's sender: hands stored messages to their channels, once, in order, with retries."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Final

from connectors.base import Channel, SendFailed
from connectors.metrics import Metrics
from conversations import Delivery, claim_delivery, has_delivery, mark_failed, mark_sent
from kit.clock import Clock
from kit.database import Database

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 1.0
SEND_SECONDS: Final = 20.0


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
    ) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._metrics = metrics
        self._name = name
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There is something to send."""
        self._news.set()

    async def run(self) -> None:
        """Send for ever; end it by cancelling."""
        while True:
            try:
                while await self.send_next():
                    pass
            except Exception:
                log.exception("the outbox could not be read; trying again")
            # Not wait_for: until Python 3.12 it loses a cancellation that comes with the news.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._news.wait()
            self._news.clear()

    async def send_next(self) -> bool:
        """Send one due delivery; False when there is none, which is found without writing."""
        if not await self._database.reads.run(self._is_due):
            return False
        delivery = await self._database.writes.run(self._claim)
        if delivery is None:
            return False
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
        return True

    def _is_due(self) -> bool:
        with self._database.reading() as session:
            return has_delivery(session, self._clock.now())

    def _claim(self) -> Delivery | None:
        with self._database.session() as session:
            return claim_delivery(session, sender=self._name, now=self._clock.now())

    def _sent(self, delivery: Delivery) -> None:
        with self._database.session() as session:
            mark_sent(session, delivery.id, now=self._clock.now())
        self._metrics.sent.labels(delivery.conversation.channel, "sent").inc()

    def _failed(self, delivery: Delivery, error: Exception) -> None:
        retry_after = error.retry_after if isinstance(error, SendFailed) else None
        with self._database.session() as session:
            is_kept = mark_failed(
                session,
                delivery,
                error=f"{type(error).__name__}: {error}",
                now=self._clock.now(),
                retry_after=retry_after,
            )
        outcome = "failed" if is_kept else "dead"
        self._metrics.sent.labels(delivery.conversation.channel, outcome).inc()
        log.warning(
            "a delivery failed",
            extra={"delivery": delivery.id, "attempt": delivery.attempts, "outcome": outcome},
        )
