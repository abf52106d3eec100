"""A mailbox and a server that sends, as RFC 3501 and RFC 5321 say; in the test's own loop."""

import asyncio
import contextlib
import email
import hashlib
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from connectors import keys
from connectors.asking import ASK
from connectors.email import Email, from_values
from connectors.messenger import Messenger
from tests.contract.connectors.kit import Hook, Kit, Shown

SMTP_CODES = {
    403: "550 5.1.1 no such mailbox",
    429: "450 4.7.1 later",
    500: "451 4.3.0 try again",
    503: "421 4.3.2 shutting down",
}


@dataclass(frozen=True)
class Mail(Hook):
    """A mail that arrives in the mailbox, and is then asked for."""

    kit: "EmailKit | None" = None

    async def post(self, client: TestClient[Any, Any], path: str) -> ClientResponse:
        assert self.kit is not None
        app: Any = client.app
        if not self.kit.is_begun:  # as at its start: what lay there before is left alone
            await app[keys.ARRIVALS].take(self.kit.messenger, ASK)
            self.kit.is_begun = True
        self.kit.arrive(self.body)
        await app[keys.ARRIVALS].take(self.kit.messenger, ASK)
        return web.Response(status=200)  # type: ignore[return-value]


@dataclass
class Both:
    """Both servers, to be closed together."""

    servers: list[asyncio.Server]

    async def close(self) -> None:
        for one in self.servers:
            one.close()


