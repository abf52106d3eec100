"""Accounts of the people at the desk: add, list, disable, set a password."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.tickets.models import AgentRow, AgentSessionRow
from desk.tickets.permissions import PERMISSIONS
from desk.tickets.queue import release_all
from desk.tickets.records import ROLES, AccountRefused, Agent, AgentNotFound, Presence, Role
from kit.i18n import LANGUAGES

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 256
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_HASHER: Final = PasswordHasher()  # argon2id


def add_agent(
    session: Session, *, email: str, name: str, role: str, password: str, now: datetime
) -> Agent:
    """Make an account; raises AccountRefused naming the field that cannot be used."""
    email = normal_email(email)
    if not _EMAIL.fullmatch(email):
        raise AccountRefused(f"email: {email!r} is not an e-mail address")
    if role not in ROLES:
        raise AccountRefused(f"role: must be one of {', '.join(ROLES)}")
    if not 1 <= len(name.strip()) <= 120:
        raise AccountRefused("name: must have 1 to 120 characters")
    row = AgentRow(
        email=email,
        name=name.strip(),
        role=role,
        password_hash=hash_password(password, email),
        is_active=True,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise AccountRefused(f"email: {email} has an account already") from error
    return agent_of(row)


def list_agents(session: Session) -> list[Agent]:
    """All accounts, by name."""
    return [agent_of(row) for row in session.scalars(select(AgentRow).order_by(AgentRow.name))]


def disable_agent(session: Session, email: str, *, now: datetime) -> Agent:
    """End an account: signed out everywhere, open tickets back in the queue. Safe to repeat."""
    row = _by_email(session, email)
    release_all(session, agent_of(row), now=now)
    row = _by_email(session, email)
    row.is_active = False
    end_sessions(session, row.id)
    session.flush()
    return agent_of(row)


def set_password(session: Session, email: str, password: str) -> Agent:
    """Set a new password and sign the person out everywhere."""
    row = _by_email(session, email)
    row.password_hash = hash_password(password, row.email)
    end_sessions(session, row.id)
    session.flush()
    return agent_of(row)


def change_agent(
    session: Session,
    agent_id: int,
    *,
    role: str,
    languages: Sequence[str],
    skills: Sequence[str],
    capacity: int,
    permissions: Sequence[str] | None,
) -> Agent:
    """What a person can and may; `permissions` None means the role's own.

    Raises AgentNotFound; AccountRefused naming the field.
    """
    row = session.get(AgentRow, agent_id)
    if row is None:
        raise AgentNotFound(agent_id)
    if role not in ROLES:
        raise AccountRefused(f"role: must be one of {', '.join(ROLES)}")
    if not languages or any(one not in LANGUAGES for one in languages):
        raise AccountRefused(f"languages: choose at least one of {' and '.join(LANGUAGES)}")
    if not 0 <= capacity <= 50:
        raise AccountRefused("capacity: must be 0 to 50")
    wanted = sorted({one.strip().lower() for one in skills if one.strip()})
    if any(len(one) > 60 for one in wanted):
        raise AccountRefused("skills: each may have 60 characters")
    unknown = [one for one in permissions or () if one not in PERMISSIONS]
    if unknown:
        raise AccountRefused(f"permissions: {unknown[0]} is not one")
    row.role, row.languages, row.skills = role, sorted(set(languages)), wanted
    row.capacity = capacity
    row.permissions = None if permissions is None else sorted(set(permissions))
    session.flush()
    return agent_of(row)


def end_sessions(session: Session, agent_id: int) -> None:
    """Sign a person out of every browser."""
    session.execute(delete(AgentSessionRow).where(AgentSessionRow.agent_id == agent_id))


def hash_password(password: str, email: str) -> str:
    """An argon2id hash; raises AccountRefused for a password that is too easy or far too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountRefused(
            f"password: must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
        )
    if password.lower() in {email, email.partition("@")[0]} or len(set(password)) < 4:
        raise AccountRefused("password: is too easy to guess")
    return _HASHER.hash(password)


def is_password(password_hash: str, password: str) -> bool:
    """Whether the password fits the hash; takes as long for a hash that fits nothing."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def normal_email(email: str) -> str:
    """The address as it is stored and compared."""
    return email.strip().lower()


def agent_of(row: AgentRow) -> Agent:
    """The row as others see it."""
    return Agent(
        id=row.id,
        email=row.email,
        name=row.name,
        role=cast(Role, row.role),
        is_active=row.is_active,
        permissions=None if row.permissions is None else frozenset(row.permissions),
        presence=cast(Presence, row.presence),
        languages=tuple(row.languages),
        skills=tuple(row.skills),
        capacity=row.capacity,
    )


def _by_email(session: Session, email: str) -> AgentRow:
    row = session.scalar(select(AgentRow).where(AgentRow.email == normal_email(email)))
    if row is None:
        raise AgentNotFound(email)
    return row
