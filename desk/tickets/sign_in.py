"""Signing in to the desk, and the sessions that follow.

A session is a random token that only the browser knows; we keep its hash. It ends after an hour
without a request, after twelve hours in any case, and at once when the account or its password
changes. Tries are counted before the password is looked at, so that tries in parallel count too.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from desk.tickets.accounts import (
    LONGEST_PASSWORD,
    agent_of,
    hash_password,
    is_password,
    needs_rehash,
    normal_email,
)
from desk.tickets.models import AgentRow, AgentSessionRow, SignInAttemptRow
from desk.tickets.records import Agent
from kit import deadlines
from kit.clock import Clock
from kit.database import Database

IDLE: Final = timedelta(hours=1)
ABSOLUTE: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Throttle:
    """At most `tries` within `window`."""

    tries: int
    window: timedelta


PER_ACCOUNT: Final = Throttle(10, timedelta(minutes=15))
PER_ADDRESS: Final = Throttle(30, timedelta(minutes=5))


class SignInRefused(RuntimeError):
    """Unknown account, disabled account or wrong password: never told which."""


class TooManyTries(RuntimeError):
    """Too many tries; `seconds` until the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many tries; wait {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class SignIn:
    """Signing in, staying signed in, signing out. Its methods block: call them in a thread."""

    database: Database
    clock: Clock

    def sign_in(self, email: str, password: str, address: str) -> tuple[str, Agent]:
        """A new session's token; raises SignInRefused or TooManyTries."""
        now = self.clock.now()
        email = normal_email(email)[:254]
        with self.database.session() as session:
            _count_try(session, _key("account", email), PER_ACCOUNT, now)
            _count_try(session, _key("address", address), PER_ADDRESS, now)
            row = session.scalar(
                select(AgentRow).where(AgentRow.email == email, AgentRow.is_active.is_(True))
            )
            password_hash = row.password_hash if row is not None else _nobodys_hash()
        fits = is_password(password_hash, password[: LONGEST_PASSWORD + 1])
        if row is None or not fits:
            raise SignInRefused
        token = secrets.token_urlsafe(32)
        with self.database.session() as session:
            current = session.get_one(AgentRow, row.id)
            if not current.is_active or current.password_hash != password_hash:
                raise SignInRefused
            if needs_rehash(password_hash):
                current.password_hash = hash_password(password, email)
            session.add(
                AgentSessionRow(
                    token_hash=hash_token(token), agent_id=row.id, created_at=now, seen_at=now
                )
            )
            session.execute(
                delete(SignInAttemptRow).where(SignInAttemptRow.key == _key("account", email))
            )
            _forget_old(session, now)
            return token, agent_of(current)

    def agent_of_token(self, token: str, *, is_activity: bool = True) -> Agent | None:
        """Who is signed in with this token; None when nobody is (any more).

        Looking without activity does not keep an idle session alive.
        """
        now = self.clock.now()
        with self.database.reading() as session:
            found = session.execute(
                select(AgentSessionRow, AgentRow)
                .join(AgentRow, AgentRow.id == AgentSessionRow.agent_id)
                .where(
                    AgentSessionRow.token_hash == hash_token(token), AgentRow.is_active.is_(True)
                )
            ).first()
        if found is None:
            return None
        row, agent = found
        if now - row.seen_at >= IDLE or now - row.created_at >= ABSOLUTE:
            return None
        if is_activity and now - row.seen_at >= SEEN_EVERY:
            self.database.writes.attempt(deadlines.ASIDE, self._note_activity, row.token_hash, now)
        return agent_of(agent)

    def _note_activity(self, token_hash: str, now: datetime) -> None:
        with self.database.session() as session:
            session.query(AgentSessionRow).filter_by(token_hash=token_hash).update({"seen_at": now})

    def sign_out(self, token: str) -> None:
        """End this session; safe to repeat."""
        with self.database.session() as session:
            session.execute(
                delete(AgentSessionRow).where(AgentSessionRow.token_hash == hash_token(token))
            )


def _count_try(session: Session, key: str, throttle: Throttle, now: datetime) -> None:
    count, oldest = session.execute(
        select(func.count(), func.min(SignInAttemptRow.at)).where(
            SignInAttemptRow.key == key, SignInAttemptRow.at > now - throttle.window
        )
    ).one()
    if count >= throttle.tries:
        raise TooManyTries(max(1, ceil((oldest + throttle.window - now).total_seconds())))
    session.add(SignInAttemptRow(key=key, at=now))
    session.flush()


def _forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.at < now - PER_ACCOUNT.window))
    session.execute(delete(AgentSessionRow).where(AgentSessionRow.created_at < now - ABSOLUTE))


def hash_token(token: str) -> str:
    """What is kept of a token: enough to know it again, and no use to who reads it."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


@cache
def _nobodys_hash() -> str:
    """A hash for accounts that do not exist, so that they answer as slowly as those that do."""
    return hash_password(secrets.token_urlsafe(16), "nobody")
