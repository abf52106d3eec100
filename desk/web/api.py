"""The desk's REST API for other programs: tickets and messages, with a bearer token.

`GET /desk/api/v1/openapi.json` describes it; the description is made from the table below.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import WrongHandler, messages_after
from desk.tickets import TicketConflict, TicketNotFound, TicketView, ask_rating, get_ticket
from desk.tickets.remote import api_close, api_reply, tickets_changed_since
from desk.tickets.webhooks import message_json, note_token_used, ticket_json, token_named
from desk.web.desk import DESK
from desk.web.errors import Refused, conflict, not_found
from desk.web.forms import TEXT_LENGTH, clean_text
from kit import deadlines
from kit.threads import Threads

PREFIX: Final = "/api/v1"
BODY_BYTES: Final = 64_000
MOST: Final = 200
NOTED_EVERY: Final = timedelta(minutes=1)
Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True)
class ApiRoute:
    """An address of the API with what its description says; `fields` are the body's."""

    method: str
    path: str
    handler: Handler
    summary: str
    writes: bool = False
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


async def list_changed(request: web.Request) -> web.Response:
    """Tickets that changed since a moment, oldest change first."""
    since = _moment(request.query.get("updated_since", ""))
    state = request.query.get("state") or None
    if state not in (None, "waiting", "assigned", "closed"):
        raise Refused(422, "refused", field="state")
    limit = request.query.get("limit", "50")
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 3 and 1 <= int(limit) <= MOST):
        raise Refused(422, "refused", field="limit")

    found = await _read(
        request,
        lambda session: tickets_changed_since(session, since, state=state, limit=int(limit)),
    )
    return web.json_response({"tickets": [ticket_json(one) for one in found]})


def _moment(raw: str) -> datetime | None:
    """A moment with its zone that can be told in UTC; None for none."""
    if not raw:
        return None
    try:
        moment = datetime.fromisoformat(raw.replace(" ", "+"))
        if moment.tzinfo is None:
            raise ValueError("the zone is missing")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the year 9999 in a zone behind UTC
        raise Refused(422, "bad_moment", field="updated_since") from error


async def one_ticket(request: web.Request) -> web.Response:
    """One ticket."""
    found = await _read(request, lambda session: get_ticket(session, _number(request)))
    return web.json_response(ticket_json(found))


async def messages(request: web.Request) -> web.Response:
    """What was said in a ticket's conversation after a message."""
    raw = request.query.get("after", "0")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 16):
        raise Refused(422, "refused", field="after")
    said = await _read(
        request,
        lambda session: messages_after(
            session, get_ticket(session, _number(request)).conversation_id, int(raw)
        ),
    )
    return web.json_response({"messages": [message_json(one) for one in said]})


async def reply(request: web.Request) -> web.Response:
    """Say something to the shopper as a named person, once per client_message_id."""
    body = await _body(request)
    text, name = clean_text(_text(body, "text")), _text(body, "author_name").strip()
    client_id = _text(body, "client_message_id")
    if not 1 <= len(text) <= TEXT_LENGTH:
        raise Refused(422, "empty_text", field="text")
    if not 1 <= len(name) <= 120:
        raise Refused(422, "refused", field="author_name")
    if not 1 <= len(client_id) <= 64 or not client_id.isascii():
        raise Refused(422, "bad_client_message_id", field="client_message_id")
    desk = request.app[DESK]

    def work(session: Session) -> Any:
        return api_reply(
            session,
            _number(request),
            text=text,
            author_name=name,
            client_message_id=client_id,
            now=desk.clock.now(),
        )

    said = await _write(request, work)
    desk.live.publish(said.conversation_id)
    return web.json_response(message_json(said), status=201)


async def close(request: web.Request) -> web.Response:
    """End a ticket as solved; the assistant answers what comes next."""
    body = await _body(request)
    version = body.get("version")
    if not isinstance(version, int):
        raise Refused(422, "bad_version", field="version")
    desk, number = request.app[DESK], _number(request)

    def work(session: Session) -> TicketView:
        now = desk.clock.now()
        ended = api_close(session, number, version, now=now)
        ask_rating(session, ended, key=desk.settings.secret_key, now=now)
        return ended

    found = await _write(request, work)
    desk.live.publish(found.conversation_id)
    return web.json_response(ticket_json(found))


