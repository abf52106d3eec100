"""WhatsApp's Cloud API: words, buttons, lists and pictures within a day of the shopper's words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final

import aiohttp

from connectors import graph
from connectors.base import SendFailed
from connectors.messenger import (
    Call,
    Capabilities,
    Event,
    Part,
    Step,
    own_api,
    part_of,
    wanted,
)
from connectors.whatsapp.parsing import events_of
from conversations import File
from kit.settings import SettingsError

NAME: Final = "whatsapp"
KEYS: Final = 3  # buttons below a message; more of them are a list
BODY_WITH_KEYS: Final = 1024
OPENS_LIST: Final = "☰"
_SCOPED: Final = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_MEDIA: Final = re.compile(r"[0-9]{1,40}")


@dataclass(frozen=True, repr=False)
class WhatsApp(graph.MetaMessenger):
    """One business number."""

    number: str  # Meta's id of it, not the number that people dial
    token: str
    secret: str
    word: str
    api: str = graph.API

    name: ClassVar[str] = NAME
    can: ClassVar[Capabilities] = Capabilities(
        text=4096,
        buttons=10,
        caption=1024,
        window=timedelta(days=1),
        person_window=timedelta(days=1),
    )

    def parse(self, body: Any) -> list[Event]:
        """Messages, states of ours, and all that is only recorded."""
        return events_of(body, self.number)

    def render(self, contact: str, part: Part) -> Call:
        """Text or image; with buttons an interactive message, a list above three of them."""
        if part.buttons:
            content: dict[str, Any] = {"type": "interactive", "interactive": _interactive(part)}
        elif part.picture:
            caption = {"caption": part.text} if part.text else {}
            content = {"type": "image", "image": {"link": part.picture, **caption}}
        else:
            content = {"type": "text", "text": {"body": part.text, "preview_url": False}}
        whom = "recipient" if _SCOPED.fullmatch(contact) else "to"
        return self._message({"recipient_type": "individual", whom: contact, **content})

    def typing(self, contact: str, message_id: str) -> Call:
        """The message is read, and an answer is being written; shown for 25 seconds at most."""
        return self._message(
            {"status": "read", "message_id": message_id, "typing_indicator": {"type": "text"}}
        )

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """Make the request; Meta gives the reference back with the message's later states."""
        noted = {"biz_opaque_callback_data": reference} if "type" in call.body else {}
        url = f"{self.api}/{call.method}"
        await graph.ask(http, "POST", url, self.token, {**call.body, **noted})

    async def fetch(self, http: aiohttp.ClientSession, file: File) -> bytes:
        """A media id tells an address that holds for five minutes."""
        if not _MEDIA.fullmatch(file.reference):
            raise SendFailed("the file has no id", is_final=True)
        found = await graph.ask(http, "GET", f"{self.api}/{file.reference}", self.token)
        return await graph.file_from(http, str(found.get("url", "")), self.api, self.token)

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """The token, the number, and where Meta calls."""
        fields = "display_phone_number,verified_name,quality_rating,webhook_configuration"
        url = f"{self.api}/{self.number}?fields={fields}"
        try:
            found = await graph.ask(http, "GET", url, self.token)
        except SendFailed as error:
            hint = (
                "the token is wrong or ended" if "190" in str(error) else "look at the number's id"
            )
            return [Step(False, f"WhatsApp answers {error}: {hint}")]
        shown = f"{found.get('display_phone_number')} ({found.get('verified_name')})"
        hooks = part_of(found, "webhook_configuration")
        is_set = address in hooks.values()
        quality = str(found.get("quality_rating", "UNKNOWN"))
        return [
            Step(True, f"the token may speak for {shown}"),
            Step(is_set, f"Meta calls {address}" + ("" if is_set else ": not yet, add --register")),
            Step(quality != "RED", f"the number's quality is {quality.lower()}"),
        ]

    async def register(self, http: aiohttp.ClientSession, address: str) -> None:
        """Set the number's own webhook; Meta asks for the word at once, so the front must be up."""
        hook = {"override_callback_uri": address, "verify_token": self.word}
        url = f"{self.api}/{self.number}"
        await graph.ask(http, "POST", url, self.token, {"webhook_configuration": hook})

    def _message(self, content: Mapping[str, Any]) -> Call:
        return Call(f"{self.number}/messages", {"messaging_product": "whatsapp", **content})


def from_values(values: Mapping[str, str]) -> WhatsApp:
    """The number that the environment describes; raises SettingsError naming what is wrong."""
    (number,) = wanted(values, NAME, "NUMBER")
    if not number.isdigit():
        raise SettingsError("CONCIERGE_WHATSAPP_NUMBER must be the phone number ID, digits alone")
    return WhatsApp(number, *graph.secrets_of(values, NAME), own_api(values, NAME) or graph.API)


def _interactive(part: Part) -> dict[str, Any]:
    """Keys where there is room and no two read the same, which WhatsApp refuses; else a list."""
    body = {"text": part.text or "…"}
    are_told_apart = len({press.title for press in part.buttons}) == len(part.buttons)
    if len(part.buttons) <= KEYS and len(body["text"]) <= BODY_WITH_KEYS and are_told_apart:
        keys = [
            {"type": "reply", "reply": {"id": press.data, "title": press.title}}
            for press in part.buttons
        ]
        header = {"header": {"type": "image", "image": {"link": part.picture}}}
        return {
            "type": "button",
            "body": body,
            "action": {"buttons": keys},
            **(header if part.picture else {}),
        }
    rows = [{"id": press.data, "title": press.title} for press in part.buttons]
    return {
        "type": "list",
        "body": body,
        "action": {"button": OPENS_LIST, "sections": [{"rows": rows}]},
    }
