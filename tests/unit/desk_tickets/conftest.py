"""A database with a conversation and two agents: SQLite always, PostgreSQL where offered."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import desk.tickets.models as models
import shop.models  # noqa: F401 (its tables: mail goes out through the shop)
from conversations import Conversation, create_conversation
from desk.tickets import Agent, TicketView, open_ticket
from kit.database import Base, Database, open_database
from tests.databases import KINDS, fresh_url

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TABLES = [
    mapper.local_table
    for mapper in Base.registry.mappers
    if mapper.class_.__module__.startswith(("conversations.", "desk.", "shop."))
]


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path) as url:
        found = open_database(url)
        Base.metadata.create_all(found.engine, tables=TABLES)
        yield found
        found.close()


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
