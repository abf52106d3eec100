"""The front as a real process, killed without warning in the middle of its work."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from kit.database import upgrade
from kit.settings import Settings
from tests.web.fake_rasa import FakeRasa

pytestmark = pytest.mark.system
ROOT = Path(__file__).parents[2]
MESSAGES = 25


async def start_process(
    settings: Settings, port: int, rasa_port: int
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "concierge.app.front",
        cwd=ROOT,
        env={
            **os.environ,
            "CONCIERGE_DATA_DIR": str(settings.data_dir),
            "CONCIERGE_SECRET_KEY": settings.secret_key.decode(),
            "CONCIERGE_PORT": str(port),
            "CONCIERGE_RASA_PORT": str(rasa_port),
            "CONCIERGE_RATE_LIMITS": "false",
            "CONCIERGE_LOG_LEVEL": "WARNING",
        },
    )


async def request(
    client: aiohttp.ClientSession, method: str, path: str, **options: Any
) -> dict[str, Any]:
    """Ask until there is an answer, as the widget does; the front may be down."""
    for _ in range(1200):
        try:
            async with client.request(method, path, **options) as response:
                if response.status < 300:
                    return dict(await response.json())
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.05)
    raise AssertionError(f"no answer for {path}")


async def test_a_killed_front_loses_and_doubles_nothing(
    settings: Settings, rasa: FakeRasa, unused_tcp_port: int
) -> None:
    upgrade(settings.database_url)
    rasa.seconds = 0.02
    base = f"http://127.0.0.1:{unused_tcp_port}"
    process = await start_process(settings, unused_tcp_port, rasa.port)  # type: ignore[attr-defined]
    try:
        async with aiohttp.ClientSession(base) as client:
            opened = await request(client, "POST", "/chat/api/conversations", json={})
            path = f"/chat/api/conversations/{opened['conversation_id']}/messages"
            headers = {"Authorization": f"Bearer {opened['token']}"}

            async def talk() -> None:
                for number in range(MESSAGES):
                    body = {"text": f"m{number}", "client_message_id": f"k{number}"}
                    await request(client, "POST", path, json=body, headers=headers)

            talking = asyncio.create_task(talk())
            while len(rasa.asked) < 5:
                await asyncio.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            await process.wait()
            process = await start_process(settings, unused_tcp_port, rasa.port)  # type: ignore[attr-defined]
            await talking
            history = (await request(client, "GET", path, headers=headers))["messages"]
    finally:
        process.terminate()
        code = await process.wait()
    said = [message["text"] for message in history if message["author"] == "shopper"]
    # A front that is slow to start may say in between that it takes longer.
    answers = [
        message["text"]
        for message in history
        if message["author"] == "bot" and "taking longer" not in message["text"]
    ]
    assert said == [f"m{number}" for number in range(MESSAGES)]
    assert answers == [f"You said: {text}" for text in said]
    assert code == 0
