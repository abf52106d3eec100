"""What happens by itself: assignment, overflow, breaches, waking, telling those who wait.

`tick` is called every second by the front and after everything that frees somebody. It decides on
what it read and acts through guarded updates, so two fronts, or a front and an agent, cannot both
give one ticket away.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from conversations import hand_to_bot, handled_by_agent, last_words
from desk.tickets.accounts import agent_of
from desk.tickets.assignment import Person, Waiting, expected_minutes, match, refusal
from desk.tickets.by_mail import is_mail_due, mail_unseen
from desk.tickets.models import OPEN_STATES, AgentRow, TicketEventRow, TicketRow
from desk.tickets.notices import tell_shopper, tell_waiting
from desk.tickets.queue import change, get_ticket, queue_position, record_why, release, take
from desk.tickets.records import PRIORITIES, Presence, TicketConflict, TicketView
from desk.tickets.routing import Why
from desk.tickets.setup import Team, hours_of, list_teams
from kit.database import is_one_of

GONE_AFTER: Final = timedelta(minutes=2)  # a desk that is open in a browser is seen every 30 s
TOLD_EVERY: Final = timedelta(minutes=3)
FIRST_TOLD: Final = timedelta(minutes=2)
NOT_BACK: Final = timedelta(minutes=15)  # who gave a ticket away does not get it again so soon
NOBODY_TOLD_EVERY: Final = timedelta(minutes=30)
BATCH: Final = 200
TOLD_AT_ONCE: Final = 20  # a look must stay short: it holds the only writer of SQLite
LATE_AT_ONCE: Final = 50
RECENT: Final = 50
USUAL_MINUTES: Final = 8.0
ESCALATES_TO: Final = "urgent"


@dataclass(frozen=True)
class Tick:
    """What one look did: conversations that changed."""

    conversations: tuple[str, ...] = ()


def set_presence(session: Session, agent_id: int, presence: Presence, *, now: datetime) -> None:
    """Whether a person takes tickets now; signing off puts what they had back (see `sign_off`)."""
    session.execute(
        update(AgentRow)
        .where(AgentRow.id == agent_id)
        .values(
            presence=presence,
            seen_at=now,
            assigned_at=func.coalesce(AgentRow.assigned_at, now),
        )
    )


def seen(session: Session, agent_id: int, *, now: datetime) -> None:
    """The person's desk is open in a browser."""
    session.execute(update(AgentRow).where(AgentRow.id == agent_id).values(seen_at=now))


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether `tick` would have something to look at; cheap, however many tickets are closed."""
    late = or_(
        and_(TicketRow.first_reply_at.is_(None), TicketRow.first_due_at <= now),
        and_(TicketRow.first_reply_at.is_not(None), TicketRow.resolve_due_at <= now),
    )
    somebody = select(AgentRow.id).where(AgentRow.presence == "online").exists()
    wanted = or_(
        and_(TicketRow.state == "waiting", somebody),
        and_(TicketRow.snoozed_until.is_not(None), TicketRow.snoozed_until <= now),
        and_(TicketRow.breached_at.is_(None), late),
    )
    found = session.scalar(select(TicketRow.id).where(_is_open(), wanted).limit(1))
    gone = select(AgentRow.id).where(
        AgentRow.presence != "offline", AgentRow.seen_at <= now - GONE_AFTER
    )
    return (
        found is not None
        or session.scalar(gone.limit(1)) is not None
        or bool(_written_while_snoozed(session, now))
        or _is_anybody_untold(session, now)
        or is_mail_due(session, now)
    )


def _is_open() -> ColumnElement[bool]:
    return is_one_of(TicketRow.state, OPEN_STATES)


def tick(session: Session, *, now: datetime) -> Tick:
    """Do all that is due now; safe to repeat, and at the same time in two fronts."""
    changed: list[str] = []
    changed += _sign_off_gone(session, now)
    changed += _wake(session, now)
    changed += _mark_breaches(session, now)
    changed += assign_waiting(session, now=now)
    changed += _tell_those_who_wait(session, now)
    changed += mail_unseen(session, now=now)
    return Tick(tuple(dict.fromkeys(changed)))


def assign_waiting(session: Session, *, now: datetime) -> list[str]:
    """Give waiting tickets to people with room; returns conversations that changed."""
    people = people_at_work(session)
    if not any(person.room > 0 for person in people):
        return []
    rows = list(
        session.scalars(
            select(TicketRow)
            .where(TicketRow.state == "waiting", _is_awake(now))
            .order_by(TicketRow.priority.desc(), TicketRow.opened_at)
            .limit(BATCH)
        )
    )
    teams, skills = list_teams(session), known_skills(session)
    left = _left_by(session, [row.id for row in rows], now)
    tickets = [
        replace(
            _waiting(session, row, teams, skills, now),
            not_agents=left.get(row.id, frozenset()),
        )
        for row in rows
    ]
    version = {row.id: row.version for row in rows}
    agents = {row.id: row for row in session.scalars(select(AgentRow))}
    changed = []
    for one in match(tickets, people, now):
        row = agents[one.agent_id]
        try:
            ticket = take(
                session,
                one.ticket_id,
                agent_of(row),
                version=version[one.ticket_id],
                now=now,
                why=one.why,
            )
        except TicketConflict:
            continue  # an agent was faster
        session.execute(update(AgentRow).where(AgentRow.id == row.id).values(assigned_at=now))
        changed.append(ticket.conversation_id)
    return changed


def people_at_work(session: Session) -> list[Person]:
    """Who takes tickets now, with how much they have."""
    counted = session.execute(
        select(TicketRow.agent_id, func.count())
        .where(TicketRow.state == "assigned", TicketRow.snoozed_until.is_(None))
        .group_by(TicketRow.agent_id)
    )
    loads = {agent_id: count for agent_id, count in counted}  # noqa: C416
    team_keys: dict[int, set[str]] = {}
    for team in list_teams(session):
        for agent_id in team.members:
            team_keys.setdefault(agent_id, set()).add(team.key)
    rows = session.scalars(
        select(AgentRow).where(AgentRow.presence == "online", AgentRow.is_active.is_(True))
    )
    return [
        Person(
            agent_id=row.id,
            languages=frozenset(row.languages),
            skills=frozenset(row.skills),
            teams=frozenset(team_keys.get(row.id, ())),
            load=loads.get(row.id, 0),
            capacity=row.capacity,
            idle_since=row.assigned_at or row.created_at,
        )
        for row in rows
    ]


def expected_wait(session: Session, ticket: TicketView, *, now: datetime) -> int | None:
    """About how many minutes a waiting ticket still waits; None when nobody is at the desk."""
    position = queue_position(session, ticket.id)
    if position is None:
        return 0
    staffing = _staffing(session, people_at_work(session))
    return _minutes_at(session, ticket.id, position, staffing, now)


def sign_off(session: Session, agent_id: int, *, now: datetime) -> list[str]:
    """A person leaves: what they had waits for a colleague, and the shoppers are told.

    Snoozed tickets stay theirs. Returns conversations that changed.
    """
    set_presence(session, agent_id, "offline", now=now)
    row = session.get_one(AgentRow, agent_id)
    rows = session.scalars(
        select(TicketRow).where(
            TicketRow.agent_id == agent_id,
            TicketRow.state == "assigned",
            TicketRow.snoozed_until.is_(None),
        )
    )
    changed = []
    for ticket_id, version in [(ticket.id, ticket.version) for ticket in rows]:
        ticket = release(session, ticket_id, agent_of(row), version=version, now=now)
        record_why(session, ticket_id, "requeued", now, (Why("signed_off", row.name),))
        changed.append(ticket.conversation_id)
    return changed


def known_skills(session: Session) -> frozenset[str]:
    """Skills that somebody has, at work or not: a skill nobody has keeps no ticket waiting."""
    rows = session.scalars(select(AgentRow.skills).where(AgentRow.is_active.is_(True)))
    return frozenset(skill for skills in rows for skill in skills)


def _left_by(
    session: Session, ticket_ids: Collection[int], now: datetime
) -> dict[int, frozenset[int]]:
    """Who gave each of these tickets away a moment ago and shall not get it back at once."""
    rows = session.execute(
        select(TicketEventRow.ticket_id, TicketEventRow.agent_id).where(
            TicketEventRow.ticket_id.in_(ticket_ids),
            TicketEventRow.kind == "left",
            TicketEventRow.at > now - NOT_BACK,
        )
    )
    found: dict[int, set[int]] = {}
    for ticket_id, agent_id in rows:
        if agent_id is not None:
            found.setdefault(ticket_id, set()).add(agent_id)
    return {ticket_id: frozenset(agents) for ticket_id, agents in found.items()}


@dataclass(frozen=True)
class _Staffing:
    """What every expected wait is reckoned from."""

    people: list[Person]
    teams: list[Team]
    skills: frozenset[str]
    minutes_per_ticket: float


def _staffing(session: Session, people: list[Person]) -> _Staffing:
    return _Staffing(
        people, list_teams(session), known_skills(session), _minutes_per_ticket(session)
    )


def _minutes_at(
    session: Session, ticket_id: int, position: int, staffing: _Staffing, now: datetime
) -> int | None:
    row = session.get_one(TicketRow, ticket_id)
    wanted = _waiting(session, row, staffing.teams, staffing.skills, now)
    able = [
        one
        for one in staffing.people
        if refusal(wanted, replace(one, load=0, capacity=max(1, one.capacity))) is None
    ]
    rooms = sum(max(0, person.capacity - person.load) for person in able)
    return expected_minutes(position, len(able), rooms, staffing.minutes_per_ticket)


def _sign_off_gone(session: Session, now: datetime) -> list[str]:
    gone = session.scalars(
        select(AgentRow.id).where(
            AgentRow.presence != "offline", AgentRow.seen_at <= now - GONE_AFTER
        )
    )
    return [place for agent_id in list(gone) for place in sign_off(session, agent_id, now=now)]


def _wake(session: Session, now: datetime) -> list[str]:
    rows = list(
        session.scalars(select(TicketRow).where(TicketRow.snoozed_until <= now, _is_open()))
    )
    rows += [session.get_one(TicketRow, one) for one in _written_while_snoozed(session, now)]
    changed = []
    for row in rows:
        changed += _change_quietly(session, row, now, {"snoozed_until": None}, "woken", ())
    return changed


def _written_while_snoozed(session: Session, now: datetime) -> list[int]:
    """Snoozed tickets whose shopper wrote since: they come back at once."""
    rows = session.execute(
        select(TicketRow.id, TicketRow.conversation_id, TicketRow.updated_at).where(
            TicketRow.snoozed_until > now, _is_open()
        )
    ).all()
    last = last_words(session, [place for _, place, _ in rows]) if rows else {}
    return [
        number
        for number, place, at in rows
        if (said := last.get(place)) is not None
        and said.last_author == "shopper"
        and said.conversation.updated_at > at
    ]


def _mark_breaches(session: Session, now: datetime) -> list[str]:
    """Late tickets are marked once and become urgent, for the supervisors' board and the queue."""
    rows = list(
        session.scalars(
            select(TicketRow)
            .where(
                _is_open(),
                TicketRow.breached_at.is_(None),
                or_(
                    and_(TicketRow.first_reply_at.is_(None), TicketRow.first_due_at <= now),
                    and_(TicketRow.first_reply_at.is_not(None), TicketRow.resolve_due_at <= now),
                ),
            )
            .limit(LATE_AT_ONCE)
        )
    )
    changed = []
    for row in rows:
        clock = "first_reply" if row.first_reply_at is None else "resolve"
        values: dict[str, object] = {"breached_at": now, "escalated_at": now}
        if row.state == "waiting":
            values["priority"] = PRIORITIES.index(ESCALATES_TO)
        changed += _change_quietly(session, row, now, values, "breached", (Why(clock),))
    return changed


