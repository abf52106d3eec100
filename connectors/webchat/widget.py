"""Serving the chat widget: one script for any shop's page, with one language's words."""

import json
from collections.abc import Mapping
from typing import Final

from aiohttp import hdrs, web

from connectors import keys
from connectors.addresses import is_allowed_origin
from connectors.webchat.bundle import Bundle, bundle, make_script
from kit.i18n import LANGUAGES, as_language

PREFIX: Final = "widget."
QUOTE: Final = '"'  # around a tag of content
SCRIPTS: Final = web.AppKey("chat_scripts", Mapping[str, Bundle])
WORDS: Final = web.AppKey("chat_words", Mapping[str, Bundle])
OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# A page shows the chat from what the browser has, and fetches what is newer for the next one.
KEPT: Final = "public, max-age=60, stale-while-revalidate=86400"
FOR_GOOD: Final = "public, max-age=31536000, immutable"  # its address names its content


def add_routes(app: web.Application) -> None:
    """The script and its words under /chat; /chat/origin tells a page whether it may use it."""
    messages = app[keys.CATALOGUE].messages
    app[SCRIPTS] = make_scripts(messages, app[keys.SETTINGS].shop_name)
    app[WORDS] = packed_words(messages)
    app.add_routes(
        [
            web.get("/chat/widget.js", script),
            web.get("/chat/words/{language}.json", words),
            web.get("/chat/origin", origin),
        ]
    )


def make_scripts(messages: Mapping[str, Mapping[str, str]], shop: str) -> dict[str, Bundle]:
    """The script with the words of each language, which says where those of the others are."""
    addresses = {
        language: f"words/{language}.json?v={words.tag.strip(QUOTE)}"
        for language, words in packed_words(messages).items()
    }
    return {
        language: make_script(
            _of_chat(messages[language]),
            shop,
            language=language,
            elsewhere={other: at for other, at in addresses.items() if other != language},
        )
        for language in LANGUAGES
    }


def packed_words(messages: Mapping[str, Mapping[str, str]]) -> dict[str, Bundle]:
    """The chat's words of each language, for pages that speak another than their script."""
    return {
        language: bundle(json.dumps(_of_chat(messages[language]), ensure_ascii=False))
        for language in LANGUAGES
    }


def _of_chat(messages: Mapping[str, str]) -> dict[str, str]:
    chat = {key: text for key, text in messages.items() if key.startswith(PREFIX)}
    return {key.removeprefix(PREFIX): text for key, text in chat.items()}


async def script(request: web.Request) -> web.Response:
    """The one tag's script, with the words of the language that its address names."""
    main = request.app[keys.SETTINGS].default_language
    language = as_language(request.query.get("language"), main)
    return _sent(request, request.app[SCRIPTS][language], KEPT, "text/javascript")


async def words(request: web.Request) -> web.Response:
    """The words of another language."""
    found = request.app[WORDS].get(request.match_info["language"])
    if found is None:
        raise web.HTTPNotFound
    is_this = request.query.get("v") == found.tag.strip(QUOTE)
    return _sent(request, found, FOR_GOOD if is_this else KEPT, "application/json")


def _sent(request: web.Request, sent: Bundle, kept: str, kind: str) -> web.Response:
    headers = {**OPEN, "Cache-Control": kept, "ETag": sent.tag, "Vary": "Accept-Encoding"}
    if sent.tag in request.headers.get(hdrs.IF_NONE_MATCH, ""):
        return web.Response(status=304, headers=headers)
    body = sent.plain
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        body, headers = sent.packed, {**headers, "Content-Encoding": "gzip"}
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


async def origin(request: web.Request) -> web.Response:
    """Whether the asking page may use the chat; the widget says so to whoever embeds it."""
    asking = request.headers.get("Origin", "")
    is_allowed = not asking or is_allowed_origin(request, asking)
    return web.json_response(
        {"origin": asking[:200], "is_allowed": is_allowed},
        headers={**OPEN, "Cache-Control": "no-store"},
    )
