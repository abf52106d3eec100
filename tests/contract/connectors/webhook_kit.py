"""A program behind the signed webhook, written from docs/how-to/open-webhook.md alone."""

import hashlib
import hmac
import json
import re
import time
from typing import Any

from aiohttp import web

from connectors.messenger import Messenger
from connectors.webhook import SignedWebhook
from tests.contract.connectors.kit import Kit, Shown

PROOF = "X-Concierge-Signature"


class WebhookKit(Kit):
    """It checks what it gets, and shows each message once by its id."""

    secret = "a-secret-of-at-least-thirty-two-signs"
    files: dict[str, bytes]
    known: set[str]
    is_careful = True

    def make(self, url: str) -> Messenger:
        self.files, self.known, self.url = {}, set(), url
        return SignedWebhook(f"{url}/in", self.secret)

    def app(self) -> web.Application:
        async def take(request: web.Request) -> web.Response:
            raw = await request.read()
            if self.is_careful and not self._is_genuine(request.headers.get(PROOF, ""), raw):
                return web.json_response({"error": "wrong signature"}, status=403)
            body = json.loads(raw)
            failed = await self.answer("say" if body["kind"] == "message" else body["kind"], body)
            if failed is not None:
                return failed
            if body["kind"] == "message" and body["id"] not in self.known:
                self.known.add(body["id"])
                buttons = tuple((one["title"], one["data"]) for one in body["buttons"])
                self.shown.append(Shown(body["contact"], body["text"], body["picture"], buttons))
            return web.Response(status=204)

        async def file(request: web.Request) -> web.Response:
            return web.Response(body=self.files[request.match_info["name"]])

        app = web.Application()
        app.add_routes([web.post("/in", take), web.get("/files/{name}", file)])
        return app

    def _is_genuine(self, given: str, raw: bytes) -> bool:
        form = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", given)
        if form is None or abs(time.time() - int(form[1])) > 300:
            return False
        whole = form[1].encode() + b"." + raw
        wanted = hmac.new(self.secret.encode(), whole, hashlib.sha256).hexdigest()
        return hmac.compare_digest(form[2], wanted)

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        one: dict[str, Any] = {"id": f"e{number}", "contact": str(contact), "language": "en"}
        one |= {name: what[name] for name in ("text", "files") if name in what}
        one["message_id"] = f"m{what.get('message', what.get('unsend', number))}"
        if "press" in what:
            one |= {"button": what["press"]}
        for kind in ("edit", "unsend", "start", "unknown"):
            if kind in what:
                one |= {"kind": kind}
        if "edit" in what:
            one |= {"text": what["edit"]}
        return {"events": [one]}

    def sign(self, body: bytes) -> dict[str, str]:
        return self.proof(body, int(time.time()))

    def proof(self, body: bytes, stamp: int, kind: str = "sha256") -> dict[str, str]:
        """The header of a request made at that time."""
        digest = hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, kind)
        return {PROOF: f"t={stamp},v1={digest.hexdigest()}"}

    def wrong(self, body: bytes) -> list[dict[str, str]]:
        now = int(time.time())
        right = self.sign(body)[PROOF]
        values = ("", right.partition(",")[2], right.replace("v1=", "v0="), f"{right},v1=0")
        headers = [{PROOF: one} for one in values]
        moved = {PROOF: self.proof(body, now - 9)[PROOF].replace(f"t={now - 9}", f"t={now}")}
        stale = [self.proof(body, now - 301), self.proof(body, now + 400)]
        return [*headers, moved, *stale, self.proof(body, now, "sha1"), self.sign(body + b" ")]
