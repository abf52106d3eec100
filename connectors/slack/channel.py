"""Slack's Web API: requests signed with a time, messages in blocks, buttons that carry our data."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl

import aiohttp

from connectors.base import SendFailed
from connectors.degrading import pieces
from connectors.messenger import (
    Call,
    Capabilities,
    Event,
    Messenger,
    Part,
    Press,
    Step,
    Verdict,
    in_time,
    own_api,
    verdict,
    wanted,
)
from connectors.provider import TIMEOUT, answer_of, file_of, refused
from connectors.slack.parsing import events_of
from conversations import File
from kit.settings import SettingsError

NAME: Final = "slack"
PROOF: Final = "X-Slack-Signature"
TIME: Final = "X-Slack-Request-Timestamp"
API: Final = "https://slack.com/api"
FILES: Final = "https://files.slack.com/"
SCOPES: Final = frozenset({"chat:write", "im:history", "files:read"})
LONGEST_SECTION: Final = 3000
LONGEST_ESCAPE: Final = 5  # "&amp;"
GONE: Final = frozenset(
    {"channel_not_found", "is_archived", "user_not_found", "user_disabled", "cannot_dm_bot"}
    | {"messages_tab_disabled", "restricted_action", "msg_too_long", "no_text", "invalid_blocks"}
)


@dataclass(frozen=True, repr=False)
class Slack(Messenger):
    """One app in one workspace."""

    token: str
    secret: str
    api: str = API

    name: ClassVar[str] = NAME
    can: ClassVar[Capabilities] = Capabilities(text=3000, buttons=25, button_title=75, caption=3000)
    content_types: ClassVar[Sequence[str]] = (
        "application/json",
        "application/x-www-form-urlencoded",
    )

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes, now: datetime
    ) -> Verdict:
        """HMAC-SHA256 over version, time and raw body; five minutes old at most."""
        stamp = headers.get(TIME)
        if stamp is None:
            return "missing"
        signed = f"v0:{stamp}:".encode("utf-8", "replace") + raw
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        return in_time(verdict(headers.get(PROOF), f"v0={digest}".encode()), stamp, now)

    def decode(self, raw: bytes) -> Any:
        """Events are JSON; pressed buttons are JSON in a form, commands a form."""
        text = raw.decode()
        if text.lstrip()[:1] in ("{", "[") or "=" not in text:
            return json.loads(text)
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
        return json.loads(form["payload"]) if "payload" in form else {"type": "command", **form}

    def parse(self, body: Any) -> list[Event]:
        """A request is one event."""
        if not isinstance(body, dict):
            raise ValueError("a request is an object")
        return events_of(body)

    def acknowledge(self, body: Any) -> str:
        """The challenge when the address is set; else nothing, as Slack shows what it reads."""
        is_asked = isinstance(body, dict) and body.get("type") == "url_verification"
        return str(body.get("challenge", ""))[:200] if is_asked else ""

    def render(self, contact: str, part: Part) -> Call:
        """chat.postMessage; a picture or buttons make it blocks."""
        body: dict[str, Any] = {
            "channel": contact,
            "text": _escaped(part.text or part.picture),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if part.picture or part.buttons:
            body["blocks"] = _blocks(part)
        return Call("chat.postMessage", body)

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """Make the request; a picture that Slack cannot fetch is left out."""
        try:
            await self.ask(http, call)
        except SendFailed as error:
            blocks = call.body.get("blocks", ())
            kept = [block for block in blocks if block["type"] != "image"]
            if "invalid_blocks" not in str(error) or len(kept) == len(blocks):
                raise
            body = {name: value for name, value in call.body.items() if name != "blocks"}
            await self.ask(http, Call(call.method, {**body, "blocks": kept} if kept else body))

    async def ask(self, http: aiohttp.ClientSession, call: Call) -> dict[str, Any]:
        """The answer of a method; raises SendFailed."""
        url, headers = f"{self.api}/{call.method}", {"Authorization": f"Bearer {self.token}"}
        async with http.post(url, json=call.body, headers=headers, timeout=TIMEOUT) as response:
            answer = await answer_of(response)
            if response.status == 200 and answer.get("ok"):
                scopes = response.headers.get("X-OAuth-Scopes", "")
                return {**answer, "scopes": [one.strip() for one in scopes.split(",")]}
            failed = refused(response, answer.get("error", ""))
            failed.is_final = failed.is_final or answer.get("error") in GONE
            raise failed

    async def fetch(self, http: aiohttp.ClientSession, file: File) -> bytes:
        """A file needs the token, which goes to Slack alone."""
        if not file.reference.startswith((FILES, f"{self.api.removesuffix('/api')}/")):
            raise SendFailed("the file is not kept by Slack", is_final=True)
        headers = {"Authorization": f"Bearer {self.token}"}
        async with http.get(
            file.reference, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            return await file_of(response, gone=(302, 403, 404, 410))

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """The token and what it may do; the addresses stand in the app's own page."""
        try:
            about = await self.ask(http, Call("auth.test", {}))
        except SendFailed as error:
            return [Step(False, f"Slack answers {error}: look at the token")]
        missing = sorted(SCOPES - set(about["scopes"]))
        lacks = f"the token lacks {', '.join(missing)}: add them and install again"
        return [
            Step(True, f"the token is {about.get('user')}'s in {about.get('team')}"),
            Step(not missing, lacks if missing else "the token's scopes suffice"),
            Step(True, f"Event Subscriptions and Interactivity must both name {address}"),
        ]


def from_values(values: Mapping[str, str]) -> Slack:
    """The app that the environment describes; raises SettingsError naming what is wrong."""
    token, secret = wanted(values, NAME, "TOKEN", "SECRET")
    if not token.startswith("xoxb-"):
        raise SettingsError("CONCIERGE_SLACK_TOKEN must be a bot token such as xoxb-…")
    if len(secret) < 16:
        raise SettingsError("CONCIERGE_SLACK_SECRET must be the signing secret of the app's page")
    return Slack(token, secret, own_api(values, NAME) or API)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(part: Part) -> list[dict[str, Any]]:
    """Picture, words, buttons; words that grow too long by escaping stand in several sections."""
    blocks: list[dict[str, Any]] = []
    if part.picture:
        alt = part.text.partition("\n")[0][:200] or "…"
        blocks.append({"type": "image", "image_url": part.picture, "alt_text": alt})
    fits = len(_escaped(part.text)) <= LONGEST_SECTION
    for piece in [part.text] if fits else pieces(part.text, LONGEST_SECTION // LONGEST_ESCAPE):
        if piece:
            text = {"type": "mrkdwn", "text": _escaped(piece)}
            blocks.append({"type": "section", "text": text})
    if part.buttons:
        blocks.append({"type": "actions", "elements": [_key(press) for press in part.buttons]})
    return blocks


def _key(press: Press) -> dict[str, Any]:
    text = {"type": "plain_text", "text": press.title}
    return {"type": "button", "text": text, "value": press.data, "action_id": press.data}
