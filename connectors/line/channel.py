"""LINE's Messaging API: a signature over the raw body, pushes with a key that tells repeats."""

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

import aiohttp

from connectors.base import SendFailed
from connectors.line.parsing import event_of
from connectors.messenger import (
    Call,
    Capabilities,
    Event,
    Messenger,
    Part,
    Press,
    Step,
    Verdict,
    own_api,
    verdict,
    wanted,
)
from connectors.provider import TIMEOUT, answer_of, file_of, refused
from conversations import File
from kit.settings import SettingsError

NAME: Final = "line"
PROOF: Final = "X-Line-Signature"
API: Final = "https://api.line.me"
FILES: Final = "https://api-data.line.me"
TAKEN_BEFORE: Final = 409
ALT_TEXT: Final = 300
KEYS: Final = uuid.UUID("6f1c9c5e-1f0b-4c0e-9a1d-6f6c2f6e7a10")
WEBHOOK: Final = "channel/webhook/endpoint"
_MESSAGE_ID: Final = re.compile(r"[0-9]{1,32}")


@dataclass(frozen=True, repr=False)
class Line(Messenger):
    """One official account."""

    token: str
    secret: str
    api: str = API
    files: str = FILES

    name: ClassVar[str] = NAME
    can: ClassVar[Capabilities] = Capabilities(
        text=2000, buttons=10, button_title=20, caption=1000, cards=5
    )

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes, now: datetime
    ) -> Verdict:
        """Base64 of HMAC-SHA256 with the channel's secret over the raw body."""
        digest = hmac.new(self.secret.encode(), raw, hashlib.sha256).digest()
        return verdict(headers.get(PROOF), base64.b64encode(digest))

    def parse(self, body: Any) -> list[Event]:
        """A list of events, empty when the console only looks whether we are there."""
        if not isinstance(body, dict) or not isinstance(body.get("events"), list):
            raise ValueError("a webhook has a list of events")
        return [event_of(one) for one in body["events"] if isinstance(one, dict)]

    def render(self, contact: str, part: Part) -> Call:
        """Text as text, a picture as an image; what has buttons or both is a bubble."""
        if part.buttons or (part.picture and part.text):
            message = _bubble(part)
        elif part.picture:
            message = {
                "type": "image",
                "originalContentUrl": part.picture,
                "previewImageUrl": part.picture,
            }
        else:
            message = {"type": "text", "text": part.text}
        return Call("message/push", {"to": contact, "messages": [message]})

    def typing(self, contact: str, message_id: str) -> Call:
        """Shown for ten seconds, or until a message comes."""
        return Call("chat/loading/start", {"chatId": contact, "loadingSeconds": 10})

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """Make the request; LINE takes a push with a known key as done before."""
        keyed = reference and call.method == "message/push"
        key = {"X-Line-Retry-Key": str(uuid.uuid5(KEYS, reference))} if keyed else {}
        await self._ask(http, "POST", call.method, call.body, key)

    async def fetch(self, http: aiohttp.ClientSession, file: File) -> bytes:
        """The content of a message; LINE keeps it for a while."""
        if not _MESSAGE_ID.fullmatch(file.reference):
            raise SendFailed("the file is not LINE's own", is_final=True)
        url = f"{self.files}/v2/bot/message/{file.reference}/content"
        async with http.get(url, headers=self._headers, timeout=TIMEOUT) as response:
            return await file_of(response, gone=(400, 404, 410))

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """The token, and where LINE calls."""
        try:
            account = await self._ask(http, "GET", "info")
            hook = await self._ask(http, "GET", WEBHOOK)
        except SendFailed as error:
            hint = "the token is wrong" if str(error).startswith("401") else "try again later"
            return [Step(False, f"LINE answers {error}: {hint}")]
        is_set = hook.get("endpoint") == address
        is_active = bool(hook.get("active"))
        return [
            Step(True, f"the token is {account.get('basicId')}'s"),
            Step(is_set, f"LINE calls {address}" + ("" if is_set else ": not yet, --register")),
            Step(
                is_active,
                "webhooks are " + ("on" if is_active else "off: switch on in the console"),
            ),
        ]

    async def register(self, http: aiohttp.ClientSession, address: str) -> None:
        """Set the webhook's address; using it is switched on in the console."""
        await self._ask(http, "PUT", WEBHOOK, {"endpoint": address})

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def _ask(
        self,
        http: aiohttp.ClientSession,
        verb: str,
        method: str,
        body: dict[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The answer of a method; raises SendFailed."""
        async with http.request(
            verb,
            f"{self.api}/v2/bot/{method}",
            json=body,
            headers={**self._headers, **(headers or {})},
            timeout=TIMEOUT,
        ) as response:
            answer = await answer_of(response)
            if response.status < 300 or response.status == TAKEN_BEFORE:
                return answer
            raise refused(response, answer.get("message", ""))


def from_values(values: Mapping[str, str]) -> Line:
    """The account that the environment describes; raises SettingsError naming what is wrong."""
    token, secret = wanted(values, NAME, "TOKEN", "SECRET")
    if len(secret) < 16:
        raise SettingsError("CONCIERGE_LINE_SECRET must be the channel secret of the console")
    own = own_api(values, NAME)
    return Line(token, secret, own or API, own or FILES)


def _bubble(part: Part) -> dict[str, Any]:
    """A Flex Message: picture, words, buttons."""
    words = {"type": "text", "text": part.text or "…", "wrap": True}
    bubble: dict[str, Any] = {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [words]},
    }
    if part.picture:
        bubble["hero"] = {"type": "image", "url": part.picture, "size": "full"}
    if part.buttons:
        keys = [_key(press) for press in part.buttons]
        bubble["footer"] = {"type": "box", "layout": "vertical", "contents": keys}
    return {"type": "flex", "altText": (part.text or "…")[:ALT_TEXT], "contents": bubble}


def _key(press: Press) -> dict[str, Any]:
    action = {
        "type": "postback",
        "label": press.title,
        "data": press.data,
        "displayText": press.title,
    }
    return {"type": "button", "style": "link", "height": "sm", "action": action}
