"""Slack as documented: requests signed with the time, answers that say `ok`, blocks."""

import hashlib
import hmac
import html
import json
import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from connectors.messenger import Messenger
from connectors.slack import Slack
from tests.contract.connectors.kit import Hook, Kit, Shown

PROOF, TIME = "X-Slack-Signature", "X-Slack-Request-Timestamp"
SCOPES = "chat:write,im:history,files:read"


class SlackKit(Kit):
    """The Web API; a picture whose address is in `broken` cannot be fetched by Slack."""

    token, secret = "xoxb-1-2-token", "8f742231b10e8888abcd99yyyzzz85a5"
    scopes = SCOPES
    files: dict[str, bytes]
    broken: set[str]

    def make(self, url: str) -> Messenger:
        self.files, self.broken, self.url = {}, set(), url
        return Slack(self.token, self.secret, f"{url}/api")

    def app(self) -> web.Application:
        async def method(request: web.Request) -> web.Response:
            assert request.headers["Authorization"] == f"Bearer {self.token}"
            name, body = request.match_info["method"], await request.json()
            failed = await self.answer("say" if name == "chat.postMessage" else name, body)
            if failed is not None:
                return failed
            if name == "auth.test":
                about = {"ok": True, "user": "concierge", "team": "Fernweg"}
                return web.json_response(about, headers={"X-OAuth-Scopes": self.scopes})
            return self._show(body)

        async def file(request: web.Request) -> web.Response:
            assert request.headers["Authorization"] == f"Bearer {self.token}"
            return web.Response(body=self.files[request.match_info["name"]])

        app = web.Application()
        app.add_routes([web.post("/api/{method}", method), web.get("/files/{name}", file)])
        return app

    def _show(self, body: dict[str, Any]) -> web.Response:
        blocks = body.get("blocks", [])
        pictures = [one["image_url"] for one in blocks if one["type"] == "image"]
        if self.broken.intersection(pictures):
            return web.json_response({"ok": False, "error": "invalid_blocks"})
        sections = [one["text"]["text"] for one in blocks if one["type"] == "section"]
        assert all(1 <= len(one) <= 3000 for one in sections)
        assert not any("<" in one for one in sections)
        keys = [key for one in blocks if one["type"] == "actions" for key in one["elements"]]
        assert len(keys) <= 25
        assert len({key["action_id"] for key in keys}) == len(keys)
        assert all(1 <= len(key["text"]["text"]) <= 75 for key in keys)
        text = html.unescape("\n".join(sections) if blocks else body["text"])
        buttons = tuple((key["text"]["text"], key["value"]) for key in keys)
        self.shown.append(Shown(body["channel"], text, "".join(pictures[:1]), buttons))
        return web.json_response({"ok": True, "ts": "1.1"})

    def hook(self, number: int, contact: int, **what: Any) -> Hook:
        body = self.event(number, contact, **what)
        if "press" not in what:
            return self.signed(json.dumps(body, ensure_ascii=False).encode())
        form = urlencode({"payload": json.dumps(body)}).encode()
        return self.signed(form, "application/x-www-form-urlencoded")

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        channel, ts = str(contact), f"{what.get('message', number)}.000100"
        if "press" in what:
            key = {"type": "button", "action_id": "a", "value": what["press"]}
            return {
                "type": "block_actions",
                "trigger_id": f"{number}.t",
                "actions": [key],
                "channel": {"id": channel, "name": "directmessage"},
                "user": {"id": "U1"},
            }
        event: dict[str, Any] = {
            "type": "message",
            "channel": channel,
            "channel_type": "im",
            "user": "U1",
            "ts": ts,
            "text": what.get("text"),
        }
        if "edit" in what:
            now, then = {"ts": ts, "text": what["edit"]}, {"ts": ts, "text": "before"}
            event |= {"subtype": "message_changed", "message": now, "previous_message": then}
        if "unsend" in what:
            gone = f"{what['unsend']}.000100"
            event |= {"subtype": "message_deleted", "deleted_ts": gone, "previous_message": {}}
        if "start" in what:
            event = {"type": "app_home_opened", "channel": channel, "user": "U1", "tab": "messages"}
        if "unknown" in what:
            event = {"type": "dnd_updated", "user": "U1"}
        event |= {name: what[name] for name in ("files", "subtype", "bot_id") if name in what}
        return {"type": "event_callback", "event_id": f"Ev{number}", "event": event}

    def sign(self, body: bytes) -> dict[str, str]:
        return self.proof(body, int(time.time()))

    def proof(self, body: bytes, stamp: int | str, kind: str = "sha256") -> dict[str, str]:
        """The headers of a request made at that time."""
        whole = f"v0:{stamp}:".encode() + body
        digest = hmac.new(self.secret.encode(), whole, kind).hexdigest()
        return {TIME: str(stamp), PROOF: f"v0={digest}"}

    def wrong(self, body: bytes) -> list[dict[str, str]]:
        now = int(time.time())
        right = self.sign(body)
        others = hmac.new(b"another", f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
        return [
            {**right, PROOF: ""},
            {**right, PROOF: right[PROOF][3:]},
            {**right, PROOF: f"v0={others}"},
            {**right, TIME: str(now - 1)},
            self.proof(body, now, "sha1"),
            self.proof(body, now - 301),
            self.proof(body, now + 400),
            self.proof(body, "soon"),
            self.sign(body + b" "),
        ]
