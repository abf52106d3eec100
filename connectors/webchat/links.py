"""The account's side of connected chats: a code to write in another chat, a list, an end.

Everything here is asked with a signed `identity`, as a page or a shop's server makes it.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from aiohttp import web
from sqlalchemy.orm import Session

from connectors import keys
from connectors.addresses import client_address
from connectors.errors import Refusal, bad_field, unauthorised
from connectors.limits import REQUESTS_PER_ADDRESS
from connectors.validation import LARGEST_ID, read_json
from conversations import end_link, links_of, make_link_code

T = TypeVar("T")
ROOT: Final = "/chat/api/links"


def add_routes(app: web.Application) -> None:
    """The API under /chat/api/links."""
    app.add_routes(
        [
            web.post(f"{ROOT}/codes", make_code),
            web.post(f"{ROOT}/list", list_links),
            web.post(f"{ROOT}/end", end),
        ]
    )


async def make_code(request: web.Request) -> web.Response:
    """A code that connects one chat within a quarter of an hour."""
    _, customer = await _asked(request, "identity")
    now = request.app[keys.CLOCK].now()
    made = await _written(request, lambda session: make_link_code(session, customer, now=now))
    told = {"code": made.code, "expires_at": made.expires_at.isoformat()}
    return web.json_response(told, status=201)


async def list_links(request: web.Request) -> web.Response:
    """The chats that are connected."""
    _, customer = await _asked(request, "identity")
    database = request.app[keys.DATABASE]

    def read() -> list[dict[str, Any]]:
        with database.reading() as session:
            return [
                {"id": one.id, "channel": one.channel, "since": one.linked_at.isoformat()}
                for one in links_of(session, customer)
                if one.ended_at is None
            ]

    return web.json_response({"links": await database.reads.run(read)})


async def end(request: web.Request) -> web.Response:
    """Let go of a chat; 404 for what is not this customer's."""
    body, customer = await _asked(request, "identity", "id")
    link, now = body.get("id"), request.app[keys.CLOCK].now()
    if not isinstance(link, int) or isinstance(link, bool) or not 0 < link <= LARGEST_ID:
        raise bad_field("id", "id must be the number of a link.")
    place = await _written(request, lambda session: end_link(session, link, customer, now=now))
    if place is None:
        raise Refusal(404, "not_found", "There is no such link.", field="id")
    request.app[keys.UPDATES].publish(place)
    return web.json_response({"ended": True})


async def _asked(request: web.Request, *allowed: str) -> tuple[dict[str, Any], str]:
    request.app[keys.LIMITER].spend(REQUESTS_PER_ADDRESS, client_address(request))
    body = await read_json(request, allowed=allowed)
    customer = await request.app[keys.CHAT].customer_of(body.get("identity"))
    if customer is None:
        raise unauthorised("The identity is missing.")
    return body, customer


async def _written(request: web.Request, work: Callable[[Session], T]) -> T:
    database = request.app[keys.DATABASE]

    def run() -> T:
        with database.session() as session:
            return work(session)

    return await database.writes.run(run)
