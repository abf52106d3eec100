"""Tickets: open, list, take, answer, hand back, close.

Every change is one guarded UPDATE that names the version it was decided on: of two agents who act
at once, one wins and the other gets TicketConflict. The conversation changes in the same unit of
work, and watchers of the conversation hear of it.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, CursorResult, and_, func, or_, select, update
from sqlalchemy.orm import Session

from conversations import (
    AnyCard,
    Message,
    get_conversation,
    hand_to_agent,
    lock_conversation,
    post_agent_message,
)
from desk.tickets.log import record, replied_message_id
from desk.tickets.models import AgentRow, TicketRow
from desk.tickets.notices import tell_shopper
from desk.tickets.places import leave, put_in_charge, survivor_of, where_to_answer
from desk.tickets.records import (
    PRIORITIES,
    Agent,
    NotYours,
    Outcome,
    Priority,
    TicketConflict,
    TicketNotFound,
    TicketState,
    TicketView,
)
from desk.tickets.routing import Facts, Why, decide
from desk.tickets.routing_models import TeamRow
from desk.tickets.setup import active_rules, default_team, hours_of, sla_targets

SUMMARY_LENGTH: Final = 2000
NAME_LENGTH: Final = 60
LIST_LIMIT: Final = 100
View = Literal["waiting", "mine", "all"]


def open_ticket(
    session: Session,
    *,
    conversation_id: str,
    reason: str,
    topic: str,
    language: str,
    summary: str,
    now: datetime,
    customer_id: object | None = None,
    priority: Priority = "normal",
    sentiment: str | None = None,
    moods: Sequence[float] = (),
    urgency: float | None = None,
    customer_value: Decimal | None = None,
    order_number: str | None = None,
    order_value: Decimal | None = None,
    follows_id: int | None = None,
) -> TicketView:
    """Ask for a person; a conversation that already waits for one keeps its ticket.

    While the desk is open, people are in charge from here on. Outside its hours the assistant goes
    on helping until somebody takes the ticket, and what is said meanwhile stands in it. Rules
    decide on team, priority, skills and by when; the log says which. `moods` are those of the
    messages so far, from -1 (negative) to 1, oldest first. Raises ConversationNotFound.
    """
    hours = hours_of(session)
    is_open = hours.is_open(now)
    put = hand_to_agent if is_open else lock_conversation
    conversation = put(session, conversation_id, now=now)
    existing = open_ticket_of(session, conversation_id)
    if existing is not None:
        return existing
    known = conversation.customer_id if customer_id is None else str(customer_id)
    facts = Facts(
        topic=topic[:NAME_LENGTH],
        language=language,
        reason=reason[:NAME_LENGTH],
        channel=conversation.channel,
        sentiment=sentiment,
        urgency=urgency,
        customer_value=customer_value,
        order_value=order_value,
        is_open=is_open,
    )
    decision = decide(
        facts,
        active_rules(session),
        least_priority=priority,
        default_team=default_team(session),
        targets=sla_targets(session),
        hours=hours,
        now=now,
    )
    row = TicketRow(
        conversation_id=conversation_id,
        open_conversation_id=conversation_id,
        customer_id=known,
        reason=facts.reason,
        topic=facts.topic,
        language=language,
        summary=summary[:SUMMARY_LENGTH],
        priority=PRIORITIES.index(decision.priority),
        state="waiting",
        version=1,
        opened_at=now,
        updated_at=now,
        channel=conversation.channel,
        team_id=team_id_of(session, decision.team),
        skills=sorted(decision.skills),
        sentiment=sentiment,
        moods=[round(one, 2) for one in moods],
        urgency=urgency,
        customer_value=customer_value,
        order_number=order_number,
        order_value=order_value,
        first_due_at=decision.first_due_at,
        resolve_due_at=decision.resolve_due_at,
        follows_id=follows_id,
    )
    session.add(row)
    session.flush()
    record(session, row.id, "opened", now, reason=reason, topic=topic, priority=decision.priority)
    record_why(session, row.id, "routed", now, decision.why)
    return _view(session, row)


def team_id_of(session: Session, key: str | None) -> int | None:
    """The id of a team by its key."""
    return session.scalar(select(TeamRow.id).where(TeamRow.key == key)) if key else None


def record_why(
    session: Session,
    ticket_id: int,
    kind: str,
    now: datetime,
    why: Sequence[Why],
    agent_id: int | None = None,
) -> None:
    """Log a decision with its reasons, in codes that the desk puts into words."""
    reasons = " · ".join(f"{one.code}={one.detail}" for one in why)
    record(session, ticket_id, kind, now, agent_id=agent_id, why=reasons)


def get_ticket(session: Session, ticket_id: int) -> TicketView:
    """The ticket; raises TicketNotFound."""
    row = session.get(TicketRow, ticket_id)
    if row is None:
        raise TicketNotFound(ticket_id)
    return _view(session, row)


def open_ticket_of(session: Session, conversation_id: str) -> TicketView | None:
    """The open ticket of a conversation, if a person is wanted or at work in it.

    That of a conversation whose ticket was merged is the one it was merged into.
    """
    row = session.scalar(select(TicketRow).where(TicketRow.open_conversation_id == conversation_id))
    row = row or survivor_of(session, conversation_id)
    return None if row is None else _view(session, row)


def list_tickets(
    session: Session, view: View, *, agent_id: int, limit: int = LIST_LIMIT
) -> list[TicketView]:
    """Tickets of one view: those that wait (next one first), my open ones, or all, newest first."""
    statement = (
        select(TicketRow, AgentRow.name, TeamRow.name)
        .outerjoin(AgentRow, AgentRow.id == TicketRow.agent_id)
        .outerjoin(TeamRow, TeamRow.id == TicketRow.team_id)
    )
    if view == "waiting":
        statement = statement.where(TicketRow.state == "waiting").order_by(
            TicketRow.priority.desc(), TicketRow.opened_at, TicketRow.id
        )
    elif view == "mine":
        statement = statement.where(
            TicketRow.agent_id == agent_id, TicketRow.state == "assigned"
        ).order_by(TicketRow.updated_at.desc(), TicketRow.id.desc())
    else:
        statement = statement.order_by(TicketRow.updated_at.desc(), TicketRow.id.desc())
    found = session.execute(statement.limit(limit)).all()
    return [
        _record(row, name, place if view == "waiting" else None, team)
        for place, (row, name, team) in enumerate(found, start=1)
    ]


def count_tickets(session: Session, *, agent_id: int) -> dict[View, int]:
    """How many tickets each view holds."""
    return {
        "waiting": _count(session, TicketRow.state == "waiting"),
        "mine": _count(
            session, and_(TicketRow.agent_id == agent_id, TicketRow.state == "assigned")
        ),
        "all": _count(session, TicketRow.id.is_not(None)),
    }


def views_of(session: Session, ids: Sequence[int], first: int | None = None) -> list[TicketView]:
    """Tickets by id, in the order given; `first` is the place of the first one in the queue."""
    rows = {
        row.id: (row, name, team)
        for row, name, team in session.execute(
            select(TicketRow, AgentRow.name, TeamRow.name)
            .outerjoin(AgentRow, AgentRow.id == TicketRow.agent_id)
            .outerjoin(TeamRow, TeamRow.id == TicketRow.team_id)
            .where(TicketRow.id.in_(ids))
        )
    }
    found = []
    for place, one in enumerate(ids):
        row, name, team = rows[one]
        position = first + place if first is not None and row.state == "waiting" else None
        found.append(_record(row, name, position, team))
    return found


def queue_position(session: Session, ticket_id: int) -> int | None:
    """1 for the next ticket to be taken; None when it does not wait."""
    row = session.get(TicketRow, ticket_id)
    return None if row is None else _position(session, row)


def take(
    session: Session,
    ticket_id: int,
    agent: Agent,
    *,
    version: int,
    now: datetime,
    why: Sequence[Why] | None = None,
) -> TicketView:
    """Put `agent` in charge of a waiting ticket; raises TicketConflict when somebody was faster.

    `why` is given where the desk chose the agent, and stands in the log.
    """
    is_waiting, values = TicketRow.state == "waiting", taken_by(agent, now)
    try:
        change(session, ticket_id, is_waiting, version=version, now=now, values=values)
    except NotYours as error:  # (nobody asked to act on a colleague's: somebody was faster)
        raise TicketConflict(ticket_id) from error
    ticket = get_ticket(session, ticket_id)
    put_in_charge(session, ticket, agent.name, now=now)
    tell_shopper(session, ticket, "joined", agent.name, now)
    if why is None:
        record(session, ticket_id, "taken", now, agent_id=agent.id)
    else:
        record_why(session, ticket_id, "assigned", now, why, agent.id)
    return ticket


def reply(
    session: Session,
    ticket_id: int,
    agent: Agent,
    *,
    text: str,
    version: int,
    client_message_id: str,
    now: datetime,
    image: str | None = None,
    cards: Sequence[AnyCard] = (),
) -> tuple[TicketView, Message | None]:
    """Say something to the shopper, once per `client_message_id`.

    A repeated id sends nothing and gives None for the message. Raises TicketConflict when the
    ticket is not the agent's, or moved on since `version`.
    """
    earlier = replied_message_id(session, ticket_id, client_message_id)
    if earlier is not None:
        return get_ticket(session, ticket_id), None
    change(
        session,
        ticket_id,
        and_(TicketRow.state == "assigned", TicketRow.agent_id == agent.id),
        version=version,
        now=now,
        values={"first_reply_at": func.coalesce(TicketRow.first_reply_at, now)},
    )
    ticket = get_ticket(session, ticket_id)
    if get_conversation(session, ticket.conversation_id).is_lent:  # who writes takes over again
        hand_to_agent(session, ticket.conversation_id, now=now, agent_name=agent.name)
    message = post_agent_message(
        session,
        where_to_answer(session, ticket),
        text=text,
        agent_name=agent.name,
        now=now,
        client_message_id=client_message_id,
        image=image,
        cards=cards,
    )
    record(
        session,
        ticket_id,
        "replied",
        now,
        agent_id=agent.id,
        client_message_id=client_message_id,
        message_id=message.id,
    )
    return ticket, message


def release(
    session: Session, ticket_id: int, agent: Agent, *, version: int, now: datetime
) -> TicketView:
    """Put an assigned ticket back into the queue, in its old place; who manages may do so for all.

    Who had it does not get it back at once. Raises TicketConflict when it is not assigned (to
    the agent) any more.
    """
    had_it = get_ticket(session, ticket_id).agent_id
    change(
        session,
        ticket_id,
        in_charge(agent),
        version=version,
        now=now,
        values={"state": "waiting", "agent_id": None},
    )
    ticket = get_ticket(session, ticket_id)
    is_open = wait_for_person(session, ticket, now=now)
    tell_shopper(session, ticket, "released" if is_open else "released_later", agent.name, now)
    record(session, ticket_id, "released", now, agent_id=agent.id)
    if had_it is not None:
        record(session, ticket_id, "left", now, agent_id=had_it)
    return ticket


def wait_for_person(session: Session, ticket: TicketView, *, now: datetime) -> bool:
    """Nobody is in charge by name; outside the desk's hours the assistant helps meanwhile.

    Whether the desk is open.
    """
    is_open = hours_of(session).is_open(now)
    leave(session, ticket, is_open=is_open, now=now)
    return is_open


def finish(
    session: Session,
    ticket_id: int,
    agent: Agent,
    outcome: Outcome,
    *,
    version: int,
    now: datetime,
) -> TicketView:
    """End a ticket: solved, or handed back to the bot. Either way the bot answers what comes next.

    Raises TicketConflict when it is not the agent's any more; who manages tickets may end all.
    """
    change(
        session,
        ticket_id,
        in_charge(agent),
        version=version,
        now=now,
        values=ended(outcome, now),
    )
    ticket = get_ticket(session, ticket_id)
    tell_shopper(
        session, ticket, "closed" if outcome == "solved" else "handed_back", agent.name, now
    )
    record(session, ticket_id, outcome, now, agent_id=agent.id)
    return ticket


def in_charge(agent: Agent) -> ColumnElement[bool]:
    """The ticket is at work, and the agent's where they may not act on colleagues' tickets."""
    if agent.may("tickets.manage"):
        return TicketRow.state == "assigned"
    return and_(TicketRow.state == "assigned", TicketRow.agent_id == agent.id)


def not_a_colleagues(agent: Agent) -> ColumnElement[bool]:
    """The ticket is open, and no colleague's where the agent may not act on those."""
    return or_(TicketRow.state == "waiting", in_charge(agent))


