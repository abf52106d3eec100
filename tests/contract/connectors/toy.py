"""A toy channel: all that a messenger needs besides the neutral parts, and no more.

Its provider signs the raw body, sends a list of events, and takes one message a request.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

import aiohttp

from connectors.base import SendFailed
from connectors.messenger import Call, Capabilities, Event, Messenger, Part, Verdict


class Toy(Messenger):
    """Shows 200 characters and three buttons, no pictures and no cards."""

    name: ClassVar[str] = "toy"
    can: ClassVar[Capabilities] = Capabilities(
        text=200, buttons=3, window=timedelta(days=1), person_window=timedelta(days=7)
    )

    def __init__(self, url: str, secret: bytes) -> None:
        self.url = url
        self.secret = secret

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes, now: datetime
    ) -> Verdict:
        """HMAC-SHA256 over the raw body."""
        given = headers.get("X-Toy-Signature")
        if given is None:
            return "missing"
        wanted = hmac.new(self.secret, raw, hashlib.sha256).hexdigest()
        return "genuine" if hmac.compare_digest(given.encode(), wanted.encode()) else "wrong"

    def parse(self, body: Any) -> list[Event]:
        """Each entry is one event; an unknown kind is recorded."""
        if not isinstance(body, dict) or not isinstance(body.get("events"), list):
            raise ValueError("no list of events")
        return [self._event(one) for one in body["events"] if isinstance(one, dict)]

    def _event(self, one: Mapping[str, Any]) -> Event:
        kind = str(one.get("kind", "message"))
        known = kind in ("message", "edit", "start")
        return Event(
            id=str(one["id"]),
            kind=kind if known else f"unknown:{kind}",
            contact=str(one.get("from", "")),
            message_id=str(one.get("message", one["id"])),
            text=str(one.get("text", "")),
            pressed=str(one.get("press", "")),
            language=one.get("language"),
        )

    def render(self, contact: str, part: Part) -> Call:
        """Text and buttons as they are."""
        buttons = [[one.title, one.data] for one in part.buttons]
        return Call("say", {"to": contact, "text": part.text, "buttons": buttons})

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """One POST."""
        async with http.post(f"{self.url}/{call.method}", json=call.body) as response:
            if response.status != 200:
                raise SendFailed(str(response.status), is_final=response.status == 403)
