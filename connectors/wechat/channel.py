"""WeChat's official accounts: XML in, at once acknowledged; customer-service messages out."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

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
    own_api,
    verdict,
    wanted,
)
from connectors.provider import TIMEOUT, answer_of, file_of, refused
from connectors.wechat.parsing import event_of, read_xml
from connectors.wechat.sealing import key_of, opened, proof
from conversations import File
from kit.clock import Clock, SystemClock
from kit.settings import SettingsError

NAME: Final = "wechat"
API: Final = "https://api.weixin.qq.com/cgi-bin"
EARLY: Final = timedelta(minutes=1)  # a token is renewed before it ends
WINDOW: Final = timedelta(hours=48)
STALE: Final = frozenset({40001, 40014, 42001})  # the token
GONE: Final = frozenset(
    {40003, 40007, 43004, 50002}  # nobody, no file of this id; does not follow us, is limited
    | {45015, 45047}  # the window is closed, or too many answers to one message
    | {45002}  # too long
)
PICTURE: Final = "picture"
_MEDIA: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True, repr=False)
class WeChat(Messenger):
    """One official account; with a `key` it takes sealed requests alone (safe mode)."""

    account: str
    secret: str
    word: str  # the token that WeChat signs with
    key: bytes | None = None
    api: str = API
    clock: Clock = field(default_factory=SystemClock)
    kept: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # the access token

    name: ClassVar[str] = NAME
    can: ClassVar[Capabilities] = Capabilities(
        text=2000,
        buttons=10,
        button_title=40,
        caption=0,
        in_bytes=True,
        window=WINDOW,
        person_window=WINDOW,
    )
    content_types: ClassVar[Sequence[str]] = ("text/xml", "application/xml")

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes, now: datetime
    ) -> Verdict:
        """SHA-1 over token, time and nonce; in safe mode over what is sealed, too."""
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        words, name = [self.word, stamp, nonce], "signature"
        if self.key is not None:
            name = "msg_signature"
            try:
                words.append(str(read_xml(raw).get("Encrypt", "")))
            except ValueError:
                return "missing" if name not in query else "wrong"
        return in_time(verdict(query.get(name), proof(*words).encode()), stamp, now)

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """WeChat asks when the address is set."""
        words = (self.word, query.get("timestamp", ""), query.get("nonce", ""))
        found = verdict(query.get("signature"), proof(*words).encode())
        return query.get("echostr", "")[:200] if found == "genuine" else None

    def decode(self, raw: bytes) -> Any:
        """XML without definitions; in safe mode the XML that is sealed in it."""
        told = read_xml(raw)
        if self.key is None:
            return told
        return read_xml(opened(self.key, self.account, str(told.get("Encrypt", ""))))

    def parse(self, body: Any) -> list[Event]:
        """A request is one message or event."""
        return [event_of(body)]

    def acknowledge(self, body: Any) -> str:
        """WeChat waits for five seconds; the answer comes as a customer-service message."""
        return "success"

    def render(self, contact: str, part: Part) -> Call:
        """Text, a menu of buttons, or a picture, which has to be brought to WeChat first."""
        text = part.text or part.picture or "…"
        if part.buttons:
            rows = [{"id": press.data, "content": press.title} for press in part.buttons]
            menu = {"head_content": text, "list": rows, "tail_content": ""}
            return self.message(contact, "msgmenu", menu)
        if part.picture:
            return Call(PICTURE, {"touser": contact, "address": part.picture})
        return self.message(contact, "text", {"content": text})

    def message(self, contact: str, kind: str, content: Mapping[str, Any]) -> Call:
        """A message of the account to somebody."""
        told = {"touser": contact, "msgtype": kind, kind: content}
        return Call("message/custom/send", told)

    def typing(self, contact: str, message_id: str) -> Call | None:
        """Shown until a message comes."""
        return Call("message/custom/typing", {"touser": contact, "command": "Typing"})

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """Make the request."""
        ready = await self.ready(http, call)
        await self.post(http, ready.method, ready.body)

    async def ready(self, http: aiohttp.ClientSession, call: Call) -> Call:
        """The request with its picture brought to WeChat; as an address where it cannot be."""
        if call.method != PICTURE:
            return call
        contact, address = call.body["touser"], call.body["address"]
        try:
            media = await self._brought(http, address)
        except SendFailed as error:
            if not error.is_final:
                raise
            return self.message(contact, "text", {"content": address})
        return self.message(contact, "image", {"media_id": media})

    async def post(
        self, http: aiohttp.ClientSession, method: str, body: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The answer of a method to a body; raises SendFailed."""
        raw = json.dumps(body, ensure_ascii=False).encode()  # WeChat shows escapes as they are
        return await self.ask(http, "POST", method, raw)

    async def ask(
        self,
        http: aiohttp.ClientSession,
        verb: str,
        method: str,
        content: bytes | aiohttp.FormData | None = None,
    ) -> dict[str, Any]:
        """The answer of a method; raises SendFailed. The address holds the token: not logged."""
        url, query = f"{self.api}/{method}", {"access_token": await self._token(http)}
        async with http.request(verb, url, params=query, data=content, timeout=TIMEOUT) as response:
            return await self._read(response)

    async def fetch(self, http: aiohttp.ClientSession, file: File) -> bytes:
        """WeChat keeps what was sent for three days."""
        if not _MEDIA.fullmatch(file.reference):
            raise SendFailed("the file has no id", is_final=True)
        query = {"access_token": await self._token(http), "media_id": file.reference}
        async with http.get(f"{self.api}/media/get", params=query, timeout=TIMEOUT) as response:
            if "json" in response.content_type or response.content_type == "text/plain":
                error = (await self._read(response)).get("errcode")
                raise SendFailed(f"no file: {error}", is_final=True)
            return await file_of(response, gone=(400, 404))

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """Account and secret, and whether the account may write; the address is pasted by hand."""
        try:
            await self._token(http)
        except SendFailed as error:
            return [Step(False, f"WeChat answers {error}: look at account, secret, IP whitelist")]
        steps = [Step(True, f"account and secret of {self.account} are right")]
        try:
            await self.ask(http, "GET", "customservice/getkflist")
        except SendFailed as error:
            told = f"the account may not write to its customers: {error}"
            steps.append(Step(False, f"{told}; WeChat has to verify it"))
        else:
            steps.append(Step(True, "the account may write to its customers"))
        mode = "safe mode" if self.key else "plain mode; set CONCIERGE_WECHAT_AES_KEY for safe mode"
        return [*steps, Step(True, f"the account's settings must name {address} and {mode}")]

    async def _token(self, http: aiohttp.ClientSession) -> str:
        """The access token: WeChat gives all our processes the same one until it ends."""
        token, until = self.kept.get(self.account, ("", self.clock.now()))
        if until > self.clock.now():
            return token
        async with self.token_request(http) as response:
            answer = await self._read(response)
        token, seconds = str(answer.get("access_token", "")), int(answer.get("expires_in", 0))
        self.kept[self.account] = token, self.clock.now() + timedelta(seconds=seconds) - EARLY
        return token

    def token_request(self, http: aiohttp.ClientSession) -> Any:
        """The request for a token that all processes of ours share."""
        asked = {"grant_type": "client_credential", "appid": self.account, "secret": self.secret}
        return http.post(f"{self.api}/stable_token", json=asked, timeout=TIMEOUT)

    def is_final(self, error: object) -> bool:
        """Whether a later try of the same message cannot go better."""
        return error in GONE

    async def _read(self, response: aiohttp.ClientResponse) -> dict[str, Any]:
        answer = await answer_of(response)
        error = answer.get("errcode", 0)
        if response.status == 200 and not error:
            return answer
        if error in STALE:
            self.kept.clear()
        failed = refused(response, f"{error} {answer.get('errmsg', '')}")
        failed.is_final = failed.is_final or self.is_final(error)
        raise failed

    async def _brought(self, http: aiohttp.ClientSession, address: str) -> str:
        """The id under which WeChat keeps a picture of ours; raises SendFailed."""
        async with http.get(address, timeout=TIMEOUT, allow_redirects=False) as response:
            raw = await file_of(response, gone=range(300, 500))
            kind = response.content_type
        form = aiohttp.FormData()
        form.add_field("media", raw, filename=f"p.{kind.partition('/')[2]}", content_type=kind)
        answer = await self.ask(http, "POST", "media/upload?type=image", form)
        return str(answer.get("media_id", ""))


def from_values(values: Mapping[str, str]) -> WeChat:
    """The account that the environment describes; raises SettingsError naming what is wrong."""
    account, secret, word = wanted(values, NAME, "ACCOUNT", "SECRET", "TOKEN")
    if not re.fullmatch(r"wx[0-9a-zA-Z]{6,40}", account):
        raise SettingsError("CONCIERGE_WECHAT_ACCOUNT must be the AppID, such as wx49f0…")
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", word):
        raise SettingsError("CONCIERGE_WECHAT_TOKEN must be 3 to 32 letters and digits")
    encoded = values.get("CONCIERGE_WECHAT_AES_KEY", "")
    try:
        key = key_of(encoded) if encoded else None
    except ValueError as error:
        raise SettingsError("CONCIERGE_WECHAT_AES_KEY must be the 43 signs of WeChat") from error
    own = own_api(values, NAME)
    return WeChat(account, secret, word, key, own or API)
