"""WeChat beyond what every channel does: safe mode, tokens that end, pictures, set-up."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from concierge.cli.channels import ask_provider
from conversations import Card, Reply, count_outbox, post_bot_replies
from kit.database import Database
from kit.settings import Settings
from tests.contract.connectors.conftest import BASE, House, opened
from tests.contract.connectors.kit import Hook
from tests.contract.connectors.wechat_kit import SealedKit, WeChatKit, seal, xml
from tests.web.fake_rasa import FakeRasa


@pytest.fixture
async def wechat(database: Database, settings: Settings, rasa: FakeRasa) -> AsyncIterator[House]:
    async for found in opened(WeChatKit(), database, settings, rasa):
        yield found


@pytest.fixture
async def sealed(database: Database, settings: Settings, rasa: FakeRasa) -> AsyncIterator[House]:
    async for found in opened(SealedKit(), database, settings, rasa):
        yield found


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "JPEG")
    return file.getvalue()


async def test_the_address_is_proved_and_a_message_acknowledged_at_once(wechat: House) -> None:
    kit = cast(WeChatKit, wechat.kit)
    query = {name[1:]: one for name, one in kit.sign(b"").items()} | {"echostr": "8101"}
    answer = await wechat.client.get(wechat.path, params=query)
    assert (answer.status, await answer.text()) == (200, "8101")
    wrong = await wechat.client.get(wechat.path, params=query | {"nonce": "x"})
    assert wrong.status == 403
    wechat.rasa.seconds = 1.0
    told = await wechat.kit.hook(1, 7, text="hello").post(wechat.client, wechat.path)
    assert (told.status, await told.text()) == (200, "success")
    assert wechat.kit.shown == [], "the answer is not waited for"
    await wechat.quiet()
    assert len(wechat.kit.texts(7)) == 1


async def test_in_safe_mode_what_is_sealed_and_signed_alone_is_taken(sealed: House) -> None:
    kit = cast(SealedKit, sealed.kit)
    inner = xml(kit.event(1, 7, text="你好 & hello"))
    assert await sealed.post(kit.signed(inner)) == 200
    await sealed.quiet()
    assert sealed.thread(7)[0].text == "你好 & hello"
    right, before = kit.signed(xml(kit.event(2, 7, text="again"))), sealed.count()
    others = seal(bytes(32), kit.account, inner)
    foreign = seal(kit.key, "wx0000000000000000", inner)
    plain = Hook(inner, {"Content-Type": "text/xml", **kit.sign(inner)})
    for hook, status in (
        (plain, 401),  # the address's own proof says nothing of a body
        (Hook(right.body, {**right.headers, "?msg_signature": "0" * 40}), 403),
        (Hook(kit.signed(inner).body, right.headers), 403),
        (Hook(xml({"Encrypt": others}), {**right.headers, **kit.proved(others)}), 400),
        (Hook(xml({"Encrypt": foreign}), {**right.headers, **kit.proved(foreign)}), 400),
    ):
        assert await sealed.post(hook) == status
    assert sealed.count() == before


async def test_definitions_in_xml_are_refused(wechat: House) -> None:
    for definition in (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://169.254.169.254/">',
    ):
        body = f"{definition}<xml><FromUserName>7</FromUserName><Content>&a;</Content></xml>"
        assert await wechat.post(wechat.kit.signed(body.encode())) == 400
    assert wechat.count()["events"] == 0


async def test_a_token_that_ended_is_renewed_on_the_next_try(wechat: House) -> None:
    await wechat.hear(1, 7, text="hello")
    await wechat.quiet()
    cast(WeChatKit, wechat.kit).tokens.append("another program asked for one")
    await wechat.hear(2, 7, text="hello again")
    await wechat.quiet()
    assert len(wechat.kit.texts(7)) == 2


async def test_too_many_answers_to_one_message_are_a_dead_letter(wechat: House) -> None:
    wechat.kit.troubles = [(429, {"errcode": 45047, "errmsg": "out of limit"}, {})]
    await wechat.hear(1, 7, text="hello")
    await wechat.quiet()
    with wechat.database.reading() as session:
        assert count_outbox(session) == {"dead": 1}


async def test_pictures_come_by_their_id_and_leave_through_wechats_own_store(
    wechat: House,
) -> None:
    kit = cast(WeChatKit, wechat.kit)
    kit.files["in1"] = photo()
    await wechat.hear(1, 7, MsgType="image", MediaId="in1")
    await wechat.quiet()
    assert len(wechat.rasa.asked) == 1
    await wechat.hear(2, 7, MsgType="image", MediaId="gone")
    await wechat.quiet()
    assert "words" in wechat.kit.texts(7)[-1]
    wechat.kit.shown.clear()

    async def picture(_request: web.Request) -> web.Response:
        return web.Response(body=photo(), content_type="image/jpeg")

    shop = web.Application()
    shop.add_routes([web.get("/b.jpg", picture)])
    async with TestServer(shop, host="127.0.0.1") as server:
        here = f"http://127.0.0.1:{server.port}"
        cards = tuple(Card(name, image=f"{here}/{name}.jpg") for name in ("b", "gone"))
        with wechat.database.session() as session:
            reply = Reply("Look:", cards=cards)
            post_bot_replies(session, wechat.place(7), [reply], now=datetime.now(UTC))
        wechat.wake()
        await wechat.quiet()
    shown: list[Any] = [(one.text, one.picture) for one in wechat.kit.shown]
    assert shown == [("Look:", ""), ("", "m1"), ("b", ""), (f"{here}/gone.jpg", ""), ("gone", "")]
    assert kit.files["m1"] == photo()


async def test_the_set_up_is_walked_through(wechat: House) -> None:
    address, kit = f"{BASE}{wechat.path}", cast(WeChatKit, wechat.kit)
    good = await ask_provider(kit.messenger, address, False, "7")
    assert all(step.done for step in good)
    assert address in " ".join(step.text for step in good)
    kit.verified = False
    lacking = await ask_provider(kit.messenger, address, False, None)
    assert [step.done for step in lacking] == [True, False, True]
    shown = " ".join(step.text for step in (*good, *lacking))
    assert not any(one in shown for one in (WeChatKit.secret, "token0"))
