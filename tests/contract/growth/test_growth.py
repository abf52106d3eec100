"""No question of a message, or of those who look for one, costs more with others' history."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from bot.tracker_store import EVENTS, ConciergeTrackerStore
from connectors import keys
from conversations import has_delivery, release_claims, release_deliveries
from conversations.models import ConversationRow, MessageRow, OutboxRow
from desk.tickets import is_anything_due
from desk.tickets.models import TicketRow
from kit.database import Database
from shop.models import Customer, Order, OrderLine, Payment, Shipment
from tests.contract.growth.conftest import SAID, House
from tests.dialogues import NOW
from tests.statements import counted

MANY = 3000
GROWING = (
    "messages",
    "conversations",
    "outbox",
    "tickets",
    "events",
    "customer",
    "order",
    "order_line",
    "payment",
    "shipment",
)
# Indexes of the few rows that wait for something.
WAITING = re.compile(
    r"USING INDEX ix_(messages_unanswered|outbox_unsent|tickets_open|tickets_mailed)"
)
PASSED_OVER = re.compile(r"Rows Removed by (?:Filter|Join Filter|Index Recheck): (\d+)")


@pytest.fixture
def history(database: Database, memory: ConciergeTrackerStore) -> None:
    """What thousands of others have said and bought."""
    begun = NOW - timedelta(days=60)
    places = [f"other-{number}" for number in range(MANY)]
    ids = range(1000, 1000 + MANY)
    at = dict.fromkeys(("created_at", "updated_at"), begun)
    messages = [
        {
            "conversation_id": place,
            "author": author,
            "text": "x",
            "state": "done",
            "buttons": [],
            "cards": [],
            "created_at": begun,
            "attempts": int(author == "shopper"),
        }
        for place in places
        for author in ("shopper", "bot")
    ]
    rows: dict[Any, list[dict[str, Any]]] = {
        ConversationRow: [
            {
                "id": place,
                "channel": "telegram",
                "contact": place,
                "language": "en",
                "handled_by": "bot",
                "revision": 1,
                "shopper_seen_id": 0,
                "agent_seen_id": 0,
                **at,
            }
            for place in places
        ],
        MessageRow: messages,
        OutboxRow: [
            {
                "message_id": number,
                "conversation_id": place,
                "channel": "telegram",
                "attempts": 1,
                "state": "sent",
                "available_at": begun,
                "created_at": begun,
                "sent_at": begun,
            }
            for number, place in enumerate(places, start=1)
        ],
        TicketRow: [
            {
                "conversation_id": place,
                "reason": "asked_for_person",
                "topic": "general",
                "language": "en",
                "state": "closed",
                "outcome": "solved",
                "priority": 1,
                "summary": "",
                "version": 1,
                "opened_at": begun,
                "updated_at": begun,
                "closed_at": begun,
                "first_due_at": begun,
                "resolve_due_at": begun,
            }
            for place in places
        ],
        Customer: [
            {"id": number, "email": f"{number}@x.example", "name": "X", "created_at": begun}
            for number in ids
        ],
        Order: [
            {
                "id": number,
                "number": str(80000 + number),
                "customer_id": number,
                "state": "paid",
                "currency": "EUR",
                "items_total": 1,
                "total": 1,
                "placed_at": begun,
                "recipient": "R",
                "address": "A",
                "country": "DE",
            }
            for number in ids
        ],
        OrderLine: [
            {
                "id": number,
                "order_id": number,
                "position": 1,
                "variant_id": 1,
                "quantity": 1,
                "unit_price": 1,
            }
            for number in ids
        ],
        Payment: [
            {
                "id": number,
                "order_id": number,
                "method": "PayPal",
                "state": "captured",
                "amount": 1,
                "at": begun,
            }
            for number in ids
        ],
        Shipment: [
            {
                "id": number,
                "order_id": number,
                "carrier": "DHL",
                "tracking_number": f"T{number}",
                "shipped_at": begun,
                "expected_on": begun.date(),
            }
            for number in ids
        ],
    }
    with database.session() as session:
        for model, values in rows.items():
            session.execute(insert(model), values)
    with memory._engine.begin() as connection:
        connection.execute(
            insert(EVENTS),
            [{"sender_id": place, "type_name": "user", "data": "{}"} for place in places * 4],
        )
    for engine in (database.engine, memory._engine):
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))


async def test_nothing_is_searched_through(
    history: None, house: House, database: Database, memory: ConciergeTrackerStore
) -> None:
    worker = house.client.app[keys.WORKER]  # type: ignore[index]
    updates = house.client.app[keys.UPDATES]  # type: ignore[index]
    asked = []
    for said in SAID:
        asked += (await house.say(said)).statements
    with counted() as looked:
        worker._look()
        updates._changed(NOW)
        with database.reading() as session:
            has_delivery(session, NOW)
            is_anything_due(session, NOW)
        with database.session() as session:
            release_claims(session, worker="nobody", now=NOW)
            release_deliveries(session, sender="nobody", now=NOW)
    found = []
    for statement, values in {one[0]: one for one in asked + looked.statements}.values():
        if statement.lstrip().startswith("INSERT"):
            continue
        is_memory = "FROM events" in statement
        engine = memory._engine if is_memory else database.engine
        with engine.connect() as connection:
            found += [f"{one}: {statement}" for one in _costs(connection, statement, values)]
            connection.rollback()
    assert not found, "\n".join(found)


def _costs(connection: Connection, statement: str, values: Any) -> list[str]:
    """What in the plan of a statement grows with what others said and bought."""
    is_sqlite = connection.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)"
    plan = [str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", values)]
    whole = re.compile(r"^SCAN (\w+)" if is_sqlite else r"Seq Scan on \"?(\w+)\"?")
    named = {alias: name for name, alias in re.findall(r'(\w+)"? AS "?(\w+)', statement)}
    found = []
    for line in plan:
        scanned = whole.search(line)
        if scanned and not WAITING.search(line) and named.get(scanned[1], scanned[1]) in GROWING:
            found.append(line)
        if (over := PASSED_OVER.search(line)) and int(over[1]) > MANY // 10:
            found.append(line)
    return found
