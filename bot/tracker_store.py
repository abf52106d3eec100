"""Rasa's tracker store on SQLAlchemy 2.1, SQLite or PostgreSQL, at the configured address.

Rasa's own store reads and replays a whole conversation for each message and counts its rows to
find out what is new, so turns get slower as people talk. Here the trackers of recent conversations
stay in memory, shortened to their last turns; one indexed look at the newest row's id tells
whether another process has written since. Whoever holds the conversation's lock says so by `held`:
then one look serves the whole turn. The table is Rasa's own, so its tools can read it.
"""

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from kit.database import create_database_engine
from kit.settings import load_settings

# Policies replay what a tracker holds for each prediction; rules look back two turns at most.
KEPT_TURNS: Final = 6
CACHED_CONVERSATIONS: Final = 2_000
# More rows than KEPT_TURNS turns ever have.
RECENT_ROWS: Final = 400
_BEGINNINGS: Final = (SessionStarted, Restarted, AllSlotsReset)
_SAVED: Final = "concierge_saved"

EVENTS: Final[sa.Table] = SQLTrackerStore.SQLEvent.__table__
# Without it PostgreSQL looks for a conversation's newest row backwards through everybody's;
# SQLite keeps the row's id in every index.
OF_ONE_SENDER: Final = sa.Index("ix_events_sender_id_id", EVENTS.c.sender_id, EVENTS.c.id).ddl_if(
    dialect="postgresql"
)


@dataclass
class _Held:
    """A conversation to which nobody else writes now; `newest` is its newest row, once looked."""

    sender_id: str
    newest: int | None = None
    is_looked_up: bool = False

    def note(self, newest: int | None) -> None:
        self.newest, self.is_looked_up = newest, True


_HELD: Final[ContextVar[_Held | None]] = ContextVar("held", default=None)


@contextmanager
def held(sender_id: str) -> Iterator[None]:
    """Around a turn by whoever holds the lock of its conversation."""
    token = _HELD.set(_Held(sender_id))
    try:
        yield
    finally:
        _HELD.reset(token)


def _held(sender_id: str) -> _Held:
    found = _HELD.get()
    return found if found is not None and found.sender_id == sender_id else _Held(sender_id)


