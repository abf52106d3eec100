"""WeCom as documented: its calls say nothing; messages are handed out behind a cursor."""

import time
from typing import Any, cast

from aiohttp import web

from connectors.messenger import Messenger
from connectors.wecom import WeCom
from tests.contract.connectors.kit import Hook, Shown
from tests.contract.connectors.wechat_kit import SealedKit, xml


class WeComKit(SealedKit):
    """A customer-service account; a page holds three messages, so that there are several."""

    account, desk, page = "ww1234567890", "wkAJ2Gkk", 3
    log: list[dict[str, Any]]
    pulls: list[str]
    said: set[str]
    closed: bool = False

    def make(self, url: str) -> Messenger:
        self.files, self.tokens, self.url = {}, [], url
        self.log, self.pulls, self.said = [], [], set()
        return WeCom(
            self.account, self.secret, self.word, self.key, f"{url}/cgi-bin", desk=self.desk
        )

    def app(self) -> web.Application:
        async def token(request: web.Request) -> web.Response:
            given = request.query["corpid"], request.query["corpsecret"]
            assert given == (self.account, self.secret)
            self.tokens.append(f"token{len(self.tokens)}")
            told = {"errcode": 0, "errmsg": "ok", "access_token": self.tokens[-1]}
            return web.json_response({**told, "expires_in": 7200})

        async def fetch(request: web.Request) -> web.Response:
            body = await request.json()
            assert body["open_kfid"] == self.desk
            assert body["limit"] <= 1000
            self.pulls.append(body.get("cursor", ""))
            if self.closed:
                return web.json_response({"errcode": -1, "errmsg": "system busy"})
            begin = int(body.get("cursor") or 0)
            end = min(begin + self.page, len(self.log))
            told = {"errcode": 0, "msg_list": self.log[begin:end], "next_cursor": str(end)}
            return web.json_response({**told, "has_more": int(end < len(self.log))})

        async def say(request: web.Request) -> web.Response:
            assert b"\\u" not in await request.read()
            body = await request.json()
            failed = await self.answer("say", body)
            if failed is not None:
                return failed
            assert len(body["msgid"]) <= 32
            if body["msgid"] in self.said:
                return web.json_response({"errcode": 40058, "errmsg": "duplicated msgid"})
            self.said.add(body["msgid"])
            if "code" in body:
                body["touser"] = body["code"].removeprefix("welcome-")
            else:
                assert body["open_kfid"] == self.desk
            self._show(body)
            return web.json_response({"errcode": 0, "msgid": body["msgid"]})

        async def media(request: web.Request) -> web.Response:
            found = self.files.get(request.query["media_id"])
            if found is None:
                return web.json_response({"errcode": 40007, "errmsg": "invalid media_id"})
            return web.Response(body=found, content_type="image/jpeg")

        async def accounts(_request: web.Request) -> web.Response:
            found = [{"open_kfid": self.desk, "name": "Fernweg"}] if self.verified else []
            return web.json_response({"errcode": 0, "account_list": found})

        app = web.Application()
        app.add_routes(
            [
                web.get("/cgi-bin/gettoken", token),
                web.post("/cgi-bin/kf/sync_msg", fetch),
                web.post("/cgi-bin/kf/send_msg", say),
                web.post("/cgi-bin/kf/send_msg_on_event", say),
                web.get("/cgi-bin/kf/account/list", accounts),
                web.get("/cgi-bin/media/get", media),
            ]
        )
        return app

    def _show(self, body: dict[str, Any]) -> None:
        if body["msgtype"] != "msgmenu":
            super()._show(body)
            return
        menu = body["msgmenu"]
        assert len(menu["head_content"].encode()) <= 1024
        rows = tuple((one["click"]["content"], one["click"]["id"]) for one in menu["list"])
        self.shown.append(Shown(body["touser"], menu["head_content"], buttons=rows))

    def hook(self, number: int, contact: int, **what: Any) -> Hook:
        """WeCom keeps the message, and calls."""
        self.log.append(self.event(number, contact, **what))
        return self.call(number)

    def call(self, number: int, **changed: Any) -> Hook:
        """The call that says that there is something."""
        told = {"ToUserName": self.account, "CreateTime": str(number), "MsgType": "event"}
        told |= {"Event": "kf_msg_or_event", "Token": f"ENC{number}", "OpenKfId": self.desk}
        return self.signed(xml({**told, **changed}))

    def event(self, number: int, contact: int, **what: Any) -> dict[str, Any]:
        one = {"msgid": f"m{number}", "open_kfid": self.desk, "send_time": int(time.time())}
        if "start" in what or "unknown" in what or "happened" in what:
            name = "enter_session" if "start" in what else "servicer_status_change"
            told = {"event_type": name, "external_userid": str(contact)}
            if "start" in what:
                told["welcome_code"] = f"welcome-{contact}"
            told |= cast(dict[str, str], what.get("happened", {}))
            return {**one, "origin": 4, "msgtype": "event", "event": told}
        one |= {"external_userid": str(contact), "origin": what.get("origin", 3)}
        text = {"content": what.get("text", "x")}
        if "press" in what:
            text["menu_id"] = what["press"]
        kind = what.get("msgtype", "text")
        return {**one, "msgtype": kind, kind: text if kind == "text" else what[kind]}

    def signed(self, body: bytes, kind: str = "text/xml") -> Hook:
        found = super().signed(body, kind)
        return Hook(found.body, {**found.headers, "?signature": ""})

    def wrong(self, body: bytes) -> list[dict[str, str]]:
        right = self.signed(body).headers
        return [
            {name: one for name, one in {**right, **changed}.items() if name.startswith("?")}
            for changed in ({"?msg_signature": "0" * 40}, {"?nonce": "n2"}, {"?timestamp": "1"})
        ]
