"""The catalogue of the moment, for many threads: made anew beside the talk, not within it."""

from threading import Lock, Thread
from time import monotonic
from typing import Final

from catalogue_search.catalogue import Catalogue, CatalogueCache
from kit.clock import Clock
from kit.database import Database

LOOK_EVERY_SECONDS: Final = 60.0


class LiveCatalogue:
    """A snapshot that is looked at again in the background; the first one is waited for."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._cache = CatalogueCache(refresh_seconds=0.0)
        self._lock = Lock()
        self._found: Catalogue | None = None
        self._at = 0.0

    def warm(self) -> None:
        """Begin to make the first snapshot."""
        Thread(target=self.current, name="catalogue", daemon=True).start()

    def current(self) -> Catalogue:
        """The snapshot; safe to use from any thread."""
        found = self._found
        if found is None:
            with self._lock:
                return self._found or self._renewed()
        if monotonic() - self._at > LOOK_EVERY_SECONDS:
            self._at = monotonic()
            Thread(target=self._renewed, name="catalogue", daemon=True).start()
        return found

    def _renewed(self) -> Catalogue:
        with self._database.reading() as session:
            found = self._cache.of(session, now=self._clock.now())
        self._found, self._at = found, monotonic()
        return found
