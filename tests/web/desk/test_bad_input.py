"""Whatever is sent to the desk: a refusal that names what is wrong, never a failure of ours."""

import itertools
import struct
import zlib
from typing import Any

import pytest

from desk.tickets.files import FileTooLarge, checked
from desk.tickets.setup import SetupRefused
from desk.tickets.webhooks import add_token, add_webhook
from desk.web.routes import ROUTES
from kit.database import Database
from tests.web.desk.conftest import NOW, Browser, MakeTicket

FIELDS = (
    "at",
    "body",
    "capacity",
    "client_message_id",
    "days",
    "delete",
    "email",
    "embargo",
    "forget",
    "from",
    "hook",
    "hours",
    "id",
    "into",
    "key",
    "kind",
    "label",
    "labels",
    "languages",
    "macro",
    "member",
    "message_id",
    "minutes",
    "name",
    "next",
    "order",
    "outcome",
    "page",
    "permissions",
    "presence",
    "priority",
    "q",
    "query",
    "role",
    "score",
    "shortcut",
    "skills",
    "step",
    "ticket",
    "team",
    "text",
    "to",
    "url",
    "value",
    "version",
    "what",
    "value_from",
    "overflow_minutes",
    "current",
    "after",
    "before",
    "do",
    "op",
    "reason",
    "lines",
    "amount",
    "language",
    "view",
    "mon",
)
VALUES = (
    "",
    "0",
    "-1",
    "9" * 12,
    "9" * 30,
    "²",
    "1e999",
    "nan",
    "x" * 3000,
    "\x00",
    "'",
    "http://[::1%0d]/",
    "agent:999999999",
    "team:0",
    "2026-02-31",
    "0001-01-01T00:00:00+14:00",
    "💥",
    "\u202e",
)


def png(width: int, height: int) -> bytes:
    """A picture that says how large it is, and has nothing in it."""
    parts = b"\x89PNG\r\n\x1a\n"
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    ):
        parts += struct.pack(">I", len(data)) + kind + data
        parts += struct.pack(">I", zlib.crc32(kind + data))
    return parts


@pytest.mark.parametrize("side", [7_000, 12_000, 20_000, 60_000])
def test_a_picture_of_too_many_pixels_is_too_large(side: int) -> None:
    with pytest.raises(FileTooLarge):
        checked(png(side, side))


@pytest.mark.parametrize(
    "moment",
    [
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "2026-02-31T00:00:00Z",
        "x",
        "2026-11-24",
        "2026-11-24T09:00:00",
    ],
)
async def test_a_moment_that_cannot_be_is_named(
    client: Any, desk_database: Database, moment: str
) -> None:
    with desk_database.session() as session:
        token = add_token(session, "shop", can_write=False, now=NOW)
    response = await client.get(
        "/desk/api/v1/tickets",
        params={"updated_since": moment},
        headers={"Authorization": f"Bearer {token}"},
    )
    told = await response.json()
    assert (response.status, told["error"], told["field"]) == (422, "bad_moment", "updated_since")


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1%0d%0a]/",
        "http://[::1",
        "https://x:99999/",
        "https://x:y/",
        "ftp://x/",
        "x",
        "https://u@x/",
        "https://x/\u202e",
    ],
)
def test_an_address_that_is_none_is_refused(desk_database: Database, url: str) -> None:
    with desk_database.session() as session, pytest.raises(SetupRefused, match="url: must be"):
        add_webhook(session, "webhook", url, None, now=NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://[::1"},
        {"X-CSRF-Token": "\udcff"},
        {"Cookie": "desk_session=\udcff"},
        {"Authorization": "Bearer \udcff"},
        {"Accept-Language": "\udcff"},
    ],
)
async def test_strange_headers_are_refused(client: Any, headers: dict[str, str]) -> None:
    for path in ("/desk/login", "/desk/logout", "/desk/api/v1/tickets"):
        response = await client.post(path, headers=headers, data={"email": "x"})
        assert 400 <= response.status < 500, path
    response = await client.get("/desk/api/v1/tickets", headers=headers)
    assert response.status == 401


async def test_no_form_and_no_address_makes_the_desk_fail(
    browser: Browser, make_ticket: MakeTicket, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = make_ticket()
    await browser.sign_in("admin")
    csrf = await browser.csrf()
    failed = []
    for route, value in itertools.product(ROUTES, VALUES):
        if route.path in ("/ws", "/logout", "/login"):
            continue
        path = "/desk" + route.path.replace(r"{ticket_id:\d{1,12}}", str(ticket.id))
        for raw, filled in (
            ("{sku}", "S-1"),
            (r"{key:[\w-]{20,43}}", "k" * 32),
            ("{build}", "b"),
            ("{name:.+}", "n"),
        ):
            path = path.replace(raw, filled)
        fields = dict.fromkeys(FIELDS, value)
        if route.method == "GET":
            response = await browser.client.get(
                path, params=dict.fromkeys(FIELDS, value[:60]), allow_redirects=False
            )
        else:
            response = await browser.client.post(
                path, data={**fields, "csrf": csrf}, allow_redirects=False
            )
        if response.status >= 500:
            failed.append((route.method, route.path, value[:20]))
    errors = {
        str(record.exc_info[1])[:200]
        for record in caplog.records
        if record.name.startswith("desk") and record.exc_info
    }
    assert (failed, errors) == ([], set())
