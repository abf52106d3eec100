"""Messenger's Send API: words, buttons and pictures; people may answer for seven days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar, Final

import aiohttp

from connectors import graph
from connectors.base import SendFailed
from connectors.facebook.parsing import STARTED, events_of
from connectors.messenger import (
    Call,
    Capabilities,
    Event,
    Part,
    Press,
    Step,
    Window,
    objects,
    own_api,
)
from conversations import File

NAME: Final = "facebook"
FIELDS: Final = (
    "messages",
    "messaging_postbacks",
    "message_edits",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "messaging_referrals",
    "standby",
)
DAY: Final = timedelta(days=1)
KEYS: Final = 3  # of a message with buttons, which stay; quick replies are for more
KEYED_TEXT: Final = 640


@dataclass(frozen=True, repr=False)
class Facebook(graph.MetaMessenger):
    """One page."""

    token: str
    secret: str
    word: str
    api: str = graph.API

    name: ClassVar[str] = NAME
    kind: ClassVar[str] = "page"
    fields: ClassVar[tuple[str, ...]] = FIELDS
    can: ClassVar[Capabilities] = Capabilities(
        text=2000, buttons=13, caption=0, window=DAY, person_window=timedelta(days=7)
    )

    def parse(self, body: Any) -> list[Event]:
        """Messages, pressed buttons, and all that is only recorded."""
        return events_of(body, self.kind)

    def render(self, contact: str, part: Part) -> Call:
        """Text, a picture, or text with buttons that stay; more of them pass as quick replies."""
        quick = [_quick(press) for press in part.buttons]
        if part.picture:
            image = {"url": part.picture, "is_reusable": True}
            message: dict[str, Any] = {"attachment": {"type": "image", "payload": image}}
        elif 0 < len(quick) <= KEYS and len(part.text) <= KEYED_TEXT:
            message, quick = {"attachment": {"type": "template", "payload": _keyed(part)}}, []
        else:
            message = {"text": part.text or "…"}
        if quick:
            message["quick_replies"] = quick
        body = {"recipient": {"id": contact}, "messaging_type": "RESPONSE", "message": message}
        return Call("me/messages", body)

    def marked(self, call: Call, window: Window) -> Call:
        """After a day only what a person wrote may be sent, and has to say so."""
        if window.author != "agent" or window.silence < DAY:
            return call
        tag = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        return replace(call, body={**call.body, **tag})

    def typing(self, contact: str, message_id: str) -> Call:
        """Shown for twenty seconds, or until a message comes."""
        return Call("me/messages", {"recipient": {"id": contact}, "sender_action": "typing_on"})

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """Make the request; a picture that Meta cannot fetch goes as its address."""
        try:
            await self.ask(http, "POST", call.method, call.body)
        except SendFailed as error:
            picture = _picture(call)
            if not picture or not error.is_final or not str(error).startswith("400"):
                raise
            shown = {**call.body["message"], "text": picture}
            del shown["attachment"]
            await self.ask(http, "POST", call.method, {**call.body, "message": shown})

    async def ask(
        self,
        http: aiohttp.ClientSession,
        verb: str,
        method: str,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The answer of a method; raises SendFailed."""
        return await graph.ask(http, verb, f"{self.api}/{method}", self.token, body)

    async def fetch(self, http: aiohttp.ClientSession, file: File) -> bytes:
        """A file has an address of its own at Meta."""
        return await graph.file_from(http, file.reference, self.api)

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """The token, and what Meta sends; the address itself stands in the app's own page."""
        try:
            page = await self.ask(http, "GET", "me?fields=name,username")
            apps = await self.ask(http, "GET", "me/subscribed_apps")
        except SendFailed as error:
            hint = "the token is wrong or ended" if "190" in str(error) else "try again later"
            return [Step(False, f"Meta answers {error}: {hint}")]
        subscribed = {
            str(field)
            for app in objects(apps.get("data"))
            for field in app.get("subscribed_fields", ())
        }
        missing = [field for field in self.fields if field not in subscribed]
        told = f"not {', '.join(missing)} yet, add --register" if missing else "all that we take"
        return [
            Step(True, f"the token is {page.get('name') or page.get('username')}'s"),
            Step(not missing, f"Meta sends {told}"),
            Step(True, f"the app's page, Webhooks, must name {address} and your word"),
        ]

    async def register(self, http: aiohttp.ClientSession, address: str) -> None:
        """Subscribe to what we take."""
        fields = ",".join(self.fields)
        await self.ask(http, "POST", "me/subscribed_apps", {"subscribed_fields": fields})
        await self.ask(http, "POST", "me/messenger_profile", {"get_started": {"payload": STARTED}})


def from_values(values: Mapping[str, str]) -> Facebook:
    """The page that the environment describes; raises SettingsError naming what is wrong."""
    return Facebook(*graph.secrets_of(values, NAME), own_api(values, NAME) or graph.API)


def _keyed(part: Part) -> dict[str, Any]:
    keys = [
        {"type": "postback", "title": press.title, "payload": press.data} for press in part.buttons
    ]
    return {"template_type": "button", "text": part.text or "…", "buttons": keys}


def _quick(press: Press) -> dict[str, str]:
    return {"content_type": "text", "title": press.title, "payload": press.data}


def _picture(call: Call) -> str:
    attachment = call.body.get("message", {}).get("attachment", {})
    return str(attachment["payload"]["url"]) if attachment.get("type") == "image" else ""
