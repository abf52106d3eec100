"""Everyday acts on a ticket: priority, labels, snooze, notes with mentions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from conversations import announce_change
from desk.tickets.models import AgentRow, TicketRow
from desk.tickets.places import is_this_or_merged
from desk.tickets.queue import change, get_ticket, not_a_colleagues, record_why
from desk.tickets.records import PRIORITIES, Agent, TicketView
from desk.tickets.routing import Why
from desk.tickets.setup import SetupRefused, hours_of, sla_targets
from desk.tickets.work_models import LabelRow, MentionRow, NoteRow

LONGEST_NOTE: Final = 4000
LONGEST_SNOOZE: Final = timedelta(days=60)
MOST_LABELS: Final = 12
_LABEL: Final = re.compile(r"[\w][\w .-]{0,38}")


@dataclass(frozen=True)
class Note:
    """What a colleague wrote for colleagues."""

    id: int
    agent_name: str
    text: str
    at: datetime


def set_priority(
    session: Session, ticket_id: int, agent: Agent, priority: str, *, version: int, now: datetime
) -> TicketView:
    """Change how urgent it is, and with it by when it wants what, counted from its opening.

    Raises SetupRefused, NotYours, TicketConflict.
    """
    if priority not in PRIORITIES:
        raise SetupRefused(f"priority: must be one of {', '.join(PRIORITIES)}")
    before = get_ticket(session, ticket_id)
    values: dict[str, object] = {"priority": PRIORITIES.index(priority)}
    if priority != before.priority:
        target, hours = sla_targets(session)[priority], hours_of(session)
        values["resolve_due_at"] = hours.after(before.opened_at, target.resolve_minutes)
        if before.first_reply_at is None:
            values["first_due_at"] = hours.after(before.opened_at, target.first_reply_minutes)
    _open_change(session, ticket_id, agent, version, now, values)
    record_why(session, ticket_id, "priority", now, (Why("to", priority),), agent.id)
    return get_ticket(session, ticket_id)


def snooze(
    session: Session,
    ticket_id: int,
    agent: Agent,
    until: datetime | None,
    *,
    version: int,
    now: datetime,
) -> TicketView:
    """Put it out of sight until then, or back now with None; raises SetupRefused, TicketConflict.

    A shopper who writes brings it back.
    """
    if until is not None and not now < until <= now + LONGEST_SNOOZE:
        raise SetupRefused("until: must be within the next 60 days")
    _open_change(session, ticket_id, agent, version, now, {"snoozed_until": until})
    why = (Why("until", until.isoformat()),) if until else ()
    record_why(session, ticket_id, "snoozed" if until else "woken", now, why, agent.id)
    return get_ticket(session, ticket_id)


def set_labels(
    session: Session,
    ticket_id: int,
    agent: Agent,
    labels: Sequence[str],
    *,
    version: int,
    now: datetime,
) -> TicketView:
    """Replace the labels; raises SetupRefused naming a bad one, TicketConflict."""
    wanted = sorted({label.strip().lower() for label in labels if label.strip()})
    if len(wanted) > MOST_LABELS:
        raise SetupRefused(f"labels: at most {MOST_LABELS}")
    for label in wanted:
        if not _LABEL.fullmatch(label):
            raise SetupRefused(f"labels: {label[:40]!r} may have letters, digits, spaces, . and -")
    allowed = or_(TicketRow.state == "closed", not_a_colleagues(agent))
    change(session, ticket_id, allowed, version=version, now=now, values={})
    session.execute(delete(LabelRow).where(LabelRow.ticket_id == ticket_id))
    session.add_all(LabelRow(ticket_id=ticket_id, label=label) for label in wanted)
    record_why(session, ticket_id, "labels", now, (Why("to", ", ".join(wanted)),), agent.id)
    return get_ticket(session, ticket_id)


def add_note(
    session: Session, ticket_id: int, agent: Agent, text: str, *, now: datetime
) -> tuple[str, ...]:
    """Write for colleagues; whose names stand after an @ are told. Gives back their names.

    Raises SetupRefused for an empty or endless note.
    """
    if not 0 < len(text) <= LONGEST_NOTE:
        raise SetupRefused(f"text: must have 1 to {LONGEST_NOTE} characters")
    ticket = get_ticket(session, ticket_id)
    row = NoteRow(ticket_id=ticket_id, agent_id=agent.id, text=text, at=now)
    session.add(row)
    session.flush()
    named = mentioned(session, text)
    session.add_all(MentionRow(note_id=row.id, agent_id=one) for one, _ in named)
    names = tuple(name for _, name in named)
    record_why(session, ticket_id, "noted", now, tuple(Why("to", name) for name in names), agent.id)
    announce_change(session, ticket.conversation_id, now=now)
    return names


def mentioned(session: Session, text: str) -> list[tuple[int, str]]:
    """Colleagues whose name, first name or e-mail's first part stands after an @ in the text."""
    if "@" not in text:
        return []
    lowered = text.lower()
    found = []
    for row in session.scalars(select(AgentRow).where(AgentRow.is_active.is_(True))):
        names = {row.name.lower(), row.name.split()[0].lower(), row.email.partition("@")[0].lower()}
        if any(_named(lowered, name) for name in names):
            found.append((row.id, row.name))
    return found


def notes_of(session: Session, ticket_id: int) -> list[Note]:
    """Its notes and those of tickets merged into it, oldest first."""
    rows = session.execute(
        select(NoteRow, AgentRow.name)
        .join(AgentRow, AgentRow.id == NoteRow.agent_id)
        .where(NoteRow.ticket_id.in_(select(TicketRow.id).where(is_this_or_merged(ticket_id))))
        .order_by(NoteRow.id)
    )
    return [Note(row.id, name, row.text, row.at) for row, name in rows]


def see_mentions(session: Session, ticket_id: int, agent_id: int, *, now: datetime) -> None:
    """The agent has opened the ticket in which they were named."""
    notes = select(NoteRow.id).where(NoteRow.ticket_id == ticket_id)
    session.execute(
        update(MentionRow)
        .where(
            MentionRow.agent_id == agent_id,
            MentionRow.seen_at.is_(None),
            MentionRow.note_id.in_(notes),
        )
        .values(seen_at=now)
    )


def has_unseen_mention(session: Session, ticket_id: int, agent_id: int) -> bool:
    """Whether `see_mentions` would change anything."""
    found = session.scalar(
        select(MentionRow.note_id)
        .join(NoteRow, NoteRow.id == MentionRow.note_id)
        .where(
            MentionRow.agent_id == agent_id,
            MentionRow.seen_at.is_(None),
            NoteRow.ticket_id == ticket_id,
        )
        .limit(1)
    )
    return found is not None


def _named(text: str, name: str) -> bool:
    place = text.find("@" + name)
    while place >= 0:
        after = text[place + 1 + len(name) : place + 2 + len(name)]
        if not (after.isalnum() and after.isascii()):
            return True
        place = text.find("@" + name, place + 1)
    return False


def _open_change(
    session: Session,
    ticket_id: int,
    agent: Agent,
    version: int,
    now: datetime,
    values: dict[str, object],
) -> None:
    allowed = not_a_colleagues(agent)
    change(session, ticket_id, allowed, version=version, now=now, values=values)
