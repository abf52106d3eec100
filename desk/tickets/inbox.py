"""The inbox's lists: views, filters, search over what was said, a page at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from conversations import conversations_saying, unanswered
from desk.tickets.models import TicketRow
from desk.tickets.queue import views_of
from desk.tickets.records import PRIORITIES, TicketView
from desk.tickets.routing_models import TeamMemberRow
from desk.tickets.work_models import LabelRow, MentionRow, NoteRow
from kit.folding import says
from shop.access import customers_called

View = Literal["waiting", "mine", "team", "open", "snoozed", "breached", "mentions", "all"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
LONGEST_SEARCH: Final = 80
MOST_FOUND: Final = 2000


@dataclass(frozen=True)
class Query:
    """What a list shows; empty parts do not narrow it."""

    view: View = "waiting"
    text: str = ""
    team_id: int | None = None
    label: str = ""
    priority: str = ""
    language: str = ""
    topic: str = ""
    page: int = 1


@dataclass(frozen=True)
class Found:
    """One page of a list."""

    tickets: tuple[TicketView, ...]
    total: int
    page: int
    pages: int


def find_tickets(
    session: Session, query: Query, *, agent_id: int, now: datetime, on_a_page: int = 50
) -> Found:
    """The page asked for, or the last one where there are fewer.

    A text is looked for in all tickets, whichever view is open.
    """
    view: View = "all" if query.text.strip() else query.view
    condition = and_(_in_view(view, agent_id, now), *_filters(session, query))
    total = session.scalar(select(func.count()).select_from(TicketRow).where(condition)) or 0
    pages = max(1, -(-total // on_a_page))
    page = min(max(1, query.page), pages)
    ids = list(
        session.scalars(
            select(TicketRow.id)
            .where(condition)
            .order_by(*_order(view))
            .limit(on_a_page)
            .offset((page - 1) * on_a_page)
        )
    )
    first = (page - 1) * on_a_page + 1 if query == Query(page=query.page) else None
    return Found(tuple(views_of(session, ids, first)), total, page, pages)


def count_views(session: Session, *, agent_id: int, now: datetime) -> dict[View, int]:
    """How many tickets each list holds, in one look."""
    names = [view for view in VIEWS if view not in ("mentions", "all")]
    counted = [func.sum(case((_in_view(view, agent_id, now), 1), else_=0)) for view in names]
    row = session.execute(select(*counted).where(TicketRow.state != "closed")).one()
    counts: dict[View, int] = {}
    for name, value in zip(names, row, strict=True):
        counts[name] = int(value or 0)
    counts["all"] = session.scalar(select(func.count()).select_from(TicketRow)) or 0
    unseen = (
        select(func.count(func.distinct(NoteRow.ticket_id)))
        .join(MentionRow, MentionRow.note_id == NoteRow.id)
        .where(MentionRow.agent_id == agent_id, MentionRow.seen_at.is_(None))
    )
    counts["mentions"] = session.scalar(unseen) or 0
    return counts


def unanswered_of(session: Session, *, agent_id: int, now: datetime) -> tuple[int, int]:
    """How many of an agent's tickets wait for their answer, and the newest message in those."""
    places = session.scalars(
        select(TicketRow.conversation_id).where(_in_view("mine", agent_id, now))
    )
    found = unanswered(session, list(places))
    return len(found), max(found.values(), default=0)


def labels_of(session: Session, ticket_ids: Collection[int]) -> dict[int, list[str]]:
    """Labels by ticket, in the order of the alphabet."""
    found: dict[int, list[str]] = {}
    rows = session.scalars(
        select(LabelRow).where(LabelRow.ticket_id.in_(ticket_ids)).order_by(LabelRow.label)
    )
    for row in rows:
        found.setdefault(row.ticket_id, []).append(row.label)
    return found


def known_labels(session: Session, limit: int = 100) -> list[str]:
    """Labels in use, for filters and for completing what is typed."""
    rows = session.scalars(select(LabelRow.label).distinct().order_by(LabelRow.label).limit(limit))
    return list(rows)


def _in_view(view: View, agent_id: int, now: datetime) -> ColumnElement[bool]:
    is_awake = or_(TicketRow.snoozed_until.is_(None), TicketRow.snoozed_until <= now)
    is_open = TicketRow.state != "closed"
    mine = and_(TicketRow.agent_id == agent_id, TicketRow.state == "assigned")
    if view == "waiting":
        return and_(TicketRow.state == "waiting", is_awake)
    if view == "mine":
        return and_(mine, is_awake)
    if view == "team":
        teams = select(TeamMemberRow.team_id).where(TeamMemberRow.agent_id == agent_id)
        return and_(is_open, is_awake, TicketRow.team_id.in_(teams))
    if view == "open":
        return and_(is_open, is_awake)
    if view == "snoozed":
        return and_(is_open, TicketRow.snoozed_until > now)
    if view == "breached":
        return and_(is_open, TicketRow.breached_at.is_not(None))
    if view == "mentions":
        named = (
            select(NoteRow.ticket_id)
            .join(MentionRow, MentionRow.note_id == NoteRow.id)
            .where(MentionRow.agent_id == agent_id)
        )
        return TicketRow.id.in_(named)
    return TicketRow.id.is_not(None)


def _order(view: View) -> tuple[Any, ...]:
    if view == "waiting":
        return (TicketRow.priority.desc(), TicketRow.opened_at, TicketRow.id)
    if view == "breached":
        return (TicketRow.breached_at, TicketRow.id)
    if view == "snoozed":
        return (TicketRow.snoozed_until, TicketRow.id)
    return (TicketRow.updated_at.desc(), TicketRow.id.desc())


def _filters(session: Session, query: Query) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.team_id is not None:
        found.append(TicketRow.team_id == query.team_id)
    if query.label:
        labelled = select(LabelRow.ticket_id).where(LabelRow.label == query.label)
        found.append(TicketRow.id.in_(labelled))
    if query.priority in PRIORITIES:
        found.append(TicketRow.priority == PRIORITIES.index(query.priority))
    if query.language:
        found.append(TicketRow.language == query.language)
    if query.topic:
        found.append(TicketRow.topic == query.topic)
    text = query.text.strip()[:LONGEST_SEARCH]
    if text.lstrip("#").isascii() and text.lstrip("#").isdigit():
        number = text.lstrip("#")[:12]
        found.append(or_(TicketRow.id == int(number), TicketRow.order_number == number))
    elif text:
        # Looked up once: the count and the page would each read all messages again.
        said = conversations_saying(session, text, MOST_FOUND)
        people = [str(one) for one in customers_called(session, text, MOST_FOUND)]
        found.append(
            or_(
                TicketRow.conversation_id.in_(said),
                TicketRow.customer_id.in_(people),
                TicketRow.id.in_(_mentioning(session, text)),
            )
        )
    return found


def _mentioning(session: Session, text: str) -> set[int]:
    """Tickets whose summary, address for answers, notes or labels have the text in them."""
    dialect = session.get_bind().dialect.name
    here = or_(says(TicketRow.summary, text, dialect), says(TicketRow.mail_to, text, dialect))
    found: set[int] = set()
    for statement in (
        select(TicketRow.id).where(here),
        select(NoteRow.ticket_id).where(says(NoteRow.text, text, dialect)),
        select(LabelRow.ticket_id).where(says(LabelRow.label, text, dialect)),
    ):
        found.update(session.scalars(statement.limit(MOST_FOUND)))
    return found
