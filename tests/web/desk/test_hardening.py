"""The desk against the world: forged requests, foreign pages, scripts in every field, roles."""

import asyncio
import re
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from conversations import LiveUpdates
from conversations.models import MessageRow
from desk.tickets import disable_agent, get_ticket
from desk.web.routes import ROUTES, Route
from tests.web.desk.conftest import NOW, PASSWORD, Browser, MakeTicket

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "</body data-texts='x'>",
)


def address(route: Route, ticket_id: int) -> str:
    path = re.sub(r"\{ticket_id:[^}]*\}+", str(ticket_id), route.path)
    return "/desk" + path.replace("{build}/{name:.+}", "x/desk.css")


@pytest.mark.parametrize("case", ["missing", "wrong", "foreign-origin", "null-origin"])
async def test_forged_requests_change_nothing(
    agent: Browser, make_ticket: MakeTicket, desk_database: Any, case: str
) -> None:
    ticket = make_ticket()
    fields = {"version": "1", "text": "Hi", "client_message_id": "m1"}
    headers = {"Accept": "application/json"}
    if case == "wrong":
        fields["csrf"] = "0" * 64
    if case.endswith("origin"):
        fields["csrf"] = await agent.csrf()
        headers["Origin"] = "null" if case == "null-origin" else "https://evil.example"
    for route in (route for route in ROUTES if route.method == "POST"):
        response = await agent.client.post(
            address(route, ticket.id), data=fields, headers=headers, allow_redirects=False
        )
        assert response.status == 403, route.path
    with desk_database.reading() as session:
        assert get_ticket(session, ticket.id) == ticket
        assert session.query(MessageRow).count() == 1


async def test_a_token_of_another_session_is_refused(
    agent: Browser, make_ticket: MakeTicket
) -> None:
    stale = await agent.csrf()
    await agent.send("/desk/logout")
    await agent.sign_in()
    response = await agent.client.post(
        f"/desk/tickets/{make_ticket().id}/take",
        data={"csrf": stale, "version": "1"},
        headers={"Accept": "application/json"},
    )
    assert (response.status, (await response.json())["error"]) == (403, "stale_form")


