"""Front or assistant killed in the middle of a handover: nothing lost, nothing twice, in order."""

import re
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from concierge.cli.client import ChatClient
from conversations.models import MessageRow
from desk.tickets.models import TicketRow
from tests.conversations.colleague import Colleague
from tests.conversations.conftest import Shop
from tests.conversations.test_killed_processes import (
    history,
    kill,
    say_until_taken,
    wait_for_new,
)

pytestmark = [pytest.mark.conversation, pytest.mark.system, pytest.mark.timeout(900)]

WISH = "I want to talk to a real person please"
DETAILS = [f"detail {number}: the left boot is size {40 + number}" for number in range(6)]
ANSWERS = [f"answer {number}" for number in range(6)]


def count(shop: Shop, client: ChatClient, *conditions: object) -> int:
    """Messages of the conversation that fit."""
    with shop.database.reading() as session:
        statement = select(func.count(MessageRow.id)).where(
            MessageRow.conversation_id == client.conversation_id,
            *conditions,  # type: ignore[arg-type]
        )
        return session.scalar(statement) or 0


def wait_until(what: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.005)


@pytest.mark.parametrize("part", ["front", "rasa"])
@pytest.mark.parametrize("moment", ["asked", "opened"])
def test_a_part_killed_during_a_handover(shop: Shop, part: str, moment: str) -> None:
    client = shop.chat("mia").client
    client.send("hello")
    talking = threading.Thread(
        target=lambda: [say_until_taken(client, one) for one in (WISH, *DETAILS)]
    )
    talking.start()
    # The bot is at work on the wish, or has called a person and not said so yet.
    if moment == "asked":
        wait_until(lambda: count(shop, client, MessageRow.state == "claimed") > 0)
    else:
        wait_until(lambda: len(shop.tickets(client.conversation_id)) > 0)
    wait_for_new(shop, part, kill(shop, part))
    talking.join()
    wait_until(lambda: count(shop, client, MessageRow.state.in_(("waiting", "claimed"))) == 0)
    assert shop.tickets(client.conversation_id) == ["asked_for_person"]

    # An agent answers, and the same part is killed once more.
    with shop.database.reading() as session:
        number = session.scalars(
            select(TicketRow.id).where(TicketRow.conversation_id == client.conversation_id)
        ).one()
    ines = Colleague(shop)
    ines.act(number, "take")
    answering = threading.Thread(
        target=lambda: [
            ines.act(number, "reply", text=text, client_message_id=f"a{place}")
            for place, text in enumerate(ANSWERS)
        ]
    )
    answering.start()
    wait_until(lambda: count(shop, client, MessageRow.author == "agent") >= 2)
    old = kill(shop, part)
    say_until_taken(client, "are you still there?")
    answering.join()
    wait_for_new(shop, part, old)
    ines.act(number, "hand-back")
    say_until_taken(client, "how much is delivery to Austria?")
    wait_until(lambda: count(shop, client, MessageRow.state.in_(("waiting", "claimed"))) == 0)

    said = history(client)
    shopper = [text for author, text in said if author == "shopper"]
    assert shopper[:2] == ["hello", WISH]
    assert [text for text in shopper if text in DETAILS] == DETAILS
    assert len(shopper) == len(DETAILS) + 4
    assert [text for author, text in said if author == "agent"] == ANSWERS
    notices = [text for author, text in said if author == "system"]
    assert sum("has joined the chat" in text for text in notices) == 1
    assert sum("has left the chat" in text for text in notices) == 1
    assert any(re.search("colleague|request", one) for one in after(said, WISH))
    assert any("Europe" in text for author, text in said if author == "bot")
    assert shop.tickets(client.conversation_id) == ["asked_for_person"]


def after(said: list[tuple[str, str]], wish: str) -> list[str]:
    """What the bot said after the wish and before an agent came."""
    texts = [text for _, text in said]
    start = texts.index(wish)
    end = next(i for i, text in enumerate(texts) if "has joined the chat" in text)
    return [text for author, text in said[start:end] if author == "bot"]
