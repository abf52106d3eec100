"""What a messenger channel is: a folder with small pure functions, and one call to its provider.

Everything else is the same for all of them and stands in `door`, `intake`, `way_out` and `sender`.
"""

import hashlib
import hmac
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Literal, cast

import aiohttp

from conversations import File
from kit.settings import SettingsError

Verdict = Literal["genuine", "missing", "wrong"]
Author = Literal["bot", "agent", "system"]
LARGEST_FILE: Final = 5 * 2**20
FRESH_SECONDS: Final = 300  # how old a signed request may be, or how far a clock be wrong
_REFERENCE: Final = re.compile(r"([0-9]{1,12})-[0-9]{1,4}")


@dataclass(frozen=True)
class Event:
    """One thing that happened at the provider, in our words.

    `id` tells it from every other event of the channel: a repeated delivery carries the same one.
    `kind` is "message", "edit" or "unsend" (of `message_id`), "start" (a contact opened the
    conversation), "moved" (the contact was `formerly` known by another id), "undelivered" (what
    `send` got as its `reference` was taken and did not arrive after all) or "fetch" (there is
    something to fetch); any other is only recorded. `message_id` is the message's own id,
    `pressed` the data of a pressed button, `language` what the provider says the contact reads,
    `reference` what `heard` or `fetch_page` needs. `title` is a message's heading; `path` what an
    answer needs besides the contact. `afresh` is the contact to take where somebody showed before
    that they read what we wrote (`read` in `path`), and nothing shows it of who writes now.
    """

    id: str
    kind: str
    contact: str = ""
    message_id: str = ""
    text: str = ""
    pressed: str = ""
    files: tuple[File, ...] = ()
    language: str | None = None
    reference: str = ""
    formerly: str = ""
    title: str = ""
    path: Mapping[str, str] = field(default_factory=dict, hash=False)
    afresh: str = ""


@dataclass(frozen=True)
class Press:
    """A button to show: its face, and the data that comes back, at most 64 bytes."""

    title: str
    data: str


@dataclass(frozen=True)
class Part:
    """One message as the provider counts: text or a picture with a caption, with its buttons."""

    text: str = ""
    picture: str = ""
    buttons: tuple[Press, ...] = ()


@dataclass(frozen=True)
class Capabilities:
    """What the channel shows, and how much of it. Lengths in UTF-16 units, the strictest count.

    What exceeds it is degraded once for all channels: a long text is cut into several messages, a
    card becomes a picture with text and link, buttons without room are written out.

    `window` is how long after the shopper's last words the channel takes answers, `person_window`
    how long it takes those that a person wrote; None for ever. `whole` channels show an answer of
    any number of messages and cards as one; `typed` ones show buttons as words to answer with.
    `most_heard` is how many messages of one contact are taken in an hour: what breaks a loop of two
    machines.
    """

    text: int
    buttons: int = 0
    button_title: int = 20
    caption: int | None = None  # of a picture; 0: it stands alone, None: the channel shows none
    cards: int = 5  # shown with pictures; the rest as lines of text
    in_bytes: bool = False  # `text` counts UTF-8 bytes
    window: timedelta | None = None
    person_window: timedelta | None = None
    whole: bool = False
    typed: bool = False
    most_heard: int | None = None


