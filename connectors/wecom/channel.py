"""WeCom customer service: a call that only says that there is something; fetched by a cursor."""

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
    Page,
    Part,
    Step,
    Verdict,
    objects,
    own_api,
    verdict,
    wanted,
)
from connectors.provider import TIMEOUT
from connectors.wechat.channel import GONE, PICTURE, WINDOW, WeChat
from connectors.wechat.sealing import key_of, opened, proof
from connectors.wecom.parsing import event_of
from kit.settings import SettingsError

NAME: Final = "wecom"
API: Final = "https://qyapi.weixin.qq.com/cgi-bin"
SAY: Final = "kf/send_msg"
WELCOME: Final = "kf/send_msg_on_event"
WELCOME_SECONDS: Final = 20  # how long after they came in a welcome is taken
LARGEST_PAGE: Final = 1000
OVER: Final = frozenset(
    {95000, 95004}  # no such account of the shop
    | {95001, 95002, 95024}  # five answers to one message; silent for 48 hours; never wrote
    | {95008, 95009, 95017, 95018}  # a menu it does not take; not allowed to write here
)


@dataclass(frozen=True, repr=False)
class WeCom(WeChat):
    """One customer-service account (`desk`, wk…) of a company (`account`, ww…)."""

    desk: str = ""
    welcomes: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    name: ClassVar[str] = NAME
    # Five answers to one message at most: one picture, the other cards as lines.
    can: ClassVar[Capabilities] = Capabilities(
        text=1000,
        buttons=10,
        button_title=40,
        caption=0,
        cards=1,
        in_bytes=True,
        window=WINDOW,
        person_window=WINDOW,
    )

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """WeCom asks with something sealed, and wants to read what is in it."""
        sealed = query.get("echostr", "")
        words = (self.word, query.get("timestamp", ""), query.get("nonce", ""), sealed)
        found: Verdict = verdict(query.get("msg_signature"), proof(*words).encode())
        if found != "genuine" or self.key is None:
            return None
        try:
            return opened(self.key, self.account, sealed).decode("utf-8", "replace")
        except ValueError:
            return None

    def parse(self, body: Any) -> list[Event]:
        """That something is to be fetched; `reference` opens it for ten minutes."""
        told = {name: body.get(name, "") for name in ("Event", "OpenKfId", "Token", "CreateTime")}
        if not all(isinstance(one, str) for one in told.values()):
            raise ValueError("the elements of an event are words")
        name, desk = told["Event"], told["OpenKfId"]
        if name == "kf_msg_or_event" and desk == self.desk:
            return [Event(told["Token"], "fetch", reference=told["Token"])]
        reason = "desk" if name == "kf_msg_or_event" else name or "event"
        return [Event(f"{name}:{desk}:{told['CreateTime']}", f"unknown:{reason}")]

    async def fetch_page(self, http: aiohttp.ClientSession, event: Event, cursor: str) -> Page:
        """Up to a thousand messages and events behind the cursor, oldest first."""
        asked = {"open_kfid": self.desk, "limit": LARGEST_PAGE, "token": event.reference}
        if cursor:
            asked["cursor"] = cursor
        answer = await self.post(http, "kf/sync_msg", asked)
        events = tuple(event_of(one) for one in objects(answer.get("msg_list")))
        self._remember_who_came(events)
        return Page(events, str(answer.get("next_cursor", "")), answer.get("has_more") == 1)

    def _remember_who_came(self, events: Sequence[Event]) -> None:
        """A welcome needs the code that came with them, and no front but this one knows it."""
        now = self.clock.now()
        for contact in [key for key, (_, until) in self.welcomes.items() if until <= now]:
            del self.welcomes[contact]
        until = now + timedelta(seconds=WELCOME_SECONDS)
        self.welcomes.update(
            {one.contact: (one.reference, until) for one in events if one.kind == "start"}
        )

    def render(self, contact: str, part: Part) -> Call:
        """Text, a menu of buttons, or a picture, which has to be brought to WeCom first."""
        text = part.text or part.picture or "…"
        if part.buttons:
            rows = [
                {"type": "click", "click": {"id": press.data, "content": press.title}}
                for press in part.buttons
            ]
            return self.message(contact, "msgmenu", {"head_content": text, "list": rows})
        if part.picture:
            return Call(PICTURE, {"touser": contact, "address": part.picture})
        return self.message(contact, "text", {"content": text})

    def typing(self, contact: str, message_id: str) -> None:
        """WeCom shows nothing of the kind."""

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """Say it under our own number, which WeCom takes once; the first words may be a welcome."""
        ready = await self.ready(http, call)
        body = {**ready.body, "msgid": reference}
        code, until = self.welcomes.pop(body["touser"], ("", self.clock.now()))
        if code and until > self.clock.now():
            kind = body["msgtype"]
            body = {"code": code, "msgid": reference, "msgtype": kind, kind: body[kind]}
            ready = Call(WELCOME, body)
        try:
            await self.post(http, ready.method, body)
        except SendFailed as failed:
            if "msgid" not in str(failed).lower():
                raise  # else it is known there: a try before this one arrived

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """Company and secret, and whether the account is there; the address is pasted by hand."""
        try:
            answer = await self.ask(http, "GET", "kf/account/list")
        except SendFailed as error:
            return [Step(False, f"WeCom answers {error}: look at company, secret, trusted IPs")]
        names = {
            str(one.get("open_kfid")): str(one.get("name"))
            for one in objects(answer.get("account_list"))
        }
        steps = [Step(True, f"company and secret of {self.account} are right")]
        if self.desk in names:
            steps.append(Step(True, f"shoppers write to {names[self.desk]}"))
        else:
            known = ", ".join(f"{key} ({name})" for key, name in names.items()) or "none"
            steps.append(Step(False, f"there is no account {self.desk}; there are: {known}"))
        return [*steps, Step(True, f"under 微信客服 ▸ API, WeCom must be told to call {address}")]

    def token_request(self, http: aiohttp.ClientSession) -> Any:
        """WeCom's own way to ask for an access token."""
        asked = {"corpid": self.account, "corpsecret": self.secret}
        return http.get(f"{self.api}/gettoken", params=asked, timeout=TIMEOUT)

    def is_final(self, error: object) -> bool:
        """Whether a later try of the same message cannot go better."""
        return error in OVER or error in GONE

    def message(self, contact: str, kind: str, content: Mapping[str, Any]) -> Call:
        """A message of the account to somebody."""
        told = {"touser": contact, "open_kfid": self.desk, "msgtype": kind, kind: content}
        return Call(SAY, told)


def from_values(values: Mapping[str, str]) -> WeCom:
    """The account that the environment describes; raises SettingsError naming what is wrong."""
    names = ("COMPANY", "SECRET", "TOKEN", "AES_KEY", "ACCOUNT")
    company, secret, word, encoded, desk = wanted(values, NAME, *names)
    if not re.fullmatch(r"ww[0-9a-zA-Z]{6,40}", company):
        raise SettingsError("CONCIERGE_WECOM_COMPANY must be the company's id, such as ww1234…")
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", word):
        raise SettingsError("CONCIERGE_WECOM_TOKEN must be 3 to 32 letters and digits")
    if not re.fullmatch(r"[A-Za-z0-9_-]{3,64}", desk):
        raise SettingsError("CONCIERGE_WECOM_ACCOUNT must be the account's id, such as wkAJ2G…")
    try:
        key = key_of(encoded)
    except ValueError as error:
        raise SettingsError("CONCIERGE_WECOM_AES_KEY must be the 43 signs of WeCom") from error
    return WeCom(company, secret, word, key, own_api(values, NAME) or API, desk=desk)
