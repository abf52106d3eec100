"""Rasa's tracker store on SQLAlchemy 2.1, SQLite or PostgreSQL, at the configured address."""

import logging
from typing import Any, Final

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy.orm import sessionmaker

from concierge.kit.database import create_database_engine
from concierge.kit.settings import load_settings

log = logging.getLogger(__name__)
# A tracker's older events matter to nobody but cost time at every turn.
RECENT_EVENTS: Final = 400


class ConciergeTrackerStore(SQLTrackerStore):  # type: ignore[misc]
    """Rasa's own schema and logic; only how the database is reached is ours."""

    def __init__(self, domain: Domain, event_broker: Any = None, **options: Any) -> None:
        self.engine = create_database_engine(load_settings().tracker_database_url)
        self.Base.metadata.create_all(self.engine)
        self.sessionmaker = sessionmaker(bind=self.engine)
        options.pop("host", None)
        options.pop("port", None)
        TrackerStore.__init__(self, domain, event_broker, max_event_history=RECENT_EVENTS)

    @classmethod
    async def create(
        cls, domain: Domain, endpoint_config: EndpointConfig, event_broker: Any
    ) -> "ConciergeTrackerStore":
        """Called by Rasa for the class named in endpoints.yml."""
        return cls(domain, event_broker)

    def _event_query(
        self, session: Any, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> Any:
        """The newest events of a conversation, oldest first."""
        newest = (
            session.query(self.SQLEvent.id)
            .filter(self.SQLEvent.sender_id == sender_id)
            .order_by(self.SQLEvent.id.desc())
            .limit(RECENT_EVENTS)
        ).subquery()
        return (
            session.query(self.SQLEvent)
            .filter(self.SQLEvent.id.in_(sa.select(newest.c.id)))
            .order_by(self.SQLEvent.timestamp, self.SQLEvent.id)
        )