class ConciergeTrackerStore(TrackerStore):  # type: ignore[misc]
    """Keeps conversations in the database and the recent ones in memory, too."""

    def __init__(
        self,
        domain: Domain,
        event_broker: Any = None,
        url: str | None = None,
        **_options: object,  # Rasa hands over a host whether there is one or not
    ) -> None:
        engine = create_database_engine(url or load_settings().tracker_database_url)
        EVENTS.metadata.create_all(engine)
        if engine.dialect.name == "postgresql":  # a table of an earlier release lacks it
            with engine.begin() as connection:
                connection.execute(sa.schema.CreateIndex(OF_ONE_SENDER, if_not_exists=True))
        self._engine = engine
        self._reader = engine.execution_options(writes=False)
        self._cache: OrderedDict[str, DialogueStateTracker] = OrderedDict()
        super().__init__(domain, event_broker)

    @classmethod
    async def create(
        cls, domain: Domain, endpoint_config: EndpointConfig, event_broker: Any
    ) -> "ConciergeTrackerStore":
        """Called by Rasa for the class named in endpoints.yml."""
        return cls(domain, event_broker)

    @property
    def domain(self) -> Domain:
        """The domain whose slots trackers have."""
        return self._domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        self._domain = domain or Domain.empty()
        self._cache.clear()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation's last turns with its slots and its active loop; None when unknown.

        The same object comes back until somebody else has written to the conversation.
        """
        now = _held(sender_id)
        if now.is_looked_up and now.newest is None:
            return None
        if now.newest is not None and (kept := self._cached(sender_id, now.newest)) is not None:
            return kept
        with self._reader.connect() as connection:
            newest = connection.scalar(_NEWEST_ID, {"sender": sender_id})
            now.note(newest)
            if newest is None:
                return None
            if (kept := self._cached(sender_id, newest)) is not None:
                return kept
            rows = connection.execute(_RECENT, {"sender": sender_id}).all()
            events = _parsed(row.data for row in reversed(rows))
            if len(rows) == RECENT_ROWS:
                events = [*self._head(connection, sender_id, rows[-1].id), *events]
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots)
        self._remember(tracker, newest)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The conversation with everything that was ever said."""
        with self._reader.connect() as connection:
            rows = connection.scalars(_ALL, {"sender": conversation_id}).all()
        if not rows:
            return None
        events = _parsed(rows)
        return DialogueStateTracker.from_events(conversation_id, events, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write what is new in one transaction."""
        await self.stream_events(tracker)
        new = _unsaved(tracker)
        saved = getattr(tracker, _SAVED, None)
        newest: int | None = None if saved is None else saved[0]
        if new:
            with self._engine.begin() as connection:
                rows = [_row(tracker.sender_id, event) for event in new]
                newest = max(connection.scalars(_INSERT, rows))
        if newest is not None:
            _held(tracker.sender_id).note(newest)
            self._remember(tracker, newest)

    async def exists(self, conversation_id: str) -> bool:
        """Whether anything was said in this conversation."""
        with self._reader.connect() as connection:
            return connection.scalar(_NEWEST_ID, {"sender": conversation_id}) is not None

    async def keys(self) -> Iterable[str]:
        """Every conversation's id."""
        with self._reader.connect() as connection:
            return list(connection.scalars(sa.select(EVENTS.c.sender_id).distinct()))

    def _cached(self, sender_id: str, newest: int) -> DialogueStateTracker | None:
        """The tracker in memory, where it holds the newest row and nothing unsaved."""
        cached = self._cache.get(sender_id)
        if cached is None or not _is_clean(cached, newest):
            return None
        self._cache.move_to_end(sender_id)
        return cached

    def _remember(self, tracker: DialogueStateTracker, newest: int) -> None:
        short = shortened(tracker.events)
        if len(short) < len(tracker.events):
            tracker.events.clear()
            tracker.events.extend(short)
        setattr(tracker, _SAVED, (newest, tracker.events[-1]))
        self._cache[tracker.sender_id] = tracker
        self._cache.move_to_end(tracker.sender_id)
        while len(self._cache) > CACHED_CONVERSATIONS:
            self._cache.popitem(last=False)

    def _head(self, connection: sa.Connection, sender_id: str, before: int) -> list[Event]:
        """What still holds from the rows older than `before`: last values and the active loop."""
        older = [EVENTS.c.sender_id == sender_id, EVENTS.c.id < before]
        began = connection.scalar(
            sa.select(sa.func.max(EVENTS.c.id)).where(
                *older, EVENTS.c.type_name.in_([kind.type_name for kind in _BEGINNINGS])
            )
        )
        older.append(EVENTS.c.id > (began or 0))
        slots = (
            sa.select(sa.func.max(EVENTS.c.id))
            .where(*older, EVENTS.c.type_name == SlotSet.type_name)
            .group_by(EVENTS.c.action_name)
        )
        loop = sa.select(sa.func.max(EVENTS.c.id)).where(
            *older, EVENTS.c.type_name == ActiveLoop.type_name
        )
        found = connection.scalars(
            sa.select(EVENTS.c.data)
            .where(EVENTS.c.id.in_(slots.union_all(loop)))
            .order_by(EVENTS.c.id)
        ).all()
        return _parsed(found)


def shortened(events: Iterable[Event], turns: int = KEPT_TURNS) -> list[Event]:
    """The events of the last `turns` user turns, headed by the older ones that still hold.

    What holds of the older ones is the last value of each slot and the active loop: replaying the
    result leads to the same slots and the same loop as replaying everything.
    """
    whole = list(events)
    starts = [at for at, event in enumerate(whole) if isinstance(event, UserUttered)]
    if len(starts) <= turns:
        return whole
    cut = starts[-turns]
    while cut > 0 and not _is_listen(whole[cut]):
        cut -= 1
    slots: dict[str, Event] = {}
    loop: Event | None = None
    for event in whole[:cut]:
        if isinstance(event, _BEGINNINGS):
            slots = {}
            loop = loop if isinstance(event, AllSlotsReset) else None
        elif isinstance(event, SlotSet):
            slots[event.key] = event
        elif isinstance(event, ActiveLoop):
            loop = event if event.name else None
    return [*slots.values(), *([loop] if loop else []), *whole[cut:]]


def _is_listen(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _is_clean(tracker: DialogueStateTracker, newest: int) -> bool:
    """Whether nothing was added here or in the database since the tracker was saved."""
    saved_id, last_event = getattr(tracker, _SAVED)
    return saved_id == newest and bool(tracker.events) and tracker.events[-1] is last_event


def _unsaved(tracker: DialogueStateTracker) -> list[Event]:
    saved = getattr(tracker, _SAVED, None)
    if saved is None:
        return list(tracker.events)
    new: list[Event] = []
    for event in reversed(tracker.events):
        if event is saved[1]:
            break
        new.append(event)
    return new[::-1]


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": (data.get("parse_data") or {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data, ensure_ascii=False),
    }


def _parsed(rows: Iterable[str]) -> list[Event]:
    return list(deserialise_events([json.loads(data) for data in rows]))


_OF_SENDER: Final = EVENTS.c.sender_id == sa.bindparam("sender")
_NEWEST_ID: Final = sa.select(sa.func.max(EVENTS.c.id)).where(_OF_SENDER)
_INSERT: Final = sa.insert(EVENTS).returning(EVENTS.c.id)
_ALL: Final = sa.select(EVENTS.c.data).where(_OF_SENDER).order_by(EVENTS.c.id)
_RECENT: Final = (
    sa.select(EVENTS.c.id, EVENTS.c.data)
    .where(_OF_SENDER)
    .order_by(EVENTS.c.id.desc())
    .limit(RECENT_ROWS)
)
