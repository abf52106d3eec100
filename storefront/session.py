"""The shop's signed session cookie and what the page vouches for to the chat."""

import hashlib
import hmac
from datetime import timedelta
from typing import Final

from aiohttp import web

from connectors import keys
from connectors.webchat.identity import sign_identity
from kit.signing import BadSignature, sign, verify

COOKIE: Final = "shop_session"
PURPOSE: Final = "shop-session"
LIFETIME: Final = timedelta(days=7)


def customer_of(request: web.Request) -> int | None:
    """Who is signed in, or None."""
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        return None
    try:
        body = verify(
            cookie,
            key=request.app[keys.SETTINGS].secret_key,
            purpose=PURPOSE,
            now=request.app[keys.CLOCK].now(),
        )
    except BadSignature:
        return None
    return int(body["customer"])


def sign_in(request: web.Request, response: web.Response, customer_id: int) -> None:
    """Give the browser a session of this customer."""
    settings = request.app[keys.SETTINGS]
    token = sign(
        {"customer": customer_id},
        key=settings.secret_key,
        purpose=PURPOSE,
        expires_at=request.app[keys.CLOCK].now() + LIFETIME,
    )
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
    )


def sign_out(response: web.Response) -> None:
    """End the browser's session."""
    response.del_cookie(COOKIE)


def identity(request: web.Request, customer_id: int | None) -> str | None:
    """A proof for the chat of who reads this page; None for a guest."""
    if customer_id is None:
        return None
    now = request.app[keys.CLOCK].now()
    return sign_identity(request.app[keys.SETTINGS].secret_key, customer_id, now)


def reader(request: web.Request, customer_id: int | None) -> str:
    """A name for the reader that says nothing: it tells the widget that another one has come."""
    if customer_id is None:
        return ""
    key = request.app[keys.SETTINGS].secret_key
    return hmac.new(key, f"reader:{customer_id}".encode(), hashlib.sha256).hexdigest()[:16]
