"""A database per test: SQLite always, PostgreSQL where the test run offers one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import conversations.models
from conversations import Conversation, create_conversation
from kit.database import Base, Database, open_database
from tests.databases import KINDS, fresh_url

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TABLES = [
    table.__table__
    for table in (
        conversations.models.ConversationRow,
        conversations.models.MessageRow,
        conversations.models.CustomerLinkRow,
        conversations.models.EventClaimRow,
        conversations.models.LinkCodeRow,
        conversations.models.TellConsentRow,
        conversations.models.TellingRow,
        conversations.models.OutboxRow,
    )
]


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path) as url:
        found = open_database(url)
        Base.metadata.create_all(found.engine, tables=TABLES)
        yield found
        found.close()


@pytest.fixture
def conversation(database: Database) -> Conversation:
    with database.session() as session:
        return create_conversation(session, channel="telegram", language="en", now=NOW)
