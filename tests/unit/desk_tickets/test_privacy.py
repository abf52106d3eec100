"""Export and erasure of what tickets hold about a customer."""

from conversations import attach_customer, create_conversation
from desk.tickets import TicketView, erase, export
from desk.tickets.models import TicketEventRow, TicketRow
from kit.database import Database
from tests.unit.desk_tickets.conftest import NOW, opened


def test_export_has_the_ticket_and_its_log(database: Database, ticket: TicketView) -> None:
    with database.reading() as session:
        found = export(session, 7)["tickets"]
    assert [(item["id"], item["summary"]) for item in found] == [(ticket.id, ticket.summary)]
    assert [event["kind"] for event in found[0]["events"]] == ["opened", "routed"]


def test_erasing_leaves_other_customers_alone(database: Database, ticket: TicketView) -> None:
    with database.session() as session:
        place = create_conversation(session, channel="webchat", language="en", now=NOW)
    other = opened(database, place.id, customer_id=8)
    with database.session() as session:
        assert erase(session, 7) == 1
        assert [row.id for row in session.query(TicketRow)] == [other.id]
        assert {row.ticket_id for row in session.query(TicketEventRow)} == {other.id}


def test_a_guests_ticket_is_found_through_the_conversation(database: Database) -> None:
    with database.session() as session:
        place = create_conversation(session, channel="webchat", language="en", now=NOW)
    opened(database, place.id, customer_id=None)
    with database.session() as session:
        attach_customer(session, place.id, "9")
        assert erase(session, "9") == 1
