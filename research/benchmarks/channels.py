"""`concierge bench channels`: a messenger under load, with a front that is killed twice.

The provider is a stand-in for LINE: it sends a contact's events one after another, again until they
are acknowledged, a tenth of them twice, some late. Of our pushes it fails five in a hundred, half
of them after it showed them. The assistant is a stand-in, too: what is measured is the front.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import numpy as np
from aiohttp import web
from rich.console import Console
from rich.table import Table

from kit.database import upgrade
from research.benchmarks.processes import free_port, server

SECONDS: Final = 60.0
RATE: Final = 50.0
CONTACTS: Final = 150
TWICE: Final = 0.10
LATE: Final = 0.05
FAILING: Final = 0.05
SECRET: Final = "bench-channel-secret"
DRAIN_SECONDS: Final = 240.0


@dataclass
class Provider:
    """What contacts see, and what the provider remembers of our pushes."""

    chance: random.Random
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    keys: set[str] = field(default_factory=set)
    acknowledged_ms: list[float] = field(default_factory=list)
    expected: int = 0
    all_shown: asyncio.Event = field(default_factory=asyncio.Event)

    async def push(self, request: web.Request) -> web.Response:
        """Take a push once a key; fail some, half of them after they were shown."""
        body = await request.json()
        if request.match_info["method"] != "message/push":
            return web.json_response({})
        dice = self.chance.random()
        if dice < FAILING / 2:
            return web.json_response({"message": "failed"}, status=500)
        key = request.headers["X-Line-Retry-Key"]
        if key in self.keys:
            return web.json_response({"message": "accepted before"}, status=409)
        self.keys.add(key)
        said = str(body["messages"][0].get("text", "")).rpartition("\n")[2]
        if said:  # no "this takes longer", which has a button
            self.shown[body["to"]].append(said.removeprefix("You said: "))
        if sum(map(len, self.shown.values())) >= self.expected:
            self.all_shown.set()
        is_lost = dice < FAILING
        return web.json_response({}, status=500 if is_lost else 200)

    async def write(self, http: aiohttp.ClientSession, url: str, contact: str, number: int) -> None:
        """Deliver one event until it is acknowledged."""
        event = {
            "type": "message",
            "mode": "active",
            "webhookEventId": f"{contact}-{number}",
            "source": {"type": "user", "userId": contact},
            "message": {"id": f"{contact}-{number}", "type": "text", "text": f"m{number}"},
        }
        raw = json.dumps({"destination": "U", "events": [event]}).encode()
        proof = hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()
        headers = {
            "Content-Type": "application/json",
            "X-Line-Signature": base64.b64encode(proof).decode(),
        }
        copies = 2 if self.chance.random() < TWICE else 1
        while copies:
            began = time.perf_counter()
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with http.post(url, data=raw, headers=headers) as response:
                    if response.status == 200:
                        self.acknowledged_ms.append((time.perf_counter() - began) * 1000)
                        copies -= 1
                        continue
            await asyncio.sleep(0.5)


async def answer(request: web.Request) -> web.Response:
    """The assistant's stand-in: an echo, after 20 ms."""
    body = await request.json()
    await asyncio.sleep(0.02)
    replies = [{"text": f"You said: {body['text']}"}]
    return web.json_response({"replies": replies, "language": "en", "intent": {"name": "greet"}})


@contextlib.asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[int]:
    """The application on a free port."""
    runner = web.AppRunner(app)
    await runner.setup()
    place = socket.socket()
    place.bind(("127.0.0.1", 0))
    await web.SockSite(runner, place).start()
    try:
        yield int(place.getsockname()[1])
    finally:
        await runner.cleanup()


def run(root: Path, _data_dir: Path, _stock: Path | None) -> dict[str, Any]:
    """The load table: lost, doubled, out of order, milliseconds to acknowledge."""
    with tempfile.TemporaryDirectory(prefix="bench-channels-") as folder:
        figures = asyncio.run(_measure(root, Path(folder)))
    table = Table("figure", "ours", "target", title="a messenger under load")
    for name, target in (
        ("events", ""),
        ("kills", "2"),
        ("lost", "0"),
        ("doubled", "0"),
        ("out_of_order", "0"),
        ("ack_p50_ms", "≤ 20"),
        ("ack_p99_ms", "≤ 250"),
        ("drained_seconds", ""),
    ):
        table.add_row(name, f"{figures[name]:g}", target)
    Console(width=80).print(table)
    return figures


