"""Who takes what: waiting tickets meet people with room. Pure functions.

Tickets that can still be answered in time go first, the most pressing one leading; those already
late follow by age, and one that waits for twice its time goes before all. Among the people who can
take a ticket, the one who knows the shopper is first; then the one with the fewest other uses, so
that rare skills stay free for those who need them; then who has most room, then who waited longest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from desk.tickets.routing import Why

DAY_SECONDS: Final = 86_400.0


@dataclass(frozen=True)
class Waiting:
    """A ticket that waits for somebody; `not_agents` gave it away a moment ago."""

    ticket_id: int
    team: str | None
    language: str
    skills: frozenset[str]
    priority: int
    opened_at: datetime
    due_at: datetime
    last_agent_id: int | None = None
    also_teams: frozenset[str] = frozenset()
    not_agents: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Person:
    """Somebody at the desk; `capacity` is how many tickets they can have at once."""

    agent_id: int
    languages: frozenset[str]
    skills: frozenset[str]
    teams: frozenset[str]
    load: int
    capacity: int
    idle_since: datetime

    @property
    def room(self) -> float:
        """The share of the capacity that is free."""
        return 1 - self.load / max(1, self.capacity)


@dataclass(frozen=True)
class Match:
    """A ticket for a person, and why this one."""

    ticket_id: int
    agent_id: int
    why: tuple[Why, ...]


def refusal(ticket: Waiting, person: Person) -> Why | None:
    """Why this person cannot take the ticket now; None when they can."""
    if person.agent_id in ticket.not_agents:
        return Why("gave_it_away")
    if person.load >= person.capacity:
        return Why("full")
    teams = ticket.also_teams | ({ticket.team} if ticket.team else set())
    if teams and not teams & person.teams:
        return Why("other_team")
    if ticket.language not in person.languages:
        return Why("language", ticket.language)
    missing = ticket.skills - person.skills
    return Why("skill", ", ".join(sorted(missing))) if missing else None


def order(tickets: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Waiting tickets, the next one first."""

    def rank(ticket: Waiting) -> tuple[int, float, int]:
        left = (ticket.due_at - now).total_seconds()
        allowed = max(1.0, (ticket.due_at - ticket.opened_at).total_seconds())
        if left < -allowed:
            return (0, ticket.opened_at.timestamp(), ticket.ticket_id)
        if left >= 0:
            return (1, left, ticket.ticket_id)
        return (2, ticket.opened_at.timestamp(), ticket.ticket_id)

    return sorted(tickets, key=rank)


def match(tickets: Iterable[Waiting], people: Sequence[Person], now: datetime) -> list[Match]:
    """Give waiting tickets to people until nobody has room for any that is left."""
    at_work = {person.agent_id: person for person in people}
    found = []
    for ticket in order(tickets, now):
        able = [person for person in at_work.values() if refusal(ticket, person) is None]
        if not able:
            continue
        chosen, why = choose(ticket, able, now)
        at_work[chosen.agent_id] = replace(chosen, load=chosen.load + 1, idle_since=now)
        found.append(Match(ticket.ticket_id, chosen.agent_id, why))
    return found


def choose(
    ticket: Waiting, able: Sequence[Person], now: datetime
) -> tuple[Person, tuple[Why, ...]]:
    """The person for a ticket among those who can take it; `able` is not empty."""
    shared = (
        Why("speaks", ticket.language),
        *((Why("has_skills", ", ".join(sorted(ticket.skills))),) if ticket.skills else ()),
    )
    for person in able:
        if person.agent_id == ticket.last_agent_id:
            return person, (Why("knows_shopper"), *shared)

    def rank(person: Person) -> tuple[int, float, float, int]:
        uses = len(person.skills) + 2 * len(person.languages) + len(person.teams)
        idle = (now - person.idle_since).total_seconds() / DAY_SECONDS
        return (uses, -person.room, -idle, person.agent_id)

    chosen = min(able, key=rank)
    return chosen, (*shared, Why("has_room", f"{chosen.load + 1}/{chosen.capacity}"))


def expected_minutes(
    position: int, people: int, rooms: int, minutes_per_ticket: float
) -> int | None:
    """About how long the ticket at `position` waits; None when nobody is at the desk.

    `people` at work, `rooms` free places now, `minutes_per_ticket` each takes a person.
    """
    if people == 0:
        return None
    if position <= rooms:
        return 0
    return max(1, round((position - rooms) * minutes_per_ticket / people))
