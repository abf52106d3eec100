"""Quality: a supervisor reads a closed ticket and gives points; agents can learn from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.tickets.models import AgentRow, TicketRow
from desk.tickets.queue import record_why, views_of
from desk.tickets.records import Agent, TicketView
from desk.tickets.routing import Why
from desk.tickets.setup import SetupRefused
from desk.tickets.work_models import RatingRow, ReviewRow

QUESTIONS: Final = ("understood", "correct", "kind", "complete")
LONGEST: Final = 2000


@dataclass(frozen=True)
class Review:
    """Points from 1 to 5 per question, and a comment."""

    reviewer: str
    points: dict[str, int]
    comment: str
    at: datetime


def review_ticket(
    session: Session,
    ticket_id: int,
    reviewer: Agent,
    points: Mapping[str, int],
    comment: str,
    *,
    now: datetime,
) -> None:
    """Keep or replace the review; raises SetupRefused naming the question."""
    for name in QUESTIONS:
        if not 1 <= points.get(name, 0) <= 5:
            raise SetupRefused(f"{name}: give 1 to 5 points")
    if len(comment) > LONGEST:
        raise SetupRefused(f"comment: may have {LONGEST} characters")
    session.merge(
        ReviewRow(
            ticket_id=ticket_id,
            reviewer_id=reviewer.id,
            points={name: points[name] for name in QUESTIONS},
            comment=comment,
            at=now,
        )
    )
    mean = sum(points[name] for name in QUESTIONS) / len(QUESTIONS)
    record_why(session, ticket_id, "reviewed", now, (Why("points", f"{mean:.1f}"),), reviewer.id)


def review_of(session: Session, ticket_id: int) -> Review | None:
    """The review of a ticket, if there is one."""
    found = session.execute(
        select(ReviewRow, AgentRow.name)
        .join(AgentRow, AgentRow.id == ReviewRow.reviewer_id)
        .where(ReviewRow.ticket_id == ticket_id)
    ).first()
    if found is None:
        return None
    row, name = found
    return Review(name, dict(row.points), row.comment, row.at)


def to_review(session: Session, limit: int = 20) -> list[TicketView]:
    """Closed tickets without a review: those that went badly first, then a fair share of all."""
    reviewed = select(ReviewRow.ticket_id)
    ids = session.scalars(
        select(TicketRow.id)
        .outerjoin(RatingRow, RatingRow.ticket_id == TicketRow.id)
        .where(
            TicketRow.state == "closed",
            TicketRow.outcome != "merged",
            TicketRow.agent_id.is_not(None),
            TicketRow.id.not_in(reviewed),
        )
        .order_by(
            func.coalesce(RatingRow.score, 6),
            TicketRow.breached_at.is_(None),
            TicketRow.closed_at.desc(),
        )
        .limit(limit)
    )
    return views_of(session, list(ids))