def taken_by(agent: Agent, now: datetime) -> dict[str, Any]:
    """What a ticket holds when it is somebody's from now on, for `change`."""
    return {"state": "assigned", "agent_id": agent.id, "taken_at": now, "snoozed_until": None}


def ended(outcome: str, now: datetime) -> dict[str, Any]:
    """What a ticket holds when it is over, for `change`."""
    return {
        "state": "closed",
        "outcome": outcome,
        "closed_at": now,
        "open_conversation_id": None,
        "snoozed_until": None,
    }


def change(
    session: Session,
    ticket_id: int,
    condition: ColumnElement[bool],
    *,
    version: int,
    now: datetime,
    values: dict[str, Any],
) -> None:
    """Change the ticket if it still is as the caller saw it.

    Raises TicketNotFound; NotYours where it is as they saw it, but at work with a colleague;
    TicketConflict where it moved on.
    """
    result = session.execute(
        update(TicketRow)
        .where(TicketRow.id == ticket_id, TicketRow.version == version, condition)
        .values(version=TicketRow.version + 1, updated_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", result).rowcount == 1:
        session.expire_all()
        return
    now_is = session.execute(
        select(TicketRow.version, TicketRow.state).where(TicketRow.id == ticket_id)
    ).one_or_none()
    if now_is is None:
        raise TicketNotFound(ticket_id)
    raise (NotYours if tuple(now_is) == (version, "assigned") else TicketConflict)(ticket_id)


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(TicketRow).where(condition)) or 0


def _position(session: Session, row: TicketRow) -> int | None:
    if row.state != "waiting":
        return None
    earlier = or_(
        TicketRow.priority > row.priority,
        and_(TicketRow.priority == row.priority, TicketRow.opened_at < row.opened_at),
        and_(
            TicketRow.priority == row.priority,
            TicketRow.opened_at == row.opened_at,
            TicketRow.id < row.id,
        ),
    )
    return _count(session, and_(TicketRow.state == "waiting", earlier)) + 1


def _view(session: Session, row: TicketRow) -> TicketView:
    name = team = None
    if row.agent_id is not None:
        name = session.scalar(select(AgentRow.name).where(AgentRow.id == row.agent_id))
    if row.team_id is not None:
        team = session.scalar(select(TeamRow.name).where(TeamRow.id == row.team_id))
    return _record(row, name, _position(session, row), team)


def _record(
    row: TicketRow, agent_name: str | None, position: int | None, team_name: str | None
) -> TicketView:
    return TicketView(
        id=row.id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        reason=row.reason,
        topic=row.topic,
        language=row.language,
        summary=row.summary,
        priority=PRIORITIES[row.priority],
        state=cast(TicketState, row.state),
        outcome=cast("Outcome | None", row.outcome),
        agent_id=row.agent_id,
        agent_name=agent_name,
        version=row.version,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        taken_at=row.taken_at,
        closed_at=row.closed_at,
        position=position,
        channel=row.channel,
        team_id=row.team_id,
        team_name=team_name,
        skills=tuple(row.skills),
        sentiment=row.sentiment,
        moods=tuple(row.moods),
        urgency=row.urgency,
        customer_value=row.customer_value,
        order_number=row.order_number,
        order_value=row.order_value,
        first_due_at=row.first_due_at,
        resolve_due_at=row.resolve_due_at,
        first_reply_at=row.first_reply_at,
        breached_at=row.breached_at,
        snoozed_until=row.snoozed_until,
        callback_at=row.callback_at,
        callback_phone=row.callback_phone,
        mail_to=row.mail_to,
        merged_into_id=row.merged_into_id,
        follows_id=row.follows_id,
    )


def release_all(session: Session, agent: Agent, *, now: datetime) -> int:
    """Put everything an agent was working on back into the queue; returns how many."""
    mine: Sequence[TicketView] = list_tickets(session, "mine", agent_id=agent.id, limit=10_000)
    for ticket in mine:
        release(session, ticket.id, agent, version=ticket.version, now=now)
    return len(mine)
