"""A customer's right to a copy of their tickets, and to have them erased."""

from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from conversations import conversation_ids
from desk.tickets.by_mail import forget_answers
from desk.tickets.log import events_of
from desk.tickets.models import TicketEventRow, TicketRow
from desk.tickets.work_models import FileRow, LabelRow, NoteRow, RatingRow, ReviewRow


def export(session: Session, customer_id: object) -> dict[str, Any]:
    """All tickets about a customer with what was noted in them, ready to be written as JSON."""
    rows = session.scalars(
        select(TicketRow).where(_about(session, customer_id)).order_by(TicketRow.id)
    )
    return {"tickets": [_ticket(session, row) for row in rows]}


def erase(session: Session, customer_id: object) -> int:
    """Delete a customer's tickets with logs, notes, ratings, reviews, labels and mails; how many.

    The database deletes what hangs on a ticket with it, and files with their conversation. To be
    called before the conversations are erased: tickets are found through them too.
    """
    ids = list(session.scalars(select(TicketRow.id).where(_about(session, customer_id))))
    for ticket_id in ids:
        forget_answers(session, ticket_id)
    session.execute(delete(TicketEventRow).where(TicketEventRow.ticket_id.in_(ids)))
    session.execute(delete(TicketRow).where(TicketRow.id.in_(ids)))
    return len(ids)


def _about(session: Session, customer_id: object) -> ColumnElement[bool]:
    return or_(
        TicketRow.customer_id == str(customer_id),
        TicketRow.conversation_id.in_(conversation_ids(session, str(customer_id))),
    )


def _ticket(session: Session, row: TicketRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "reason": row.reason,
        "topic": row.topic,
        "summary": row.summary,
        "understood": row.understood,
        "state": row.state,
        "opened_at": row.opened_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "sentiment": row.sentiment,
        "moods": row.moods,
        "order_number": row.order_number,
        "callback_at": row.callback_at.isoformat() if row.callback_at else None,
        "callback_phone": row.callback_phone,
        "mail_to": row.mail_to,
        "labels": list(session.scalars(select(LabelRow.label).where(LabelRow.ticket_id == row.id))),
        "notes": [
            {"at": note.at.isoformat(), "text": note.text}
            for note in session.scalars(
                select(NoteRow).where(NoteRow.ticket_id == row.id).order_by(NoteRow.id)
            )
        ],
        "rating": session.scalar(select(RatingRow.score).where(RatingRow.ticket_id == row.id)),
        "review": session.scalar(select(ReviewRow.comment).where(ReviewRow.ticket_id == row.id)),
        "files": [
            {"name": file.name, "at": file.created_at.isoformat(), "address": file.key}
            for file in session.scalars(
                select(FileRow)
                .where(FileRow.conversation_id == row.conversation_id)
                .order_by(FileRow.created_at)
            )
        ],
        "events": [
            {"at": event.at.isoformat(), "kind": event.kind} for event in events_of(session, row.id)
        ],
    }
