"""The desk's REST API: tokens, reading, answering once, closing, and its description."""

from typing import Any

import pytest

from conversations import transcript
from desk.tickets import get_ticket
from desk.tickets.webhooks import add_token
from desk.web.api import API, PREFIX, description
from kit.database import Database
from tests.web.desk.conftest import NOW, Browser, MakeTicket

BASE = "/desk/api/v1"


@pytest.fixture
def token(desk_database: Database) -> str:
    with desk_database.session() as session:
        return add_token(session, "shop", can_write=True, now=NOW)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_without_a_token_nothing_is_told(client: Any, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    for route in API:
        path = "/desk" + PREFIX + route.path.replace(r"{ticket_id:\d{1,12}}", str(ticket.id))
        for headers in ({}, bearer("cdk_wrong"), {"Authorization": "Basic x"}):
            response = await client.request(route.method, path, headers=headers, json={})
            assert response.status == 401, path


async def test_a_reading_token_writes_nothing(
    client: Any, desk_database: Database, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket()
    with desk_database.session() as session:
        reader = add_token(session, "reader", can_write=False, now=NOW)
    path = f"{BASE}/tickets/{ticket.id}/close"
    response = await client.post(path, json={"version": 1}, headers=bearer(reader))
    assert response.status == 403
    assert (await client.get(f"{BASE}/tickets", headers=bearer(reader))).status == 200


async def test_reading_answering_and_closing(
    client: Any, token: str, desk_database: Database, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket()
    listed = await (
        await client.get(
            f"{BASE}/tickets",
            params={"state": "waiting", "updated_since": NOW.isoformat()},
            headers=bearer(token),
        )
    ).json()
    assert [one["id"] for one in listed["tickets"]] == [ticket.id]
    said = {"text": "Hello from afar.", "author_name": "Ada", "client_message_id": "r1"}
    path = f"{BASE}/tickets/{ticket.id}/messages"
    for _ in range(2):
        assert (await client.post(path, json=said, headers=bearer(token))).status == 201
    with desk_database.reading() as session:
        words = [one.text for one in transcript(session, ticket.conversation_id)]
        version = get_ticket(session, ticket.id).version
    assert words.count("Hello from afar.") == 1
    close = f"{BASE}/tickets/{ticket.id}/close"
    assert (await client.post(close, json={"version": 1}, headers=bearer(token))).status == 409
    done = await client.post(close, json={"version": version}, headers=bearer(token))
    assert (await done.json())["outcome"] == "solved"
    with desk_database.reading() as session:
        last = transcript(session, ticket.conversation_id)[-1]
    assert last.text.startswith("How was the help from")
    assert (await client.post(path, json=said, headers=bearer(token))).status == 409


async def test_bad_input_is_named(client: Any, token: str, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    path = f"{BASE}/tickets/{ticket.id}/messages"
    for body, status, field in (
        ({"text": "", "author_name": "A", "client_message_id": "x"}, 422, "text"),
        ({"text": "Hi", "author_name": "", "client_message_id": "x"}, 422, "author_name"),
        ({"text": 7, "author_name": "A", "client_message_id": "x"}, 422, "text"),
        ([1], 400, "body"),
    ):
        response = await client.post(path, json=body, headers=bearer(token))
        assert (response.status, (await response.json())["field"]) == (status, field)
    wrong = await client.post(path, data="text=Hi", headers=bearer(token))
    assert wrong.status == 415
    big = await client.post(path, json={"text": "x" * 70_000}, headers=bearer(token))
    assert big.status == 413
    assert (await client.get(f"{BASE}/tickets/999", headers=bearer(token))).status == 404
    since = await client.get(
        f"{BASE}/tickets", params={"updated_since": "yesterday"}, headers=bearer(token)
    )
    assert (await since.json())["field"] == "updated_since"


async def test_the_description_names_every_route(client: Any) -> None:
    told = await (await client.get(f"{BASE}/openapi.json")).json()
    assert told == description("Fernweg")
    assert sum(len(methods) for methods in told["paths"].values()) == len(API)


async def test_admins_make_tokens_that_are_shown_once(browser: Browser) -> None:
    await browser.sign_in("admin")
    made = await browser.send("/desk/api", script=False, what="token", name="shop", writes="yes")
    assert "cdk_" in await made.text()
    assert "cdk_" not in (await browser.open("/desk/api"))[1]
    again = await browser.send("/desk/api", what="token", name="shop")
    assert again.status == 422
    hook = await browser.send("/desk/api", what="hook", kind="webhook", url="javascript:alert(1)")
    assert hook.status == 422
