"""Two agents on one ticket, a thousand random interleavings: one wins, the other is told."""

import random
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, Final

from conversations import create_conversation, transcript
from desk.tickets import (
    Agent,
    TicketConflict,
    add_agent,
    finish,
    get_ticket,
    open_ticket,
    release,
    reply,
    take,
)
from kit.database import Database, open_database, upgrade

NOW: Final = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ACTS: Final = ("take", "reply", "release", "close")


def measure(times: int = 1000, seed: int = 11) -> dict[str, float]:
    """How often both won, or something was sent twice or by somebody not in charge: never."""
    chance = random.Random(seed)
    outcome: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'desk.db'}"
        upgrade(url)
        database = open_database(url)
        with database.session() as session:
            people = [
                add_agent(
                    session,
                    email=f"{name}@x.example",
                    name=name,
                    role="agent",
                    password="a long enough password",
                    now=NOW,
                )
                for name in ("ada", "bob")
            ]
        for number in range(times):
            outcome.update(_one(database, people, number, chance))
        database.close()
    return {
        "interleavings": float(times),
        "both_won": float(outcome["both_won"]),
        "sent_twice": float(outcome["sent_twice"]),
        "told": float(outcome["told"]),
    }


def _one(
    database: Database, people: list[Agent], number: int, chance: random.Random
) -> Counter[str]:
    """Both act on what they saw, at the same moment, on the same version."""
    with database.session() as session:
        place = create_conversation(session, channel="webchat", language="en", now=NOW)
        ticket = open_ticket(
            session,
            conversation_id=place.id,
            reason="asked_for_person",
            topic="returns",
            language="en",
            summary="Help",
            now=NOW,
        )
        act = chance.choice(ACTS)
        if act != "take":
            ticket = take(session, ticket.id, people[0], version=1, now=NOW)
    starts = Barrier(2)
    won: list[str] = []
    told: list[str] = []

    def work(agent: Agent, what: str, key: str) -> None:
        starts.wait()
        try:
            with database.session() as session:
                _act(session, what, ticket.id, agent, ticket.version, key)
        except TicketConflict:
            told.append(agent.name)
        else:
            won.append(agent.name)

    first = people[0]
    second = people[1] if act == "take" else people[0]  # or one agent in two tabs
    other = act if act in ("take", "reply") else chance.choice(ACTS[1:])
    pair = [
        Thread(target=work, args=(first, act, f"k{number}a")),
        Thread(target=work, args=(second, other, f"k{number}b")),
    ]
    chance.shuffle(pair)
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    with database.reading() as session:
        said = [m for m in transcript(session, place.id) if m.author == "agent"]
        version = get_ticket(session, ticket.id).version
    return Counter(
        both_won=int(len(won) != 1 or version != ticket.version + 1),
        sent_twice=int(len(said) > 1),
        told=len(told),
    )


def _act(session: Any, what: str, number: int, agent: Agent, version: int, key: str) -> None:
    if what == "take":
        take(session, number, agent, version=version, now=NOW)
    elif what == "reply":
        reply(session, number, agent, text="Hello", version=version, client_message_id=key, now=NOW)
    elif what == "release":
        release(session, number, agent, version=version, now=NOW)
    else:
        finish(session, number, agent, "solved", version=version, now=NOW)