@dataclass(frozen=True)
class Call:
    """One request to the provider: the name of its method, and a JSON body."""

    method: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Some of what has to be fetched, oldest first; the cursor stands behind it."""

    events: tuple[Event, ...]
    cursor: str
    more: bool


@dataclass(frozen=True)
class Window:
    """What decides whether a message may be sent now."""

    author: Author
    heard_at: datetime | None  # when the shopper last wrote; None who only opened the chat
    now: datetime
    path: Mapping[str, str] = field(default_factory=dict, hash=False)  # of the conversation

    @property
    def silence(self) -> timedelta:
        """How long the shopper has been silent."""
        return timedelta() if self.heard_at is None else self.now - self.heard_at


@dataclass(frozen=True)
class Step:
    """One step of setting a channel up: whether it is done, what it is, what to do about it."""

    done: bool
    text: str


class Messenger(ABC):
    """A channel. Its methods read no clock and no database; the `async` ones call the provider."""

    name: ClassVar[str]
    can: ClassVar[Capabilities]
    asked_every: ClassVar[float | None] = None  # seconds, where nobody calls us: it is asked
    content_types: ClassVar[Sequence[str]] = ("application/json",)

    @abstractmethod
    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes, now: datetime
    ) -> Verdict:
        """Whether the provider sent these very bytes; compared in constant time."""

    @abstractmethod
    def parse(self, body: Any) -> list[Event]:
        """What happened; nothing is left out, what is not understood has a kind of its own.

        Raises ValueError for a body that is none of the provider's.
        """

    @abstractmethod
    def render(self, contact: str, part: Part) -> Call:
        """The request that shows this part to the contact."""

    def compose(self, contact: str, parts: Sequence[Part]) -> Call:
        """The request that shows a whole answer, of a channel that takes it whole."""
        raise NotImplementedError

    def decode(self, raw: bytes) -> Any:
        """The body's content; raises ValueError or RecursionError for what is not well formed."""
        return json.loads(raw)

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """What to answer when the provider asks whether this is us; None to refuse."""
        return None

    def may_send(self, window: Window) -> str | None:
        """None when the message may be sent now, else why not: what `can` says of windows."""
        longest = self.can.person_window if window.author == "agent" else self.can.window
        if longest is None or window.silence < longest:
            return None
        hours = int(longest.total_seconds() // 3600)
        return f"the window is closed: the shopper has been silent for more than {hours} hours"

    def marked(self, call: Call, window: Window) -> Call:
        """The request with what the provider wants to know of who speaks, and how late."""
        return call

    def typing(self, contact: str, message_id: str) -> Call | None:
        """The request that shows that an answer to this message is being written."""
        return None

    def acknowledge(self, body: Any) -> str | None:
        """What the provider wants to read in answer to a body that was taken in; None for any."""
        return None

    def heard(self, event: Event) -> Call | None:
        """What the provider wants to be told at once about an event."""
        return None

    async def fetch_page(self, http: aiohttp.ClientSession, event: Event, cursor: str) -> Page:
        """What there is to fetch behind the cursor, "" before the first; raises SendFailed."""
        raise NotImplementedError

    @abstractmethod
    async def send(self, http: aiohttp.ClientSession, call: Call, reference: str) -> None:
        """Make the request; raises SendFailed, and OSError or TimeoutError for the network.

        `reference` is the same on every try of one part, for providers that recognise repeats.
        """

    async def fetch(self, http: aiohttp.ClientSession, file: File) -> bytes:
        """A file's bytes, LARGEST_FILE at most; raises SendFailed."""
        raise NotImplementedError

    async def check(self, http: aiohttp.ClientSession, address: str) -> list[Step]:
        """How far the channel is set up at the provider, which is to call `address`."""
        return [Step(True, f"the provider is to call {address}")]

    async def register(self, http: aiohttp.ClientSession, address: str) -> None:
        """Tell the provider to call `address`, where it has a request for it; raises SendFailed."""
        raise NotImplementedError


def part_reference(message_id: int, number: int) -> str:
    """What tells one part of a message from every other; the same on every try."""
    return f"{message_id}-{number}"


def message_of_reference(reference: str) -> int | None:
    """The message that a part's reference names; None for what is none of ours."""
    found = _REFERENCE.fullmatch(reference)
    return int(found[1]) if found else None


def verdict(given: str | None, expected: bytes) -> Verdict:
    """What a proof of origin is worth beside the one that we expect."""
    if given is None:
        return "missing"
    is_ours = hmac.compare_digest(given.encode("utf-8", "replace"), expected)
    return "genuine" if is_ours else "wrong"


def in_time(found: Verdict, stamp: str, now: datetime) -> Verdict:
    """The verdict on a request that names its second: an old one is wrong, however it is signed."""
    is_number = stamp.isascii() and stamp.isdigit() and len(stamp) <= 12
    is_fresh = is_number and abs(now.timestamp() - int(stamp)) <= FRESH_SECONDS
    return "wrong" if found == "genuine" and not is_fresh else found


def part_of(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside of another one; empty where there is none of this name."""
    found = value.get(name)
    return cast(Mapping[str, Any], found) if isinstance(found, Mapping) else {}


def objects(found: Any) -> list[Mapping[str, Any]]:
    """The objects in a list; empty for anything else."""
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def body_id(body: Any) -> str:
    """An id for an event whose provider gave it none: equal bodies are one event."""
    packed = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(packed.encode()).hexdigest()


def wanted(values: Mapping[str, str], channel: str, *names: str) -> list[str]:
    """The channel's values of the environment by name; raises SettingsError for a missing one."""
    found = []
    for name in names:
        variable = f"CONCIERGE_{channel.upper()}_{name}"
        if not values.get(variable):
            raise SettingsError(f"{variable} must be set while the channel {channel} is open")
        found.append(values[variable])
    return found


def own_api(values: Mapping[str, str], channel: str) -> str:
    """Another address of the provider's API, for tests; empty for its own."""
    return values.get(f"CONCIERGE_{channel.upper()}_API", "").rstrip("/")
