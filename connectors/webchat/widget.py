"""Serving the chat widget: one script for any shop's page, and who may use it."""

from typing import Final

from aiohttp import hdrs, web

from connectors import keys
from connectors.addresses import is_allowed_origin
from connectors.webchat.bundle import Bundle, make_bundle
from kit.i18n import LANGUAGES

PREFIX: Final = "widget."
BUNDLE: Final = web.AppKey("chat_bundle", Bundle)
OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# A page shows the chat from what the browser has, and fetches what is newer for the next one.
KEPT: Final = "public, max-age=60, stale-while-revalidate=86400"


def add_routes(app: web.Application) -> None:
    """The script at /chat/widget.js; /chat/origin tells a page whether it may use the chat."""
    messages = app[keys.CATALOGUE].messages
    words: dict[str, dict[str, str]] = {
        language: {
            key.removeprefix(PREFIX): text
            for key, text in messages[language].items()
            if key.startswith(PREFIX)
        }
        for language in LANGUAGES
    }
    app[BUNDLE] = make_bundle(words, app[keys.SETTINGS].shop_name)
    app.add_routes([web.get("/chat/widget.js", script), web.get("/chat/origin", origin)])


async def script(request: web.Request) -> web.Response:
    """The one tag's script."""
    bundle = request.app[BUNDLE]
    headers = {**OPEN, "Cache-Control": KEPT, "ETag": bundle.tag, "Vary": "Accept-Encoding"}
    if bundle.tag in request.headers.get(hdrs.IF_NONE_MATCH, ""):
        return web.Response(status=304, headers=headers)
    body = bundle.plain
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        body, headers = bundle.packed, {**headers, "Content-Encoding": "gzip"}
    return web.Response(body=body, content_type="text/javascript", charset="utf-8", headers=headers)


async def origin(request: web.Request) -> web.Response:
    """Whether the asking page may use the chat; the widget says so to whoever embeds it."""
    asking = request.headers.get("Origin", "")
    is_allowed = not asking or is_allowed_origin(request, asking)
    return web.json_response(
        {"origin": asking[:200], "is_allowed": is_allowed},
        headers={**OPEN, "Cache-Control": "no-store"},
    )
