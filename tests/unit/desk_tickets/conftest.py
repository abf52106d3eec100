"""A database with a conversation and two agents: SQLite always, PostgreSQL where offered."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

import desk.conversations.models
import desk.tickets.models as models
from concierge.kit.database import Base, Database, open_database
from desk.conversations import Conversation, create_conversation
from desk.tickets import Agent, TicketView, open_ticket

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TABLES = [
    table.__table__
    for table in (
        desk.conversations.models.ConversationRow,
        desk.conversations.models.MessageRow,
        desk.conversations.models.EventClaimRow,
        desk.conversations.models.OutboxRow,
        models.AgentRow,
        models.AgentSessionRow,
        models.SignInAttemptRow,
        models.TicketRow,
        models.TicketEventRow,
    )
]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        found = open_database(f"sqlite:///{tmp_path / 'tickets.db'}")
        Base.metadata.create_all(found.engine, tables=TABLES)
        yield found
        found.close()
        return
    url = os.environ.get("CONCIERGE_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("CONCIERGE_TEST_POSTGRES_URL is not set")
    name = f"tickets_{uuid.uuid4().hex[:12]}"
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


def make_agent(database: Database, name: str, role: str = "agent") -> Agent:
    with database.session() as session:
        row = models.AgentRow(
            email=f"{name.lower()}@fernweg.example",
            name=name,
            role=role,
            password_hash="none",
            is_active=True,
            created_at=NOW,
        )
        session.add(row)
        session.flush()
        return Agent(row.id, row.email, row.name, role, True)  # type: ignore[arg-type]


@pytest.fixture
def ines(database: Database) -> Agent:
    return make_agent(database, "Ines")


@pytest.fixture
def wang(database: Database) -> Agent:
    return make_agent(database, "Wang")


@pytest.fixture
def conversation(database: Database) -> Conversation:
    with database.session() as session:
        return create_conversation(session, channel="telegram", language="en", now=NOW)


@pytest.fixture
def ticket(database: Database, conversation: Conversation) -> TicketView:
    return opened(database, conversation.id)


def opened(database: Database, conversation_id: str, **changes: object) -> TicketView:
    values: dict[str, object] = {
        "reason": "asked_for",
        "topic": "returns",
        "language": "en",
        "summary": "The zip of the jacket broke.",
        "customer_id": 7,
        "now": NOW,
    }
    with database.session() as session:
        return open_ticket(session, conversation_id=conversation_id, **{**values, **changes})  # type: ignore[arg-type]
