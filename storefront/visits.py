"""One visit to the shop's pages: a random key in a cookie that ends with the browser's session."""

import re
import secrets
from typing import Final

from aiohttp import web

from connectors import keys

COOKIE: Final = "shop_visit"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def key_of(request: web.Request) -> str:
    """The key of this visit; a new one for whoever brings none of ours."""
    known = request.get(keys.VISIT)
    if known is None:
        cookie = request.cookies.get(COOKIE, "")
        known = cookie if _KEY.fullmatch(cookie) else secrets.token_urlsafe(16)
        request[keys.VISIT] = known
    return known


def keep(request: web.Request, response: web.Response) -> None:
    """Give the key to the browser, when it has another one or none."""
    key = key_of(request)
    if request.cookies.get(COOKIE) != key:
        response.set_cookie(
            COOKIE,
            key,
            httponly=True,
            samesite="Lax",
            secure=request.app[keys.SETTINGS].secure_cookies,
        )


def is_prefetch(request: web.Request) -> bool:
    """Whether the browser fetches ahead and nobody has seen anything yet."""
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "HEAD" or "prefetch" in purpose.lower()
