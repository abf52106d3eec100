"""A fake provider behind a few methods: it writes to us, it shows our words."""

import asyncio
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from connectors.messenger import Messenger

SAYING = ("say", "sendMessage", "sendPhoto")


@dataclass(frozen=True)
class Hook:
    """A request as the provider makes it; headers that begin with ? stand in its address."""

    body: bytes
    headers: dict[str, str]

    async def post(self, client: TestClient[Any, Any], path: str) -> ClientResponse:
        """Make the request."""
        query = {name[1:]: one for name, one in self.headers.items() if name.startswith("?")}
        headers = {name: one for name, one in self.headers.items() if not name.startswith("?")}
        return await client.post(path, data=self.body, headers=headers, params=query)


@dataclass(frozen=True)
class Shown:
    """One message on a shopper's screen."""

    to: str
    text: str = ""
    picture: str = ""
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass
class Kit(ABC):
    """A provider for tests. `troubles` are the answers to its next requests, first to last."""

    can_edit: ClassVar[bool] = True  # whether its shoppers can change what they wrote
    calls: ClassVar[bool] = True  # whether it calls us, so that there is a door to knock at
    can_press: ClassVar[bool] = True  # whether its buttons are pressed and not typed
    can_start: ClassVar[bool] = True  # whether its chat is opened without a word
    shown: list[Shown] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    troubles: list[tuple[int, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    seconds: float = 0.0
    at_once: int = 0
    most_at_once: int = 0
    messenger: Messenger = field(init=False)

    @abstractmethod
    def app(self) -> web.Application:
        """The provider's own API."""

    @abstractmethod
    def make(self, url: str) -> Messenger:
        """Our side of it."""

    @abstractmethod
    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        """An event: `text`, `press` (data), `edit` (of `message`), `start` or `unknown`."""

    @abstractmethod
    def sign(self, body: bytes) -> dict[str, str]:
        """The headers that prove where the body comes from."""

    @abstractmethod
    def wrong(self, body: bytes) -> list[dict[str, str]]:
        """Headers that prove nothing."""

    def hook(self, number: int, contact: int, **what: Any) -> Hook:
        """A signed request with one event."""
        body = json.dumps(self.event(number, contact, **what), ensure_ascii=False).encode()
        return self.signed(body)

    def signed(self, body: bytes, kind: str = "application/json") -> Hook:
        """A signed request of any body."""
        return Hook(body, {"Content-Type": kind, **self.sign(body)})

    def contact(self, contact: int) -> str:
        """Under which key we know this shopper's conversation."""
        return str(contact)

    def texts(self, contact: int) -> list[str]:
        """What this shopper's screen says, in order."""
        return [one.text for one in self.shown if one.to == str(contact)]

    async def start(self) -> Any:
        server = TestServer(self.app(), host="127.0.0.1")
        await server.start_server()
        self.messenger = self.make(f"http://127.0.0.1:{server.port}")
        return server

    async def answer(self, method: str, body: dict[str, Any]) -> web.Response | None:
        """Take a request; a response where it is to fail."""
        self.asked.append((method, body))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        is_said = method in SAYING
        if is_said and self.troubles:
            status, answer, headers = self.troubles.pop(0)
            if status != 200:
                return web.json_response(answer, status=status, headers=headers)
        return None
