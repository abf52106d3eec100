"""Agents of the demo shop, with one password that is made once and kept in the data folder."""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.tickets.accounts import add_agent, set_password
from desk.tickets.models import AgentRow
from desk.tickets.ready_made import save_canned, save_macro
from desk.tickets.records import Role
from desk.tickets.setup import add_rule, list_teams, save_team, set_members
from kit.database import Database
from kit.languages import LANGUAGES, content

FILE_NAME: Final = "demo-desk.json"
PEOPLE: Final[tuple[tuple[str, str, Role], ...]] = (
    ("agent@fernweg.example", "Ines Vogel", "agent"),
    ("agent2@fernweg.example", "王芳 Wang Fang", "agent"),
    ("supervisor@fernweg.example", "Lena Hartmann", "supervisor"),
    ("admin@fernweg.example", "Paul Okoye", "admin"),
)


@dataclass(frozen=True)
class DemoAccess:
    """How to sign in to the demo's desk."""

    emails: tuple[str, ...]
    password: str


def ensure_demo_agents(database: Database, data_dir: Path, now: datetime) -> DemoAccess:
    """Make the demo's agents where they are missing; says how to sign in. Safe to repeat."""
    password, is_new = _password(data_dir / FILE_NAME)
    for email, name, role in PEOPLE:
        with database.session() as session:
            found = session.scalar(select(AgentRow.id).where(AgentRow.email == email))
            if found is None:
                add_agent(session, email=email, name=name, role=role, password=password, now=now)
            elif is_new:
                set_password(session, email, password)
    with database.session() as session:
        _set_up(session)
    return DemoAccess(tuple(email for email, _, _ in PEOPLE), password)


def _password(path: Path) -> tuple[str, bool]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return str(json.loads(path.read_text(encoding="utf-8"))["password"]), False
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"password": password, "emails": [email for email, _, _ in PEOPLE]}, file)
    return password, True


def _set_up(session: Session) -> None:
    """Teams, rules and ready-made texts to try the desk with; only where there are none."""
    if list_teams(session):
        return
    people = [row.id for row in session.scalars(select(AgentRow))]
    service = save_team(session, key="service", name="Service", is_default=True)
    returns = save_team(
        session, key="returns", name="Returns", overflow_key="service", overflow_minutes=5
    )
    for team in (service, returns):
        set_members(session, team.id, people)
    add_rule(
        session,
        "Returns and warranty",
        {"topics": ["returns", "refunds", "warranty"]},
        {"team": "returns"},
    )
    add_rule(session, "Upset shoppers first", {"sentiments": ["negative"]}, {"priority": "high"})
    add_rule(session, "Good customers", {"value_from": "500"}, {"priority": "high"})
    for language in LANGUAGES:
        said = content(language, "demo_desk.yml")
        for shortcut, text in said.items():
            save_canned(session, shortcut, language, text)
    save_macro(
        session,
        "Thank and close",
        [("reply", "Thank you, {customer}. I am closing this; write any time."), ("close", "")],
    )
