"""Start a server, wait until it answers, read its memory, end it."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

START_LIMIT_SECONDS: Final = 1200.0  # a first start trains; machines may be busy
POLL_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Started:
    """A server that answers: seconds it took, and the process that started it."""

    process: subprocess.Popen[bytes]
    ready_seconds: float
    log: Path

    def memory_mb(self) -> float:
        """Proportional set size of the process and its children, in MB (10^6 bytes).

        Pages shared between processes count once, divided among those that share them.
        """
        root = psutil.Process(self.process.pid)
        family = [root, *root.children(recursive=True)]
        return sum(member.memory_full_info().pss for member in family) / 1e6


@contextlib.contextmanager
def server(
    command: Sequence[str], *, ready_url: str, cwd: Path, environment: dict[str, str] | None = None
) -> Iterator[Started]:
    """Run `command` until the block ends; enters when `ready_url` answers with 200.

    Raises RuntimeError with the server's last words when it ends or is not ready in time.
    """
    with tempfile.NamedTemporaryFile(prefix="bench-", suffix=".log", delete=False) as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", **(environment or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        path = Path(log.name)
    try:
        while not _answers(ready_url):
            if process.poll() is not None or time.perf_counter() - began > START_LIMIT_SECONDS:
                words = path.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{command[0]} did not become ready:\n{words}")
            time.sleep(POLL_SECONDS)
        yield Started(process, time.perf_counter() - began, path)
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process group, kindly first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
            return


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    """Wait until `url` answers with 200; raises TimeoutError after five minutes."""
    began = time.perf_counter()
    while not _answers(url):
        if time.perf_counter() - began > START_LIMIT_SECONDS:
            raise TimeoutError(f"{url} does not answer")
        time.sleep(POLL_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False
