"""A ticket passes on: to a colleague, to a team, to the bot for one step, and back."""

from datetime import datetime
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from conversations import get_conversation, hand_to_agent, lend_to_bot
from desk.tickets.accounts import agent_of
from desk.tickets.models import AgentRow, TicketRow
from desk.tickets.notices import notice_text, tell_shopper
from desk.tickets.queue import (
    change,
    ended,
    get_ticket,
    in_charge,
    open_ticket,
    open_ticket_of,
    record_why,
    take,
)
from desk.tickets.records import Agent, AgentNotFound, AgentOffline, TicketConflict, TicketView
from desk.tickets.routing import Why
from desk.tickets.routing_models import TeamRow
from desk.tickets.setup import SetupRefused
from kit.button import button_token
from kit.i18n import as_language

# What the bot can do for an agent: the intent behind it.
STEPS: Final[dict[str, str]] = {
    "ask_order_number": "/track_order",
    "offer_return": "/return_item",
    "offer_exchange": "/exchange_item",
    "offer_cancel": "/cancel_order",
    "offer_address": "/change_address",
    "track_refund": "/track_refund",
    "recommend": "/recommend_products",
}


def transfer_to_agent(
    session: Session, ticket_id: int, agent: Agent, to_id: int, *, version: int, now: datetime
) -> TicketView:
    """Put a colleague in charge; the shopper is told.

    Raises TicketConflict, AgentNotFound; AgentOffline for one who is not at the desk.
    """
    row = session.get(AgentRow, to_id)
    if row is None or not row.is_active:
        raise AgentNotFound(to_id)
    target = agent_of(row)
    if target.presence == "offline":
        raise AgentOffline(to_id)
    change(
        session,
        ticket_id,
        in_charge(agent),
        version=version,
        now=now,
        values={"agent_id": target.id, "taken_at": now},
    )
    ticket = get_ticket(session, ticket_id)
    tell_shopper(session, ticket, "transferred", agent.name, now)
    hand_to_agent(session, ticket.conversation_id, now=now, agent_name=target.name)
    tell_shopper(session, ticket, "joined", target.name, now)
    record_why(session, ticket_id, "transferred", now, (Why("to", target.name),), agent.id)
    return get_ticket(session, ticket_id)


def transfer_to_team(
    session: Session, ticket_id: int, agent: Agent, team_id: int, *, version: int, now: datetime
) -> TicketView:
    """Put it into a team's queue, in its old place. Raises TicketConflict, SetupRefused."""
    team = session.get(TeamRow, team_id)
    if team is None:
        raise SetupRefused("team: there is no such team")
    change(
        session,
        ticket_id,
        in_charge(agent),
        version=version,
        now=now,
        values={"state": "waiting", "agent_id": None, "team_id": team.id},
    )
    ticket = get_ticket(session, ticket_id)
    hand_to_agent(session, ticket.conversation_id, now=now)
    tell_shopper(session, ticket, "transferred", agent.name, now)
    record_why(session, ticket_id, "transferred", now, (Why("to", team.name),), agent.id)
    return ticket


def lend(
    session: Session,
    ticket_id: int,
    agent: Agent,
    step: str,
    label: str,
    *,
    version: int,
    key: bytes,
    now: datetime,
) -> TicketView:
    """Let the bot do a step; the agent stays in charge of the ticket and watches.

    `label` names the step in the shopper's language. Raises TicketConflict; SetupRefused for a
    step that does not exist.
    """
    if step not in STEPS:
        raise SetupRefused(f"step: must be one of {', '.join(STEPS)}")
    mine = and_(TicketRow.state == "assigned", TicketRow.agent_id == agent.id)
    change(session, ticket_id, mine, version=version, now=now, values={})
    ticket = get_ticket(session, ticket_id)
    place = ticket.conversation_id
    language = as_language(get_conversation(session, place).language)
    lend_to_bot(
        session,
        place,
        text=notice_text(language, "step", agent=agent.name, step=label),
        payload=button_token(STEPS[step], label, place, key),
        now=now,
    )
    record_why(session, ticket_id, "lent", now, (Why("step", step),), agent.id)
    return ticket


def take_over(
    session: Session, ticket_id: int, agent: Agent, *, version: int, now: datetime
) -> TicketView:
    """The agent goes on where the bot is in the middle of a step; raises TicketConflict."""
    mine = and_(TicketRow.state == "assigned", TicketRow.agent_id == agent.id)
    change(session, ticket_id, mine, version=version, now=now, values={})
    ticket = get_ticket(session, ticket_id)
    hand_to_agent(session, ticket.conversation_id, now=now, agent_name=agent.name)
    tell_shopper(session, ticket, "took_over", agent.name, now)
    record_why(session, ticket_id, "took_over", now, (), agent.id)
    return ticket


def merge(
    session: Session, ticket_id: int, into_id: int, agent: Agent, *, version: int, now: datetime
) -> TicketView:
    """End a ticket in favour of another one of the same person; the survivor.

    Raises TicketConflict when it moved on, SetupRefused when the two are not one person's.
    """
    source, target = get_ticket(session, ticket_id), get_ticket(session, into_id)
    same = source.customer_id is not None and source.customer_id == target.customer_id
    if source.id == target.id or not (same or source.conversation_id == target.conversation_id):
        raise SetupRefused("into: must be another ticket of the same person")
    if not target.is_open:
        raise TicketConflict(into_id)
    change(
        session,
        ticket_id,
        TicketRow.state != "closed",
        version=version,
        now=now,
        values={**ended("merged", now), "merged_into_id": into_id},
    )
    merged = get_ticket(session, ticket_id)
    if source.conversation_id != target.conversation_id:
        tell_shopper(session, merged, "merged", agent.name, now)
    record_why(session, ticket_id, "merged", now, (Why("into", f"#{into_id}"),), agent.id)
    record_why(session, into_id, "merged_here", now, (Why("from", f"#{ticket_id}"),), agent.id)
    return get_ticket(session, into_id)


def follow_up(session: Session, ticket_id: int, agent: Agent, *, now: datetime) -> TicketView:
    """A new ticket that goes on from a closed one, in the same conversation, mine from the start.

    Raises TicketConflict while the old one, or another in its conversation, is open.
    """
    old = get_ticket(session, ticket_id)
    if old.is_open or open_ticket_of(session, old.conversation_id) is not None:
        raise TicketConflict(ticket_id)
    ticket = open_ticket(
        session,
        conversation_id=old.conversation_id,
        reason="follow_up",
        topic=old.topic,
        language=old.language,
        summary=old.summary,
        customer_id=old.customer_id,
        customer_value=old.customer_value,
        order_number=old.order_number,
        order_value=old.order_value,
        follows_id=old.id,
        now=now,
    )
    return take(session, ticket.id, agent, version=ticket.version, now=now)


def others_of(session: Session, ticket: TicketView, limit: int = 10) -> list[TicketView]:
    """The same person's other tickets, newest first."""
    same = TicketRow.conversation_id == ticket.conversation_id
    if ticket.customer_id is not None:
        same = same | (TicketRow.customer_id == ticket.customer_id)
    ids = session.scalars(
        select(TicketRow.id)
        .where(same, TicketRow.id != ticket.id)
        .order_by(TicketRow.id.desc())
        .limit(limit)
    )
    return [get_ticket(session, one) for one in list(ids)]
