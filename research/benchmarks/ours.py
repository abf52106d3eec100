"""Our side: the whole system with real data and real actions, on free ports of its own."""

import json
import os
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from research.benchmarks.load import Send
from research.benchmarks.processes import Started, free_port, server, wait_for

# What shoppers ask, custom actions and database included, in both languages.
_ASKED: Final = (
    "hello, {name} here",
    "how much is delivery to {place}?",
    "do you have {english} in size {size}?",
    "how much is the cheapest {english}",
    "any coupon for me? my name is {name}",
    "can you recommend {english} under {price} euros",
    "你好，我是{name}",
    "寄到{place}运费多少钱",
    "有没有{price}欧元以内的{chinese}",
    "thanks {name}, bye",
)
_GOODS: Final = (
    ("hiking boots", "登山鞋"),
    ("a tent", "帐篷"),
    ("a rain jacket", "雨衣"),
    ("a backpack", "背包"),
    ("a sleeping bag", "睡袋"),
    ("running shoes", "跑鞋"),
    ("a headlamp", "头灯"),
)
_NAMES: Final = ("Ana", "Ben", "Cleo", "Dan", "Eva")
_PLACES: Final = ("Austria", "Spain", "Italy", "Poland", "France", "Belgium", "Denmark", "Norway")


def our_messages(rounds: int, seed: int = 0) -> list[str]:
    """`rounds` times the ten questions, hardly ever in the same words: no cache helps for long."""
    said: list[str] = []
    for number in range(seed, seed + rounds):
        english, chinese = _GOODS[number % len(_GOODS)]
        words = {
            "name": f"{_NAMES[number % len(_NAMES)]} {number}",
            "place": _PLACES[number % len(_PLACES)],
            "size": str(36 + number % 11),
            "price": str(20 + 7 * number),
            "english": english,
            "chinese": chinese,
        }
        said += [question.format(**words) for question in _ASKED]
    return said


@dataclass(frozen=True)
class System:
    """A running system: its processes, its front, and the assistant and actions behind it."""

    started: Started
    front_url: str
    rasa_url: str
    actions_url: str
    secret: str


@contextmanager
def our_rasa(root: Path, data_dir: Path) -> Iterator[Started]:
    """Our assistant's process alone, for its start to ready and its memory."""
    port = free_port()
    environment = {
        "CONCIERGE_DATA_DIR": str(data_dir),
        "CONCIERGE_RASA_PORT": str(port),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "bot.server"]
    with server(
        command, ready_url=f"http://127.0.0.1:{port}/health", cwd=root, environment=environment
    ) as started:
        yield started


@contextmanager
def our_system(
    root: Path, data_dir: Path, more: Mapping[str, str] | None = None
) -> Iterator[System]:
    """Every process of `concierge up`; enters when each part says that it is ready.

    `more` are settings of theirs, as environment variables.
    """
    from kit.signing import process_secret

    ports = {name: free_port() for name in ("PORT", "RASA_PORT", "ACTIONS_PORT")}
    environment = {f"CONCIERGE_{name}": str(port) for name, port in ports.items()}
    environment |= {"CONCIERGE_DATA_DIR": str(data_dir), "CONCIERGE_RATE_LIMITS": "false"}
    environment |= more or {}
    front = f"http://127.0.0.1:{ports['PORT']}"
    command = [sys.executable, "-m", "concierge.cli.main", "up"]
    with server(command, ready_url=f"{front}/readyz", cwd=root, environment=environment) as started:
        key = (
            os.environ.get("CONCIERGE_SECRET_KEY", "").encode()
            or (data_dir / "secret.key").read_bytes()
        )
        for part in ("RASA_PORT", "ACTIONS_PORT"):
            wait_for(f"http://127.0.0.1:{ports[part]}/health")
        yield System(
            started,
            front,
            f"http://127.0.0.1:{ports['RASA_PORT']}",
            f"http://127.0.0.1:{ports['ACTIONS_PORT']}",
            process_secret(key, "rasa-channel"),
        )


def assistant_sender(client: aiohttp.ClientSession, system: System) -> Send:
    """Messages straight to our Rasa channel, which is what the stock REST channel compares to."""

    async def send(user: int, text: str) -> bool:
        body = {
            "sender": f"bench-{user}",
            "text": text,
            "message_id": uuid.uuid4().hex,
            "metadata": {"channel": "webchat", "language": "en"},
        }
        async with client.post(
            f"{system.rasa_url}/webhooks/concierge/webhook",
            json=body,
            headers={"Authorization": f"Bearer {system.secret}"},
        ) as response:
            return response.status == 200 and bool((await response.json())["replies"])

    return send


def front_sender(client: aiohttp.ClientSession, system: System) -> Send:
    """Messages through the public chat API: stored, queued, answered, stored again."""
    conversations: dict[int, tuple[str, str]] = {}

    async def open_conversation() -> tuple[str, str]:
        url = f"{system.front_url}/chat/api/conversations"
        async with client.post(url, json={"language": "en"}) as response:
            opened = await response.json()
        return str(opened["conversation_id"]), str(opened["token"])

    async def send(user: int, text: str) -> bool:
        if user not in conversations:
            conversations[user] = await open_conversation()
        conversation, token = conversations[user]
        async with client.post(
            f"{system.front_url}/chat/api/conversations/{conversation}/messages",
            data=json.dumps({"text": text, "client_message_id": uuid.uuid4().hex}),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        ) as response:
            return response.status == 200 and bool((await response.json())["replies"])

    return send
