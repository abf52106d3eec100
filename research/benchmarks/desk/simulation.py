"""Assignment in simulation: ours beside round-robin and least-loaded, on the same day of tickets.

500 tickets an hour reach 20 agents. Tickets differ in language, needed skills and priority (and so
in their time for a first reply); agents in languages, skills, shifts and breaks. A first reply is
given when an agent has been assigned and has a hand free; an agent works on up to three at once.
All three strategies see the same tickets, agents and handling times. Round-robin and least-loaded
keep the skills and capacity rules too, and serve the queue in order of arrival, as desks do.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from desk.tickets.assignment import Match, Person, Waiting, match, refusal

START: Final = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
HOURS: Final = 8
PER_HOUR: Final = 500
AGENTS: Final = 20
CAPACITY: Final = 3
MINUTES: Final = 5.6
TARGETS: Final = (15.0, 5.0, 3.0, 1.5)  # minutes to a first reply: low, normal, high, urgent
PRIORITIES: Final = (0.15, 0.6, 0.2, 0.05)
SKILLS: Final = ("refunds", "warranty", "technical")
Strategy = Callable[[Sequence[Waiting], Sequence[Person], datetime], list[Match]]


@dataclass(frozen=True)
class Arrival:
    """A ticket, when it comes and how long it takes."""

    at: datetime
    ticket: Waiting
    minutes: float


@dataclass(frozen=True)
class Shift:
    """An agent and when they are there, as spans."""

    person: Person
    spans: tuple[tuple[datetime, datetime], ...]

    def is_there(self, now: datetime) -> bool:
        """Whether they take tickets now."""
        return any(start <= now < end for start, end in self.spans)


def make_day(seed: int) -> tuple[list[Arrival], list[Shift]]:
    """Tickets of a day with a rush at noon, and the agents who work it."""
    random = np.random.default_rng(seed)
    count = PER_HOUR * HOURS
    shape = 1 + 0.35 * np.sin(np.linspace(-1.2, 4.4, 10_000))
    at = np.interp(
        np.sort(random.random(count)),
        np.cumsum(shape) / shape.sum(),
        np.linspace(0, HOURS * 60, 10_000),
    )
    arrivals = []
    for number, minute in enumerate(at, start=1):
        priority = int(random.choice(4, p=PRIORITIES))
        skills = frozenset(one for one in SKILLS if random.random() < 0.12)
        opened = START + timedelta(minutes=float(minute))
        arrivals.append(
            Arrival(
                opened,
                Waiting(
                    ticket_id=number,
                    team=None,
                    language="zh" if random.random() < 0.2 else "en",
                    skills=skills,
                    priority=priority,
                    opened_at=opened,
                    due_at=opened + timedelta(minutes=TARGETS[priority]),
                ),
                float(random.lognormal(np.log(MINUTES) - 0.18, 0.6)),
            )
        )
    return arrivals, _agents(random)


def _agents(random: np.random.Generator) -> list[Shift]:
    shifts = []
    for number in range(AGENTS):
        languages = {"en"} if number % 10 < 5 else {"en", "zh"} if number % 10 < 9 else {"zh"}
        skills = frozenset(one for place, one in enumerate(SKILLS) if (number + place) % 3 != 0)
        person = Person(number, frozenset(languages), skills, frozenset(), 0, CAPACITY, START)
        pause = START + timedelta(minutes=float(150 + 180 * random.random()))
        end = START + timedelta(hours=HOURS + 1)
        shifts.append(Shift(person, ((START, pause), (pause + timedelta(minutes=20), end))))
    return shifts


def run_day(
    arrivals: Sequence[Arrival], shifts: Sequence[Shift], strategy: Strategy
) -> list[float]:
    """Minutes by which each first reply was late (0 when in time), in the order of arrival."""
    load = {shift.person.agent_id: 0 for shift in shifts}
    idle = {shift.person.agent_id: START for shift in shifts}
    waiting: dict[int, Arrival] = {}
    late: dict[int, float] = {}
    events: list[tuple[datetime, int, int, int]] = []
    for place, arrival in enumerate(arrivals):
        heapq.heappush(events, (arrival.at, 1, place, 0))
    for shift in shifts:
        for start, _ in shift.spans:
            heapq.heappush(events, (start, 2, 0, 0))
    while events:
        now, kind, place, agent = heapq.heappop(events)
        if kind == 0:
            load[agent] -= 1
            idle[agent] = now
        elif kind == 1:
            waiting[arrivals[place].ticket.ticket_id] = arrivals[place]
        people = [
            replace(
                shift.person,
                load=load[shift.person.agent_id],
                idle_since=idle[shift.person.agent_id],
            )
            for shift in shifts
            if shift.is_there(now)
        ]
        if not waiting or not any(person.load < person.capacity for person in people):
            continue
        for one in strategy([arrival.ticket for arrival in waiting.values()], people, now):
            arrival = waiting.pop(one.ticket_id)
            load[one.agent_id] += 1
            over = (now - arrival.ticket.due_at).total_seconds() / 60
            late[one.ticket_id] = max(0.0, over)
            done = now + timedelta(minutes=arrival.minutes)
            heapq.heappush(events, (done, 0, 0, one.agent_id))
    for number in waiting:
        late[number] = HOURS * 60.0
    return [late[number] for number in sorted(late)]


class RoundRobin:
    """The next person in turn who can take the oldest ticket."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(
        self, tickets: Sequence[Waiting], people: Sequence[Person], now: datetime
    ) -> list[Match]:
        """Give away what can be given."""
        return _in_turn(tickets, people, self._rank)

    def _rank(self, person: Person) -> tuple[float, ...]:
        return ((person.agent_id - self._next) % AGENTS,)

    def took(self, person: Person) -> None:
        """The one after this person is next."""
        self._next = person.agent_id + 1


def least_loaded(
    tickets: Sequence[Waiting], people: Sequence[Person], now: datetime
) -> list[Match]:
    """The person with the least to do takes the oldest ticket."""
    return _in_turn(tickets, people, lambda person: (person.load, person.agent_id))


def _in_turn(
    tickets: Sequence[Waiting],
    people: Sequence[Person],
    rank: Callable[[Person], tuple[float, ...]],
) -> list[Match]:
    at_work = {person.agent_id: person for person in people}
    found = []
    for ticket in sorted(tickets, key=lambda one: one.ticket_id):
        able = [person for person in at_work.values() if refusal(ticket, person) is None]
        if not able:
            continue
        chosen = min(able, key=rank)
        took = getattr(getattr(rank, "__self__", None), "took", None)
        if took is not None:
            took(chosen)
        at_work[chosen.agent_id] = replace(chosen, load=chosen.load + 1)
        found.append(Match(ticket.ticket_id, chosen.agent_id, ()))
    return found


def measure(seeds: Sequence[int] = (1, 2, 3)) -> dict[str, float]:
    """Share of late first replies and the 95th percentile of lateness, over several days."""
    figures: dict[str, float] = {}
    for name in ("ours", "round_robin", "least_loaded"):
        late: list[float] = []
        for seed in seeds:
            arrivals, shifts = make_day(seed)
            strategy: Strategy = (
                match if name == "ours" else RoundRobin() if name == "round_robin" else least_loaded
            )
            late += run_day(arrivals, shifts, strategy)
        figures[f"{name}_breaches"] = float(np.mean([one > 0 for one in late]))
        figures[f"{name}_late_minutes_p95"] = float(np.percentile(late, 95))
        figures["tickets"] = float(len(late))
    return figures
