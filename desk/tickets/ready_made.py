"""Ready-made replies, macros and kept filters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from desk.tickets.records import PRIORITIES
from desk.tickets.setup import SetupRefused
from desk.tickets.work_models import CannedReplyRow, MacroRow, SavedViewRow
from kit.i18n import LANGUAGES

VARIABLES: Final = ("customer", "agent", "shop", "order", "ticket")
STEP_KINDS: Final = ("reply", "label", "priority", "snooze_hours", "close", "hand_back")
LONGEST: Final = 4000
_SHORTCUT: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,38}")
GAP: Final = "____"
_VARIABLE: Final = re.compile(r"\{(\w*)(?:\|([^{}|]*))?\}")
_QUERY: Final = re.compile(r"[A-Za-z0-9=&_%.+-]{1,500}")


@dataclass(frozen=True)
class Canned:
    """A ready-made reply with its shortcut."""

    id: int
    shortcut: str
    language: str
    text: str


@dataclass(frozen=True)
class Macro:
    """Acts done one after the other: pairs of a kind and a value."""

    id: int
    name: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SavedView:
    """A kept filter: the inbox's address without its beginning."""

    id: int
    name: str
    query: str


def list_canned(session: Session, language: str | None = None) -> list[Canned]:
    """Ready-made replies, by shortcut."""
    statement = select(CannedReplyRow).order_by(CannedReplyRow.shortcut, CannedReplyRow.language)
    if language is not None:
        statement = statement.where(CannedReplyRow.language == language)
    return [Canned(r.id, r.shortcut, r.language, r.text) for r in session.scalars(statement)]


def save_canned(session: Session, shortcut: str, language: str, text: str) -> None:
    """Add or replace one; raises SetupRefused naming the field."""
    shortcut, text = shortcut.strip().lower().lstrip("/"), text.strip()
    if not _SHORTCUT.fullmatch(shortcut):
        raise SetupRefused("shortcut: use 1 to 39 small letters, digits, - and _")
    if language not in LANGUAGES:
        raise SetupRefused(f"language: must be {' or '.join(LANGUAGES)}")
    if not 0 < len(text) <= LONGEST:
        raise SetupRefused(f"text: must have 1 to {LONGEST} characters")
    unknown = [name for name, _ in _VARIABLE.findall(text) if name not in VARIABLES]
    if unknown:
        raise SetupRefused(f"text: {{{unknown[0]}}} is not one of {', '.join(VARIABLES)}")
    row = session.scalar(
        select(CannedReplyRow).where(
            CannedReplyRow.shortcut == shortcut, CannedReplyRow.language == language
        )
    )
    if row is None:
        session.add(CannedReplyRow(shortcut=shortcut, language=language, text=text))
    else:
        row.text = text
    session.flush()


def delete_canned(session: Session, canned_id: int) -> None:
    """Remove one; safe to repeat."""
    session.execute(delete(CannedReplyRow).where(CannedReplyRow.id == canned_id))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The reply with its variables filled in; what is not known stays visible as a gap.

    `{customer|there}` says what stands where the name is not known.
    """

    def value(found: re.Match[str]) -> str:
        return values.get(found[1]) or (GAP if found[2] is None else found[2])

    return _VARIABLE.sub(value, text)


def list_macros(session: Session) -> list[Macro]:
    """Macros, by name."""
    rows = session.scalars(select(MacroRow).order_by(MacroRow.name))
    return [
        Macro(row.id, row.name, tuple((kind, value) for kind, value in row.steps)) for row in rows
    ]


def save_macro(session: Session, name: str, steps: Sequence[tuple[str, str]]) -> None:
    """Add or replace one; raises SetupRefused naming the step."""
    if not 1 <= len(name.strip()) <= 60:
        raise SetupRefused("name: must have 1 to 60 characters")
    if not 1 <= len(steps) <= 8:
        raise SetupRefused("steps: a macro has 1 to 8 steps")
    for place, (kind, value) in enumerate(steps, start=1):
        if kind not in STEP_KINDS:
            raise SetupRefused(f"step {place}: must be one of {', '.join(STEP_KINDS)}")
        if kind == "priority" and value not in PRIORITIES:
            raise SetupRefused(f"step {place}: priority must be one of {', '.join(PRIORITIES)}")
        if kind == "snooze_hours" and not (value.isdigit() and 1 <= int(value) <= 720):
            raise SetupRefused(f"step {place}: hours must be 1 to 720")
        if kind in ("reply", "label") and not value.strip():
            raise SetupRefused(f"step {place}: needs a value")
    row = session.scalar(select(MacroRow).where(MacroRow.name == name.strip()))
    body: list[Any] = [[kind, value.strip()] for kind, value in steps]
    if row is None:
        session.add(MacroRow(name=name.strip(), steps=body))
    else:
        row.steps = body
    session.flush()


def delete_macro(session: Session, macro_id: int) -> None:
    """Remove one; safe to repeat."""
    session.execute(delete(MacroRow).where(MacroRow.id == macro_id))


def saved_views(session: Session, agent_id: int) -> list[SavedView]:
    """The agent's kept filters and everybody's."""
    rows = session.scalars(
        select(SavedViewRow)
        .where(or_(SavedViewRow.agent_id == agent_id, SavedViewRow.agent_id.is_(None)))
        .order_by(SavedViewRow.name)
    )
    return [SavedView(row.id, row.name, row.query) for row in rows]


def save_view(session: Session, agent_id: int, name: str, query: str) -> None:
    """Keep a filter; raises SetupRefused naming the field."""
    if not 1 <= len(name.strip()) <= 60:
        raise SetupRefused("name: must have 1 to 60 characters")
    if not _QUERY.fullmatch(query):
        raise SetupRefused("query: is not a filter of the inbox")
    session.add(SavedViewRow(agent_id=agent_id, name=name.strip(), query=query))
    session.flush()


def forget_view(session: Session, agent_id: int, view_id: int) -> None:
    """Forget one of the agent's own filters; safe to repeat."""
    session.execute(
        delete(SavedViewRow).where(SavedViewRow.id == view_id, SavedViewRow.agent_id == agent_id)
    )
