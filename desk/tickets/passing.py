"""A ticket passes on: to a colleague, to a team, to the bot for one step, and back."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from conversations import get_conversation, hand_to_agent, lend_to_bot, post_notice
from desk.tickets.accounts import agent_of
from desk.tickets.inbox import labels_of
from desk.tickets.log import record
from desk.tickets.models import AgentRow, TicketRow
from desk.tickets.notices import notice_text, tell_shopper
from desk.tickets.places import places_of, put_in_charge
from desk.tickets.queue import (
    change,
    ended,
    get_ticket,
    in_charge,
    not_a_colleagues,
    open_ticket,
    open_ticket_of,
    record_why,
    take,
    taken_by,
    wait_for_person,
)
from desk.tickets.records import (
    PRIORITIES,
    Agent,
    AgentNotFound,
    AgentOffline,
    Priority,
    TicketConflict,
    TicketView,
)
from desk.tickets.routing import Why
from desk.tickets.routing_models import TeamRow
from desk.tickets.setup import SetupRefused
from desk.tickets.work_models import LabelRow
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
    """Put a colleague in charge, or oneself; the shopper is told.

    Who manages tickets may do so with those that wait and with colleagues'. Raises
    TicketConflict, AgentNotFound; AgentOffline for a colleague who is not at the desk.
    """
    row = session.get(AgentRow, to_id)
    if row is None or not row.is_active:
        raise AgentNotFound(to_id)
    target = agent_of(row)
    if target.presence == "offline" and target.id != agent.id:
        raise AgentOffline(to_id)
    before = get_ticket(session, ticket_id)
    change(
        session,
        ticket_id,
        _may_pass(agent),
        version=version,
        now=now,
        values=taken_by(target, now),
    )
    ticket = get_ticket(session, ticket_id)
    if before.agent_name is not None:
        tell_shopper(session, ticket, "transferred", before.agent_name, now)
    put_in_charge(session, ticket, target.name, now=now)
    tell_shopper(session, ticket, "joined", target.name, now)
    record_why(session, ticket_id, "transferred", now, (Why("to", target.name),), agent.id)
    return get_ticket(session, ticket_id)


def transfer_to_team(
    session: Session, ticket_id: int, agent: Agent, team_id: int, *, version: int, now: datetime
) -> TicketView:
    """Put it into a team's queue, in its old place; who had it does not get it back at once.

    Raises TicketConflict, SetupRefused.
    """
    team = session.get(TeamRow, team_id)
    if team is None:
        raise SetupRefused("team: there is no such team")
    before = get_ticket(session, ticket_id)
    change(
        session,
        ticket_id,
        _may_pass(agent),
        version=version,
        now=now,
        values={"state": "waiting", "agent_id": None, "team_id": team.id},
    )
    ticket = get_ticket(session, ticket_id)
    if before.agent_name is not None:
        wait_for_person(session, ticket, now=now)
        tell_shopper(session, ticket, "transferred", before.agent_name, now)
    record_why(session, ticket_id, "transferred", now, (Why("to", team.name),), agent.id)
    if before.agent_id is not None:
        record(session, ticket_id, "left", now, agent_id=before.agent_id)
    return ticket


def _may_pass(agent: Agent) -> ColumnElement[bool]:
    """Own tickets; who manages tickets also sends on those that wait or are a colleague's."""
    return not_a_colleagues(agent) if agent.may("tickets.manage") else in_charge(agent)


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

    Its conversation, notes and labels are the survivor's from now on, and the higher priority
    counts. Raises TicketConflict when it moved on, NotYours for a colleague's, SetupRefused when
    the two are not one person's.
    """
    source, target = get_ticket(session, ticket_id), get_ticket(session, into_id)
    same = source.customer_id is not None and source.customer_id == target.customer_id
    if source.id == target.id or not (same or source.conversation_id == target.conversation_id):
        raise SetupRefused("into: must be another ticket of the same person")
    if not target.is_open:
        raise TicketConflict(into_id)
    places = places_of(session, source)
    change(
        session,
        ticket_id,
        not_a_colleagues(agent),
        version=version,
        now=now,
        values={**ended("merged", now), "merged_into_id": into_id},
    )
    session.execute(
        update(TicketRow)
        .where(TicketRow.merged_into_id == ticket_id)
        .values(merged_into_id=into_id)
    )
    session.expire_all()
    _carry_over(session, source, target, now)
    for place in places:
        if target.agent_name is not None:
            hand_to_agent(session, place, now=now, agent_name=target.agent_name)
        language = as_language(get_conversation(session, place).language)
        post_notice(session, place, notice_text(language, "merged", agent=agent.name), now=now)
    if target.agent_name is None:
        wait_for_person(session, get_ticket(session, into_id), now=now)
    record_why(session, ticket_id, "merged", now, (Why("into", f"#{into_id}"),), agent.id)
    record_why(session, into_id, "merged_here", now, (Why("from", f"#{ticket_id}"),), agent.id)
    return get_ticket(session, into_id)


def _carry_over(session: Session, source: TicketView, target: TicketView, now: datetime) -> None:
    """Labels and the higher priority of a merged ticket go to the one that goes on."""
    labels = labels_of(session, [source.id, target.id])
    lacking = set(labels.get(source.id, ())) - set(labels.get(target.id, ()))
    session.add_all(LabelRow(ticket_id=target.id, label=one) for one in lacking)
    session.flush()
    highest = max(PRIORITIES.index(source.priority), PRIORITIES.index(target.priority))
    change(
        session,
        target.id,
        TicketRow.state != "closed",
        version=target.version,
        now=now,
        values={"priority": highest},
    )


def follow_up(session: Session, ticket_id: int, agent: Agent, *, now: datetime) -> TicketView:
    """A new ticket that goes on from a closed one, in the same conversation, mine from the start.

    Raises TicketConflict while the old one, or another in its conversation, is open.
    """
    old = get_ticket(session, ticket_id)
    if old.is_open or open_ticket_of(session, old.conversation_id) is not None:
        raise TicketConflict(ticket_id)
    ticket = open_following(session, old, "follow_up", now=now)
    return take(session, ticket.id, agent, version=ticket.version, now=now)


def open_following(
    session: Session, old: TicketView, reason: str, *, now: datetime, priority: Priority = "normal"
) -> TicketView:
    """A new ticket that goes on from a closed one, for anybody, with what was known then."""
    return open_ticket(
        session,
        conversation_id=old.conversation_id,
        reason=reason,
        topic=old.topic,
        language=old.language,
        summary=old.summary,
        customer_id=old.customer_id,
        priority=priority,
        customer_value=old.customer_value,
        order_number=old.order_number,
        order_value=old.order_value,
        follows_id=old.id,
        now=now,
    )


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
