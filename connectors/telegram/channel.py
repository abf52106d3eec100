"""Telegram's Bot API: the webhook's secret, requests as JSON, files by reference."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

import aiohttp

from connectors.base import SendFailed
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
    part_of,
    verdict,
    wanted,
)
from connectors.provider import TIMEOUT, answer_of, file_of, refused
from connectors.telegram.parsing import event_of
from conversations import File
from kit.settings import SettingsError

NAME: Final = "telegram"
PROOF: Final = "X-Telegram-Bot-Api-Secret-Token"
API: Final = "https://api.telegram.org"
KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
MANY: Final = 100
NARROW: Final = 16  # titles this short stand two in a row
_TOKEN: Final = re.compile(r"(\d{3,20}):[A-Za-z0-9_-]{20,}")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{16,256}")


@dataclass(frozen=True, repr=False)
class Telegram(Messenger):
    """One bot."""

    token: str
    secret: str
    api: str = API

    name: ClassVar[str] = NAME
    can: ClassVar[Capabilities] = Capabilities(
        text=4096, buttons=40, button_title=60, caption=1024, cards=5
    )

    @property
    def bot(self) -> str:
        """The bot's own number."""
        return self.token.partition(":")[0]

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes, now: datetime
    ) -> Verdict:
        """Telegram repeats the secret that the webhook was registered with."""
        return verdict(headers.get(PROOF), self.secret.encode())

    def parse(self, body: Any) -> list[Event]:
        """An update is one event."""
        if not isinstance(body, dict):
            raise ValueError("an update is an object")
        return [event_of(body, self.bot)]

    def render(self, contact: str, part: Part) -> Call:
        """sendMessage or sendPhoto, without markup: words are shown as they are."""
        body: dict[str, Any] = {"chat_id": int(contact)}
        if part.buttons:
            body["reply_markup"] = {"inline_keyboard": _rows(part.buttons)}
        if not part.picture:
            preview = {"is_disabled": True}
            return Call("sendMessage", {**body, "text": part.text, "link_preview_options": preview})
        caption = {"caption": part.text} if part.text else {}
        return Call("sendPhoto", {**body, "photo": part.picture, **caption})

    def typing(self, contact: str, message_id: str) -> Call:
        """Shown for five seconds, or until a message comes."""
        return Call("sendChatAction", {"chat_id": int(contact), "action": "typing"})

    def heard(self, event: Event) -> Call | None:
        """A pressed button turns until it is answered."""
        if not event.reference:
            return None
        return Call("answerCallbackQuery", {"callback_query_id": event.reference})

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """Make the request; a picture that Telegram cannot fetch goes as words and address."""
        try:
            await self.ask(http, call)
        except SendFailed as error:
            if call.method != "sendPhoto" or not str(error).startswith("400"):
                raise
            await self.ask(http, _as_words(call))

    async def ask(self, http: aiohttp.ClientSession, call: Call) -> Any:
        """The result of a method; raises SendFailed. The address holds the token: not logged."""
        url = f"{self.api}/bot{self.token}/{call.method}"
        async with http.post(url, json=call.body, timeout=TIMEOUT) as response:
            answer = await answer_of(response)
            if response.status == 200 and answer.get("ok"):
                return answer.get("result")
            told = part_of(answer, "parameters")
            raise refused(response, answer.get("description", ""), told.get("retry_after"))

    async def fetch(self, http: aiohttp.ClientSession, file: File) -> bytes:
        """getFile tells where the file is for an hour."""
        found = await self.ask(http, Call("getFile", {"file_id": file.reference}))
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str) or ".." in path:
            raise SendFailed("the file has no path", is_final=True)
        url = f"{self.api}/file/bot{self.token}/{path}"
        async with http.get(url, timeout=TIMEOUT) as response:
            return await file_of(response, gone=(404,))

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """The token, the webhook's address and kinds, what waits, and the last error."""
        try:
            bot = await self.ask(http, Call("getMe", {}))
            hook = await self.ask(http, Call("getWebhookInfo", {}))
        except SendFailed as error:
            hint = "the token is wrong" if str(error)[:3] in ("401", "404") else "try again later"
            return [Step(False, f"Telegram answers {error}: {hint}")]
        return [Step(True, f"the token is @{bot.get('username')}'s"), *webhook_steps(hook, address)]

    async def register(self, http: aiohttp.ClientSession, address: str) -> None:
        """setWebhook with the secret and the kinds that we take."""
        body = {"url": address, "secret_token": self.secret, "allowed_updates": list(KINDS)}
        await self.ask(http, Call("setWebhook", body))


def webhook_steps(hook: Mapping[str, Any], address: str) -> list[Step]:
    """What getWebhookInfo says, step by step."""
    is_set = hook.get("url") == address
    kinds = set(hook.get("allowed_updates") or ())
    waiting = int(hook.get("pending_update_count", 0))
    error = str(hook.get("last_error_message", ""))
    return [
        Step(is_set, f"Telegram calls {address}" + ("" if is_set else ": not yet, add --register")),
        Step(set(KINDS) <= kinds, f"it sends {', '.join(KINDS)}"),
        Step(waiting < MANY, f"{waiting} updates wait to be taken"),
        Step(not error, f"the last error: {error}" if error else "no error was met"),
    ]


def from_values(values: Mapping[str, str]) -> Telegram:
    """The bot that the environment describes; raises SettingsError naming what is wrong."""
    token, secret = wanted(values, NAME, "TOKEN", "SECRET")
    if not _TOKEN.fullmatch(token):
        raise SettingsError("CONCIERGE_TELEGRAM_TOKEN must be a bot's token such as 123456:AA…")
    if not _SECRET.fullmatch(secret):
        raise SettingsError(
            "CONCIERGE_TELEGRAM_SECRET must be 16 to 256 letters, digits, - or _ of your choice"
        )
    return Telegram(token, secret, own_api(values, NAME) or API)


def _rows(presses: Sequence[Press]) -> list[list[dict[str, str]]]:
    keys = [{"text": press.title, "callback_data": press.data} for press in presses]
    wide = 1 if any(len(press.title) > NARROW for press in presses) else 2
    return [keys[at : at + wide] for at in range(0, len(keys), wide)]


def _as_words(call: Call) -> Call:
    body = {name: value for name, value in call.body.items() if name not in ("photo", "caption")}
    text = call.body.get("caption") or call.body["photo"]
    return Call("sendMessage", {**body, "text": text})
