"""The supervisor: ready lines, restarts after a kill, a clean stop of everything."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import psutil
import pytest

from concierge.app.supervisor import Program, Supervisor, Watch

SERVER = """
import http.server, os, pathlib, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
pathlib.Path(sys.argv[2]).write_text(str(os.getpid()))
print("hello from the server", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def program(tmp_path: Path) -> Program:
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-c", SERVER, str(port), str(tmp_path / "pid")]
    return Program("server", command, health_url=url, address=url)


async def new_pid(file: Path, *, other_than: int | None) -> int:
    async with asyncio.timeout(20):
        while not file.exists() or file.read_text() in {"", str(other_than)}:
            await asyncio.sleep(0.02)
    return int(file.read_text())


async def test_says_when_ready_and_stops_everything(
    program: Program, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor([program])
    running = asyncio.create_task(supervisor.run())
    async with asyncio.timeout(20):
        await supervisor.all_ready()
    pid = int((tmp_path / "pid").read_text())
    supervisor.stop()
    await running
    assert not psutil.pid_exists(pid)
    printed = capfd.readouterr().out
    assert "server │ hello from the server" in printed
    assert f"ready at {program.address}" in printed


async def test_brings_a_killed_program_back(program: Program, tmp_path: Path) -> None:
    supervisor = Supervisor([program], quiet=True)
    running = asyncio.create_task(supervisor.run())
    first = await new_pid(tmp_path / "pid", other_than=None)
    os.kill(first, signal.SIGKILL)
    second = await new_pid(tmp_path / "pid", other_than=first)
    assert psutil.pid_exists(second)
    supervisor.stop()
    await running
    assert not psutil.pid_exists(second)


async def test_a_program_that_cannot_start_is_tried_again_slower(
    capfd: pytest.CaptureFixture[str],
) -> None:
    failing = Program(
        "broken", [sys.executable, "-c", "raise SystemExit(3)"], health_url="http://127.0.0.1:1/"
    )
    supervisor = Supervisor([failing])
    running = asyncio.create_task(supervisor.run())
    await asyncio.sleep(1.2)
    supervisor.stop()
    await running
    printed = capfd.readouterr().out
    assert "ended with code 3; starting again in 0.1 s" in printed
    assert "starting again in 0.2 s" in printed or printed.count("ended with code 3") == 1


async def test_a_program_that_hangs_is_started_again(
    program: Program, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor([program], watch=Watch(every=0.05, seconds=0.2, misses=3))
    running = asyncio.create_task(supervisor.run())
    async with asyncio.timeout(20):
        await supervisor.all_ready()
    hung = int((tmp_path / "pid").read_text())
    os.kill(hung, signal.SIGSTOP)
    second = await new_pid(tmp_path / "pid", other_than=hung)
    supervisor.stop()
    await running
    assert not psutil.pid_exists(hung)
    assert not psutil.pid_exists(second)
    assert "has not answered for 1 s and is ended" in capfd.readouterr().out


async def test_a_program_that_never_answers_is_started_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    silent = Program(
        "silent", [sys.executable, "-c", "import time; time.sleep(60)"], "http://127.0.0.1:1/"
    )
    supervisor = Supervisor([silent], watch=Watch(start=0.6))
    running = asyncio.create_task(supervisor.run())
    await asyncio.sleep(1.5)
    supervisor.stop()
    await running
    assert "ended with code -9; starting again" in capfd.readouterr().out


# Who starts the tests may have it that a closed terminal ends nothing, as nohup does.
SUPERVISED = """
import asyncio, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from concierge.app.supervisor import Program, Supervisor
url = f"http://127.0.0.1:{sys.argv[1]}/"
command = [sys.executable, "-c", sys.argv[3], sys.argv[1], sys.argv[2]]
asyncio.run(Supervisor([Program("server", command, url, url)]).run())
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL, signal.SIGTERM])
async def test_nothing_outlives_the_supervisor(tmp_path: Path, number: signal.Signals) -> None:
    pid_file = tmp_path / "pid"
    supervisor = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SUPERVISED,
        str(free_port()),
        str(pid_file),
        SERVER,
        stdout=asyncio.subprocess.DEVNULL,
    )
    child = psutil.Process(await new_pid(pid_file, other_than=None))
    supervisor.send_signal(number)
    await supervisor.wait()
    gone, alive = await asyncio.to_thread(psutil.wait_procs, [child], 10)
    for process in alive:
        process.kill()
    assert (gone, alive) == ([child], [])
