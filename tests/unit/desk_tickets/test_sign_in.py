"""Accounts, sessions and throttles of the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.tickets import (
    AccountRefused,
    AgentNotFound,
    SignIn,
    SignInRefused,
    TicketView,
    TooManyTries,
    add_agent,
    disable_agent,
    ensure_demo_agents,
    get_ticket,
    list_agents,
    set_password,
    take,
)
from desk.tickets.models import AgentRow, AgentSessionRow
from kit.database import Database
from tests.unit.desk_tickets.conftest import NOW

PASSWORD = "correct horse battery"


@dataclass
class MovedClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def today(self) -> object:
        return self.at.date()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def door(database: Database, clock: MovedClock) -> SignIn:
    with database.session() as session:
        add_agent(
            session,
            email=" Ines@Fernweg.example",
            name="Ines",
            role="agent",
            password=PASSWORD,
            now=NOW,
        )
    return SignIn(database, clock)  # type: ignore[arg-type]


def test_signing_in_gives_a_session_that_only_the_browser_knows(
    database: Database, door: SignIn
) -> None:
    token, agent = door.sign_in("INES@fernweg.example", PASSWORD, "1.1.1.1")
    assert door.agent_of_token(token) == agent
    with database.reading() as session:
        stored = session.query(AgentSessionRow).one()
        assert token not in stored.token_hash
        assert session.query(AgentRow).one().password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("email", "password"),
    [("ines@fernweg.example", "wrong"), ("nobody@fernweg.example", PASSWORD), ("", "")],
    ids=["wrong-password", "unknown", "empty"],
)
def test_refusals_are_all_alike(
    database: Database, door: SignIn, email: str, password: str
) -> None:
    with pytest.raises(SignInRefused) as refused:
        door.sign_in(email, password, "1.1.1.1")
    assert refused.value.args == ()
    with database.reading() as session:
        assert session.query(AgentSessionRow).count() == 0


def test_after_ten_tries_even_the_right_password_waits(door: SignIn, clock: MovedClock) -> None:
    for _ in range(10):
        with pytest.raises(SignInRefused):
            door.sign_in("ines@fernweg.example", "wrong", "1.1.1.1")
    with pytest.raises(TooManyTries) as refused:
        door.sign_in("ines@fernweg.example", PASSWORD, "2.2.2.2")
    assert refused.value.seconds == 900
    clock.at += timedelta(minutes=15)
    door.sign_in("ines@fernweg.example", PASSWORD, "2.2.2.2")


def test_one_address_cannot_try_many_accounts(
    door: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.tickets.sign_in.is_password", lambda *_: False)
    for number in range(30):
        with pytest.raises(SignInRefused):
            door.sign_in(f"person{number}@fernweg.example", "wrong", "1.1.1.1")
    with pytest.raises(TooManyTries):
        door.sign_in("ines@fernweg.example", PASSWORD, "1.1.1.1")


@pytest.mark.parametrize(
    ("steps", "is_signed_in"),
    [([59], True), ([61], False), ([59] * 12, True), ([59] * 13, False)],
    ids=["active", "idle", "long-day", "too-long-day"],
)
def test_sessions_end(
    door: SignIn, clock: MovedClock, steps: list[int], is_signed_in: bool
) -> None:
    token, _ = door.sign_in("ines@fernweg.example", PASSWORD, "1.1.1.1")
    agent = None
    for minutes in steps:
        clock.at += timedelta(minutes=minutes)
        agent = door.agent_of_token(token)
    assert (agent is not None) is is_signed_in


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(door: SignIn, clock: MovedClock) -> None:
    token, agent = door.sign_in("ines@fernweg.example", PASSWORD, "1.1.1.1")
    clock.at += timedelta(minutes=59)
    assert door.agent_of_token(token, is_activity=False) == agent
    clock.at += timedelta(minutes=1)
    assert door.agent_of_token(token, is_activity=False) is None


def test_signing_out_ends_this_session_only(door: SignIn) -> None:
    first, _ = door.sign_in("ines@fernweg.example", PASSWORD, "1.1.1.1")
    second, _ = door.sign_in("ines@fernweg.example", PASSWORD, "1.1.1.1")
    door.sign_out(first)
    assert door.agent_of_token(first) is None
    assert door.agent_of_token(second) is not None


def test_a_new_password_ends_every_session(database: Database, door: SignIn) -> None:
    token, _ = door.sign_in("ines@fernweg.example", PASSWORD, "1.1.1.1")
    with database.session() as session:
        set_password(session, "ines@fernweg.example", "another good one")
    assert door.agent_of_token(token) is None
    with pytest.raises(SignInRefused):
        door.sign_in("ines@fernweg.example", PASSWORD, "1.1.1.1")


def test_disabling_signs_out_and_frees_the_tickets(
    database: Database, door: SignIn, ticket: TicketView
) -> None:
    token, agent = door.sign_in("ines@fernweg.example", PASSWORD, "1.1.1.1")
    with database.session() as session:
        take(session, ticket.id, agent, version=1, now=NOW)
    with database.session() as session:
        disable_agent(session, "ines@fernweg.example", now=NOW)
    assert door.agent_of_token(token) is None
    with database.reading() as session:
        assert get_ticket(session, ticket.id).state == "waiting"
        assert [person.is_active for person in list_agents(session)] == [False]
    with pytest.raises(SignInRefused):
        door.sign_in("ines@fernweg.example", PASSWORD, "1.1.1.1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "ines@fernweg.example"}, "email"),
        ({"role": "queen"}, "role"),
        ({"name": " "}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"password": "aaaaaaaaaaaa"}, "password"),
        ({"password": "new@fernweg.example"}, "password"),
    ],
)
def test_accounts_that_cannot_be_made(
    database: Database, door: SignIn, changes: dict[str, str], field: str
) -> None:
    values = {"email": "new@fernweg.example", "name": "New", "role": "agent", "password": PASSWORD}
    with pytest.raises(AccountRefused, match=f"^{field}:"), database.session() as session:
        add_agent(session, **{**values, **changes}, now=NOW)
    with database.reading() as session:
        assert len(list_agents(session)) == 1


def test_unknown_accounts_cannot_be_changed(database: Database) -> None:
    with pytest.raises(AgentNotFound), database.session() as session:
        set_password(session, "nobody@fernweg.example", PASSWORD)


def test_demo_agents_keep_their_password(database: Database, tmp_path: Path) -> None:
    first = ensure_demo_agents(database, tmp_path, NOW)
    again = ensure_demo_agents(database, tmp_path, NOW)
    assert first == again
    assert (tmp_path / "demo-desk.json").stat().st_mode & 0o777 == 0o600
    SignIn(database, MovedClock()).sign_in(first.emails[0], first.password, "1.1.1.1")  # type: ignore[arg-type]
