"""What happens around every request: an id, a log line, a figure, safe headers, kind errors."""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import hdrs, web
from sqlalchemy.exc import OperationalError

from connectors import keys
from connectors.addresses import is_allowed_origin, is_same_origin
from connectors.errors import Refusal
from kit.settings import Settings
from kit.threads import Crowded

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_PATHS: Final = ("/chat/", "/channels/")  # guarded by tokens or signatures, not by cookies
OWN_GUARD: Final = ("/desk", "/studio")  # applications of their own, with guards of their own
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:{images}; "
        "connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
}


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, count it, and write one line without personal data."""
    request_id = secrets.token_hex(8)
    request[keys.REQUEST_ID] = request_id
    started = time.perf_counter()
    response = await handler(request)
    seconds = time.perf_counter() - started
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "unmatched"
    metrics = request.app[keys.METRICS]
    metrics.requests.labels(route, _method(request), str(response.status)).inc()
    metrics.request_seconds.labels(route).observe(seconds)
    log.info(
        "request",
        extra={
            "request_id": request_id,
            "method": _method(request),
            "route": route,
            "status": response.status,
            "ms": round(seconds * 1000, 1),
        },
    )
    return response


def _method(request: web.Request) -> str:
    return request.method if request.method in hdrs.METH_ALL else "OTHER"


@web.middleware
async def explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into JSON or a page of ours; never show a stack trace."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return refusal.response()
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return await _explained(request, error.status, error.headers.get("Allow"))
    except (OperationalError, Crowded):
        log.exception("the database did not answer", extra={"request_id": request[keys.REQUEST_ID]})
        return await _explained(request, 503, None)
    except ConnectionResetError:
        raise
    except Exception:
        log.exception("a request failed", extra={"request_id": request[keys.REQUEST_ID]})
        return await _explained(request, 500, None)


async def _explained(request: web.Request, status: int, allow: str | None) -> web.StreamResponse:
    headers = {"Allow": allow} if allow else {}
    if status == 503:
        headers["Retry-After"] = "2"
    if wants_json(request):
        code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(
            status, "unavailable" if status == 503 else "error"
        )
        body = {
            "error": code,
            "field": "body" if status == 413 else None,
            "message": _SENTENCES.get(status, "This request could not be served."),
            "request_id": request[keys.REQUEST_ID],
        }
        return web.json_response(body, status=status, headers=headers)
    page = request.app[keys.PAGES].error(request, status)
    return web.Response(text=page, status=status, content_type="text/html", headers=headers)


_SENTENCES: Final = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The request is too large.",
    500: "Something went wrong on our side. Please try again.",
    503: "We cannot store anything at this moment. Please try again.",
}


def wants_json(request: web.Request) -> bool:
    """Whether a program is asking rather than a person's browser."""
    return request.path.startswith(TOKEN_PATHS) or request.path in {"/healthz", "/readyz"}


@web.middleware
async def guard_cookies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse unsafe requests to cookie routes unless our own page sent them."""
    is_guarded = not request.path.startswith(TOKEN_PATHS + OWN_GUARD)
    if request.method not in SAFE_METHODS and is_guarded:
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site")
        is_ours = is_same_origin(request, origin) if origin is not None else site == "same-origin"
        if not is_ours:
            raise web.HTTPForbidden(text="wrong origin")
    return await handler(request)


@web.middleware
async def share_across_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let registered shops' pages use the chat, and nobody else's."""
    origin = request.headers.get("Origin")
    is_shared = (
        request.path.startswith("/chat/")
        and origin is not None
        and not is_same_origin(request, origin)
        and is_allowed_origin(request, origin)
    )
    if is_shared and request.method == "OPTIONS":
        response: web.StreamResponse = web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": "600",
            },
        )
    else:
        response = await handler(request)
    if is_shared and origin is not None and not response.prepared:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers.add("Vary", "Origin")
    return response


def header_adder(
    settings: Settings, other_rooms: tuple[str, ...]
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Security headers on every response; a handler's own value wins.

    Applications below `other_rooms` (the desk) set their own.
    """

    images = "".join(f" {origin}" for origin in settings.image_origins)
    headers = {name: value.replace("{images}", images) for name, value in HEADERS.items()}

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.setdefault("X-Request-Id", request.get(keys.REQUEST_ID, ""))
        if settings.secure_cookies:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.path.startswith(other_rooms):
            return
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/chat/api/"):
            response.headers.setdefault("Cache-Control", "no-store")

    return add
