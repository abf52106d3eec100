"""Messenger and Instagram beyond what every channel does: standby, late people, files."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from PIL import Image
from sqlalchemy import select

from concierge.cli.channels import ask_provider
from connectors.base import SendFailed
from conversations import Card, File, Reply, hand_to_agent, post_agent_message, post_bot_replies
from conversations.models import MessageRow
from kit.database import Database
from kit.settings import Settings
from tests.contract.connectors.conftest import BASE, House, opened
from tests.contract.connectors.meta_kits import FacebookKit, InstagramKit
from tests.web.fake_rasa import FakeRasa


@pytest.fixture(params=[FacebookKit, InstagramKit])
async def meta(
    request: pytest.FixtureRequest, database: Database, settings: Settings, rasa: FakeRasa
) -> AsyncIterator[House]:
    async for found in opened(request.param(), database, settings, rasa):
        yield found


async def test_what_another_program_is_answering_is_recorded_alone(meta: House) -> None:
    await meta.hear(1, 7, text="hello", standby=True)
    assert meta.count() == {"conversations": 0, "messages": 0, "events": 1}
    assert meta.kinds() == ["standby"]


async def test_a_person_may_answer_after_a_day_and_the_assistant_may_not(meta: House) -> None:
    await meta.hear(1, 7, text="hello")
    await meta.quiet()
    place, now = meta.place(7), datetime.now(UTC)
    with meta.database.session() as session:
        (row,) = session.scalars(select(MessageRow).where(MessageRow.author == "shopper"))
        row.created_at = now - timedelta(days=2)
        post_bot_replies(session, place, [Reply("Anything else?")], now=now)
        hand_to_agent(session, place, now=now, agent_name="Ines")
        post_agent_message(session, place, text="It is here", agent_name="Ines", now=now)
    meta.wake()
    await meta.quiet()
    assert meta.kit.texts(7)[1:] == ["It is here"]
    said = [body for name, body in meta.kit.asked if name == "say"]
    assert [body.get("tag") for body in said] == [None, "HUMAN_AGENT"]


async def test_a_picture_is_fetched_from_meta_and_from_nowhere_else(meta: House) -> None:
    kit = cast(FacebookKit, meta.kit)
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "JPEG")
    kit.files["p"] = file.getvalue()
    image = {"type": "image", "payload": {"url": f"{kit.url}/files/p"}}
    await meta.hear(1, 7, attachments=[image])
    await meta.quiet()
    assert len(meta.rasa.asked) == 1
    http = meta.client.session
    for url in ("http://169.254.169.254/x", "https://evil.example/fbcdn.net", "", "file:///etc"):
        with pytest.raises(SendFailed):
            await kit.messenger.fetch(http, File("picture", url))


async def test_a_picture_that_meta_cannot_fetch_goes_as_its_address(meta: House) -> None:
    await meta.hear(1, 7, text="hello")
    await meta.quiet()
    picture = f"{BASE}/media/products/b.png"
    cast(FacebookKit, meta.kit).broken.add(picture)
    with meta.database.session() as session:
        card = Card("Boots", price="€9.00", url="/product/b", image="/media/products/b.svg")
        reply = Reply("Look:", cards=(card,))
        post_bot_replies(session, meta.place(7), [reply], now=datetime.now(UTC))
    meta.wake()
    await meta.quiet()
    assert meta.kit.texts(7)[1:] == ["Look:", picture, f"Boots\n€9.00\n{BASE}/product/b"]


async def test_long_words_in_chinese_leave_in_pieces_and_whole(meta: House) -> None:
    await meta.hear(1, 7, text="有没有登山鞋")
    await meta.quiet()
    meta.kit.shown.clear()
    words = "这双鞋很适合长途徒步。" * 90
    with meta.database.session() as session:
        post_bot_replies(session, meta.place(7), [Reply(words)], now=datetime.now(UTC))
    meta.wake()
    await meta.quiet()
    assert "".join(meta.kit.texts(7)) == words


async def test_the_set_up_is_walked_through(meta: House) -> None:
    address, page = f"{BASE}{meta.path}", meta.kit.messenger
    before = await ask_provider(page, address, False, None)
    assert [step.done for step in before] == [True, False, True]
    after = await ask_provider(page, address, True, "7")
    assert all(step.done for step in after)
    shown = " ".join(step.text for step in (*before, *after))
    assert address in shown
    assert not any(one in shown for one in (FacebookKit.token, FacebookKit.secret))