def _tell_those_who_wait(session: Session, now: datetime) -> list[str]:
    """Place and expected wait, now and then; where nobody is at the desk, that."""
    if not hours_of(session).is_open(now):
        return _give_to_assistant(session, now)
    people = people_at_work(session)
    every = TOLD_EVERY if people else NOBODY_TOLD_EVERY
    due = _told_before(now, every)
    rows = list(
        session.scalars(
            select(TicketRow)
            .where(TicketRow.state == "waiting", _is_awake(now), due)
            .limit(TOLD_AT_ONCE)
        )
    )
    if not rows:
        return []
    staffing, changed = _staffing(session, people), []
    for row in rows:
        ticket = get_ticket(session, row.id)
        position, minutes = ticket.position, None
        if position is not None:
            minutes = _minutes_at(session, ticket.id, position, staffing, now)
        session.execute(update(TicketRow).where(TicketRow.id == ticket.id).values(told_at=now))
        if minutes is None or position is None:
            tell_shopper(session, ticket, "nobody", "", now)
        else:
            tell_waiting(session, ticket, position, minutes, now)
        changed.append(ticket.conversation_id)
    return changed


def _give_to_assistant(session: Session, now: datetime) -> list[str]:
    """Shoppers who still wait when the desk has closed are helped by the assistant meanwhile."""
    changed = _left_with_people(session)[:TOLD_AT_ONCE]
    for number, place in changed:
        hand_to_bot(session, place, now=now)
        tell_shopper(session, get_ticket(session, number), "night", "", now)
    return [place for _, place in changed]