async def _measure(root: Path, folder: Path) -> dict[str, Any]:
    provider = Provider(random.Random(7))
    api, assistant = web.Application(), web.Application()
    api.add_routes([web.post("/v2/bot/{method:.+}", provider.push)])
    assistant.add_routes([web.post("/webhooks/concierge/webhook", answer)])
    async with serving(api) as api_port, serving(assistant) as rasa_port:
        port = free_port()
        environment = {
            "CONCIERGE_DATA_DIR": str(folder / "var"),
            "CONCIERGE_PORT": str(port),
            "CONCIERGE_RASA_PORT": str(rasa_port),
            "CONCIERGE_CHANNELS": "line",
            "CONCIERGE_PUBLIC_URL": "https://shop.example",
            "CONCIERGE_LINE_TOKEN": "bench-token",
            "CONCIERGE_LINE_SECRET": SECRET,
            "CONCIERGE_LINE_API": f"http://127.0.0.1:{api_port}",
            "CONCIERGE_RATE_LIMITS": "false",
            "CONCIERGE_LOG_LEVEL": "WARNING",
        }
        upgrade(f"sqlite:///{folder / 'var' / 'concierge.db'}")
        return await _load(root, environment, port, provider)


async def _load(
    root: Path, environment: dict[str, str], port: int, provider: Provider
) -> dict[str, Any]:
    url = f"http://127.0.0.1:{port}"
    wanted: dict[str, list[str]] = defaultdict(list)
    queues: dict[str, asyncio.Queue[int]] = defaultdict(asyncio.Queue)
    timeout = aiohttp.ClientTimeout(total=10)
    over = asyncio.Event()
    keeper = asyncio.create_task(_keep_up(root, environment, url, over))
    async with aiohttp.ClientSession(timeout=timeout) as http:
        await _ready(http, url)

        async def deliver(contact: str) -> None:
            while True:
                number = await queues[contact].get()
                if provider.chance.random() < LATE:
                    await asyncio.sleep(provider.chance.random())
                await provider.write(http, f"{url}/channels/line/webhook", contact, number)
                queues[contact].task_done()

        names = [f"U{number:03}" for number in range(CONTACTS)]
        couriers = [asyncio.create_task(deliver(name)) for name in names]
        count = provider.expected = round(SECONDS * RATE)
        began = time.perf_counter()
        for number in range(count):
            contact = provider.chance.choice(names)
            wanted[contact].append(f"m{number}")
            queues[contact].put_nowait(number)
            await asyncio.sleep(max(0.0, began + (number + 1) / RATE - time.perf_counter()))
        ended = time.perf_counter()
        await asyncio.gather(*(queues[name].join() for name in names))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await provider.all_shown.wait()
        drained = time.perf_counter() - ended
        await asyncio.sleep(3)  # a second copy would come now
        for courier in couriers:
            courier.cancel()
    over.set()
    kills = await keeper
    taken = provider.acknowledged_ms
    return {
        "events": count,
        "kills": kills,
        "lost": sum(len(set(texts) - set(provider.shown[name])) for name, texts in wanted.items()),
        "doubled": sum(
            copies - 1 for texts in provider.shown.values() for copies in Counter(texts).values()
        ),
        "out_of_order": sum(
            [one for one in dict.fromkeys(provider.shown[name]) if one in set(texts)] != texts
            for name, texts in wanted.items()
        ),
        "ack_p50_ms": round(float(np.percentile(taken, 50)), 1),
        "ack_p99_ms": round(float(np.percentile(taken, 99)), 1),
        "drained_seconds": round(drained, 1),
    }


async def _keep_up(root: Path, environment: dict[str, str], url: str, over: asyncio.Event) -> int:
    """Run the front, kill it after a third and after two thirds of the time; how often."""
    command = [sys.executable, "-m", "concierge.app.front"]
    kills = 0
    while True:
        manager = server(command, ready_url=f"{url}/healthz", cwd=root, environment=environment)
        started = await asyncio.to_thread(manager.__enter__)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SECONDS / 3 if kills < 2 else None):
                    await over.wait()
            if over.is_set():
                return kills
            started.process.kill()
            await asyncio.to_thread(started.process.wait)
            kills += 1
        finally:
            with contextlib.suppress(RuntimeError, ProcessLookupError, subprocess.SubprocessError):
                await asyncio.to_thread(manager.__exit__, None, None, None)


async def _ready(http: aiohttp.ClientSession, url: str) -> None:
    while True:
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with http.get(f"{url}/healthz") as response:
                if response.status == 200:
                    return
        await asyncio.sleep(0.2)
