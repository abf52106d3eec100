"""A channel for everything else: JSON in and out, both signed with one secret and a time."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import aiohttp

from connectors.base import SendFailed
from connectors.messenger import (
    Call,
    Capabilities,
    Event,
    Messenger,
    Part,
    Step,
    Verdict,
    in_time,
    verdict,
    wanted,
)
from connectors.provider import TIMEOUT, answer_of, file_of, refused
from connectors.webhook.parsing import events_of
from conversations import File
from desk.tickets.webhooks import signature
from kit.clock import Clock, SystemClock
from kit.settings import SettingsError

NAME: Final = "webhook"
PROOF: Final = "X-Concierge-Signature"
SHORTEST_SECRET: Final = 32
_SIGNED: Final = re.compile(r"t=([0-9]{1,12}),v1=[0-9a-f]{64}")
_HERE: Final = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]+)?(/.*)?")


@dataclass(frozen=True, repr=False)
class SignedWebhook(Messenger):
    """One program at one address."""

    url: str
    secret: str
    clock: Clock = field(default_factory=SystemClock)

    name: ClassVar[str] = NAME
    can: ClassVar[Capabilities] = Capabilities(
        text=4000, buttons=20, button_title=60, caption=4000, cards=10
    )

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes, now: datetime
    ) -> Verdict:
        """The signature of this body at a time not more than five minutes away."""
        given = headers.get(PROOF)
        form = _SIGNED.fullmatch(given or "")
        if given is None or form is None:
            return "missing" if given is None else "wrong"
        expected = signature(self.secret, int(form[1]), raw).encode()
        return in_time(verdict(given, expected), form[1], now)

    def parse(self, body: Any) -> list[Event]:
        """A list of events."""
        return events_of(body)

    def render(self, contact: str, part: Part) -> Call:
        """What is said, in our own words for it."""
        buttons = [{"title": press.title, "data": press.data} for press in part.buttons]
        body = {"contact": contact, "text": part.text, "picture": part.picture, "buttons": buttons}
        return Call("message", body)

    def typing(self, contact: str, message_id: str) -> Call:
        """That this message is being answered."""
        return Call("typing", {"contact": contact, "message_id": message_id})

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """A signed POST; `id` is the same on every try, so that the other side can tell repeats."""
        raw = json.dumps(
            {"id": reference, "kind": call.method, **call.body}, ensure_ascii=False
        ).encode()
        stamp = int(self.clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            PROOF: signature(self.secret, stamp, raw),
        }
        async with http.post(
            self.url, data=raw, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            if not 200 <= response.status < 300:
                answer = await answer_of(response)
                raise refused(response, answer.get("error", ""))

    async def fetch(self, http: aiohttp.ClientSession, file: File) -> bytes:
        """A file of the host that we send to; no other is asked."""
        own = urlsplit(self.url)
        if not file.reference.startswith(f"{own.scheme}://{own.netloc}/"):
            raise SendFailed("the file is on another host", is_final=True)
        async with http.get(file.reference, timeout=TIMEOUT, allow_redirects=False) as response:
            return await file_of(response, gone=(400, 401, 403, 404, 410))

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """Whether the other side takes our signature and refuses a wrong one."""
        ping = Call("ping", {})
        steps = [Step(True, f"the program must post its events to {address}")]
        try:
            await self.send(http, ping, "check")
        except SendFailed as error:
            return [*steps, Step(False, f"{self.url} answers {error}")]
        steps.append(Step(True, f"{self.url} takes a signed ping"))
        try:
            await replace(self, secret=self.secret[::-1] + "-").send(http, ping, "check")
        except SendFailed:
            return [*steps, Step(True, "it refuses one that is signed wrongly")]
        return [*steps, Step(False, "it takes one that is signed wrongly: it must compare")]


def from_values(values: Mapping[str, str]) -> SignedWebhook:
    """The program that the environment describes; raises SettingsError naming what is wrong."""
    url, secret = wanted(values, NAME, "URL", "SECRET")
    if not re.fullmatch(r"https://[^\s/]+(/\S*)?", url) and not _HERE.fullmatch(url):
        raise SettingsError("CONCIERGE_WEBHOOK_URL must begin with https://")
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError("CONCIERGE_WEBHOOK_SECRET must have at least 32 signs, made up by you")
    return SignedWebhook(url, secret)
