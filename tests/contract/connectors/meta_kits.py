"""Meta's providers as documented: the Graph API behind WhatsApp, Messenger and Instagram."""

import hashlib
import hmac
from typing import Any

from aiohttp import web

from connectors.facebook import Facebook
from connectors.instagram import Instagram
from connectors.messenger import Messenger
from connectors.whatsapp import WhatsApp
from tests.contract.connectors.kit import Kit, Shown

PROOF = "X-Hub-Signature-256"


class MetaKit(Kit):
    """The proof that all of Meta's webhooks carry."""

    token, secret, word = "EAAG-token", "0123456789abcdef0123456789abcdef", "a-word-of-ours"
    files: dict[str, bytes]

    def sign(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        return {PROOF: f"sha256={digest}"}

    def wrong(self, body: bytes) -> list[dict[str, str]]:
        weak = hmac.new(self.secret.encode(), body, hashlib.sha1).hexdigest()
        others = hmac.new(b"another", body, hashlib.sha256).hexdigest()
        right = self.sign(body)[PROOF]
        values = (
            "",
            f"sha1={weak}",
            f"sha256={weak}",
            f"sha256={others}",
            right[7:],
            right.upper(),
        )
        return [{PROOF: one} for one in values] + [self.sign(body + b" ")]


class WhatsAppKit(MetaKit):
    """The Cloud API: messages by number, media by id, a webhook of the number's own."""

    number = "1122334455667"
    hooks: dict[str, str]

    def make(self, url: str) -> Messenger:
        self.files, self.hooks, self.url = {}, {}, url
        return WhatsApp(self.number, self.token, self.secret, self.word, url)

    def app(self) -> web.Application:
        async def messages(request: web.Request) -> web.Response:
            body = await request.json()
            assert request.headers["Authorization"] == f"Bearer {self.token}"
            assert body["messaging_product"] == "whatsapp"
            failed = await self.answer("say" if "type" in body else "status", body)
            if failed is not None:
                return failed
            if "type" in body:
                self._show(body)
            return web.json_response({"messages": [{"id": "wamid.out"}]})

        async def node(request: web.Request) -> web.Response:
            name = request.match_info["name"]
            assert request.headers["Authorization"] == f"Bearer {self.token}"
            if name in self.files:
                return web.json_response({"url": f"{self.url}/media/{name}", "id": name})
            if name != self.number:
                error = {"code": 100, "message": "Object does not exist"}
                return web.json_response({"error": error}, status=400)
            if request.method == "POST":
                hook = (await request.json())["webhook_configuration"]
                assert hook["verify_token"] == self.word
                self.hooks = {"phone_number": hook["override_callback_uri"]}
                return web.json_response({"success": True})
            about = {"display_phone_number": "+49 40 1", "verified_name": "Fernweg"}
            return web.json_response({**about, "webhook_configuration": self.hooks})

        async def media(request: web.Request) -> web.Response:
            assert request.headers["Authorization"] == f"Bearer {self.token}"
            return web.Response(body=self.files[request.match_info["name"]])

        app = web.Application()
        app.add_routes(
            [
                web.post(f"/{self.number}/messages", messages),
                web.get("/media/{name}", media),
                web.route("*", "/{name}", node),
            ]
        )
        return app

    def _show(self, body: dict[str, Any]) -> None:
        to = body.get("recipient") or body["to"]
        kind, content = body["type"], body[body["type"]]
        if kind == "text":
            assert 1 <= len(content["body"]) <= 4096
            self.shown.append(Shown(to, content["body"]))
        elif kind == "image":
            assert len(content.get("caption", "")) <= 1024
            self.shown.append(Shown(to, content.get("caption", ""), content["link"]))
        else:
            self.shown.append(self._interactive(to, content))

    def _interactive(self, to: str, content: dict[str, Any]) -> Shown:
        picture = content.get("header", {}).get("image", {}).get("link", "")
        if content["type"] == "button":
            replies = [key["reply"] for key in content["action"]["buttons"]]
            assert 1 <= len(replies) <= 3
            assert len(content["body"]["text"]) <= 1024
            assert len({one["title"] for one in replies}) == len(replies)
        else:
            assert not picture
            assert 1 <= len(content["action"]["button"]) <= 20
            (section,) = content["action"]["sections"]
            replies = section["rows"]
            assert 1 <= len(replies) <= 10
            assert len(content["body"]["text"]) <= 4096
        assert all(1 <= len(one["title"]) <= 20 for one in replies)
        buttons = tuple((one["title"], one["id"]) for one in replies)
        return Shown(to, content["body"]["text"], picture, buttons)

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        one: dict[str, Any] = {
            "from": str(contact),
            "id": f"wamid.{what.get('message', number)}",
            "timestamp": "1",
            "type": "text",
            "text": {"body": what.get("text")},
        }
        if "press" in what:
            reply = {"id": what["press"], "title": "x"}
            one |= {"type": "interactive"}
            one["interactive"] = {"type": "button_reply", "button_reply": reply}
        if "edit" in what:
            text = {"type": "text", "text": {"body": what["edit"]}}
            edit = {"original_message_id": one["id"], "message": text}
            one |= {"type": "edit", "id": f"wamid.{number}", "edit": edit}
        if "unsend" in what:
            gone = {"original_message_id": f"wamid.{what['unsend']}"}
            one |= {"type": "revoke", "revoke": gone}
        if "start" in what:
            one |= {"type": "request_welcome"}
        if "unknown" in what:
            one |= {"type": "unsupported"}
        one |= {name: what[name] for name in ("type", "image", "audio", "system") if name in what}
        return self.change("messages", {"messages": [one], **what.get("value", {})})

    def change(self, field: str, value: dict[str, Any]) -> dict[str, Any]:
        """A webhook with one change of our number."""
        whole = {"metadata": {"phone_number_id": self.number}, **value}
        entry = {"id": "1", "changes": [{"field": field, "value": whole}]}
        return {"object": "whatsapp_business_account", "entry": [entry]}


class FacebookKit(MetaKit):
    """The Send API of a page: one endpoint for words, pictures, buttons and typing."""

    longest, kind = 2000, "page"
    broken: set[str]

    def make(self, url: str) -> Messenger:
        self.files, self.fields, self.broken, self.url = {}, "", set(), url
        return Facebook(self.token, self.secret, self.word, url)

    def app(self) -> web.Application:
        async def messages(request: web.Request) -> web.Response:
            body = await request.json()
            assert request.headers["Authorization"] == f"Bearer {self.token}"
            failed = await self.answer("say" if "message" in body else body["sender_action"], body)
            if failed is not None:
                return failed
            if "message" in body:
                return self._show(body)
            return web.json_response({})

        async def about(request: web.Request) -> web.Response:
            return web.json_response({"id": "1", "name": "Fernweg"})

        async def apps(request: web.Request) -> web.Response:
            if request.method == "POST":
                self.fields = (await request.json())["subscribed_fields"]
            fields = [one for one in self.fields.split(",") if one]
            return web.json_response({"data": [{"id": "9", "subscribed_fields": fields}]})

        async def profile(request: web.Request) -> web.Response:
            self.asked.append(("profile", await request.json()))
            return web.json_response({"result": "success"})

        async def file(request: web.Request) -> web.Response:
            return web.Response(body=self.files[request.match_info["name"]])

        app = web.Application()
        app.add_routes(
            [
                web.post("/me/messages", messages),
                web.get("/me", about),
                web.route("*", "/me/subscribed_apps", apps),
                web.post("/me/messenger_profile", profile),
                web.get("/files/{name}", file),
            ]
        )
        return app

    def _show(self, body: dict[str, Any]) -> web.Response:
        to, message = body["recipient"]["id"], body["message"]
        quick = message.get("quick_replies", [])
        assert len(quick) <= 13
        buttons = tuple((one["title"], one["payload"]) for one in quick)
        attachment = message.get("attachment", {})
        payload = attachment.get("payload", {})
        text, picture = message.get("text", ""), ""
        if attachment.get("type") == "image":
            picture = payload["url"]
            if picture in self.broken:
                error = {"code": 100, "message": "Upload attachment failure"}
                return web.json_response({"error": error}, status=400)
        elif attachment:
            text = payload["text"]
            assert 1 <= len(payload["buttons"]) <= 3
            assert len(text) <= 640
            buttons = tuple((one["title"], one["payload"]) for one in payload["buttons"])
        assert len(text) <= self.longest
        assert all(1 <= len(title) <= 20 for title, _ in buttons)
        self.shown.append(Shown(to, text, picture, buttons))
        return web.json_response({"recipient_id": to, "message_id": "m"})

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        mid = f"m_{what.get('message', number)}"
        one: dict[str, Any] = {
            "sender": {"id": str(contact)},
            "recipient": {"id": "1"},
            "timestamp": number,
        }
        message = {"mid": mid, "text": what.get("text")}
        if "attachments" in what:
            message = {"mid": mid, "attachments": what["attachments"]}
        if "press" in what:
            one |= {"postback": {"mid": mid, "payload": what["press"]}}
        elif "edit" in what:
            one |= {"message_edit": {"mid": mid, "text": what["edit"], "num_edit": 1}}
        elif "unsend" in what:
            one |= {"message": {"mid": f"m_{what['unsend']}", "is_deleted": True}}
        elif "start" in what:
            one |= {"postback": {"mid": mid, "payload": "start"}}
        elif "unknown" in what:
            one |= {"pass_thread_control": {}}
        else:
            one |= {"message": message}
        field = "standby" if "standby" in what else "messaging"
        return {"object": self.kind, "entry": [{"id": "1", "time": 1, field: [one]}]}


class InstagramKit(FacebookKit):
    """The same for a professional account: texts of a thousand bytes."""

    longest, kind = 1000, "instagram"

    def make(self, url: str) -> Messenger:
        self.files, self.fields, self.broken, self.url = {}, "", set(), url
        return Instagram(self.token, self.secret, self.word, url)

    def _show(self, body: dict[str, Any]) -> web.Response:
        assert len(body["message"].get("text", "").encode()) <= self.longest
        return super()._show(body)
