"""A database per test: SQLite always, PostgreSQL where the test run offers one."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

import desk.conversations.models
from concierge.kit.database import Base, Database, open_database
from desk.conversations import Conversation, create_conversation

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TABLES = [
    table.__table__
    for table in (
        desk.conversations.models.ConversationRow,
        desk.conversations.models.MessageRow,
        desk.conversations.models.EventClaimRow,
        desk.conversations.models.OutboxRow,
    )
]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        found = open_database(f"sqlite:///{tmp_path / 'conversations.db'}")
        Base.metadata.create_all(found.engine, tables=TABLES)
        yield found
        found.close()
        return
    url = os.environ.get("CONCIERGE_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("CONCIERGE_TEST_POSTGRES_URL is not set")
    name = f"conversations_{uuid.uuid4().hex[:12]}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    found = open_database(make_url(url).set(database=name).render_as_string(hide_password=False))
    Base.metadata.create_all(found.engine, tables=TABLES)
    yield found
    found.close()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def conversation(database: Database) -> Conversation:
    with database.session() as session:
        return create_conversation(session, channel="telegram", language="en", now=NOW)
