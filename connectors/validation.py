"""Reading what strangers send: JSON bodies and shoppers' text."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, Final

from aiohttp import StreamReader, web

from connectors.errors import Refusal, bad_field
from kit.i18n import LANGUAGES

TEXT_BYTES: Final = 10_000
BODY_BYTES: Final = 64_000
PICTURE_BYTES: Final = 5 * 2**20
PICTURE_TYPES: Final = ("image/jpeg", "image/png", "image/webp")
LARGEST_ID: Final = 2**31 - 1
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}")
_PAGE: Final = {
    "product": (_SLUG, "a product's slug"),
    "visit": (re.compile(r"[A-Za-z0-9_-]{22}"), "the key of a visit"),
}
PAGE_FIELDS: Final = frozenset(_PAGE)
_BIDI: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


async def read_json(request: web.Request, *, allowed: Collection[str]) -> dict[str, Any]:
    """The JSON object of a request; refuses another type, bad UTF-8 and fields we do not know."""
    if request.content_type != "application/json":
        raise Refusal(415, "wrong_content_type", "Send application/json.", field="content-type")
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise body_too_large() from error
    if len(raw) > BODY_BYTES:
        raise body_too_large()
    return parse_object(raw, allowed=allowed)


async def read_picture(request: web.Request) -> bytes:
    """The bytes of an image request, up to PICTURE_BYTES; what they are is judged later."""
    if request.content_type not in PICTURE_TYPES:
        raise Refusal(
            415,
            "wrong_content_type",
            f"Send one of {', '.join(PICTURE_TYPES)}.",
            field="content-type",
        )
    raw = await body_up_to(request, PICTURE_BYTES)
    if raw is None:
        shown = f"The picture is larger than {PICTURE_BYTES // 2**20} MB."
        raise Refusal(413, "too_large", shown, field="body")
    return raw


async def body_up_to(request: web.Request, most: int) -> bytes | None:
    """The raw body, read no further than what is allowed; None where it is longer."""
    if (request.content_length or 0) > most:
        return None
    return await read_up_to(request.content, most)


async def read_up_to(content: StreamReader, most: int) -> bytes | None:
    """All that comes; None as soon as that is more than `most` bytes."""
    raw = bytearray()
    async for chunk in content.iter_chunked(2**16):
        raw += chunk
        if len(raw) > most:
            return None
    return bytes(raw)


def body_too_large() -> Refusal:
    """413 for the body as a whole."""
    return Refusal(
        413, "too_large", f"The request is larger than {BODY_BYTES} bytes.", field="body"
    )


def parse_object(raw: bytes | str, *, allowed: Collection[str]) -> dict[str, Any]:
    """A JSON object from bytes; raises Refusal naming what is wrong."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError as error:
        raise Refusal(400, "bad_encoding", "The body is not valid UTF-8.", field="body") from error
    try:
        body = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "bad_json", "The body is not valid JSON.", field="body") from error
    if not isinstance(body, dict):
        raise Refusal(422, "invalid_field", "The body must be a JSON object.", field="body")
    for name in body:
        if name not in allowed:
            shown = clean_text(name)[:60]
            raise Refusal(422, "unknown_field", "This field is not known.", field=shown)
    return body


def clean_text(text: str) -> str:
    """Text without control characters, direction overrides and broken surrogates, NFC, trimmed."""
    text = _SURROGATES.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")
    return unicodedata.normalize("NFC", kept.translate(_BIDI)).strip()


def shopper_text(body: Mapping[str, Any]) -> str:
    """The field `text`: present, a string, not empty, not above 10 kB."""
    if "text" not in body:
        raise bad_field("text", "Say something: text is missing.", error="missing_field")
    value = body["text"]
    if not isinstance(value, str):
        raise bad_field("text", "text must be a string.")
    if len(value.encode("utf-8", "replace")) > TEXT_BYTES:
        raise Refusal(413, "too_long", f"text is longer than {TEXT_BYTES} bytes.", field="text")
    text = clean_text(value)
    if not any(unicodedata.category(char)[0] not in "CZ" for char in text):  # nothing to see
        raise bad_field("text", "text is empty.", error="empty")
    return text


def client_message_id(body: Mapping[str, Any]) -> str:
    """The field `client_message_id`: 1 to 64 letters, digits, - or _."""
    value = body.get("client_message_id")
    if value is None:
        raise bad_field("client_message_id", "client_message_id is missing.", error="missing_field")
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise bad_field(
            "client_message_id", "client_message_id must be 1 to 64 letters, digits, - or _."
        )
    return value


def message_id(body: Mapping[str, Any]) -> int:
    """The field `after`: the id of a message, 0 before the first one."""
    value = body.get("after", 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_ID:
        raise bad_field("after", "after must be the id of a message.")
    return value


def page_context(body: Mapping[str, Any]) -> dict[str, str] | None:
    """The optional field `page`: the product the shopper looks at, and the visit it belongs to."""
    value = body.get("page")
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) - set(_PAGE):
        raise bad_field("page", 'page must be an object such as {"product": "slug"}.')
    found = {}
    for name, (shape, wanted) in _PAGE.items():
        given = value.get(name)
        if given is None:
            continue
        if not isinstance(given, str) or not shape.fullmatch(given):
            raise bad_field(f"page.{name}", f"page.{name} must be {wanted}.")
        found[name] = given
    return found or None


def optional_language(body: Mapping[str, Any], default: str) -> str:
    """The optional field `language`, one of ours."""
    value = body.get("language")
    if value is None:
        return default
    if value not in LANGUAGES:
        raise bad_field("language", f"language must be {' or '.join(LANGUAGES)}.")
    return str(value)


def number_of(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number of the query string, from 0 to `most`."""
    raw = query.get(name)
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 12) or int(raw) > most:
        raise bad_field(name, f"{name} must be a whole number from 0 to {most}.")
    return int(raw)
