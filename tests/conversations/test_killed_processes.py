"""Any process may be killed in the middle of a conversation: nothing is lost, nothing doubled."""

import contextlib
import json
import time
import urllib.request
import uuid

import psutil
import pytest
from sqlalchemy import func, select

from concierge.cli.client import ChatClient, ChatError
from shop.models import Order, Refund
from tests.conversations.conftest import Shop

pytestmark = [pytest.mark.conversation, pytest.mark.system, pytest.mark.timeout(900)]

PARTS = {
    "actions": "actions.server",
    "rasa": "bot.server",
    "worker": "concierge.app.jobs_worker",
    "front": "concierge.app.front",
}


def pid_of(shop: Shop, module: str) -> int | None:
    for process in psutil.Process(shop.system.started.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it may just have ended
            if module in process.cmdline():
                return process.pid
    return None


def kill(shop: Shop, part: str) -> int:
    pid = pid_of(shop, PARTS[part])
    assert pid is not None
    psutil.Process(pid).kill()
    return pid


def wait_for_new(shop: Shop, part: str, old: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if pid_of(shop, PARTS[part]) not in (None, old) and is_ready(shop, part):
            return
        time.sleep(0.2)
    raise AssertionError(f"the supervisor did not bring {part} back")


def is_ready(shop: Shop, part: str) -> bool:
    """Whether the front answers, and the part itself where it can be asked."""
    addresses = [f"{shop.url}/readyz"]
    if part == "actions":
        addresses.append(f"{shop.system.actions_url}/health")
    if part == "rasa":
        addresses.append(f"{shop.system.rasa_url}/health")
    try:
        for address in addresses:
            with urllib.request.urlopen(address, timeout=2) as response:
                if response.status != 200:
                    return False
    except OSError:
        return False
    return True


def history(client: ChatClient) -> list[tuple[str, str]]:
    """Author and text of everything in the conversation."""
    request = urllib.request.Request(
        f"{client.url}/chat/api/conversations/{client.conversation_id}/messages?after=0",
        headers={"Authorization": f"Bearer {client._token}"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        found = json.loads(response.read())["messages"]
    return [(message["author"], message["text"]) for message in found]


def say_until_taken(client: ChatClient, text: str) -> None:
    """Send as the widget does: the same message id again until it is acknowledged."""
    key = uuid.uuid4().hex
    path = f"/chat/api/conversations/{client.conversation_id}/messages"
    until = time.monotonic() + 60
    while True:
        try:
            client._post(path, {"text": text, "client_message_id": key}, token=client._token)
            return
        except ChatError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_killed_part_comes_back_and_nothing_is_lost(shop: Shop, part: str) -> None:
    number = shop.order("mia")
    client = shop.chat("mia").client
    assert f"Cancel order {number}" in client.send(f"cancel order {number}").text
    old = kill(shop, part)
    say_until_taken(client, "hold on, how much is delivery to Austria?")
    wait_for_new(shop, part, old)
    answered(client, 2)
    say_until_taken(client, f"yes, cancel order {number}")
    answered(client, 3)
    if shop.state(number) == "paid":  # the form was left while its part was away: ask once more
        say_until_taken(client, "yes")
        answered(client, 4)
    assert shop.state(number) == "cancelled"
    said = [text for author, text in history(client) if author == "shopper"]
    assert len(said) == len(set(said))
    with shop.database.reading() as session:
        refunds = select(func.count(Refund.id)).join(Order).where(Order.number == number)
        assert session.scalar(refunds) == 1


def answered(client: ChatClient, messages: int) -> None:
    """Wait until every message of the shopper has a reply after it."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        lines = history(client)
        authors = [author for author, _ in lines]
        if authors.count("shopper") >= messages and authors[-1] != "shopper":
            return
        time.sleep(0.2)
    raise AssertionError(f"no reply: {history(client)}")
