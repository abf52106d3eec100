"""How quickly the desk answers: lists of 5 000 open tickets, and a message on its way to a screen.

The front runs in this process on a database of its own (SQLite). 50 agents hold sockets open, each
on a ticket; 200 conversations are live. A shopper's message is posted through the chat API; the
time stops when the agent's page has fetched it after the socket's word, as the browser does.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp
import numpy as np
from aiohttp import web

from connectors import keys
from connectors.application import create_app
from conversations.models import ConversationRow, MessageRow
from desk.tickets import Agent, SignIn, add_agent, open_ticket, take
from desk.tickets.models import TicketRow
from desk.web.access import SESSION_COOKIE
from desk.web.routes import register
from kit.clock import SystemClock
from kit.database import Database, open_database, upgrade
from kit.settings import Settings, load_settings

AGENTS: Final = 50
CONVERSATIONS: Final = 200
MESSAGES: Final = 400
PER_SECOND: Final = 10.0
TICKETS: Final = 5000
LOOKS: Final = 60
PASSWORD: Final = "a long enough password"


def measure_lists() -> dict[str, float]:
    """Milliseconds for a page of the inbox with 5 000 open tickets, p50 and p95."""
    return asyncio.run(_with_front(_lists, _fill))


def measure_messages() -> dict[str, float]:
    """Milliseconds from a shopper's message to the agent's screen, p50 and p95."""
    return asyncio.run(_with_front(_messages))


async def _with_front(
    work: Any, prepare: Callable[[Database], None] | None = None
) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        settings = load_settings(
            {
                "CONCIERGE_DATA_DIR": folder,
                "CONCIERGE_DEMO": "false",
                "CONCIERGE_PORT": "0",
                "CONCIERGE_RATE_LIMITS": "false",
            },
            Path(folder),
        )
        upgrade(settings.database_url)
        database = open_database(settings.database_url)
        if prepare is not None:
            prepare(database)
        app = create_app(settings, database)
        register(app, settings, database, app[keys.UPDATES], clock=SystemClock())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            found: dict[str, float] = await work(settings, database, url)
            return found
        finally:
            await runner.cleanup()
            database.close()


async def _lists(_settings: Settings, database: Database, url: str) -> dict[str, float]:
    async with _browser() as session:
        await _sign_in(session, database, 0)
        seconds: list[float] = []
        for look in range(LOOKS):
            view = ("waiting", "open", "mine", "all")[look % 4]
            page = 1 + 7 * (look % 10)
            path = f"/desk/rows?view={view}&page={page}" + ("&q=zip" if look % 5 == 4 else "")
            began = time.perf_counter()
            async with session.get(url + path) as response:
                await response.read()
                assert response.status == 200, response.status
            seconds.append(time.perf_counter() - began)
    return {"list_ms_p50": _ms(seconds, 50), "list_ms_p95": _ms(seconds, 95)}


def _fill(database: Database) -> None:
    now = SystemClock().now()
    random = np.random.default_rng(5)
    _people(database)
    places = [f"place-{number}" for number in range(TICKETS)]
    at = [now - timedelta(minutes=int(minute)) for minute in random.integers(1, 5000, TICKETS)]
    with database.session() as session:
        session.add_all(
            ConversationRow(
                id=place,
                channel="webchat",
                language="en",
                handled_by="agent",
                created_at=at[number],
                updated_at=at[number],
            )
            for number, place in enumerate(places)
        )
        session.flush()
        session.add_all(
            MessageRow(
                conversation_id=place,
                author="shopper",
                text=_words(number),
                state="done",
                client_message_id=str(said),
                created_at=at[number],
            )
            for number, place in enumerate(places)
            for said in range(10)
        )
        session.add_all(
            TicketRow(
                conversation_id=place,
                open_conversation_id=place,
                reason="asked_for_person",
                topic="returns",
                language="en",
                summary=_words(number),
                priority=number % 4,
                state="waiting",
                opened_at=at[number],
                updated_at=at[number],
                first_due_at=now + timedelta(days=1),
                resolve_due_at=now + timedelta(days=2),
            )
            for number, place in enumerate(places)
        )


def _words(number: int) -> str:
    return f"{'The zip broke' if number % 50 == 0 else 'Where is my parcel'}, number {number}?"


async def _messages(_settings: Settings, database: Database, url: str) -> dict[str, float]:
    async with _browser() as shopper:
        places = [await _start(shopper, url) for _ in range(CONVERSATIONS)]
        tickets = await asyncio.to_thread(_take_all, database, [one[0] for one in places])
        arrived: dict[str, float] = {}
        ready = [asyncio.Event() for _ in range(AGENTS)]
        screens = [
            asyncio.create_task(
                _screen(url, database, number, tickets[number], arrived, ready[number])
            )
            for number in range(AGENTS)
        ]
        everybody: asyncio.Future[Any] = asyncio.gather(*(one.wait() for one in ready))
        waited: list[asyncio.Future[Any]] = [everybody, *screens]
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        for screen in screens:
            if screen.done():
                screen.result()  # a screen that failed would be waited for in vain
        sent: dict[str, float] = {}
        posts = []
        for number in range(MESSAGES):
            place = places[number % CONVERSATIONS]
            posts.append(asyncio.create_task(_say(shopper, url, place, f"m{number}", sent)))
            await asyncio.sleep(1 / PER_SECOND)
        await asyncio.gather(*posts)
        await asyncio.sleep(2)
        for screen in screens:
            screen.cancel()
        await asyncio.gather(*screens, return_exceptions=True)
    watched = [key for key in sent if int(key[1:]) % CONVERSATIONS < AGENTS]
    missing = [key for key in watched if key not in arrived]
    seconds = [arrived[key] - sent[key] for key in watched if key in arrived]
    return {
        "screen_ms_p50": _ms(seconds, 50),
        "screen_ms_p95": _ms(seconds, 95),
        "screen_messages": float(len(seconds)),
        "screen_lost": float(len(missing)),
    }


async def _start(session: aiohttp.ClientSession, url: str) -> tuple[str, str]:
    async with session.post(f"{url}/chat/api/conversations", json={}) as response:
        body = await response.json()
    return body["conversation_id"], body["token"]


def _take_all(database: Database, places: list[str]) -> list[int]:
    now = SystemClock().now()
    found = []
    people = _people(database)
    for number, place in enumerate(places):
        with database.session() as session:
            ticket = open_ticket(
                session,
                conversation_id=place,
                reason="asked_for_person",
                topic="returns",
                language="en",
                summary="Help",
                now=now,
            )
            take(session, ticket.id, people[number % AGENTS], version=1, now=now)
            found.append(ticket.id)
    return found


async def _screen(
    url: str,
    database: Database,
    number: int,
    ticket: int,
    arrived: dict[str, float],
    ready: asyncio.Event,
) -> None:
    """What an agent's page does: hear, ask for what is new, show it."""
    async with _browser() as session:
        await _sign_in(session, database, number)
        last = 0
        async with session.ws_connect(
            f"{url}/desk/ws?ticket={ticket}", headers={"Origin": url}
        ) as socket:
            async for message in socket:
                kind = message.json()["type"]
                if kind == "ready":
                    ready.set()
                if kind != "ticket":
                    continue
                path = f"{url}/desk/tickets/{ticket}/live?after={last}&notes=0"
                async with session.get(path) as response:
                    state = await response.json()
                now = time.perf_counter()
                last = state["last_id"]
                for key in re.findall(r">(m\d+)</p>", state["messages"]):
                    arrived.setdefault(key, now)