API: Final = (
    ApiRoute(
        "GET",
        "/tickets",
        list_changed,
        "Tickets, by their last change",
        query=(
            ("updated_since", "an ISO 8601 moment with its zone"),
            ("state", "waiting, assigned or closed"),
            ("limit", "1 to 200, 50 without it"),
        ),
    ),
    ApiRoute("GET", r"/tickets/{ticket_id:\d{1,12}}", one_ticket, "One ticket"),
    ApiRoute(
        "GET",
        r"/tickets/{ticket_id:\d{1,12}}/messages",
        messages,
        "What was said",
        query=(("after", "the id of the last message that is known"),),
    ),
    ApiRoute(
        "POST",
        r"/tickets/{ticket_id:\d{1,12}}/messages",
        reply,
        "Say something to the shopper",
        writes=True,
        fields=(("text", "string"), ("author_name", "string"), ("client_message_id", "string")),
    ),
    ApiRoute(
        "POST",
        r"/tickets/{ticket_id:\d{1,12}}/close",
        close,
        "End a ticket as solved",
        writes=True,
        fields=(("version", "integer"),),
    ),
)


async def openapi(request: web.Request) -> web.Response:
    """The description of the API (OpenAPI 3.1)."""
    return web.json_response(description(request.app[DESK].settings.shop_name))


def description(shop: str) -> dict[str, Any]:
    """OpenAPI from the route table."""
    paths: dict[str, Any] = {}
    for route in API:
        path = f"/desk{PREFIX}" + route.path.replace(r":\d{1,12}", "")
        parameters: list[dict[str, Any]] = [
            {"name": name, "in": "query", "description": told, "schema": {"type": "string"}}
            for name, told in route.query
        ]
        if "{ticket_id}" in path:
            parameters.insert(
                0,
                {
                    "name": "ticket_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "integer"},
                },
            )
        told: dict[str, Any] = {
            "summary": route.summary,
            "operationId": route.handler.__name__,
            "security": [{"token": []}],
            "parameters": parameters,
            "responses": {
                "201" if route.handler is reply else "200": {"description": "Done"},
                "401": {"description": "No or an unknown token"},
                "404": {"description": "No such ticket"},
                "422": {"description": "A field cannot be used; `field` names it"},
            },
        }
        if route.writes:
            told["responses"]["403"] = {"description": "The token only reads"}
            told["responses"]["409"] = {"description": "The ticket moved on since"}
        if route.fields:
            told["requestBody"] = {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": [name for name, _ in route.fields],
                            "properties": {name: {"type": kind} for name, kind in route.fields},
                        }
                    }
                },
            }
        paths.setdefault(path, {})[route.method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{shop} desk", "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def add_api(app: web.Application) -> None:
    """Put the API into the desk."""
    app.router.add_get(f"{PREFIX}/openapi.json", openapi)
    for route in API:
        app.router.add_route(route.method, PREFIX + route.path, _guarded(route))


def _guarded(route: ApiRoute) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        desk = request.app[DESK]

        def known() -> tuple[str, bool, datetime | None] | None:
            with desk.database.reading() as session:
                found = token_named(session, token)
            if found is not None and not _is_recent(found[2], desk.clock.now()):
                desk.database.writes.attempt(deadlines.ASIDE, note)
            return found

        def note() -> None:
            with desk.database.session() as session:
                note_token_used(session, token, now=desk.clock.now())

        found = (
            await desk.database.reads.run(known) if scheme.lower() == "bearer" and token else None
        )
        if found is None:
            raise Refused(401, "bad_token")
        if route.writes and not found[1]:
            raise Refused(403, "not_allowed")
        return await route.handler(request)

    return handle


def _is_recent(used_at: datetime | None, now: datetime) -> bool:
    return used_at is not None and now - used_at < NOTED_EVERY


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Refused(415, "not_json", field="body")
    if (request.content_length or 0) > BODY_BYTES:
        raise Refused(413, "too_large", field="body")
    try:
        body = json.loads(await request.text())
    except (ValueError, RecursionError) as error:
        raise Refused(400, "not_json", field="body") from error
    if not isinstance(body, dict):
        raise Refused(400, "not_json", field="body")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Refused(422, "refused", field=name)
    return value


def _number(request: web.Request) -> int:
    return int(request.match_info["ticket_id"])


async def _read(request: web.Request, read: Callable[[Session], Any]) -> Any:
    def work() -> Any:
        with request.app[DESK].database.reading() as session:
            return read(session)

    return await _found(request.app[DESK].database.reads, work)


async def _write(request: web.Request, write: Callable[[Session], Any]) -> Any:
    def work() -> Any:
        with request.app[DESK].database.session() as session:
            return write(session)

    return await _found(request.app[DESK].database.writes, work)


async def _found(threads: Threads, work: Callable[[], Any]) -> Any:
    try:
        return await threads.run(work)
    except TicketNotFound as error:
        raise not_found() from error
    except (TicketConflict, WrongHandler) as error:
        raise conflict() from error
