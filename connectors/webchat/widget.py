"""Serving the chat widget: one script for any shop's page, a second one where it is needed."""

from typing import Final

from aiohttp import hdrs, web

from connectors import keys
from connectors.addresses import is_allowed_origin
from connectors.webchat.bundle import Bundle, Scripts, make_scripts
from kit.i18n import LANGUAGES

PREFIX: Final = "widget."
SCRIPTS: Final = web.AppKey("chat_scripts", Scripts)
OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# A page shows the chat from what the browser has, and fetches what is newer for the next one.
KEPT: Final = "public, max-age=60, stale-while-revalidate=86400"
FOR_GOOD: Final = "public, max-age=31536000, immutable"  # its address names its content


def add_routes(app: web.Application) -> None:
    """The scripts under /chat; /chat/origin tells a page whether it may use the chat."""
    messages = app[keys.CATALOGUE].messages
    words: dict[str, dict[str, str]] = {
        language: {
            key.removeprefix(PREFIX): text
            for key, text in messages[language].items()
            if key.startswith(PREFIX)
        }
        for language in LANGUAGES
    }
    app[SCRIPTS] = make_scripts(words, app[keys.SETTINGS].shop_name)
    app.add_routes(
        [
            web.get("/chat/widget.js", script),
            web.get("/chat/later.js", later_script),
            web.get("/chat/origin", origin),
        ]
    )


async def script(request: web.Request) -> web.Response:
    """The one tag's script."""
    return _sent(request, request.app[SCRIPTS].start, KEPT)


async def later_script(request: web.Request) -> web.Response:
    """What the tag's script fetches when it needs it."""
    bundle = request.app[SCRIPTS].later
    is_this = request.query.get("v") == bundle.tag.strip('"')
    return _sent(request, bundle, FOR_GOOD if is_this else KEPT)


def _sent(request: web.Request, bundle: Bundle, kept: str) -> web.Response:
    headers = {**OPEN, "Cache-Control": kept, "ETag": bundle.tag, "Vary": "Accept-Encoding"}
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
