"""WeChat as documented: XML proved in the address, tokens that end, errors inside a 200."""

import base64
import hashlib
import time
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from connectors.messenger import Messenger
from connectors.wechat import WeChat
from tests.contract.connectors.kit import Hook, Kit, Shown


class WeChatKit(Kit):
    """An account in plain mode: WeChat signs token, time and nonce, and not the body."""

    can_edit = False
    account, secret, word = "wx49f0ab532d5d035a", "app-secret", "word"
    key: bytes | None = None
    files: dict[str, bytes]
    tokens: list[str]
    verified = True

    def make(self, url: str) -> Messenger:
        self.files, self.tokens, self.url = {}, [], url
        return WeChat(self.account, self.secret, self.word, self.key, f"{url}/cgi-bin")

    def app(self) -> web.Application:
        async def token(request: web.Request) -> web.Response:
            body = await request.json()
            assert (body["appid"], body["secret"]) == (self.account, self.secret)
            self.tokens.append(f"token{len(self.tokens)}")
            return web.json_response({"access_token": self.tokens[-1], "expires_in": 7200})

        async def method(request: web.Request) -> web.Response:
            name = request.match_info["method"]
            if request.query["access_token"] != self.tokens[-1]:
                return web.json_response({"errcode": 40001, "errmsg": "invalid credential"})
            if name == "media/upload":
                form = await request.post()
                media = f"m{len(self.files)}"
                self.files[media] = form["media"].file.read()  # type: ignore[union-attr]
                return web.json_response({"type": "image", "media_id": media})
            if name == "customservice/getkflist":
                assert request.method == "GET"
                return web.json_response({"errcode": 0 if self.verified else 48001})
            assert b"\\u" not in await request.read()  # would be shown as it is
            body = await request.json()
            failed = await self.answer("say" if name == "message/custom/send" else name, body)
            if failed is not None:
                return failed
            if name == "message/custom/send":
                self._show(body)
            return web.json_response({"errcode": 0, "errmsg": "ok"})

        async def media(request: web.Request) -> web.Response:
            found = self.files.get(request.query["media_id"])
            if found is None:
                return web.json_response({"errcode": 40007, "errmsg": "invalid media_id"})
            return web.Response(body=found, content_type="image/jpeg")

        app = web.Application()
        app.add_routes(
            [
                web.post("/cgi-bin/stable_token", token),
                web.get("/cgi-bin/media/get", media),
                web.route("*", "/cgi-bin/{method:.+}", method),
            ]
        )
        return app

    def _show(self, body: dict[str, Any]) -> None:
        to, content = body["touser"], body[body["msgtype"]]
        if body["msgtype"] == "image":
            self.shown.append(Shown(to, picture=content["media_id"]))
        elif body["msgtype"] == "msgmenu":
            buttons = tuple((one["content"], one["id"]) for one in content["list"])
            self.shown.append(Shown(to, content["head_content"], buttons=buttons))
        else:
            assert 1 <= len(content["content"].encode()) <= 2048
            self.shown.append(Shown(to, content["content"]))

    def hook(self, number: int, contact: int, **what: Any) -> Hook:
        return self.signed(xml(self.event(number, contact, **what)))

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        one: dict[str, Any] = {
            "ToUserName": "gh_1",
            "FromUserName": str(contact),
            "CreateTime": str(number),
        }
        if "start" in what:
            return {**one, "MsgType": "event", "Event": "subscribe", "EventKey": ""}
        if "unknown" in what:
            return {**one, "MsgType": "event", "Event": "LOCATION", "Latitude": "23.1"}
        one |= {"MsgType": "text", "Content": what.get("text", "x"), "MsgId": f"1000{number}"}
        if "press" in what:
            one |= {"bizmsgmenuid": what["press"]}
        one |= {name: what[name] for name in ("MsgType", "MediaId") if name in what}
        return one

    def signed(self, body: bytes, kind: str = "text/xml") -> Hook:
        return Hook(body, {"Content-Type": kind, **self.sign(body)})

    def sign(self, body: bytes) -> dict[str, str]:
        return self.proof(int(time.time()))

    def proof(self, stamp: int | str, word: str = "", kind: str = "sha1") -> dict[str, str]:
        """The proof of a request made at that time."""
        whole = "".join(sorted((word or self.word, str(stamp), "n1")))
        digest = hashlib.new(kind, whole.encode()).hexdigest()
        return {"?signature": digest, "?timestamp": str(stamp), "?nonce": "n1"}

    def wrong(self, body: bytes) -> list[dict[str, str]]:
        now = int(time.time())
        right = self.proof(now)
        return [
            {**right, "?signature": ""},
            {**right, "?timestamp": str(now - 1)},
            {**right, "?nonce": "n2"},
            self.proof(now, "another"),
            self.proof(now, kind="md5"),
            self.proof(now - 301),
            self.proof(now + 400),
            self.proof("soon"),
        ]


class SealedKit(WeChatKit):
    """The same account in safe mode: the body is sealed, and what is sealed is signed."""

    key = bytes(range(32))

    def signed(self, body: bytes, kind: str = "text/xml") -> Hook:
        sealed = seal(self.key, self.account, body)
        outer = xml({"ToUserName": "gh_1", "Encrypt": sealed})
        return Hook(outer, {"Content-Type": kind, **self.proved(sealed)})

    def proved(self, sealed: str) -> dict[str, str]:
        """The proof of what is sealed, beside the one of the address."""
        stamp = str(int(time.time()))
        whole = "".join(sorted((self.word, stamp, "n1", sealed)))
        digest = hashlib.sha1(whole.encode()).hexdigest()
        return {**self.proof(stamp), "?msg_signature": digest, "?encrypt_type": "aes"}


def xml(told: dict[str, Any]) -> bytes:
    """The form in which WeChat tells."""
    inner = "".join(f"<{name}>{escape(str(one))}</{name}>" for name, one in told.items())
    return f"<xml>{inner}</xml>".encode()


def seal(key: bytes, account: str, message: bytes) -> str:
    """WeChat's side of what connectors.wechat.sealing opens."""
    plain = b"r" * 16 + len(message).to_bytes(4, "big") + message + account.encode()
    pad = 32 - len(plain) % 32
    lock = Cipher(AES(key), CBC(key[:16])).encryptor()
    return base64.b64encode(lock.update(plain + bytes([pad]) * pad) + lock.finalize()).decode()
