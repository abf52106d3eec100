"""What PostgreSQL tells at once of what others store: LISTEN and NOTIFY, as in its manual."""

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from kit.postgres import own_backends

log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 5.0


def can_notify(engine: Engine) -> bool:
    """Whether this database tells by itself what was stored."""
    return engine.dialect.name == "postgresql"


@dataclass
class Listener:
    """Hears what others notify on one channel, on a connection of its own.

    `is_hearing` is True only once a call of its own came back: a pooler in between may take the
    LISTEN and deliver nothing, and then somebody has to go on asking.
    """

    engine: Engine
    channel: str
    heard: Callable[[str], None]
    is_hearing: bool = False
    _proof: str = field(default_factory=lambda: f"proof {uuid.uuid4()}")

    async def run(self) -> None:
        """Listen for ever; a connection that is lost is opened anew."""
        failures = (SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error, OSError)
        while True:
            try:
                connection = await asyncio.to_thread(self._open)
                try:
                    await self._listen(connection)
                finally:
                    self.is_hearing = False
                    connection.close()
            except failures as error:
                log.warning("the database's news are not heard", extra={"reason": str(error)})
            await asyncio.sleep(AGAIN_SECONDS)

    def _open(self) -> Any:
        """A connection that the pool forgets, listening."""
        pooled = self.engine.raw_connection()
        connection: Any = pooled.dbapi_connection
        pooled.detach()
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'LISTEN "{self.channel}"')
            cursor.execute("SELECT pg_notify(%s, %s)", (self.channel, self._proof))
        return connection

    async def _listen(self, connection: Any) -> None:
        """Pass on what is heard; raises the driver's error when the connection ends."""
        loop = asyncio.get_running_loop()
        lost: asyncio.Future[None] = loop.create_future()
        number = connection.fileno()  # a lost connection no longer says it

        def take() -> None:
            try:
                connection.poll()
            except Exception as error:
                loop.remove_reader(number)
                lost.set_exception(error)
                return
            while connection.notifies:
                told = connection.notifies.pop(0)
                self._pass_on(told.payload, told.pid)

        loop.add_reader(number, take)
        try:
            take()
            await lost
        finally:
            loop.remove_reader(number)

    def _pass_on(self, payload: str, pid: int) -> None:
        if payload == self._proof:
            self.is_hearing = True
        elif not payload.startswith("proof ") and pid not in own_backends(self.engine):
            self.heard(payload)
