"""One supervisor for the processes: prefixed logs, health, restarts with back-off, clean stop.

None of them outlives it: a closed terminal stops them all, and when it is killed they are, too.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from kit.processes import ends_with_parent

FIRST_BACK_OFF: Final = 0.1
LONGEST_BACK_OFF: Final = 30.0
STEADY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0
HEALTH_EVERY: Final = 0.25  # until a program is ready
_COLOURS: Final = ("36", "35", "33", "32", "34")


@dataclass(frozen=True)
class Watch:
    """How a ready program is watched: asked every `every` seconds, for so long, so many misses.

    A program that never became ready is given up on after `start` seconds.
    """

    every: float = 3.0
    seconds: float = 5.0
    misses: int = 6
    start: float = 900.0


@dataclass(frozen=True)
class Program:
    """A process to keep alive: its name, how it is started and where it says that it is ready.

    `health_url` None means ready as soon as it runs. `address` is what people are told.
    """

    name: str
    command: Sequence[str]
    health_url: str | None = None
    address: str | None = None
    environment: dict[str, str] = field(default_factory=dict)


class Supervisor:
    """Keeps programs running until told to stop; those that hang are ended and started again."""

    def __init__(
        self, programs: Sequence[Program], *, quiet: bool = False, watch: Watch | None = None
    ) -> None:
        self.programs = programs
        self.watch = watch or Watch()
        self.quiet = quiet
        self._stopping = asyncio.Event()
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._ready: set[str] = set()
        self._all_ready = asyncio.Event()
        self._width = max(len(program.name) for program in programs)

    async def run(self) -> None:
        """Run until `stop` is called or a signal arrives; every program is then ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it for SIGHUP
                loop.add_signal_handler(number, self.stop)
        keepers = [asyncio.create_task(self._keep(program)) for program in self.programs]
        await self._stopping.wait()
        await self._end_all()
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)

    def stop(self) -> None:
        """Ask every program to end."""
        self._stopping.set()

    async def all_ready(self) -> None:
        """Wait until every program has answered its health check once."""
        await self._all_ready.wait()

    async def _keep(self, program: Program) -> None:
        back_off = FIRST_BACK_OFF
        while not self._stopping.is_set():
            started = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                *program.command,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, **program.environment},
                start_new_session=True,
                preexec_fn=ends_with_parent(),
            )
            self._running[program.name] = process
            if self._stopping.is_set():  # told to stop while it was starting: nobody else ends it
                await self._end_all()
                return
            watcher = asyncio.create_task(self._watch(program, process, started))
            await self._copy_output(program, process)
            code = await process.wait()
            watcher.cancel()
            if self._stopping.is_set():
                return
            if time.monotonic() - started > STEADY_SECONDS:
                back_off = FIRST_BACK_OFF
            self._say(program.name, f"ended with code {code}; starting again in {back_off:g} s")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(back_off):
                    await self._stopping.wait()
            back_off = min(back_off * 2, LONGEST_BACK_OFF)

    async def _copy_output(self, program: Program, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # a line longer than the reader's limit: skip what was buffered
                continue
            if not line:
                return
            if not self.quiet:
                self._say(program.name, line.decode(errors="replace").rstrip())

    async def _watch(
        self, program: Program, process: asyncio.subprocess.Process, started: float
    ) -> None:
        """Say when the program is ready; afterwards end it when it does not answer any more."""
        if program.health_url is None:
            self._is_ready(program, started)
            return
        timeout = aiohttp.ClientTimeout(total=self.watch.seconds)
        async with aiohttp.ClientSession(timeout=timeout) as client:
            while not await _answers(client, program.health_url):
                if time.monotonic() - started > self.watch.start:
                    self._end_hung(program, process, self.watch.start)
                    return
                await asyncio.sleep(HEALTH_EVERY)
            self._is_ready(program, started)
            answered = time.monotonic()
            misses = 0
            while misses < self.watch.misses:
                await asyncio.sleep(self.watch.every)
                if await _answers(client, program.health_url):
                    answered, misses = time.monotonic(), 0
                else:
                    misses += 1
        self._end_hung(program, process, time.monotonic() - answered)

    def _is_ready(self, program: Program, started: float) -> None:
        seconds = time.monotonic() - started
        place = f" at {program.address}" if program.address else ""
        self._say(program.name, f"ready{place} after {seconds:.1f} s")
        self._ready.add(program.name)
        if len(self._ready) == len(self.programs):
            self._all_ready.set()

    def _end_hung(
        self, program: Program, process: asyncio.subprocess.Process, seconds: float
    ) -> None:
        """A program that hangs hears no plea; killing any of them loses nothing."""
        self._say(program.name, f"has not answered for {seconds:.0f} s and is ended")
        _signal_group(process.pid, signal.SIGKILL)

    async def _end_all(self) -> None:
        alive = [process for process in self._running.values() if process.returncode is None]
        for process in alive:
            _signal_group(process.pid, signal.SIGTERM)
        if not alive:
            return
        waits = [asyncio.create_task(process.wait()) for process in alive]
        _, late = await asyncio.wait(waits, timeout=STOP_SECONDS)
        if late:
            for process in alive:
                _signal_group(process.pid, signal.SIGKILL)
            await asyncio.wait(late)

    def _say(self, name: str, text: str) -> None:
        number = next(i for i, program in enumerate(self.programs) if program.name == name)
        label = f"{name:<{self._width}} │ "
        if sys.stdout.isatty():
            label = f"\x1b[{_COLOURS[number % len(_COLOURS)]}m{label}\x1b[0m"
        with contextlib.suppress(OSError):  # the terminal may have been closed
            print(label + text, flush=True)


async def _answers(client: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with client.get(url) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
