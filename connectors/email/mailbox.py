"""The mailbox that shoppers write to: read by IMAP, never changed.

`imaplib` waits, so it runs in a thread; one connection is kept and made anew after a failure.
"""

import contextlib
import imaplib
import re
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.base import SendFailed
from connectors.email.server import Server

SECONDS: Final = 20.0
A_PAGE: Final = 20
LARGEST_MAIL: Final = 25 * 2**20
LOOK_BACK: Final = timedelta(days=3)  # what is read again where the mailbox was made anew
_MONTHS: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]


@dataclass(frozen=True)
class Mails:
    """Mails by their numbers, and where the next page begins."""

    found: tuple[tuple[str, bytes], ...]
    cursor: str
    more: bool


def connect(server: Server) -> imaplib.IMAP4:
    """A connection that nobody can listen to, unless the server is this very machine."""
    if server.is_wrapped:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=SECONDS)
    made = imaplib.IMAP4(server.host, server.port, timeout=SECONDS)
    if not server.is_here:
        made.starttls(ssl.create_default_context())
    return made


@dataclass(repr=False)
class Mailbox:
    """One folder of an account. Its methods block and raise SendFailed."""

    server: Server
    user: str
    password: str
    folder: str = "INBOX"
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: imaplib.IMAP4 | None = None

    def behind(self, cursor: str, now: datetime) -> Mails:
        """The mails that came after the cursor; at the first call none, but where to begin.

        Numbers count within one life of the folder: in a new one the last days are read again,
        whose mails are known by their ids.
        """
        with self._reading() as box:
            life, following = _told(box, "UIDVALIDITY"), _told(box, "UIDNEXT")
            known_life, _, last = cursor.partition(":")
            if not cursor:
                begin = int(following) - 1 if following else max(_search(box, "ALL"), default=0)
                return Mails((), f"{life}:{begin}", more=False)
            if known_life == life:
                after = int(last)
                numbers = [one for one in _search(box, f"UID {after + 1}:*") if one > after]
            else:
                day = now - LOOK_BACK
                numbers = _search(
                    box, f"SINCE {day.day}-{_MONTHS[3 * day.month - 3 : 3 * day.month]}-{day.year}"
                )
            page = sorted(numbers)[:A_PAGE] if known_life == life else sorted(numbers)
            found = tuple((f"{life}.{one}", raw) for one in page if (raw := _fetch(box, one)))
            end = page[-1] if page else (int(last) if known_life == life else 0)
            if known_life != life and following:
                end = max(end, int(following) - 1)
            return Mails(found, f"{life}:{end}", more=len(page) < len(numbers))

    def mail(self, place: str) -> bytes:
        """One mail by its number; raises SendFailed, for good where it is there no more."""
        life, _, number = place.partition(".")
        with self._reading() as box:
            if _told(box, "UIDVALIDITY") == life and number.isdigit():
                raw = _fetch(box, int(number))
                if raw:
                    return raw
        raise SendFailed("the mail is there no more", is_final=True)

    def count(self) -> int:
        """How many mails the folder holds."""
        with self._reading() as box:
            return len(_search(box, "ALL"))

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._drop()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[imaplib.IMAP4]:
        with self._lock:
            try:
                if self._open is None:
                    self._open = connect(self.server)
                    self._open.login(self.user, self.password)
                # Selected anew each time, which tells what is new and whose life it is.
                answer, told = self._open.select(f'"{self.folder}"', readonly=True)
                if answer != "OK":
                    raise SendFailed(f"the folder {self.folder} cannot be opened: {told!r}"[:120])
                yield self._open
            except SendFailed:
                self._drop()
                raise
            except (imaplib.IMAP4.error, OSError, ValueError) as error:
                self._drop()
                raise SendFailed(f"IMAP: {_shown(error)}") from error

    def _drop(self) -> None:
        if self._open is not None:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                self._open.logout()
            self._open = None


def _told(box: imaplib.IMAP4, name: str) -> str:
    _, values = box.response(name)
    last = values[-1] if values else None
    return last.decode("ascii", "replace") if isinstance(last, bytes) else ""


def _search(box: imaplib.IMAP4, wanted: str) -> list[int]:
    answer, told = box.uid("SEARCH", wanted)
    if answer != "OK":
        raise SendFailed("the folder cannot be searched")
    return [int(one) for line in told if isinstance(line, bytes) for one in line.split()]


def _fetch(box: imaplib.IMAP4, number: int) -> bytes:
    """A mail's bytes, of a huge one the beginning; empty where it is gone."""
    answer, told = box.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{LARGEST_MAIL}>)")
    if answer != "OK":
        raise SendFailed("a mail cannot be fetched")
    parts: list[Any] = [one for one in told if isinstance(one, tuple)]
    return bytes(parts[0][1]) if parts else b""


def _shown(error: Exception) -> str:
    """What went wrong, without what a server may repeat of a password."""
    words = str(error) if not isinstance(error, OSError) else type(error).__name__
    return re.sub(r"[^\x20-\x7e]", "", words)[:80]
