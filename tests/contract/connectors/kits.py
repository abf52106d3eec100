"""One fake provider a channel behind the same few methods."""

import base64
import hashlib
import hmac
from typing import Any

from aiohttp import web

from connectors.line import Line
from connectors.messenger import Messenger
from connectors.telegram import Telegram
from tests.contract.connectors.email_kit import EmailKit
from tests.contract.connectors.kit import Kit, Shown
from tests.contract.connectors.meta_kits import FacebookKit, InstagramKit, WhatsAppKit
from tests.contract.connectors.slack_kit import SlackKit
from tests.contract.connectors.toy import Toy
from tests.contract.connectors.webhook_kit import WebhookKit
from tests.contract.connectors.wechat_kit import WeChatKit
from tests.contract.connectors.wecom_kit import WeComKit


class ToyKit(Kit):
    """The toy's provider."""

    secret = b"toy secret"

    def make(self, url: str) -> Messenger:
        return Toy(url, self.secret)

    def app(self) -> web.Application:
        async def say(request: web.Request) -> web.Response:
            body = await request.json()
            failed = await self.answer("say", body)
            if failed is not None:
                return failed
            buttons = tuple((title, data) for title, data in body["buttons"])
            self.shown.append(Shown(body["to"], body["text"], buttons=buttons))
            return web.json_response({})

        app = web.Application()
        app.add_routes([web.post("/say", say)])
        return app

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        one: dict[str, Any] = {"id": str(number), "from": str(contact), "language": "en", **what}
        if "edit" in what:
            one |= {"kind": "edit", "text": what["edit"]}
        if "start" in what:
            one |= {"kind": "start"}
        if "unknown" in what:
            one |= {"kind": "dance"}
        if "message" in what:
            one |= {"message": str(what["message"])}
        return {"events": [one]}

    def sign(self, body: bytes) -> dict[str, str]:
        return {"X-Toy-Signature": hmac.new(self.secret, body, hashlib.sha256).hexdigest()}

    def wrong(self, body: bytes) -> list[dict[str, str]]:
        others = hmac.new(b"another secret", body, hashlib.sha256).hexdigest()
        weak = hmac.new(self.secret, body, hashlib.sha1).hexdigest()
        return [
            {"X-Toy-Signature": one}
            for one in ("", others, weak, self.sign(b"{}")["X-Toy-Signature"])
        ]