async def test_cookies_are_out_of_reach(browser: Browser) -> None:
    response = await browser.send(
        "/desk/login", script=False, email="agent@fernweg.example", password=PASSWORD
    )
    cookie = response.cookies["desk_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert not cookie["secure"]


async def test_the_session_changes_at_sign_in(agent: Browser) -> None:
    jar = agent.client.session.cookie_jar
    url = agent.client.make_url("/desk")
    first = jar.filter_cookies(url)["desk_session"].value
    await agent.sign_in()
    second = jar.filter_cookies(url)["desk_session"].value
    assert first != second
    response = await agent.client.get(
        "/desk", cookies={"desk_session": first}, allow_redirects=False
    )
    assert response.status == 303


async def test_unknown_people_and_wrong_passwords_read_the_same(browser: Browser) -> None:
    pages = []
    for email, password in (
        ("nobody@fernweg.example", PASSWORD),
        ("agent@fernweg.example", "wrong"),
    ):
        response = await browser.send("/desk/login", script=False, email=email, password=password)
        assert response.status == 401
        pages.append(await response.text())
    assert pages[0] == pages[1]


async def test_the_eleventh_try_waits(browser: Browser) -> None:
    for _ in range(10):
        response = await browser.send("/desk/login", email="x@fernweg.example", password="wrong")
        assert response.status == 401
    response = await browser.send("/desk/login", email="x@fernweg.example", password="wrong")
    assert (response.status, response.headers["Retry-After"]) == (429, "900")


@pytest.mark.parametrize("script", SCRIPTS)
async def test_scripts_are_inert_everywhere(
    agent: Browser, make_ticket: MakeTicket, script: str
) -> None:
    ticket = make_ticket(script, summary=script, reason=script, topic=script)
    for path in ("/desk", f"/desk/tickets/{ticket.id}"):
        _, page = await agent.open(path)
        assert not re.search(r"<script(?! type=\"module\" src=\"/desk/)", page)
        assert "onerror=alert(1)>" not in page
        assert "<svg" not in page
        assert "49" not in re.findall(r'<p class="text" dir="auto">(.*?)</p>', page)
    assert ("<" not in script) or "&lt;" in page


async def test_pages_have_strict_headers_and_nothing_inline(
    agent: Browser, make_ticket: MakeTicket
) -> None:
    for path in ("/desk", "/desk/login", f"/desk/tickets/{make_ticket().id}"):
        response = await agent.client.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert not re.search(r" (style|on\w+)=", await response.text())


@pytest.mark.parametrize(
    "path", ["/desk/tickets/99", "/desk/tickets/abc", "/desk/tickets/1/../../x", "/desk/nothing"]
)
async def test_unknown_things_are_not_found(agent: Browser, path: str) -> None:
    response = await agent.client.get(path)
    assert response.status == 404


async def test_unknown_tickets_cannot_be_acted_on(agent: Browser) -> None:
    for path in ("take", "reply", "typing", "close"):
        response = await agent.send(
            f"/desk/tickets/99/{path}", version=1, text="Hi", client_message_id="m1"
        )
        assert response.status == 404


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"text": "  "}, 422, "text"),
        ({"text": "x" * 4001}, 413, "text"),
        ({"text": "\x00\x07"}, 422, "text"),
        ({"client_message_id": "no spaces"}, 422, "client_message_id"),
        ({"version": "-1"}, 422, "version"),
        ({"version": "9" * 20}, 422, "version"),
        ({"text": "x" * 70_000}, 413, "body"),
    ],
)
async def test_bad_replies_name_the_field(
    agent: Browser, make_ticket: MakeTicket, fields: dict[str, str], status: int, field: str
) -> None:
    good = {"text": "Hi", "version": "1", "client_message_id": "m1"}
    response = await agent.send(f"/desk/tickets/{make_ticket().id}/reply", **{**good, **fields})
    assert (response.status, (await response.json())["field"]) == (status, field)


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/desk/../x", "/desk\\evil", "/shop"]
)
async def test_signing_in_never_leads_elsewhere(browser: Browser, target: str) -> None:
    response = await browser.send(
        "/desk/login",
        script=False,
        email="agent@fernweg.example",
        password=PASSWORD,
        next=target,
    )
    assert response.headers["Location"] == "/desk"


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
async def test_sockets_of_other_pages_are_refused(agent: Browser, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(WSServerHandshakeError) as refused:
        await agent.client.ws_connect("/desk/ws", headers=headers)
    assert refused.value.status == 403


async def test_the_socket_says_what_changed(
    agent: Browser, make_ticket: MakeTicket, live: LiveUpdates
) -> None:
    ticket, other = make_ticket(), make_ticket()
    origin = str(agent.client.make_url("/")).rstrip("/")
    async with agent.client.ws_connect(
        f"/desk/ws?ticket={ticket.id}", headers={"Origin": origin}
    ) as socket:
        assert await socket.receive_json(timeout=5) == {"type": "ready"}
        live.publish(ticket.conversation_id)
        assert await socket.receive_json(timeout=5) == {"type": "ticket"}
        assert await socket.receive_json(timeout=5) == {"type": "queue"}
        live.publish(ticket.conversation_id, "shopper_typing")
        assert await socket.receive_json(timeout=5) == {"type": "typing"}
        live.publish(other.conversation_id)
        assert await socket.receive_json(timeout=5) == {"type": "queue"}
    async with asyncio.timeout(5):
        while live.watchers:
            await asyncio.sleep(0)


async def test_the_socket_answers_whoever_asks_whether_it_lives(agent: Browser) -> None:
    origin = str(agent.client.make_url("/")).rstrip("/")
    async with agent.client.ws_connect("/desk/ws", headers={"Origin": origin}) as socket:
        assert await socket.receive_json(timeout=5) == {"type": "ready"}
        await socket.send_str("[" * 1000)
        await socket.send_json({"type": "ping"})
        assert await socket.receive_json(timeout=5) == {"type": "pong"}


async def test_the_socket_ends_with_the_session(
    agent: Browser, desk_database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.web.socket.STILL_SIGNED_IN_SECONDS", 0.01)
    origin = str(agent.client.make_url("/")).rstrip("/")
    async with agent.client.ws_connect("/desk/ws", headers={"Origin": origin}) as socket:
        assert await socket.receive_json(timeout=5) == {"type": "ready"}
        with desk_database.session() as session:
            disable_agent(session, "agent@fernweg.example", now=NOW)
        await socket.receive(timeout=5)
        assert socket.close_code == 4401


async def test_static_files_are_listed_not_looked_up(browser: Browser) -> None:
    for name in ("../routes.py", "%2e%2e/routes.py", "nothing.css"):
        assert (await browser.client.get(f"/desk/static/x/{name}")).status == 404
    response = await browser.client.get("/desk/static/x/desk.css")
    assert (response.status, response.content_type) == (200, "text/css")