class EmailKit(Kit):
    """Shoppers c7@buyers.example and their mail programs, which answer what they read."""

    can_edit = calls = can_press = can_start = False
    address, password = "help@shop.example", "a password"
    mails: dict[int, bytes]
    sent: list[EmailMessage]
    is_begun = False
    life = 1
    following = 2

    def make(self, url: str) -> Messenger:
        raise NotImplementedError

    def app(self) -> web.Application:
        raise NotImplementedError

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        raise NotImplementedError

    def sign(self, body: bytes) -> dict[str, str]:
        return {}

    def wrong(self, body: bytes) -> list[dict[str, str]]:
        return []

    def contact(self, contact: int) -> str:
        thread = hashlib.sha256(self.root(contact).encode()).hexdigest()[:16]
        return f"c{contact}@buyers.example/{thread}"

    @property
    def email(self) -> Email:
        assert isinstance(self.messenger, Email)
        return self.messenger

    def root(self, contact: int) -> str:
        return f"<root{contact}@buyers.example>"

    async def start(self) -> Both:
        self.mails, self.sent = {1: b"Subject: from before\n\nold\n"}, []
        imap = await asyncio.start_server(self._imap, "127.0.0.1", 0)
        smtp = await asyncio.start_server(self._smtp, "127.0.0.1", 0)
        ports = [one.sockets[0].getsockname()[1] for one in (imap, smtp)]
        self.messenger = from_values(self.values(*ports))
        return Both([imap, smtp])

    def values(self, imap: int, smtp: int) -> dict[str, str]:
        start = "CONCIERGE_EMAIL_"
        return {
            f"{start}ADDRESS": self.address,
            f"{start}PASSWORD": self.password,
            f"{start}IMAP": f"imap://127.0.0.1:{imap}",
            f"{start}SMTP": f"smtp://127.0.0.1:{smtp}",
            f"{start}SECRET": "sixteen signs or more",
        }

    def arrive(self, raw: bytes) -> None:
        self.mails[self.following] = raw
        self.following += 1

    def hook(self, number: int, contact: int, **what: Any) -> Mail:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f"C {contact} <c{contact}@buyers.example>"
        mail["To"] = self.address
        mail["Subject"] = str(what.get("subject", "Re: hello"))
        mail["Message-ID"] = f"<m{what.get('message', number)}@buyers.example>"
        read = [one["Message-ID"] for one in self.sent if self._to(one) == str(contact)]
        before = [self.root(contact), *read[-1:]]
        mail["References"] = " ".join(before)
        mail["In-Reply-To"] = before[-1]
        for name, value in what.get("headers", {}).items():
            del mail[name]
            mail[name] = value
        mail.set_content("" if "unknown" in what else str(what.get("text", "x")))
        if "page" in what:
            mail.add_alternative(what["page"], subtype="html")
        if "picture" in what:
            mail.add_attachment(what["picture"], "image", "jpeg", filename="photo.jpg")
        return Mail(mail.as_bytes(), {}, self)

    def signed(self, body: bytes, kind: str = "") -> Mail:
        return Mail(body, {}, self)

    def _to(self, mail: EmailMessage) -> str:
        return str(mail["To"]).removeprefix("c").partition("@")[0]

    # -- the mailbox ------------------------------------------------------------------------------

    async def _imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        say("* OK ready")
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while line := (await reader.readline()).decode():
                tag, _, rest = line.strip().partition(" ")
                word, _, told = rest.partition(" ")
                verb = word.upper()
                if verb == "CAPABILITY":
                    say("* CAPABILITY IMAP4rev1")
                elif verb == "LOGIN":
                    if told != f'{self.address} "{self.password}"':
                        say(f"{tag} NO [AUTHENTICATIONFAILED] wrong")
                        continue
                elif verb == "EXAMINE":
                    say(f"* {len(self.mails)} EXISTS")
                    say(f"* OK [UIDVALIDITY {self.life}] life")
                    say(f"* OK [UIDNEXT {self.following}] next")
                elif verb == "UID":
                    for answer in self._uid(told):
                        writer.write(answer)
                elif verb == "LOGOUT":
                    say("* BYE")
                say(f"{tag} OK done")
                await writer.drain()
        writer.close()

    def _uid(self, told: str) -> list[bytes]:
        verb, _, rest = told.partition(" ")
        if verb == "SEARCH":
            first = re.fullmatch(r"UID (\d+):\*", rest)
            known = sorted(self.mails)
            # With "n:*" the last one is told even if it is older: the standard says so.
            found = [one for one in known if first is None or one >= int(first[1])] or known[-1:]
            return [f"* SEARCH {' '.join(map(str, found))}\r\n".encode()]
        number, _, _ = rest.partition(" ")
        raw = self.mails.get(int(number))
        assert "BODY.PEEK[]" in rest, "nothing is marked as read"
        if raw is None:
            return []
        head = f"* 1 FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode()
        return [head, raw, b")\r\n"]

    # -- the server that sends --------------------------------------------------------------------

    async def _smtp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        say("220 mail.example ESMTP")
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while line := (await reader.readline()).decode():
                verb = line[:4].upper()
                if verb == "EHLO":
                    say("250-mail.example")
                    say("250 AUTH PLAIN")
                elif verb == "DATA":
                    say("354 go on")
                    lines = []
                    while (one := await reader.readline()) != b".\r\n":
                        lines.append(one.removeprefix(b"."))
                    say(await self._take(b"".join(lines)))
                elif verb == "AUTH":
                    say("235 known")
                elif verb == "QUIT":
                    say("221 bye")
                    break
                else:
                    say("250 fine")
                await writer.drain()
        writer.close()

    async def _take(self, raw: bytes) -> str:
        mail: EmailMessage = email.message_from_bytes(raw, policy=default)  # type: ignore[assignment]
        body = mail.get_body(("plain",))
        assert body is not None
        text = body.get_content().replace("\r\n", "\n").strip()
        failed = await self.answer("say", {"text": text})
        if failed is not None:
            return SMTP_CODES[failed.status]
        known = [one["Message-ID"] for one in self.sent]
        assert mail["Message-ID"] not in known, "a mailbox would show it once"
        self.sent.append(mail)
        buttons = tuple((one, one) for one in re.findall(r"^• (.+)$", text, re.MULTILINE))
        self.shown.append(Shown(self._to(mail), text, buttons=buttons))
        return "250 taken"
