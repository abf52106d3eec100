"""The page of the channels: what is set and never shown, what came, what is sent again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from conversations import (
    Reply,
    claim_delivery,
    claim_event,
    conversation_with,
    dead_letters,
    mark_failed,
    post_bot_replies,
)
from desk.tickets import read_audit
from kit.database import Database
from kit.settings import Settings
from tests.web.desk.conftest import NOW, Browser

SECRETS = {
    "CONCIERGE_LINE_TOKEN": "the-token",
    "CONCIERGE_LINE_SECRET": "the-secret",
    "CONCIERGE_WHATSAPP_VERIFY": "the-word",
}


@pytest.fixture
def desk_settings(desk_settings: Settings) -> Settings:
    return replace(
        desk_settings,
        channels=("line", "whatsapp"),
        channel_values=SECRETS,
        public_url="https://shop.example",
    )


def die(database: Database, text: str) -> int:
    """A message to a LINE contact that the provider refused for good; the delivery's id."""
    with database.session() as session:
        claim_event(session, "line", text, NOW, kind="message")
        place = conversation_with(session, channel="line", contact="U7", language="en", now=NOW)
        post_bot_replies(session, place.id, [Reply(text)], now=NOW)
        delivery = claim_delivery(session, sender="front", now=NOW)
        assert delivery is not None
        mark_failed(session, delivery, error="SendFailed: 403 blocked", now=NOW, is_final=True)
        return delivery.id


async def test_addresses_settings_and_letters_are_shown_and_no_secret(
    browser: Browser, desk_database: Database
) -> None:
    die(desk_database, "Your parcel <b>is</b> there")
    await browser.sign_in("admin")
    status, page = await browser.open("/desk/channels")
    assert status == 200
    for shown in (
        "https://shop.example/channels/line/webhook",
        "https://shop.example/channels/whatsapp/webhook",
        *SECRETS,
        "Your parcel &lt;b&gt;is&lt;/b&gt; there",
        "403 blocked",
        "1 not delivered",
    ):
        assert shown in page
    assert not any(secret in page for secret in SECRETS.values())
    _, chinese = await browser.open("/desk/channels", headers={"Accept-Language": "zh"})
    assert "1 条未送达" in chinese


async def test_a_dead_letter_is_sent_again_once_and_noted(
    browser: Browser, desk_database: Database
) -> None:
    first, second = (die(desk_database, text) for text in ("Hello", "Hello again"))
    await browser.sign_in("admin")
    assert (await browser.send("/desk/channels/again", script=False, id=first)).status == 303
    for wrong in (first, 99, "x", "٣", -1):
        assert (await browser.send("/desk/channels/again", id=wrong)).status == 404
    with desk_database.session() as session:
        assert [one.id for one in dead_letters(session)] == [second]
        due = claim_delivery(session, sender="front", now=NOW + timedelta(seconds=1))
        assert due is not None
        assert (due.id, due.attempts) == (first, 1)
        acts = [(line.act, line.subject) for line in read_audit(session, page=1)]
        assert acts.count(("channels.send_again", str(first))) == 1
