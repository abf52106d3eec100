"""Webhooks: one address that hangs delays no other one, and gets one delivery at a time."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from conversations import accept_message
from desk.tickets.webhooks import add_webhook, claim_outgoing, mark_not_told, queue_news
from desk.web.desk import DESK, Desk
from desk.web.outgoing import Outbound
from kit.database import Database
from tests.web.conftest import until
from tests.web.desk.conftest import NOW, MakeTicket

MESSAGES = 6
TOTAL = MESSAGES + 3  # opened, routed, and the first message


@pytest.fixture
def desk(client: Any) -> Desk:
    found: Desk = next(app for app in client.app._subapps if DESK in app)[DESK]
    return found


def talk(database: Database, make_ticket: MakeTicket) -> None:
    """A ticket is opened and the shopper goes on writing."""
    ticket = make_ticket()
    with database.session() as session:
        for number in range(MESSAGES):
            accept_message(
                session,
                ticket.conversation_id,
                text=f"and {number}",
                now=NOW,
                client_message_id=f"n{number}",
            )


async def test_an_address_that_hangs_delays_no_other(
    desk: Desk, desk_database: Database, make_ticket: MakeTicket, aiohttp_server: Any
) -> None:
    heard: dict[str, list[str]] = {"slow": [], "fast": []}
    end = asyncio.Event()

    async def listen(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        body = await request.json()
        heard[name].append(body.get("message", {}).get("text", body["event"]))
        if name == "slow":
            await end.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/{name}", listen)
    server = await aiohttp_server(app)
    with desk_database.session() as session:
        for name in heard:
            add_webhook(session, "webhook", str(server.make_url(f"/{name}")), None, now=NOW)
    talk(desk_database, make_ticket)
    async with aiohttp.ClientSession() as http:
        sending = asyncio.create_task(Outbound(desk, http, allow_private=True).run())
        await until(lambda: len(heard["fast"]) >= TOTAL, 50)
        assert heard["slow"] == ["ticket.opened"]
        end.set()
        await until(lambda: len(heard["slow"]) >= TOTAL, 50)
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
    assert sorted(heard["slow"]) == sorted(heard["fast"])
    assert len(set(heard["fast"])) == TOTAL


def test_a_clock_that_was_set_back_delays_no_delivery(
    desk_database: Database, make_ticket: MakeTicket
) -> None:
    earlier = NOW - timedelta(hours=2)
    with desk_database.session() as session:
        add_webhook(session, "webhook", "https://shop.example/hook", None, now=NOW)
    make_ticket()
    with desk_database.session() as session:
        queue_news(session, now=NOW)
        first = claim_outgoing(session, now=earlier)
        assert first is not None
        mark_not_told(session, first, "503", now=NOW)
        again = claim_outgoing(session, now=earlier)
        assert again is not None
        assert (again.id, again.attempts) == (first.id, 2)
