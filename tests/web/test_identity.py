"""Customers whom a shop's own server vouches for, signed as the how-to says."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from connectors.webchat.identity import embed_key, sign_identity
from conversations import get_conversation
from kit.signing import sign
from shop.mail import list_mails
from shop.models import Customer
from tests.web.conftest import Front

HOW_TO = Path(__file__).parents[2] / "docs/how-to/embed-the-chat.md"
RUN = {
    "php": (["php"], "echo chat_identity('C-10042');"),
    "javascript": (["node", "-"], 'console.log(chatIdentity("C-10042"));'),
    "python": ([sys.executable, "-"], 'print(chat_identity("C-10042"))'),
}


@pytest.fixture
def mia(front: Front) -> str:
    with front.database.session() as session:
        return str(add_customer(session, "C-10042", "mia@example.org"))


def add_customer(session: Session, number: str | None, email: str) -> int:
    customer = Customer(
        external_id=number, email=email, name="Mia Berger", created_at=datetime.now(UTC)
    )
    session.add(customer)
    session.flush()
    return customer.id


async def begin(front: Front, identity: str) -> tuple[int, str | None]:
    response = await front.client.post("/chat/api/conversations", json={"identity": identity})
    if response.status != 201:
        return response.status, None
    place = (await response.json())["conversation_id"]
    with front.database.reading() as session:
        return 201, get_conversation(session, place).customer_id


def signed(front: Front, claims: dict[str, Any], ends_in: timedelta | None) -> str:
    ends = None if ends_in is None else datetime.now(UTC) + ends_in
    return sign(claims, key=front.settings.secret_key, purpose="embed", expires_at=ends)


@pytest.mark.parametrize("language", sorted(RUN))
async def test_a_shop_signs_as_the_how_to_says(front: Front, mia: str, language: str) -> None:
    command, call = RUN[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    blocks = re.findall(rf"```{language}\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.S)
    [example] = [
        block for block in blocks if "identity" in block.lower() and "hmac" in block.lower()
    ]
    ran = subprocess.run(
        command,
        input=f"{example}\n{call}\n",
        env={**os.environ, "CHAT_EMBED_KEY": embed_key(front.settings.secret_key)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert await begin(front, ran.stdout.strip()) == (201, mia)


async def test_a_shops_number_is_never_taken_for_ours(front: Front, mia: str) -> None:
    hour = timedelta(hours=1)
    assert await begin(front, signed(front, {"shop_customer": mia}, hour)) == (401, None)
    assert await begin(front, signed(front, {"customer": mia}, hour)) == (401, None)


@pytest.mark.parametrize("ends_in", [None, timedelta(days=2), timedelta(seconds=-1)])
async def test_a_proof_ends_within_a_day(front: Front, mia: str, ends_in: timedelta | None) -> None:
    identity = signed(front, {"shop_customer": "C-10042"}, ends_in)
    assert await begin(front, identity) == (401, None)


@pytest.mark.parametrize("ends", ["tomorrow", None, 4e9, [], True])
async def test_a_proof_names_its_end_as_a_number(front: Front, mia: str, ends: object) -> None:
    """A shop's own server writes the end; whatever it wrote is refused, not stumbled over."""
    identity = signed(front, {"shop_customer": "C-10042", "exp": ends}, None)
    assert await begin(front, identity) == (401, None)


async def test_with_the_embed_key_nothing_else_can_be_signed(front: Front, mia: str) -> None:
    key = bytes.fromhex(embed_key(front.settings.secret_key))
    for purpose in ("shopper", "embed", "shop-session"):
        ends = datetime.now(UTC) + timedelta(hours=1)
        forged = sign({"customer": mia}, key=key, purpose=purpose, expires_at=ends)
        assert await begin(front, forged) == (401, None)


async def test_the_first_screen_greets_whom_the_page_vouches_for(front: Front, mia: str) -> None:
    identity = signed(front, {"shop_customer": "C-10042"}, timedelta(hours=1))
    body = {"identity": identity, "language": "en"}
    response = await front.client.post("/chat/api/home", json=body)
    assert await response.json() == {"name": "Mia", "order": None}
    own = sign_identity(front.settings.secret_key, int(mia), datetime.now(UTC))
    response = await front.client.post("/chat/api/home", json={"identity": own})
    assert (await response.json())["name"] == "Mia"
    for bad in ({}, {"identity": identity + "x"}, {"identity": 5}):
        response = await front.client.post("/chat/api/home", json=bad)
        assert response.status in (401, 422)


async def test_whether_it_helped_stands_in_the_conversation(front: Front) -> None:
    thread = await front.start()
    for answer, status in ((True, 200), ("yes", 422)):
        response = await front.client.post(
            f"{thread.path}/helpful", json={"helpful": answer}, headers=thread.headers
        )
        assert response.status == status
    stranger = await front.client.post(f"{thread.path}/helpful", json={"helpful": True})
    assert stranger.status == 401
    assert [message["author"] for message in await thread.history()] == ["system"]
    figures = await (await front.client.get("/metrics")).text()
    assert 'concierge_chat_helpful_total{answer="yes"} 1.0' in figures


async def test_who_is_signed_in_gets_the_conversation_by_mail(front: Front, mia: str) -> None:
    guest = await front.start()
    await guest.post("hello")
    headers = {"Authorization": f"Bearer {guest.token}"}
    path = f"/chat/api/conversations/{guest.id}"
    refused = await front.client.post(f"{path}/transcript", json={}, headers=headers)
    assert (refused.status, (await refused.json())["error"]) == (409, "no_address")
    identity = signed(front, {"shop_customer": "C-10042"}, timedelta(hours=1))
    known = await front.client.post(
        f"{path}/identity", json={"identity": identity}, headers=headers
    )
    go_on = (await known.json())["go_on"]
    assert go_on["title"] == "I've signed in now"
    assert go_on["payload"].startswith("btn.")
    for _ in range(2):
        sent = await front.client.post(f"{path}/transcript", json={}, headers=headers)
        assert sent.status == 200
    with front.database.reading() as session:
        (mail,) = list_mails(session)
    assert mail.recipient == "mia@example.org"
    assert "You: hello" in mail.body
    assert "Assistant: You said: hello" in mail.body
