"""Serving the chat widget: one script tag for any shop's page, its modules and its texts."""

from pathlib import Path
from typing import Final

from aiohttp import web

from connectors import keys
from kit.i18n import LANGUAGES, as_language

STATIC: Final = Path(__file__).parent / "static"
PREFIX: Final = "widget."
OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-cache",
}


def add_routes(app: web.Application) -> None:
    """The loader at /chat/widget.js, what it loads at /chat/widget/, texts at /chat/text/."""
    app.add_routes(
        [
            web.get("/chat/widget.js", loader),
            web.get("/chat/widget/{name:[a-z-]+\\.js}", module),
            web.get("/chat/text/{language:[a-z]{2}}.json", texts),
        ]
    )


async def loader(request: web.Request) -> web.FileResponse:
    """The one tag's script."""
    return web.FileResponse(STATIC / "widget.js", headers=OPEN)


async def module(request: web.Request) -> web.FileResponse:
    """A module of the widget."""
    path = STATIC / "modules" / request.match_info["name"]
    if not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=OPEN)


async def texts(request: web.Request) -> web.Response:
    """The widget's words in one language, from the catalogue."""
    language = request.match_info["language"]
    if language not in LANGUAGES:
        raise web.HTTPNotFound
    catalogue, chosen = request.app[keys.CATALOGUE], as_language(language)
    found = {
        key.removeprefix(PREFIX): catalogue.template(chosen, key)
        for key in catalogue.messages[chosen]
        if key.startswith(PREFIX)
    }
    return web.json_response(found, headers=OPEN)
