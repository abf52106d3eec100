"""What supervisors want to know: how it stands now, and how it went.

Times are medians, because one forgotten ticket should not hide a good week. Containment is the
share of conversations that never needed a person.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from conversations import count_conversations
from desk.tickets.accounts import agent_of
from desk.tickets.models import AgentRow, TicketRow
from desk.tickets.records import Agent
from desk.tickets.routing_models import TeamRow
from desk.tickets.work_models import RatingRow, ReviewRow

MOST_ROWS: Final = 50_000
AT_RISK: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Board:
    """How it stands now."""

    waiting: int
    assigned: int
    snoozed: int
    late: int
    at_risk: int
    oldest: datetime | None
    people: tuple[tuple[Agent, int], ...]
    teams: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Line:
    """Figures of one queue, agent, topic, channel or day; minutes are medians."""

    name: str
    tickets: int
    solved: int
    first_reply_minutes: float | None
    resolve_minutes: float | None
    breached: int
    rating: float | None
    ratings: int


@dataclass(frozen=True)
class Report:
    """How a span of days went."""

    since: datetime
    total: Line
    conversations: int
    containment: float | None
    reasons: tuple[tuple[str, int], ...]
    points: tuple[int, int, int, int, int]
    days: tuple[Line, ...]
    by: dict[str, tuple[Line, ...]]
    review_points: float | None


@dataclass(frozen=True)
class _Row:
    opened: datetime
    first_reply: datetime | None
    closed: datetime | None
    outcome: str | None
    is_late: bool
    topic: str
    channel: str
    reason: str
    team: str
    agent: str
    points: int | None


def read_board(session: Session, *, now: datetime) -> Board:
    """Waiting, open, late, who is there and with how much."""
    rows = session.execute(
        select(
            TicketRow.state,
            TicketRow.agent_id,
            TicketRow.team_id,
            TicketRow.opened_at,
            TicketRow.snoozed_until,
            TicketRow.breached_at,
            TicketRow.first_reply_at,
            TicketRow.first_due_at,
            TicketRow.resolve_due_at,
        ).where(TicketRow.state != "closed")
    ).all()
    awake = [row for row in rows if row.snoozed_until is None or row.snoozed_until <= now]
    waiting = [row for row in awake if row.state == "waiting"]
    load = Counter(row.agent_id for row in awake if row.state == "assigned")
    soon = 0
    for row in awake:
        due = row.first_due_at if row.first_reply_at is None else row.resolve_due_at
        soon += due is not None and now < due <= now + AT_RISK
    names = {row.id: row.name for row in session.scalars(select(TeamRow))}
    by_team = Counter(row.team_id for row in waiting)
    open_by_team = Counter(row.team_id for row in awake)
    people = [agent_of(row) for row in session.scalars(select(AgentRow).order_by(AgentRow.name))]
    return Board(
        waiting=len(waiting),
        assigned=sum(load.values()),
        snoozed=len(rows) - len(awake),
        late=sum(row.breached_at is not None for row in rows),
        at_risk=soon,
        oldest=min((row.opened_at for row in waiting), default=None),
        people=tuple((one, load.get(one.id, 0)) for one in people if one.is_active),
        teams=tuple((names[one], by_team.get(one, 0), open_by_team.get(one, 0)) for one in names),
    )


def read_report(session: Session, *, now: datetime, days: int) -> Report:
    """The figures of the last `days` days, tickets counted by the day they were opened."""
    since = now - timedelta(days=days)
    rows = _rows(session, since)
    started = count_conversations(session, since=since)
    with_person = (
        session.scalar(
            select(func.count(func.distinct(TicketRow.conversation_id))).where(
                TicketRow.opened_at >= since
            )
        )
        or 0
    )
    points = Counter(row.points for row in rows if row.points)
    reviewed = [
        sum(row.points.values()) / len(row.points)
        for row in session.scalars(select(ReviewRow).where(ReviewRow.at >= since))
        if row.points
    ]
    return Report(
        since=since,
        total=_line("", rows),
        conversations=started,
        containment=max(0.0, 1 - with_person / started) if started else None,
        reasons=tuple(Counter(row.reason for row in rows).most_common()),
        points=(points[1], points[2], points[3], points[4], points[5]),
        days=_days(rows, since, days),
        by={
            "team": _group(rows, lambda row: row.team),
            "agent": _group(rows, lambda row: row.agent),
            "topic": _group(rows, lambda row: row.topic),
            "channel": _group(rows, lambda row: row.channel),
        },
        review_points=sum(reviewed) / len(reviewed) if reviewed else None,
    )


def _rows(session: Session, since: datetime) -> list[_Row]:
    found = session.execute(
        select(TicketRow, TeamRow.name, AgentRow.name, RatingRow.score)
        .outerjoin(TeamRow, TeamRow.id == TicketRow.team_id)
        .outerjoin(AgentRow, AgentRow.id == TicketRow.agent_id)
        .outerjoin(RatingRow, RatingRow.ticket_id == TicketRow.id)
        .where(TicketRow.opened_at >= since)
        .order_by(TicketRow.id)
        .limit(MOST_ROWS)
    )
    return [
        _Row(
            opened=row.opened_at,
            first_reply=row.first_reply_at,
            closed=row.closed_at,
            outcome=row.outcome,
            is_late=row.breached_at is not None,
            topic=row.topic,
            channel=row.channel,
            reason=row.reason,
            team=team or "",
            agent=agent or "",
            points=points,
        )
        for row, team, agent, points in found
    ]


def _line(name: str, rows: Sequence[_Row]) -> Line:
    first = [_minutes(row.opened, row.first_reply) for row in rows if row.first_reply]
    whole = [_minutes(row.opened, row.closed) for row in rows if row.closed]
    points = [row.points for row in rows if row.points]
    return Line(
        name=name,
        tickets=len(rows),
        solved=sum(row.outcome == "solved" for row in rows),
        first_reply_minutes=median(first) if first else None,
        resolve_minutes=median(whole) if whole else None,
        breached=sum(row.is_late for row in rows),
        rating=sum(points) / len(points) if points else None,
        ratings=len(points),
    )


def _group(rows: Sequence[_Row], key: Callable[[_Row], str]) -> tuple[Line, ...]:
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return tuple(
        _line(name, groups[name]) for name in sorted(groups, key=lambda one: -len(groups[one]))
    )


def _days(rows: Sequence[_Row], since: datetime, days: int) -> tuple[Line, ...]:
    by_day: dict[str, list[_Row]] = {
        (since + timedelta(days=one + 1)).date().isoformat(): [] for one in range(days)
    }
    for row in rows:
        by_day.setdefault(row.opened.date().isoformat(), []).append(row)
    return tuple(_line(day, by_day[day]) for day in sorted(by_day))


def _minutes(start: datetime, end: datetime | None) -> float:
    assert end is not None, "only rows that have the moment are measured"
    return max(0.0, (end - start).total_seconds() / 60)
