"""What is read from the database for all requests: kept, and renewed beside them.

A stale snapshot is given while a thread reads the next one in small steps with pauses between, so
that requests in the same process hardly wait for it.
"""

import gc
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from time import monotonic, sleep
from typing import Final, Generic, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)
FRESH_SECONDS: Final = 30.0
# A step of reading takes Python's lock for under a millisecond, then others have this long.
STEP_ROWS: Final = 128
STEP_PAUSE: Final = 0.004

T = TypeVar("T")
Pause = Callable[[], None]
# session, key, now, pause → what is kept
Read = Callable[[Session, str, datetime, Pause], T]
_all: list["Snapshots[object]"] = []


class _Kept(Generic[T]):
    """The newest snapshot of one database and key, and who is renewing it."""

    def __init__(self) -> None:
        self.value: T | None = None
        self.read_at = 0.0
        self.lock = threading.Lock()


class Snapshots(Generic[T]):
    """Snapshots of one kind, one for each database and key; `what` names them in the log."""

    def __init__(self, what: str, read: Read[T]) -> None:
        self._what, self._read = what, read
        self._kept: dict[tuple[str, str], _Kept[T]] = {}
        self._lock = threading.Lock()
        _all.append(self)  # type: ignore[arg-type]

    def of(
        self,
        session: Session,
        now: datetime,
        key: str = "",
        *,
        monotonic: Callable[[], float] = monotonic,
    ) -> T:
        """The snapshot of this database; only the first request ever waits for the reading."""
        bind = session.get_bind()
        engine = bind if isinstance(bind, Engine) else bind.engine
        with self._lock:
            kept = self._kept.setdefault((str(engine.url), key), _Kept())
        if kept.value is None:
            with kept.lock:
                if kept.value is None:
                    kept.value = self._read(session, key, now, lambda: None)
                    kept.read_at = monotonic()
                    settle()
            return kept.value
        if monotonic() - kept.read_at > FRESH_SECONDS and kept.lock.acquire(blocking=False):
            try:
                threading.Thread(
                    target=self._renew,
                    args=(kept, engine, key, now, monotonic),
                    daemon=True,
                    name=self._what,
                ).start()
            except RuntimeError:  # no thread to be had: the next request tries again
                kept.lock.release()
        return kept.value

    def _renew(
        self,
        kept: _Kept[T],
        engine: Engine,
        key: str,
        now: datetime,
        monotonic: Callable[[], float],
    ) -> None:
        try:
            with Session(engine.execution_options(writes=False)) as session:
                kept.value = self._read(session, key, now, lambda: sleep(STEP_PAUSE))
        except Exception:
            log.exception("%s could not be read again; the old snapshot stays", self._what)
        finally:
            kept.read_at = monotonic()
            kept.lock.release()

    def forget(self) -> None:
        """Read again at the next request."""
        with self._lock:
            self._kept.clear()


def settle() -> None:
    """Take everything that is there now out of Python's collections of cycles.

    Catalogues and models stay for hours; looking through them at every full collection would hold
    a request up for 60 ms.
    """
    gc.collect()
    gc.freeze()


def forget_snapshots() -> None:
    """Read everything again: after an import, or in tests that change the catalogue."""
    for one in _all:
        one.forget()
