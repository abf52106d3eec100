"""Telegram beyond what every channel does: pictures, cards, typing, waits, groups, set-up."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from concierge.cli.channels import ask_provider, health_steps
from connectors.registry import open_channels
from conversations import Card, Reply, channel_health, hand_to_agent, post_bot_replies
from conversations.models import OutboxRow
from desk.tickets import get_file
from kit.button import read_button
from kit.settings import SettingsError, load_settings
from tests.contract.connectors.conftest import BASE, House
from tests.contract.connectors.kits import TelegramKit

VALUES = {
    "CONCIERGE_SECRET_KEY": "k" * 40,
    "CONCIERGE_CHANNELS": "telegram",
    "CONCIERGE_PUBLIC_URL": BASE,
    "CONCIERGE_TELEGRAM_TOKEN": TelegramKit.token,
    "CONCIERGE_TELEGRAM_SECRET": TelegramKit.secret,
}


def photo(house: House, name: str = "f1", size: int = 900) -> list[dict[str, Any]]:
    """A photo in two sizes; the larger one can be fetched."""
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "JPEG")
    assert isinstance(house.kit, TelegramKit)
    house.kit.files[name] = file.getvalue()
    return [{"file_id": "small", "file_size": 90}, {"file_id": name, "file_size": size}]


def methods(house: House) -> list[str]:
    return [name for name, _ in house.kit.asked]


async def test_the_wait_that_telegram_asks_for_is_kept(telegram: House) -> None:
    answer = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 90}}
    telegram.kit.troubles = [(429, answer, {})]
    before = datetime.now(UTC)
    await telegram.hear(1, 7, text="hello")
    await telegram.hear(2, 8, text="hello")

    def row_of(contact: int) -> OutboxRow | None:
        with telegram.database.reading() as session:
            place = telegram.place(contact)
            return session.scalar(select(OutboxRow).where(OutboxRow.conversation_id == place))

    def states() -> list[str | None]:
        rows = [row_of(contact) for contact in (7, 8)]
        return sorted(f"{row.state} {row.attempts}" for row in rows if row is not None)

    await telegram.until(lambda: states() == ["sent 1", "waiting 1"])
    waits = next(row for row in map(row_of, (7, 8)) if row is not None and row.state == "waiting")
    assert waits.available_at >= before + timedelta(seconds=89)
    assert str(waits.last_error).startswith("SendFailed: 429")


async def test_a_pressed_button_stops_turning_and_typing_is_shown(telegram: House) -> None:
    await telegram.hear(1, 7, text="where is my order")
    await telegram.quiet()
    await telegram.until(lambda: "sendChatAction" in methods(telegram))
    await telegram.hear(2, 7, press=telegram.kit.shown[-1].buttons[0][1])
    await telegram.until(lambda: "answerCallbackQuery" in methods(telegram))
    asked = dict(telegram.kit.asked)
    assert asked["answerCallbackQuery"] == {"callback_query_id": "92"}
    assert asked["sendChatAction"] == {"chat_id": 7, "action": "typing"}


async def test_cards_become_pictures_with_words_and_links(telegram: House) -> None:
    await telegram.hear(1, 7, text="boots")
    await telegram.quiet()
    lines = [one.text for one in telegram.kit.shown if "Karst" in one.text]
    assert len(lines) == 1
    for word in ("€169.00", "In stock", f"{BASE}/product/karst-granit-mid"):
        assert word in lines[0]
    assert "€139.00 (€179.00)" in "\n".join(one.text for one in telegram.kit.shown)


async def test_a_photo_is_searched_for(telegram: House) -> None:
    await telegram.hear(1, 7, photo=photo(telegram))
    await telegram.quiet()
    (asked,) = telegram.rasa.asked
    key = telegram.settings.secret_key
    payload = read_button(asked["text"], telegram.place(7), key).payload
    assert payload.startswith("/search_picture{")
    assert telegram.thread(7)[0].text == "📷 Picture"
    assert ("getFile", {"file_id": "f1"}) in telegram.kit.asked


async def test_a_colleague_who_is_answering_sees_the_photo(telegram: House) -> None:
    await telegram.hear(1, 7, text="hello")
    await telegram.quiet()
    with telegram.database.session() as session:
        hand_to_agent(session, telegram.place(7), now=datetime.now(UTC), agent_name="Ines")
    asked = len(telegram.rasa.asked)
    await telegram.hear(2, 7, photo=photo(telegram), caption="torn here")
    await telegram.quiet()
    own = telegram.thread(7)[-1]
    assert own.text == "torn here"
    assert own.image is not None
    with telegram.database.reading() as session:
        assert get_file(session, own.image.removeprefix("/desk/files/")) is not None
    assert len(telegram.rasa.asked) == asked


@pytest.mark.parametrize(
    "what",
    [
        {"voice": {"file_id": "v", "file_size": 11833}},
        {"photo": [{"file_id": "gone", "file_size": 90}]},
        {"photo": [{"file_id": "huge", "file_size": 2**30}]},
    ],
    ids=["a voice", "a picture that is gone", "a picture too large"],
)
async def test_what_cannot_be_seen_asks_for_words_or_a_person(
    telegram: House, what: dict[str, Any]
) -> None:
    await telegram.hear(1, 7, **what)
    await telegram.quiet()
    assert telegram.rasa.asked == []
    (said,) = telegram.kit.shown
    assert "words" in said.text
    assert [title for title, _ in said.buttons] == ["Talk to a person"]
    await telegram.hear(2, 7, press=said.buttons[0][1])
    await telegram.quiet()
    assert "/talk_to_person" in telegram.kit.texts(7)[-1]


async def test_a_picture_that_telegram_cannot_fetch_goes_as_words(telegram: House) -> None:
    refused = (400, {"ok": False, "description": "Bad Request: failed to get HTTP URL content"}, {})
    await telegram.hear(1, 7, text="hello")
    await telegram.quiet()
    telegram.kit.shown.clear()
    telegram.kit.troubles = [(200, {}, {}), refused]
    with telegram.database.session() as session:
        card = Card(
            "Boots", price="€9.00", url="/product/b", image="/media/products/b.svg?colour=red"
        )
        reply = Reply("Look:", cards=(card,))
        post_bot_replies(session, telegram.place(7), [reply], now=datetime.now(UTC))
    telegram.wake()
    await telegram.quiet()
    assert [one.text for one in telegram.kit.shown] == [
        "Look:",
        f"Boots\n€9.00\n{BASE}/product/b",
    ]
    photos = [body["photo"] for name, body in telegram.kit.asked if name == "sendPhoto"]
    assert photos == [f"{BASE}/media/products/b.png?colour=red"]


async def test_groups_and_goodbyes_are_recorded_and_not_answered(telegram: House) -> None:
    group = {"id": -5, "type": "group"}
    member = {"status": "member"}
    kicked = {"chat": {"id": 7, "type": "private"}, "new_chat_member": {"status": "kicked"}}
    message = {"message_id": 1, "from": {"id": 7, "is_bot": False}, "chat": group, "date": 1}
    updates = [
        {"message": {**message, "text": "hello all"}},
        {"message": {**message, "new_chat_members": [{"id": 8}]}},
        {"message": {**message, "left_chat_member": {"id": 8}}},
        {"my_chat_member": {"chat": group, "new_chat_member": member}},
        {"my_chat_member": kicked},
        {
            "message": {
                **message,
                "chat": {"id": 9, "type": "private"},
                "from": {"id": 9, "is_bot": True},
                "text": "I am a bot, too",
            }
        },
    ]
    for number, update in enumerate(updates, start=1):
        body = json.dumps({"update_id": number, **update}).encode()
        assert await telegram.post(telegram.kit.signed(body)) == 200
    assert telegram.kinds() == [
        "group:join",
        "group:join",
        "group:leave",
        "group:message",
        "leave",
        "own",
    ]
    assert telegram.count()["messages"] == 0
    assert telegram.kit.asked == []


async def test_the_set_up_is_walked_through(telegram: House) -> None:
    address = f"{BASE}{telegram.path}"
    bot = telegram.kit.messenger
    before = await ask_provider(bot, address, False, None)
    assert [step.done for step in before] == [True, False, False, True, True]
    after = await ask_provider(bot, address, True, "7")
    assert all(step.done for step in after)
    registered = dict(telegram.kit.asked)["setWebhook"]
    assert (registered["url"], registered["secret_token"]) == (address, TelegramKit.secret)
    assert len(telegram.kit.texts(7)) == 1
    shown = " ".join(step.text for step in (*before, *after))
    assert TelegramKit.token not in shown
    assert TelegramKit.secret not in shown
    (step,) = await ask_provider(replace(bot, api="http://127.0.0.1:9"), address, False, None)  # type: ignore[type-var]
    assert not step.done
    (wrong,) = await ask_provider(bot, address, False, "Mia")
    assert not wrong.done


async def test_what_went_wrong_is_shown(telegram: House) -> None:
    telegram.kit.troubles = [(403, {"ok": False, "description": "Forbidden: blocked"}, {})]
    await telegram.hear(1, 7, text="hello")
    await telegram.quiet()
    with telegram.database.reading() as session:
        steps = health_steps(channel_health(session, "telegram"))
    assert [step.done for step in steps] == [True, False, False]
    assert "message" in steps[0].text
    assert "1 dead" in steps[1].text
    assert "Forbidden: blocked" in steps[2].text


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"CONCIERGE_TELEGRAM_TOKEN": ""}, "CONCIERGE_TELEGRAM_TOKEN"),
        ({"CONCIERGE_TELEGRAM_TOKEN": "abc"}, "CONCIERGE_TELEGRAM_TOKEN"),
        ({"CONCIERGE_TELEGRAM_SECRET": "short"}, "CONCIERGE_TELEGRAM_SECRET"),
        ({"CONCIERGE_PUBLIC_URL": ""}, "CONCIERGE_PUBLIC_URL"),
        ({"CONCIERGE_CHANNELS": "fax"}, "CONCIERGE_CHANNELS"),
        ({"CONCIERGE_CHANNELS": "Tele gram"}, "CONCIERGE_CHANNELS"),
    ],
)
def test_a_wrong_setting_stops_the_start(
    tmp_path: Any, changes: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        open_channels(load_settings({**VALUES, **changes}, root=tmp_path))


def test_secrets_are_not_shown(tmp_path: Any) -> None:
    settings = load_settings(VALUES, root=tmp_path)
    (channel,) = open_channels(settings)
    for shown in (repr(settings), repr(channel), repr(replace(settings, port=1))):
        assert TelegramKit.token not in shown
        assert TelegramKit.secret not in shown
