"""An agent at the desk of the running system, as a patient program: asks again until answered."""

import http.client
import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from desk.tickets import ensure_demo_agents
from kit.clock import SystemClock
from tests.conversations.conftest import Shop

PATIENCE_SECONDS = 120


@dataclass
class Colleague:
    """Signed in by the demo's password; acts name the version that was seen last."""

    shop: Shop
    email: str = "agent@fernweg.example"
    csrf: str = ""
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        access = ensure_demo_agents(
            self.shop.database, self.shop.settings.data_dir, SystemClock().now()
        )
        self._read_csrf("/desk/login")
        self.ask("/desk/login", email=self.email, password=access.password)
        self._read_csrf("/desk")  # it is bound to the session

    def act(self, ticket: int, act: str, **fields: str) -> dict[str, Any]:
        """Do something to a ticket on its newest version, until it is done.

        An act whose answer was lost is found done: its ticket is where the act puts it.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            state = self.state(ticket)
            if act == "take" and state["can_reply"]:
                return state
            if act in ("hand-back", "close") and state["state"] == "closed":
                return state
            status, answer = self.ask(
                f"/desk/tickets/{ticket}/{act}", version=str(state["version"]), **fields
            )
            if status == 200:
                return answer
            assert status == 409, (act, status, answer)
            assert time.monotonic() < until, (act, answer)

    def state(self, ticket: int) -> dict[str, Any]:
        """How the ticket stands."""
        status, answer = self.ask(f"/desk/tickets/{ticket}/live?after=0&notes=0")
        assert status == 200, answer
        return answer

    def ask(self, path: str, **fields: str) -> tuple[int, dict[str, Any]]:
        """Status and JSON of an address; with fields it is posted to. The front may be down."""
        body = urllib.parse.urlencode({"csrf": self.csrf, **fields}).encode() if fields else None
        headers = {"Accept": "application/json"} if "login" not in path else {}
        status, raw = self._open(path, body, headers)
        return status, json.loads(raw) if raw.startswith(b"{") else {}

    def _read_csrf(self, path: str) -> None:
        _, raw = self._open(path, None, {})
        found = re.search(r'name="csrf" value="(\w+)"', raw.decode())
        assert found is not None, path
        self.csrf = found[1]

    def _open(self, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        request = urllib.request.Request(self.shop.url + path, data=body, headers=headers)
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with opener.open(request, timeout=20) as response:
                    return response.status, response.read()
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return error.code, error.read()
                reason: object = error
            except (OSError, http.client.HTTPException) as error:
                reason = error
            assert time.monotonic() < until, f"no answer for {path}: {reason}"
            time.sleep(0.1)
