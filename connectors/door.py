"""The door of every messenger: /channels/NAME/webhook, for its provider alone.

Size, signature over the raw body, type, form, in this order; then each event is taken in, and only
what is stored is acknowledged. A failure of ours is a 5xx: the provider tries again.
"""

import logging
from typing import Any, Final

import aiohttp
from aiohttp import web

from connectors import keys
from connectors.addresses import client_address
from connectors.base import SendFailed
from connectors.errors import Refusal
from connectors.limits import Limit
from connectors.messenger import Messenger
from connectors.validation import body_up_to

log = logging.getLogger(__name__)

PATH: Final = "/channels/{name:[a-z][a-z0-9]*}/webhook"
LARGEST_BODY: Final = 2**20
DEEPEST: Final = 32
LONGEST_REASON: Final = 120
FORGERIES_PER_ADDRESS: Final = Limit(60, 60.0)


def add_routes(app: web.Application) -> None:
    """The webhook of every open channel."""
    app.add_routes([web.get(PATH, challenge), web.post(PATH, receive)])


async def challenge(request: web.Request) -> web.Response:
    """Answer a provider that asks whether this address is ours."""
    answer = _messenger(request).challenge(request.query)
    if answer is None:
        raise _forged(request, "wrong")
    return web.Response(text=answer)


async def receive(request: web.Request) -> web.Response:
    """Take a provider's events in; 200 when all are stored or were known before."""
    messenger = _messenger(request)
    raw = await body_up_to(request, LARGEST_BODY)
    if raw is None:
        shown = f"The body is larger than {LARGEST_BODY} bytes."
        raise Refusal(413, "too_large", shown, field="body")
    now = request.app[keys.CLOCK].now()
    verdict = messenger.verify(request.headers, request.query, raw, now)
    if verdict != "genuine":
        raise _forged(request, verdict)
    if request.content_type not in messenger.content_types:
        wanted = ", ".join(messenger.content_types)
        raise Refusal(415, "wrong_content_type", f"Send {wanted}.", field="content-type")
    try:
        body = messenger.decode(raw)
        _check_depth(body)
        events = messenger.parse(body)
    except (ValueError, RecursionError) as error:
        shown = f"The body is not well formed: {str(error)[:LONGEST_REASON]}"
        raise Refusal(400, "bad_body", shown, field="body") from error
    try:
        for event in events:
            await request.app[keys.ARRIVALS].take(messenger, event)
    except (SendFailed, aiohttp.ClientError, TimeoutError) as error:
        shown = f"What happened cannot be fetched now: {type(error).__name__}."
        raise Refusal(503, "not_fetched", shown) from error
    answer = messenger.acknowledge(body)
    return web.json_response({"ok": True}) if answer is None else web.Response(text=answer)


def _messenger(request: web.Request) -> Messenger:
    found = request.app[keys.MESSENGERS].get(request.match_info["name"])
    if found is None or found.asked_every is not None:
        raise web.HTTPNotFound
    return found


def _forged(request: web.Request, verdict: str) -> Refusal:
    """401 without a proof, 403 with a wrong one; 429 for who goes on trying."""
    name = request.match_info["name"]
    request.app[keys.METRICS].events.labels(name, "forged").inc()
    log.warning("a forged event", extra={"channel": name, "verdict": verdict})
    request.app[keys.LIMITER].spend(FORGERIES_PER_ADDRESS, client_address(request))
    if verdict == "missing":
        return Refusal(401, "unauthorised", "The proof of origin is missing.", field="signature")
    return Refusal(403, "forbidden", "The proof of origin is wrong.", field="signature")


def _check_depth(body: Any) -> None:
    """Raise ValueError for what is nested deeper than any provider nests."""
    level, layer = 0, [body]
    while layer:
        level += 1
        if level > DEEPEST:
            raise ValueError("nested too deeply")
        layer = [
            inner
            for one in layer
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
