"""Where a ticket takes place: its own conversation, and those of tickets merged into it."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from conversations import Message, hand_to_agent, hand_to_bot, messages_after, transcript
from desk.tickets.models import TicketRow
from desk.tickets.records import TicketView

RECENT: Final = 200


def places_of(session: Session, ticket: TicketView) -> list[str]:
    """The ticket's conversations, its own first."""
    merged = session.scalars(
        select(TicketRow.conversation_id)
        .where(TicketRow.merged_into_id == ticket.id)
        .order_by(TicketRow.id)
    )
    return list(dict.fromkeys((ticket.conversation_id, *merged)))


def survivor_of(session: Session, conversation_id: str) -> TicketRow | None:
    """The open ticket that the conversation's own one was merged into, if any."""
    into = select(TicketRow.merged_into_id).where(TicketRow.conversation_id == conversation_id)
    return session.scalar(
        select(TicketRow)
        .where(TicketRow.id.in_(into), TicketRow.state != "closed")
        .order_by(TicketRow.id.desc())
        .limit(1)
    )


def put_in_charge(session: Session, ticket: TicketView, agent_name: str, *, now: datetime) -> None:
    """From now on `agent_name` answers in all the ticket's conversations."""
    for place in places_of(session, ticket):
        hand_to_agent(session, place, now=now, agent_name=agent_name)


def leave(session: Session, ticket: TicketView, *, is_open: bool, now: datetime) -> None:
    """Nobody is in charge by name; while the desk is closed the assistant helps meanwhile."""
    for place in places_of(session, ticket):
        hand_to_bot(session, place, now=now)  # (it forgets the name)
        if is_open:
            hand_to_agent(session, place, now=now)


def where_to_answer(session: Session, ticket: TicketView) -> str:
    """The conversation in which the shopper wrote last: there they are."""
    places = places_of(session, ticket)
    if len(places) == 1:
        return ticket.conversation_id
    said = [
        one
        for place in places
        for one in transcript(session, place, RECENT)
        if one.author == "shopper"
    ]
    newest = max(said, key=lambda one: one.id, default=None)
    return ticket.conversation_id if newest is None else newest.conversation_id


def messages_of(
    session: Session, ticket: TicketView, after: int = 0, limit: int = 200
) -> list[Message]:
    """What was said in all the ticket's conversations after a message, oldest first."""
    said = [
        one
        for place in places_of(session, ticket)
        for one in messages_after(session, place, after, limit)
    ]
    return sorted(said, key=lambda one: one.id)[:limit]


def transcript_of(session: Session, ticket: TicketView, most: int) -> list[Message]:
    """The last `most` messages of all the ticket's conversations, oldest first."""
    said = [one for place in places_of(session, ticket) for one in transcript(session, place, most)]
    return sorted(said, key=lambda one: one.id)[-most:]


def is_this_or_merged(ticket_id: int) -> ColumnElement[bool]:
    """Rows of the ticket and of those merged into it."""
    return or_(TicketRow.id == ticket_id, TicketRow.merged_into_id == ticket_id)
