"""The audit log: who changed an account, a rule, an order, a key; written once, never changed.

The database refuses changes and deletions, and each row carries a hash over itself and the row
before it: a copy of the log that was tampered with does not add up.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from desk.tickets.audit_models import AuditRow
from desk.tickets.records import Agent


@dataclass(frozen=True)
class Audited:
    """One line of the log."""

    id: int
    at: datetime
    agent_name: str
    act: str
    subject: str
    detail: dict[str, Any]


def audit(
    session: Session,
    agent: Agent | None,
    act: str,
    subject: str,
    now: datetime,
    **detail: str | int | bool | list[str] | None,
) -> None:
    """Add a line in the caller's unit of work; `detail` holds no words of shoppers."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        session.execute(text("SELECT pg_advisory_xact_lock(774401)"))
    last = session.scalar(select(AuditRow.chain).order_by(AuditRow.id.desc()).limit(1))
    name = agent.name if agent else "system"
    row = AuditRow(
        at=now,
        agent_id=agent.id if agent else None,
        agent_name=name,
        act=act,
        subject=subject[:80],
        detail=detail,
        chain=_chain(last or "", now, name, act, subject[:80], detail),
    )
    session.add(row)
    session.flush()


def read_audit(session: Session, *, page: int = 1, size: int = 50) -> list[Audited]:
    """Newest first."""
    rows = session.scalars(
        select(AuditRow).order_by(AuditRow.id.desc()).limit(size).offset((page - 1) * size)
    )
    return [Audited(r.id, r.at, r.agent_name, r.act, r.subject, dict(r.detail)) for r in rows]


def first_break(session: Session) -> int | None:
    """The first line whose hash does not fit; None for a log that adds up."""
    last = ""
    for row in session.scalars(select(AuditRow).order_by(AuditRow.id)):
        if row.chain != _chain(last, row.at, row.agent_name, row.act, row.subject, row.detail):
            return row.id
        last = row.chain
    return None


def _chain(
    last: str, at: datetime, name: str, act: str, subject: str, detail: dict[str, Any]
) -> str:
    body = json.dumps(
        [last, at.isoformat(), name, act, subject, detail], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(body.encode()).hexdigest()