def _left_with_people(session: Session) -> list[tuple[int, str]]:
    """Waiting tickets, with their conversations, in which the assistant does not answer."""
    rows = session.execute(
        select(TicketRow.id, TicketRow.conversation_id).where(
            _is_open(), TicketRow.state == "waiting"
        )
    ).all()
    with_people = handled_by_agent(session, [place for _, place in rows])
    return [(number, place) for number, place in rows if place in with_people]


def _is_anybody_untold(session: Session, now: datetime) -> bool:
    """Whether somebody waits while nobody is in, and was not told so."""
    if not hours_of(session).is_open(now):
        return bool(_left_with_people(session))
    waits = and_(
        _is_open(),
        TicketRow.state == "waiting",
        _is_awake(now),
        _told_before(now, NOBODY_TOLD_EVERY),
    )
    return session.scalar(select(TicketRow.id).where(waits).limit(1)) is not None


def _told_before(now: datetime, every: timedelta) -> ColumnElement[bool]:
    last = func.coalesce(TicketRow.told_at, TicketRow.opened_at)
    return last <= case((TicketRow.told_at.is_(None), now - FIRST_TOLD), else_=now - every)


def _change_quietly(
    session: Session,
    row: TicketRow,
    now: datetime,
    values: dict[str, object],
    kind: str,
    why: Sequence[Why],
) -> list[str]:
    ticket_id, version, conversation_id = row.id, row.version, row.conversation_id
    try:
        change(
            session, ticket_id, TicketRow.id == ticket_id, version=version, now=now, values=values
        )
    except TicketConflict:
        return []
    record_why(session, ticket_id, kind, now, why)
    return [conversation_id]


