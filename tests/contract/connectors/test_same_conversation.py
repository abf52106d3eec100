"""One conversation through every channel: an order's card and buttons, a picture, a colleague."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from connectors.base import SendFailed
from connectors.registry import CHANNELS
from connectors.wechat.channel import WeChat
from conversations import hand_to_bot, post_agent_message
from tests.contract.connectors.conftest import House
from tests.contract.connectors.test_wechat import photo

Picture = Callable[[Any], dict[str, Any]]


def meta(kit: Any) -> dict[str, Any]:
    kit.files["p1"] = photo()
    return {"attachments": [{"type": "image", "payload": {"url": f"{kit.url}/files/p1"}}]}


def telegram(kit: Any) -> dict[str, Any]:
    kit.files["p1"] = photo()
    return {"photo": [{"file_id": "p1", "file_size": 900}]}


def line(kit: Any) -> dict[str, Any]:
    kit.files["901"] = photo()
    return {"image": "901"}


def slack(kit: Any) -> dict[str, Any]:
    kit.files["p1"] = photo()
    file = {"mimetype": "image/jpeg", "size": 99, "url_private": f"{kit.url}/files/p1"}
    return {"files": [file], "subtype": "file_share"}


def whatsapp(kit: Any) -> dict[str, Any]:
    kit.files["901"] = photo()
    return {"type": "image", "image": {"id": "901", "mime_type": "image/jpeg"}}


def wechat(kit: Any) -> dict[str, Any]:
    kit.files["p1"] = photo()
    return {"MsgType": "image", "MediaId": "p1"}


def wecom(kit: Any) -> dict[str, Any]:
    kit.files["p1"] = photo()
    return {"msgtype": "image", "image": {"media_id": "p1"}}


def webhook(kit: Any) -> dict[str, Any]:
    kit.files["p1"] = photo()
    return {"files": [{"kind": "picture", "url": f"{kit.url}/files/p1"}]}


def email(kit: Any) -> dict[str, Any]:
    return {"text": "", "picture": photo()}


# The toy shows and takes words alone.
PICTURES: Final[dict[str, Picture]] = {
    "email": email,
    "facebook": meta,
    "instagram": meta,
    "line": line,
    "slack": slack,
    "telegram": telegram,
    "webhook": webhook,
    "wechat": wechat,
    "wecom": wecom,
    "whatsapp": whatsapp,
}


@pytest.fixture(autouse=True)
def shop_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeChat's channels bring the shop's pictures themselves, and this shop is not there."""

    async def brought(*_: Any) -> str:
        raise SendFailed("404 for a file", is_final=True)

    monkeypatch.setattr(WeChat, "_brought", brought)


async def test_the_same_conversation_is_held_everywhere(house: House) -> None:
    kit, asked = house.kit, house.rasa.asked
    # An order, its card, and one of two buttons.
    await house.hear(1, 7, text="where is my order, and its parcel?")
    await house.quiet()
    shown = kit.shown
    first = "\n".join(kit.texts(7))
    assert "a program" in first, "whoever reads first knows that a machine answers"
    for words in ("Order 10482", "On its way", "DHL", "Thursday 3 December"):
        assert words in first, "the card, as this channel shows it"
    titles = [button for one in shown for button in one.buttons]
    assert {"Order 10482", "Order 10391"} <= {title for title, _ in titles}
    data = next(data for title, data in titles if title == "Order 10391")
    if kit.can_press:
        await house.hear(2, 7, press=data)
    else:
        await house.hear(2, 7, text=data)
    await house.quiet()
    assert '{"order_number":"10391"}' in kit.texts(7)[-1]
    # A picture is searched for.
    if kit.messenger.name in PICTURES:
        before = len(asked)
        await house.hear(3, 7, **PICTURES[kit.messenger.name](kit))
        await house.quiet()
        assert len(asked) == before + 1
        assert asked[-1]["text"].startswith("btn."), "a sealed search, no words of the shopper's"
        assert "/search_picture" in kit.texts(7)[-1]
    # A colleague takes over, is alone with the shopper, and hands back.
    house.rasa.is_handover = True
    await house.hear(4, 7, text="I want to talk to a person")
    await house.quiet()
    house.rasa.is_handover = False
    now, before = datetime.now(UTC), len(asked)
    with house.database.session() as session:
        post_agent_message(session, house.place(7), text="Ines here", agent_name="Ines", now=now)
    house.wake()
    await house.quiet()
    assert kit.texts(7)[-1].endswith("Ines here")
    assert "a program" not in kit.texts(7)[-1]
    await house.hear(5, 7, text="thank you, Ines")
    await house.quiet()
    assert len(asked) == before, "the assistant keeps silent"
    with house.database.session() as session:
        hand_to_bot(session, house.place(7), now=now + timedelta(seconds=1))
    await house.hear(6, 7, text="and another thing")
    await house.quiet()
    assert "and another thing" in kit.texts(7)[-1]
    assert any("a program" in one for one in kit.texts(7)[-2:]), "and says so again"
    assert len({one["sender"] for one in asked}) == 1


def test_every_channel_takes_part() -> None:
    assert set(CHANNELS) == set(PICTURES)
