"""What became of suggested replies: the signal that later suggestions learn from."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.tickets.setup import SetupRefused
from desk.tickets.work_models import SuggestionRow

OUTCOMES: Final = ("accepted", "rejected")
PRIOR: Final = 4.0


def note_suggestion(
    session: Session,
    *,
    ticket_id: int,
    message_id: int,
    source: str,
    language: str,
    score: float,
    outcome: str,
    agent_id: int,
    now: datetime,
) -> None:
    """Keep what an agent did with a suggestion; raises SetupRefused for an unknown outcome."""
    if outcome not in OUTCOMES:
        raise SetupRefused(f"outcome: must be one of {', '.join(OUTCOMES)}")
    session.add(
        SuggestionRow(
            ticket_id=ticket_id,
            message_id=message_id,
            source=source[:160],
            language=language[:2],
            score=score,
            outcome=outcome,
            agent_id=agent_id,
            at=now,
        )
    )
    session.flush()


def liking(session: Session) -> dict[str, float]:
    """How agents took each source: a factor around 1 that grows with acceptance."""
    rows = session.execute(
        select(SuggestionRow.source, SuggestionRow.outcome, func.count()).group_by(
            SuggestionRow.source, SuggestionRow.outcome
        )
    )
    counts: dict[str, dict[str, int]] = {}
    for source, outcome, count in rows:
        counts.setdefault(source, {})[outcome] = count
    return {
        source: (one.get("accepted", 0) + PRIOR) / (sum(one.values()) / 2 + PRIOR)
        for source, one in counts.items()
    }