def _waiting(
    session: Session,
    row: TicketRow,
    teams: Collection[Team],
    skills: frozenset[str],
    now: datetime,
) -> Waiting:
    """The ticket as one that waits, wanting only those of its skills that somebody has."""
    team = next((team for team in teams if team.id == row.team_id), None)
    also: set[str] = set()
    if team is not None and team.overflow_key is not None:
        allowed = timedelta(minutes=team.overflow_minutes)
        also = {team.overflow_key} if now - row.opened_at >= allowed else set()
    return Waiting(
        ticket_id=row.id,
        team=team.key if team is not None and team.members else None,
        language=row.language,
        skills=frozenset(row.skills) & skills,
        priority=row.priority,
        opened_at=row.opened_at,
        due_at=row.first_due_at or row.opened_at,
        last_agent_id=_last_agent(session, row),
        also_teams=frozenset(also),
    )


def _last_agent(session: Session, row: TicketRow) -> int | None:
    """Who had the shopper's last ticket."""
    same = TicketRow.conversation_id == row.conversation_id
    if row.customer_id is not None:
        same = or_(same, TicketRow.customer_id == row.customer_id)
    return session.scalar(
        select(TicketRow.agent_id)
        .where(same, TicketRow.id < row.id, TicketRow.agent_id.is_not(None))
        .order_by(TicketRow.id.desc())
        .limit(1)
    )


def _minutes_per_ticket(session: Session) -> float:
    """How long a person is busy with a ticket, from the latest that ended."""
    rows = session.execute(
        select(TicketRow.taken_at, TicketRow.closed_at)
        .where(TicketRow.state == "closed", TicketRow.taken_at.is_not(None))
        .order_by(TicketRow.closed_at.desc())
        .limit(RECENT)
    )
    spans = sorted(
        (closed - taken).total_seconds() / 60 for taken, closed in rows if closed and taken
    )
    return max(1.0, spans[len(spans) // 2]) if spans else USUAL_MINUTES


def _is_awake(now: datetime) -> ColumnElement[bool]:
    return or_(TicketRow.snoozed_until.is_(None), TicketRow.snoozed_until <= now)
