"""WeCom beyond what every channel does: messages that are fetched, welcomes, who said what."""

import base64
import time
from collections.abc import AsyncIterator
from typing import cast

import pytest

from concierge.cli.channels import ask_provider
from conversations import cursor_of
from kit.database import Database
from kit.settings import Settings
from tests.contract.connectors.conftest import BASE, House, opened
from tests.contract.connectors.test_wechat import photo
from tests.contract.connectors.wechat_kit import seal
from tests.contract.connectors.wecom_kit import WeComKit
from tests.web.fake_rasa import FakeRasa


@pytest.fixture
async def wecom(database: Database, settings: Settings, rasa: FakeRasa) -> AsyncIterator[House]:
    async for found in opened(WeComKit(), database, settings, rasa):
        yield found


def kit_of(house: House) -> WeComKit:
    return cast(WeComKit, house.kit)


async def test_the_address_is_proved_by_opening_what_is_sealed(wecom: House) -> None:
    kit = kit_of(wecom)
    sealed = seal(cast(bytes, kit.key), kit.account, b"8101")
    query = {name[1:]: one for name, one in kit.proved(sealed).items()} | {"echostr": sealed}
    answer = await wecom.client.get(wecom.path, params=query)
    assert (answer.status, await answer.text()) == (200, "8101")
    other = base64.b64encode(b"x" * 32).decode()
    for changed in ({"nonce": "x"}, {"echostr": other}):
        wrong = await wecom.client.get(wecom.path, params=query | changed)
        assert wrong.status == 403


async def test_all_that_waits_is_fetched_page_by_page_and_the_cursor_kept(wecom: House) -> None:
    kit = kit_of(wecom)
    for number in range(7):
        last = kit.hook(number, 7 + number % 2, text=f"m{number}")
    assert await wecom.post(last) == 200
    await wecom.quiet()
    assert kit.pulls == ["", "3", "6"]
    assert [one.text for one in wecom.thread(7) if one.author == "shopper"] == [
        "m0",
        "m2",
        "m4",
        "m6",
    ]
    await wecom.hear(7, 8, text="m7")
    assert kit.pulls[3] == "7"
    with wecom.database.reading() as session:
        assert cursor_of(session, "wecom") == "8"
        assert cursor_of(session, "wechat") == ""


async def test_what_cannot_be_fetched_now_is_not_acknowledged_and_not_lost(wecom: House) -> None:
    kit = kit_of(wecom)
    kit.closed = True
    hook = kit.hook(1, 7, text="hello")
    assert await wecom.post(hook) == 503
    kit.closed = False
    assert await wecom.post(hook) == 200
    await wecom.quiet()
    assert len(kit.texts(7)) == 1


async def test_a_call_for_another_account_is_recorded_alone(wecom: House) -> None:
    kit = kit_of(wecom)
    assert await wecom.post(kit.call(1, OpenKfId="wkOther")) == 200
    assert await wecom.post(kit.call(2, Event="change_contact")) == 200
    assert kit.pulls == []
    assert wecom.kinds() == ["unknown:change_contact", "unknown:desk"]


async def test_who_says_what_is_told_apart(wecom: House) -> None:
    kit = kit_of(wecom)
    await wecom.hear(1, 7, text="a colleague in WeCom's own app", origin=5)
    place = {"name": "Hut", "address": "Trail 1", "latitude": 47.1, "longitude": 9.5}
    await wecom.hear(2, 7, msgtype="location", location=place)
    link = {"title": "Map", "url": "https://maps.example/b"}
    await wecom.hear(3, 7, msgtype="link", link=link)
    await wecom.quiet()
    assert len(kit.texts(7)) == 2
    said = [one.text for one in wecom.thread(7) if one.author == "shopper"]
    assert said == ["📍 Hut Trail 1 47.1, 9.5", "Map\nhttps://maps.example/b"]
    await wecom.hear(4, 7, happened={"event_type": "user_recall_msg", "recall_msgid": "m3"})
    assert [one.text for one in wecom.thread(7) if one.author == "shopper"][1] != said[1]
    told = {"event_type": "msg_send_fail", "fail_msgid": f"{wecom.thread(7)[1].id}-0"}
    before = len(wecom.thread(7))
    await wecom.hear(5, 7, happened=told)
    assert wecom.thread(7)[before].author == "system"


async def test_a_picture_is_fetched_by_its_id(wecom: House) -> None:
    kit = kit_of(wecom)
    kit.files["in1"] = photo()
    await wecom.hear(1, 7, msgtype="image", image={"media_id": "in1"})
    await wecom.quiet()
    assert len(wecom.rasa.asked) == 1
    await wecom.hear(2, 7, msgtype="image", image={"media_id": "gone"})
    await wecom.quiet()
    assert "words" in kit.texts(7)[-1]


async def test_a_welcome_goes_by_its_code_and_only_while_it_holds(wecom: House) -> None:
    kit = kit_of(wecom)
    await wecom.hear(1, 7, start=True)
    await wecom.quiet()
    ((_, body),) = kit.asked
    assert body["code"] == "welcome-7"
    await wecom.hear(2, 7, text="hello")
    await wecom.quiet()
    assert "code" not in kit.asked[-1][1]
    entered = {"event_type": "enter_session", "external_userid": "8"}
    await wecom.hear(3, 8, happened=entered)  # without a code nothing may be said
    assert kit.texts(8) == []
    assert wecom.kinds().count("enter") == 1


async def test_what_arrived_on_a_broken_try_is_not_said_again(wecom: House) -> None:
    kit = kit_of(wecom)
    await wecom.hear(1, 7, text="hello")
    await wecom.quiet()
    said = kit.asked[-1][1]["msgid"]
    message, _, part = said.partition("-")
    kit.said.add(f"{int(message) + 2}-{part}")  # the answer to the next message is known there
    await wecom.hear(2, 7, text="again")
    await wecom.quiet()
    assert len(kit.texts(7)) == 1
    assert len(kit.asked) == 2, "and it is tried no more"


async def test_the_set_up_is_walked_through(wecom: House) -> None:
    address, kit = f"{BASE}{wecom.path}", kit_of(wecom)
    good = await ask_provider(kit.messenger, address, False, "7")
    assert all(step.done for step in good)
    assert address in " ".join(step.text for step in good)
    kit.verified = False
    lacking = await ask_provider(kit.messenger, address, False, None)
    assert [step.done for step in lacking] == [True, False, True]
    shown = " ".join(step.text for step in (*good, *lacking))
    assert not any(one in shown for one in (kit.secret, "token0", str(int(time.time()))))
