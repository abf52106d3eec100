"""The log of a ticket: written once, read in order, never changed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.tickets.models import AgentRow, TicketEventRow, TicketRow
from desk.tickets.records import TicketEvent


def record(
    session: Session,
    ticket_id: int,
    kind: str,
    now: datetime,
    *,
    agent_id: int | None = None,
    **detail: str | int,
) -> None:
    """Add a line; `detail` holds ids and names of things, never what was said."""
    session.add(
        TicketEventRow(ticket_id=ticket_id, at=now, kind=kind, agent_id=agent_id, detail=detail)
    )
    session.flush()


def events_of(session: Session, ticket_id: int) -> list[TicketEvent]:
    """The ticket's log, oldest first."""
    found = session.execute(
        select(TicketEventRow, AgentRow.name)
        .outerjoin(AgentRow, AgentRow.id == TicketEventRow.agent_id)
        .where(TicketEventRow.ticket_id == ticket_id)
        .order_by(TicketEventRow.id)
    )
    return [TicketEvent(row.id, row.at, row.kind, name, dict(row.detail)) for row, name in found]


def replied_message_id(session: Session, ticket_id: int, client_message_id: str) -> int | None:
    """The message an agent's browser already sent under this id; holds the ticket until the end."""
    session.execute(select(TicketRow.id).where(TicketRow.id == ticket_id).with_for_update())
    rows = session.scalars(
        select(TicketEventRow)
        .where(TicketEventRow.ticket_id == ticket_id, TicketEventRow.kind == "replied")
        .order_by(TicketEventRow.id.desc())
    )
    for row in rows:
        if row.detail.get("client_message_id") == client_message_id:
            return int(row.detail["message_id"])
    return None
