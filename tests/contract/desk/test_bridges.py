"""Webhooks, and the bridges against recorded contracts of Zammad's and Chatwoot's public APIs."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from conversations import accept_message
from desk.tickets import finish, list_agents, take
from desk.tickets.webhooks import add_webhook, list_webhooks
from desk.web.desk import DESK
from desk.web.outgoing import Outbound, PrivateAddress, PublicResolver
from kit.clock import FixedClock
from tests.web.desk.conftest import *  # noqa: F403
from tests.web.desk.conftest import NOW, MakeTicket

HERE = Path(__file__).parent


class Recorded:
    """A server that answers as recorded, and refuses what is not in the contract."""

    def __init__(self, exchanges: list[dict[str, Any]]) -> None:
        self.exchanges = exchanges
        self.seen: list[dict[str, Any]] = []
        self.problems: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        for one in self.exchanges:
            if (one["method"], one["path"]) == (request.method, request.path):
                name, value = one["header"]
                if request.headers.get(name) != value:
                    self.problems.append(f"{request.path}: header {name}")
                self.problems += [f"{request.path}: {f}" for f in one["required"] if f not in body]
                self.seen.append({"path": request.path, "body": body})
                return web.json_response(one["answer"], status=one["status"])
        self.problems.append(f"not in the contract: {request.method} {request.path}")
        return web.json_response({"error": "not found"}, status=404)


async def served(aiohttp_server: Any, recorded: Recorded) -> str:
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", recorded.answer)
    server = await aiohttp_server(app)
    return str(server.make_url("/")).rstrip("/")


async def send_all(client: Any) -> int:
    desk = next(app for app in client.app._subapps if DESK in app)[DESK]
    desk.clock = FixedClock(NOW)
    sent = 0
    async with aiohttp.ClientSession() as session:
        outbound = Outbound(desk, session, allow_private=True)
        while await outbound.send_next():
            sent += 1
    return sent


def live_through(database: Any, make_ticket: MakeTicket) -> int:
    ticket = make_ticket()
    with database.session() as session:
        accept_message(
            session, ticket.conversation_id, text="Any news?", client_message_id="m2", now=NOW
        )
        agent = next(one for one in list_agents(session) if one.role == "agent")
        take(session, ticket.id, agent, version=1, now=NOW)
        finish(session, ticket.id, agent, "solved", version=2, now=NOW)
    return ticket.id


@pytest.mark.parametrize(
    ("kind", "query", "token", "expected"),
    [
        (
            "zammad",
            "?group=Users",
            "zam-token",
            ["/api/v1/tickets", "/api/v1/tickets/42", "/api/v1/ticket_articles"],
        ),
        (
            "chatwoot",
            "/?account=3&inbox=5",
            "cw-token",
            [
                "/api/v1/accounts/3/contacts",
                "/api/v1/accounts/3/conversations",
                "/api/v1/accounts/3/conversations/77/toggle_status",
                "/api/v1/accounts/3/conversations/77/messages",
            ],
        ),
    ],
)
async def test_bridges_keep_to_the_recorded_contract(
    client: Any,
    aiohttp_server: Any,
    desk_database: Any,
    make_ticket: MakeTicket,
    kind: str,
    query: str,
    token: str,
    expected: list[str],
) -> None:
    recorded = Recorded(json.loads((HERE / f"{kind}.json").read_text("utf-8")))
    url = await served(aiohttp_server, recorded)
    with desk_database.session() as session:
        add_webhook(session, kind, url + query, token, now=NOW)
    live_through(desk_database, make_ticket)
    await send_all(client)
    assert recorded.problems == []
    paths = [one["path"] for one in recorded.seen]
    assert list(dict.fromkeys(paths)) == [p for p in dict.fromkeys(paths) if p in expected]
    assert set(paths) == set(expected)
    assert paths.count(expected[0]) == 1
    assert await send_all(client) == 0


async def test_webhooks_are_signed_and_told_once(
    client: Any, aiohttp_server: Any, desk_database: Any, make_ticket: MakeTicket
) -> None:
    heard: list[tuple[dict[str, str], bytes]] = []

    async def receive(request: web.Request) -> web.Response:
        heard.append((dict(request.headers), await request.read()))
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", receive)
    server = await aiohttp_server(app)
    with desk_database.session() as session:
        _, secret = add_webhook(session, "webhook", str(server.make_url("/hook")), None, now=NOW)
    number = live_through(desk_database, make_ticket)
    await send_all(client)
    await send_all(client)
    bodies = [json.loads(body) for _, body in heard]
    assert len({body["id"] for body in bodies}) == len(bodies)
    assert {body["event"] for body in bodies} >= {
        "ticket.opened",
        "ticket.taken",
        "ticket.solved",
        "message.created",
    }
    assert all(body["ticket"]["id"] == number for body in bodies)
    headers, raw = heard[0]
    moment, _, told = headers["X-Concierge-Signature"].partition(",")
    wanted = hmac.new(secret.encode(), moment[2:].encode() + b"." + raw, hashlib.sha256)
    assert hmac.compare_digest(told, f"v1={wanted.hexdigest()}")


async def test_what_is_not_taken_is_tried_again_later(
    client: Any, aiohttp_server: Any, desk_database: Any, make_ticket: MakeTicket
) -> None:
    app = web.Application()

    async def broken(_request: web.Request) -> web.Response:
        return web.Response(status=500)

    app.router.add_post("/hook", broken)
    server = await aiohttp_server(app)
    with desk_database.session() as session:
        add_webhook(session, "webhook", str(server.make_url("/hook")), None, now=NOW)
    make_ticket()
    await send_all(client)
    with desk_database.reading() as session:
        assert list_webhooks(session)[0].waiting >= 2


async def test_names_that_lead_inside_are_refused() -> None:
    with pytest.raises(PrivateAddress):
        await PublicResolver().resolve("localhost", 80)
