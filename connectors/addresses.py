"""Who calls and from which page: client addresses behind proxies, origins of pages."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from connectors import keys

UNKNOWN: Final = "unknown"


def client_address(request: web.Request) -> str:
    """The caller's address; X-Forwarded-For counts only when a trusted proxy wrote it."""
    remote = request.remote or UNKNOWN
    trusted = request.app[keys.SETTINGS].trusted_proxies
    if remote not in trusted:
        return remote
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    for hop in reversed(hops):
        if hop and hop not in trusted:
            return hop if is_address(hop) else remote
    return remote


def is_address(text: str) -> bool:
    """Whether `text` is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_inside(request: web.Request) -> bool:
    """Whether the caller is on this machine or in a private network, past any proxy."""
    try:
        return ipaddress.ip_address(client_address(request)).is_private
    except ValueError:
        return False


def is_same_origin(request: web.Request, origin: str) -> bool:
    """Whether `origin` is the page's own host."""
    try:
        return bool(origin) and urlsplit(origin).netloc == request.host
    except ValueError:  # such as an address in brackets that is none
        return False


def is_allowed_origin(request: web.Request, origin: str) -> bool:
    """Whether pages of `origin` may use the chat: our own and the registered shops."""
    return is_same_origin(request, origin) or origin in request.app[keys.SETTINGS].public_origins
