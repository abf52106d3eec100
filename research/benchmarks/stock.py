"""The peer: the bot that `rasa init` makes, untouched, behind Rasa's own REST channel."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import aiohttp

from research.benchmarks.load import Send
from research.benchmarks.processes import Started, free_port, server

# Words the stock bot was trained on, so that it is measured at what it can do.
STOCK_MESSAGES: Final = (
    "hey",
    "hello there",
    "i'm feeling great today",
    "perfect",
    "i am sad",
    "not so good",
    "are you a bot?",
    "am i talking to a human?",
    "bye",
    "see you later",
)


def rasa_command() -> str:
    """Rasa's own command in this environment."""
    return str(Path(sys.executable).parent / "rasa")


def make_stock_bot(folder: Path) -> float:
    """Run `rasa init` in `folder`; seconds that training alone took (a second `rasa train`)."""
    import time

    folder.mkdir(parents=True, exist_ok=True)
    if not list(folder.glob("models/*.tar.gz")):
        _rasa("init", "--no-prompt", "--init-dir", str(folder), cwd=folder)
    began = time.perf_counter()
    _rasa("train", "--force", cwd=folder)
    return time.perf_counter() - began


@contextmanager
def stock_server(folder: Path) -> Iterator[tuple[Started, str]]:
    """The stock bot with its default settings (in-memory tracker store); yields its address."""
    port = free_port()
    (folder / "rest.yml").write_text("rest:\n", encoding="utf-8")
    address = f"http://127.0.0.1:{port}"
    command = [rasa_command(), "run", "--port", str(port), "--credentials", "rest.yml"]
    # Rasa's server listens before its model is loaded; `/status` needs the API, so the REST
    # channel's own answer to a first message is what counts as ready.
    with server(command, ready_url=f"{address}/webhooks/rest/", cwd=folder) as started:
        yield started, address


def stock_sender(client: aiohttp.ClientSession, address: str) -> Send:
    """Messages to the stock bot; an empty list of replies counts as no answer."""

    async def send(user: int, text: str) -> bool:
        body = {"sender": f"user-{user}", "message": text}
        async with client.post(f"{address}/webhooks/rest/webhook", json=body) as response:
            return response.status == 200 and bool(await response.json())

    return send


def _rasa(*arguments: str, cwd: Path) -> None:
    subprocess.run(
        [rasa_command(), *arguments],
        cwd=cwd,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