class TelegramKit(Kit):
    """Telegram's Bot API as documented: methods by name, `ok` and `result`, 429 with parameters."""

    token = "123456:AAexampleexampleexampleexample0"
    secret = "a-secret-of-our-choice"
    files: dict[str, bytes]
    registered: dict[str, Any]

    def make(self, url: str) -> Messenger:
        self.files, self.registered = {}, {}
        return Telegram(self.token, self.secret, url)

    def app(self) -> web.Application:
        async def method(request: web.Request) -> web.Response:
            name, body = request.match_info["method"], await request.json()
            assert request.match_info["token"] == self.token
            failed = await self.answer(name, body)
            if failed is not None:
                return failed
            result: Any = True
            if name == "getFile":
                if body["file_id"] not in self.files:
                    answer = {"ok": False, "error_code": 400, "description": "Bad Request: file"}
                    return web.json_response(answer, status=400)
                result = {"file_path": f"photos/{body['file_id']}"}
            if name == "getMe":
                result = {"id": 123456, "username": "fernweg_bot"}
            if name == "setWebhook":
                self.registered = body
            if name == "getWebhookInfo":
                result = {"url": "", "pending_update_count": 0, **self.registered}
            if name in ("sendMessage", "sendPhoto"):
                self._show(body)
            return web.json_response({"ok": True, "result": result})

        async def file(request: web.Request) -> web.Response:
            return web.Response(body=self.files[request.match_info["name"]])

        app = web.Application()
        app.add_routes(
            [
                web.post("/bot{token}/{method}", method),
                web.get("/file/bot{token}/photos/{name}", file),
            ]
        )
        return app

    def _show(self, body: dict[str, Any]) -> None:
        assert len(body.get("text", "").encode("utf-16-le")) <= 2 * 4096
        assert len(body.get("caption", "").encode("utf-16-le")) <= 2 * 1024
        rows = body.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple((key["text"], key["callback_data"]) for row in rows for key in row)
        assert all(1 <= len(data.encode()) <= 64 for _, data in buttons)
        text = body.get("text") or body.get("caption", "")
        self.shown.append(Shown(str(body["chat_id"]), text, body.get("photo", ""), buttons))

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        person = {"id": contact, "is_bot": False, "first_name": "A", "language_code": "en"}
        chat = {"id": contact, "type": "private"}
        message = {
            "message_id": what.get("message", number),
            "from": person,
            "chat": chat,
            "date": 1,
        }
        if "press" in what:
            query = {"id": f"9{number}", "from": person, "message": message, "data": what["press"]}
            return {"update_id": number, "callback_query": query}
        if "unknown" in what:
            return {
                "update_id": number,
                "poll": {"id": "1"},
            }
        if "edit" in what:
            return {"update_id": number, "edited_message": {**message, "text": what["edit"]}}
        text = "/start" if "start" in what else what.get("text")
        extra = {name: what[name] for name in ("photo", "voice", "caption") if name in what}
        return {
            "update_id": number,
            "message": {**message, **({"text": text} if text else {}), **extra},
        }

    def sign(self, body: bytes) -> dict[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": self.secret}

    def wrong(self, body: bytes) -> list[dict[str, str]]:
        values = ("", self.secret[:-1], self.secret + "x", self.secret.upper(), "geheim-ü")
        return [{"X-Telegram-Bot-Api-Secret-Token": one} for one in values]


class LineKit(Kit):
    """LINE's Messaging API as documented: a push, once for every retry key."""

    token, secret = "line-token", "line-channel-secret"
    known: set[str]
    files: dict[str, bytes]

    def make(self, url: str) -> Messenger:
        self.known, self.files = set(), {}
        return Line(self.token, self.secret, url, url)

    def app(self) -> web.Application:
        async def method(request: web.Request) -> web.Response:
            assert request.headers["Authorization"] == f"Bearer {self.token}"
            name, body = request.match_info["method"], await request.json()
            failed = await self.answer("say" if name == "message/push" else name, body)
            if failed is not None:
                return failed
            if name == "message/push":
                key = request.headers["X-Line-Retry-Key"]
                if key in self.known:
                    return web.json_response({"message": "accepted before"}, status=409)
                self.known.add(key)
                self._show(body)
            return web.json_response({})

        async def content(request: web.Request) -> web.Response:
            return web.Response(body=self.files[request.match_info["id"]])

        app = web.Application()
        app.add_routes(
            [
                web.post("/v2/bot/{method:.+}", method),
                web.get("/v2/bot/message/{id}/content", content),
            ]
        )
        return app

    def _show(self, body: dict[str, Any]) -> None:
        (message,) = body["messages"]
        if message["type"] != "flex":
            picture = message.get("originalContentUrl", "")
            self.shown.append(Shown(body["to"], message.get("text", ""), picture))
            return
        bubble = message["contents"]
        actions = [key["action"] for key in bubble.get("footer", {}).get("contents", [])]
        assert all(len(action["label"]) <= 20 for action in actions)
        buttons = tuple((action["label"], action["data"]) for action in actions)
        text = bubble["body"]["contents"][0]["text"]
        picture = bubble.get("hero", {}).get("url", "")
        self.shown.append(Shown(body["to"], text, picture, buttons))

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        source = {"type": "user", "userId": str(contact)}
        one: dict[str, Any] = {
            "type": "message",
            "mode": "active",
            "source": source,
            "webhookEventId": f"e{number}",
            "message": {
                "id": str(what.get("message", number)),
                "type": "text",
                "text": what.get("text"),
            },
        }
        if "press" in what:
            one |= {"type": "postback", "postback": {"data": what["press"]}}
        if "edit" in what:
            one |= {"type": "messageEdited"}
            one["message"]["text"] = what["edit"]
        if "image" in what:
            content = {"contentProvider": {"type": "line"}}
            one["message"] = {"id": what["image"], "type": "image", **content}
        if "start" in what:
            one |= {"type": "follow"}
        if "unknown" in what:
            one |= {"type": "beacon"}
        if "unsend" in what:
            one |= {"type": "unsend", "unsend": {"messageId": str(what["unsend"])}}
        return {"destination": "U0", "events": [one]}

    def sign(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).digest()
        return {"X-Line-Signature": base64.b64encode(digest).decode()}

    def wrong(self, body: bytes) -> list[dict[str, str]]:
        weak = hmac.new(self.secret.encode(), body, hashlib.sha1).digest()
        others = hmac.new(b"another", body, hashlib.sha256).digest()
        values = ["", *(base64.b64encode(one).decode() for one in (weak, others))]
        return [{"X-Line-Signature": one} for one in values] + [self.sign(body + b" ")]


KITS: dict[str, type[Kit]] = {
    "email": EmailKit,
    "facebook": FacebookKit,
    "instagram": InstagramKit,
    "line": LineKit,
    "slack": SlackKit,
    "telegram": TelegramKit,
    "toy": ToyKit,
    "webhook": WebhookKit,
    "wechat": WeChatKit,
    "wecom": WeComKit,
    "whatsapp": WhatsAppKit,
}