async def _say(
    session: aiohttp.ClientSession,
    url: str,
    place: tuple[str, str],
    key: str,
    sent: dict[str, float],
) -> None:
    sent[key] = time.perf_counter()
    async with session.post(
        f"{url}/chat/api/conversations/{place[0]}/messages",
        json={"text": key, "client_message_id": key},
        headers={"Authorization": f"Bearer {place[1]}"},
    ) as response:
        await response.read()


async def _sign_in(session: aiohttp.ClientSession, database: Database, number: int) -> None:
    """Each from an address of its own: fifty tries from one address would be refused."""
    door = SignIn(database, SystemClock())
    token, _ = await asyncio.to_thread(
        door.sign_in, f"a{number}@x.example", PASSWORD, f"10.0.0.{number}"
    )
    session.cookie_jar.update_cookies({SESSION_COOKIE: token})


def _browser() -> aiohttp.ClientSession:
    """A session that keeps cookies of a bare address too."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


def _people(database: Database) -> list[Agent]:
    """The agents, each in a unit of work of its own: hashing a password takes a while."""
    found = []
    for number in range(AGENTS):
        with database.session() as session:
            found.append(
                add_agent(
                    session,
                    email=f"a{number}@x.example",
                    name=f"Agent {number}",
                    role="agent",
                    password=PASSWORD,
                    now=SystemClock().now(),
                )
            )
    return found


def _ms(seconds: list[float], percent: int) -> float:
    return float(np.percentile(seconds, percent) * 1000) if seconds else float("nan")
