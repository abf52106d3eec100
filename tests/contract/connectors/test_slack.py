"""Slack beyond what every channel does: the challenge, retries, bots, refusals inside a 200."""

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import cast

import pytest
from PIL import Image

from concierge.cli.channels import ask_provider
from conversations import Card, Reply, count_outbox, post_bot_replies
from kit.database import Database
from kit.settings import Settings
from tests.contract.connectors.conftest import BASE, House, opened
from tests.contract.connectors.kit import Hook
from tests.contract.connectors.slack_kit import SlackKit
from tests.web.fake_rasa import FakeRasa


@pytest.fixture
async def slack(database: Database, settings: Settings, rasa: FakeRasa) -> AsyncIterator[House]:
    async for found in opened(SlackKit(), database, settings, rasa):
        yield found


async def test_the_challenge_is_answered_when_it_is_signed(slack: House) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aBm2"}).encode()
    hook = slack.kit.signed(body)
    answer = await slack.client.post(slack.path, data=hook.body, headers=hook.headers)
    assert (answer.status, await answer.text()) == (200, "3eZbrw1aBm2")
    forged = await slack.client.post(slack.path, json=json.loads(body))
    assert forged.status == 401


async def test_a_retry_is_the_same_event_and_is_read_as_nothing_new(slack: House) -> None:
    hook = slack.kit.hook(1, 7, text="hello")
    again = Hook(hook.body, {**hook.headers, "X-Slack-Retry-Num": "1"})
    for one in (hook, again, again):
        answer = await slack.client.post(slack.path, data=one.body, headers=one.headers)
        assert (answer.status, await answer.text()) == (200, "")
    await slack.quiet()
    assert len(slack.kit.texts(7)) == 1


async def test_a_bot_is_never_answered(slack: House) -> None:
    await slack.hear(1, 7, text="hello", bot_id="B1")
    await slack.hear(2, 7, text="hello", subtype="bot_message")
    assert slack.kinds() == ["own", "own"]
    assert slack.count()["messages"] == 0


async def test_opening_the_chat_again_welcomes_nobody_twice(slack: House) -> None:
    await slack.hear(1, 7, start=True)
    await slack.hear(2, 7, start=True)
    await slack.hear(3, 8, start=True)
    await slack.quiet()
    assert [len(slack.kit.texts(contact)) for contact in (7, 8)] == [1, 1]


async def test_refusals_inside_a_200_are_final_or_pass(slack: House) -> None:
    await slack.hear(1, 7, text="hello")
    await slack.quiet()
    said = cast(SlackKit, slack.kit)
    limited = (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
    said.troubles = [limited]
    await slack.hear(2, 7, text="hello again")
    await slack.quiet()
    assert len(slack.kit.texts(7)) == 2
    picture = f"{BASE}/media/products/b.png"
    said.broken.add(picture)
    with slack.database.session() as session:
        card = Card("Boots", price="€9.00", url="/product/b", image="/media/products/b.svg")
        reply = Reply("Look:", cards=(card,))
        post_bot_replies(session, slack.place(7), [reply], now=datetime.now(UTC))
    slack.wake()
    await slack.quiet()
    assert slack.kit.texts(7)[2:] == ["Look:", f"Boots\n€9.00\n{BASE}/product/b"]
    with slack.database.reading() as session:
        assert count_outbox(session) == {"sent": 3}


async def test_a_file_is_fetched_with_the_token_and_from_slack_alone(slack: House) -> None:
    kit = cast(SlackKit, slack.kit)
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "PNG")
    kit.files["p"] = file.getvalue()
    picture = {"mimetype": "image/png", "size": 99, "url_private": f"{kit.url}/files/p"}
    await slack.hear(1, 7, files=[picture], subtype="file_share")
    await slack.quiet()
    assert len(slack.rasa.asked) == 1
    await slack.hear(2, 7, files=[{**picture, "url_private": "https://evil.example/p"}])
    await slack.quiet()
    assert "words" in slack.kit.texts(7)[-1]


async def test_the_set_up_is_walked_through(slack: House) -> None:
    address, kit = f"{BASE}{slack.path}", cast(SlackKit, slack.kit)
    good = await ask_provider(kit.messenger, address, False, "7")
    assert all(step.done for step in good)
    assert address in " ".join(step.text for step in good)
    kit.scopes = "chat:write"
    lacking = await ask_provider(kit.messenger, address, False, None)
    assert [step.done for step in lacking] == [True, False, True]
    assert "im:history" in lacking[1].text
    (none,) = await ask_provider(kit.messenger, address, True, None)
    assert not none.done
    shown = " ".join(step.text for step in (*good, *lacking, none))
    assert not any(one in shown for one in (SlackKit.token, SlackKit.secret))
