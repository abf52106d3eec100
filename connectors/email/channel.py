"""E-mail: a mailbox asked every few seconds by IMAP, answers given to an SMTP server."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from typing import Any, ClassVar, Final

import aiohttp

from connectors.base import SendFailed
from connectors.email.mailbox import Mailbox
from connectors.email.parsing import Mailroom, event_of
from connectors.email.posting import mail_of, page_of, plain_of, post
from connectors.email.reading import part_bytes, read_mail
from connectors.email.server import Server, server_of
from connectors.messenger import (
    LARGEST_FILE,
    Call,
    Capabilities,
    Event,
    Messenger,
    Page,
    Part,
    Step,
    Verdict,
    Window,
    wanted,
)
from conversations import File
from kit.clock import Clock, SystemClock
from kit.settings import SettingsError

log = logging.getLogger(__name__)

NAME: Final = "email"
SAY: Final = "mail"
UNREADABLE: Final = (
    *(MessageError, ValueError, LookupError, TypeError, AttributeError),
    *(AssertionError, RecursionError),
)
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, repr=False)
class Email(Messenger):
    """One address of the shop: the mailbox that it fills and the server that sends for it."""

    room: Mailroom
    box: Mailbox
    out: Server
    user: str
    password: str
    sender: Address
    clock: Clock = field(default_factory=SystemClock)

    name: ClassVar[str] = NAME
    asked_every: ClassVar[float | None] = 10.0
    can: ClassVar[Capabilities] = Capabilities(
        text=50_000,
        buttons=40,
        button_title=200,
        caption=50_000,
        cards=10,
        whole=True,
        typed=True,
        most_heard=20,
    )

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes, now: datetime
    ) -> Verdict:
        """Nobody calls: mails are fetched."""
        return "missing"

    def parse(self, body: Any) -> list[Event]:
        """A mail is one event."""
        if not isinstance(body, bytes):
            raise ValueError("a mail is bytes")
        return [self._event("", body)]

    async def fetch_page(self, http: aiohttp.ClientSession, event: Event, cursor: str) -> Page:
        """The mails that came behind the cursor, oldest first."""
        return await asyncio.to_thread(self._read, cursor)

    def _read(self, cursor: str) -> Page:
        mails = self.box.behind(cursor, self.clock.now())
        events = tuple(self._event(place, raw) for place, raw in mails.found)
        return Page(events, mails.cursor, mails.more)

    def _event(self, place: str, raw: bytes) -> Event:
        """A mail that cannot be read at all is recorded: it must not keep the next ones waiting."""
        try:
            return event_of(raw, place, self.room)
        except UNREADABLE:
            log.exception("a mail cannot be read", extra={"channel": NAME, "place": place})
            return Event(f"unreadable:{place}", "unknown:unreadable")

    def render(self, contact: str, part: Part) -> Call:
        """A mail of one part; raises ValueError where the contact has no address."""
        return self.compose(contact, [part])

    def compose(self, contact: str, parts: Sequence[Part]) -> Call:
        """One mail: plain words, and the same as a page."""
        address = contact.rpartition("/")[0] or contact
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            raise ValueError("no address")
        body = {"to": address, "contact": contact, "text": plain_of(parts), "page": page_of(parts)}
        return Call(SAY, body)

    def marked(self, call: Call, window: Window) -> Call:
        """The mail in its thread; what a machine wrote says so, and no machine answers it."""
        subject = window.path.get("subject", "")
        known = re.match(r"\s*(?:re|aw|回复|答复)\s*[:：]", subject, re.IGNORECASE)
        told = {
            **window.path,
            "subject": subject if known else f"Re: {subject}",
            "automatic": window.author != "agent",
        }
        return replace(call, body={**call.body, **told})

    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """Give it to the server; its id is the same on every try, which mailboxes recognise."""
        message_id = self.room.message_id(reference, call.body["contact"])
        try:
            mail = mail_of(call.body, self.sender, message_id, self.clock)
        except (ValueError, MessageError) as error:
            raise SendFailed(f"no mail: {type(error).__name__}", is_final=True) from error
        to = call.body["to"]
        await asyncio.to_thread(
            post, self.out, self.user, self.password, self.room.address, to, mail
        )

    async def fetch(self, http: aiohttp.ClientSession, file: File) -> bytes:
        """A file of a mail, which still lies in the mailbox."""
        place, _, number = file.reference.rpartition(".")
        raw = await asyncio.to_thread(self.box.mail, place)
        found = part_bytes(read_mail(raw), int(number)) if number.isdigit() else None
        if found is None or len(found) > LARGEST_FILE:
            raise SendFailed("the file is gone or too large", is_final=True)
        return found

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """Whether the mailbox opens; a test message shows whether mails leave."""
        try:
            many = await asyncio.to_thread(self.box.count)
        except SendFailed as error:
            return [Step(False, f"the mailbox cannot be read: {error}")]
        return [
            Step(True, f"shoppers write to {self.room.address}"),
            Step(True, f"the folder {self.box.folder} opens; it holds {many} mails"),
            Step(True, "a mail is sent with --message your@address"),
        ]


def from_values(values: Mapping[str, str]) -> Email:
    """The mailbox that the environment describes; raises SettingsError naming what is wrong."""
    names = ("ADDRESS", "PASSWORD", "IMAP", "SMTP", "SECRET")
    address, password, imap, smtp, secret = wanted(values, NAME, *names)
    start = f"CONCIERGE_{NAME.upper()}_"
    if not _ADDRESS.fullmatch(address):
        raise SettingsError(f"{start}ADDRESS must be an address such as help@shop.example")
    if len(secret) < 16:
        raise SettingsError(f"{start}SECRET must be 16 signs or more that you make up")
    folder = values.get(f"{start}FOLDER", "") or "INBOX"
    if not re.fullmatch(r"[^\"\\\r\n]{1,200}", folder):
        raise SettingsError(f"{start}FOLDER must be a folder's name")
    user = values.get(f"{start}USER", "") or address
    others = tuple(one.strip().lower() for one in values.get(f"{start}ALIASES", "").split(","))
    return Email(
        room=Mailroom(
            address.lower(),
            secret.encode(),
            tuple(filter(None, others)),
            values.get(f"{start}SERVER", ""),
        ),
        box=Mailbox(_server(f"{start}IMAP", imap, "imap"), user, password, folder),
        out=_server(f"{start}SMTP", smtp, "smtp"),
        user=values.get(f"{start}SMTP_USER", "") or user,
        password=values.get(f"{start}SMTP_PASSWORD", "") or password,
        sender=Address(values.get(f"{start}NAME", ""), addr_spec=address),
    )


def _server(variable: str, address: str, protocol: str) -> Server:
    try:
        return server_of(address, protocol)
    except ValueError as error:
        raise SettingsError(f"{variable} must be {error}") from error
