"""What other programs do with tickets, through the API: read changes, answer, close."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from conversations import Message, hand_to_agent, post_agent_message
from desk.tickets.log import record
from desk.tickets.models import TicketRow
from desk.tickets.notices import tell_shopper
from desk.tickets.queue import change, ended, get_ticket, views_of
from desk.tickets.records import TicketConflict, TicketView


def tickets_changed_since(
    session: Session, since: datetime | None, *, state: str | None, limit: int
) -> list[TicketView]:
    """Tickets by their last change, the oldest first, so that a reader can go on from the last."""
    statement = select(TicketRow.id).order_by(TicketRow.updated_at, TicketRow.id).limit(limit)
    if since is not None:
        statement = statement.where(TicketRow.updated_at >= since)
    if state is not None:
        statement = statement.where(TicketRow.state == state)
    return views_of(session, list(session.scalars(statement)))


def api_reply(
    session: Session,
    ticket_id: int,
    *,
    text: str,
    author_name: str,
    client_message_id: str,
    now: datetime,
) -> Message:
    """Say something as a person of another help desk; raises TicketNotFound, TicketConflict."""
    ticket = get_ticket(session, ticket_id)
    if not ticket.is_open:
        raise TicketConflict(ticket_id)
    hand_to_agent(session, ticket.conversation_id, now=now, agent_name=author_name)
    said = post_agent_message(
        session,
        ticket.conversation_id,
        text=text,
        agent_name=author_name,
        now=now,
        client_message_id=f"api:{client_message_id}",
    )
    session.execute(
        update(TicketRow)
        .where(TicketRow.id == ticket_id)
        .values(
            first_reply_at=func.coalesce(TicketRow.first_reply_at, now),
            updated_at=now,
            version=TicketRow.version + 1,
        )
    )
    record(session, ticket_id, "replied", now, message_id=said.id, client_message_id="api")
    return said


def api_close(session: Session, ticket_id: int, version: int, *, now: datetime) -> TicketView:
    """End a ticket as solved; raises TicketNotFound, and TicketConflict when it moved on."""
    change(
        session,
        ticket_id,
        TicketRow.state != "closed",
        version=version,
        now=now,
        values=ended("solved", now),
    )
    ticket = get_ticket(session, ticket_id)
    tell_shopper(session, ticket, "closed", ticket.agent_name or "", now)
    record(session, ticket_id, "solved", now)
    return ticket
