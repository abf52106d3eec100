"""PostgreSQL with as few round trips as a unit of work needs.

Every round trip lets another thread run, and costs more than what is asked. So a unit of work that
only reads opens no transaction: each of its statements sees what is committed at that moment, as it
would inside one. And a connection is asked whether it is alive only where it rested for a while.
"""

import time
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg2.extensions
from sqlalchemy import URL, Engine, event
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.exc import DisconnectionError

RESTED_SECONDS: Final = 1.0
_USED_AT: Final = "used_at"
_PID: Final = "pid"
_BACKENDS: Final[WeakKeyDictionary[Engine, set[int]]] = WeakKeyDictionary()


class _Connection(psycopg2.extensions.connection):  # type: ignore[misc]
    """Reads large results in steps outside of a transaction, too."""

    def cursor(self, *values: Any, **named: Any) -> Any:
        is_named = bool(named.get("name") or (values and values[0]))
        if is_named and self.autocommit:
            named["withhold"] = True
        return super().cursor(*values, **named)


def create_engine(url: URL, **options: Any) -> Engine:
    """An engine; `execution_options(writes=False)` makes one whose units of work only read."""
    engine = sqlalchemy_engine(url, connect_args={"connection_factory": _Connection}, **options)
    _BACKENDS[engine] = backends = set()

    def note(connection: Any, record: Any) -> None:
        record.info[_PID] = connection.get_backend_pid()
        backends.add(record.info[_PID])

    def forget(_connection: Any, record: Any) -> None:
        backends.discard(record.info.get(_PID, 0))

    event.listen(engine, "connect", note)
    event.listen(engine, "close", forget)
    event.listen(engine, "detach", forget)  # the pool never hears of its end
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _rest)

    def check(connection: Any, record: Any, _proxy: Any) -> None:
        """Refuse a connection that died while it rested; the pool then opens another one."""
        if time.monotonic() - record.info.get(_USED_AT, -RESTED_SECONDS) < RESTED_SECONDS:
            return
        if not _is_alive(engine, connection):
            raise DisconnectionError("the connection was lost while it rested")

    event.listen(engine, "checkout", check)
    return engine


def own_backends(engine: Engine) -> set[int]:
    """The server's processes that serve this engine's connections: who notifies as one of them
    is nobody else."""
    return _BACKENDS.get(engine, set())


def _begin(connection: Any) -> None:
    """The driver sends BEGIN before the first statement, unless it is told to do without."""
    if not connection.get_execution_options().get("writes", True):
        connection.connection.dbapi_connection.autocommit = True


def _rest(connection: Any, record: Any) -> None:
    if connection is not None and not connection.closed:
        connection.autocommit = False
        record.info[_USED_AT] = time.monotonic()


def _is_alive(engine: Engine, connection: Any) -> bool:
    try:
        return bool(engine.dialect.do_ping(connection))
    except engine.dialect.loaded_dbapi.Error:
        return False
