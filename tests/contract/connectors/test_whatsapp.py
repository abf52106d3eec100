"""WhatsApp beyond what every channel does: new ids, late failures, the day's window, media."""

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from PIL import Image
from sqlalchemy import select

from concierge.cli.channels import ask_provider
from conversations import Reply, count_outbox, post_bot_replies
from conversations.models import MessageRow
from kit.database import Database
from kit.settings import Settings
from tests.contract.connectors.conftest import BASE, House, opened
from tests.contract.connectors.meta_kits import WhatsAppKit
from tests.web.fake_rasa import FakeRasa


@pytest.fixture
async def whatsapp(database: Database, settings: Settings, rasa: FakeRasa) -> AsyncIterator[House]:
    async for found in opened(WhatsAppKit(), database, settings, rasa):
        yield found


def kit_of(house: House) -> WhatsAppKit:
    return cast(WhatsAppKit, house.kit)


async def tell(house: House, field: str, **value: Any) -> None:
    body = json.dumps(kit_of(house).change(field, value)).encode()
    assert await house.post(house.kit.signed(body)) == 200


def moved(number: int, old: str, new: str) -> dict[str, Any]:
    system = {"type": "user_changed_user_id", "previous_user_id": old, "user_id": new}
    return {"id": f"wamid.s{number}", "type": "system", "system": system}


async def test_a_new_id_keeps_the_conversation(whatsapp: House) -> None:
    await whatsapp.hear(1, 7, text="hello")
    await whatsapp.quiet()
    place = whatsapp.place(7)
    for _ in range(2):
        await tell(whatsapp, "messages", messages=[moved(1, "7", "DE.8")])
    message = {"id": "wamid.2", "from_user_id": "DE.8", "type": "text", "text": {"body": "again"}}
    await tell(whatsapp, "messages", messages=[message])
    await whatsapp.quiet()
    assert whatsapp.count()["conversations"] == 1
    assert [one.to for one in whatsapp.kit.shown] == ["7", "DE.8"]
    with whatsapp.database.reading() as session:
        texts = session.scalars(select(MessageRow.text).where(MessageRow.conversation_id == place))
        assert "again" in list(texts)


async def test_a_new_id_that_wrote_before_is_not_joined_and_the_desk_is_told(
    whatsapp: House,
) -> None:
    await whatsapp.hear(1, 7, text="hello")
    await whatsapp.hear(2, 8, text="hello")
    await whatsapp.quiet()
    await tell(whatsapp, "messages", messages=[moved(1, "7", "8")])
    assert whatsapp.count()["conversations"] == 2
    last = whatsapp.thread(7)[-1]
    assert last.author == "system"
    assert "another conversation" in last.text
    assert len(whatsapp.kit.texts(7)) == 1, "the desk alone"


async def test_what_meta_took_and_could_not_bring_is_told_to_the_desk(whatsapp: House) -> None:
    await whatsapp.hear(1, 7, text="hello")
    await whatsapp.quiet()
    (reference,) = (
        body["biz_opaque_callback_data"] for name, body in whatsapp.kit.asked if name == "say"
    )
    failed = {"id": "wamid.out", "status": "failed", "recipient_id": "7"}
    for one in ("999999-0", "x", reference, reference):
        state = {**failed, "id": f"wamid.{one}", "biz_opaque_callback_data": one}
        await tell(whatsapp, "messages", statuses=[state])
    read = {"id": "wamid.out", "status": "read", "recipient_id": "7"}
    await tell(whatsapp, "messages", statuses=[read])
    asides = [one.text for one in whatsapp.thread(7) if one.author == "system"]
    assert len(asides) == 1
    assert "You said: hello" in asides[0]
    assert "status:read" in whatsapp.kinds()


async def test_a_refusal_that_passes_is_tried_again_though_it_is_a_400(whatsapp: House) -> None:
    limited = {"error": {"code": 131056, "message": "pair rate limit"}}
    whatsapp.kit.troubles = [(400, limited, {})]
    await whatsapp.hear(1, 7, text="hello")
    await whatsapp.quiet()
    assert len(whatsapp.kit.texts(7)) == 1


async def test_after_a_day_an_answer_is_a_dead_letter_and_meta_is_not_asked(
    whatsapp: House,
) -> None:
    await whatsapp.hear(1, 7, text="hello")
    await whatsapp.quiet()
    asked, now = len(whatsapp.kit.asked), datetime.now(UTC)
    with whatsapp.database.session() as session:
        (row,) = session.scalars(select(MessageRow).where(MessageRow.author == "shopper"))
        row.created_at = now - timedelta(hours=25)
        post_bot_replies(session, whatsapp.place(7), [Reply("It is back in stock")], now=now)
    whatsapp.wake()
    await whatsapp.quiet()
    with whatsapp.database.reading() as session:
        assert count_outbox(session) == {"sent": 1, "dead": 1}
    assert len(whatsapp.kit.asked) == asked
    assert "It is back in stock" in whatsapp.thread(7)[-1].text


async def test_a_picture_is_fetched_by_its_id_and_the_message_is_marked_as_read(
    whatsapp: House,
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "JPEG")
    kit_of(whatsapp).files["654"] = file.getvalue()
    await whatsapp.hear(1, 7, type="image", image={"id": "654", "mime_type": "image/jpeg"})
    await whatsapp.quiet()
    assert len(whatsapp.rasa.asked) == 1
    await whatsapp.until(lambda: any(name == "status" for name, _ in whatsapp.kit.asked))
    (read,) = (body for name, body in whatsapp.kit.asked if name == "status")
    assert (read["status"], read["message_id"]) == ("read", "wamid.1")
    await whatsapp.hear(2, 7, type="image", image={"id": "gone"})
    await whatsapp.quiet()
    assert "words" in whatsapp.kit.texts(7)[-1]


async def test_the_set_up_is_walked_through(whatsapp: House) -> None:
    address, number = f"{BASE}{whatsapp.path}", whatsapp.kit.messenger
    before = await ask_provider(number, address, False, None)
    assert [step.done for step in before] == [True, False, True]
    after = await ask_provider(number, address, True, "7")
    assert all(step.done for step in after)
    shown = " ".join(step.text for step in (*before, *after))
    assert not any(one in shown for one in (WhatsAppKit.token, WhatsAppKit.secret))
    asked = f"{whatsapp.path}?hub.mode=subscribe&hub.verify_token={WhatsAppKit.word}"
    answer = await whatsapp.client.get(f"{asked}&hub.challenge=42")
    assert (answer.status, await answer.text()) == (200, "42")
    assert (await whatsapp.client.get(f"{asked}x&hub.challenge=42")).status == 403
