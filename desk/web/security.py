"""Forged requests: tokens on every form, the origin of every unsafe request and socket."""

import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from desk.web.access import SESSION_COOKIE
from desk.web.desk import DESK
from desk.web.errors import Refused

VISIT_COOKIE: Final = "desk_visit"
NEW_VISIT: Final = web.RequestKey("desk_visit", str)
LANGUAGE_COOKIE: Final = "desk_language"
COOKIE_PATH: Final = "/"  # the desk and the studio are one place for those who work there
BODY_BYTES: Final = 64_000
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cache-Control": "no-store",
}


def csrf_token(request: web.Request) -> str:
    """The token that forms of this browser must carry, bound to its session or visit."""
    return _token(request, _binding(request))


async def check_forgery(request: web.Request, body_bytes: int = BODY_BYTES) -> None:
    """Refuse an unsafe request that another site could have made the browser send."""
    origin = request.headers.get("Origin")
    if origin is not None and not is_own_origin(request, origin):
        raise Refused(403, "wrong_origin")
    if (request.content_length or 0) > body_bytes:
        raise Refused(413, "too_large", field="body")
    given = request.headers.get("X-CSRF-Token") or str((await request.post()).get("csrf", ""))
    binding = _binding(request)
    expected = _token(request, binding)
    if not binding or not hmac.compare_digest(
        given.encode(errors="surrogateescape"), expected.encode()
    ):
        raise Refused(403, "stale_form")


def is_own_origin(request: web.Request, origin: str) -> bool:
    """Whether a page of this desk sent the request; shops that embed the chat are strangers."""
    try:
        return bool(origin) and urlsplit(origin).netloc == request.host
    except ValueError:  # such as an address in brackets that is none
        return False


def new_visit(request: web.Request) -> str | None:
    """A fresh visit id for a browser that has none; the request knows it at once."""
    if request.cookies.get(VISIT_COOKIE):
        return None
    visit = secrets.token_urlsafe(24)
    request[NEW_VISIT] = visit
    return visit


def set_cookie(
    request: web.Request, response: web.Response, name: str, value: str, max_age: int | None = None
) -> None:
    """A cookie that scripts cannot read and other sites cannot use."""
    response.set_cookie(
        name,
        value,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Lax",
        secure=request.app[DESK].settings.secure_cookies,
        max_age=max_age,
    )


def client_address(request: web.Request) -> str:
    """The caller's address; X-Forwarded-For counts only when a trusted proxy wrote it."""
    trusted = request.app[DESK].settings.trusted_proxies
    remote = request.remote or "unknown"
    if remote not in trusted:
        return remote
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    return next((hop for hop in reversed(hops) if hop and hop not in trusted), remote)


def _binding(request: web.Request) -> str:
    session = request.cookies.get(SESSION_COOKIE)
    return session or request.get(NEW_VISIT) or request.cookies.get(VISIT_COOKIE, "")


def _token(request: web.Request, binding: str) -> str:
    key = request.app[DESK].settings.secret_key
    return hmac.new(key, f"desk-csrf:{binding}".encode(), hashlib.sha256).hexdigest()
