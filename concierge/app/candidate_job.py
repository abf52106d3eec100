"""Training a candidate in the worker: in a process of its own, judged, put up whole or not at all.

What serves is not touched. A killed, stopped or failed training leaves nothing but its status.
"""

import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, Final, cast, get_args

from bot.models import models
from concierge.app.preparation import code_hash, source_hash
from kit.clock import SystemClock
from kit.locks import only_writer
from kit.processes import ends_with_parent
from kit.settings import Settings
from studio.content.store import Content, NotKept
from studio.training.candidates import Facts, put_up
from studio.training.status import (
    FOLDER,
    HELD,
    Status,
    Step,
    forget_stop,
    is_to_stop,
    read_status,
    write_status,
)

log = logging.getLogger(__name__)
POLITE: Final = 10  # whoever writes to the shop goes first
LOOK_SECONDS: Final = 0.5
LAST_LINES: Final = 30
LEAST_ROOM: Final = 300_000_000
MODEL_ROOM: Final = 4  # so many times a model is written while it is trained
SAYS_STEP: Final = "step "
TRAIN: Final = ("bot.training", "draft")
JUDGE: Final = ("concierge.app.judging",)
_STEPS: Final = frozenset(get_args(Step))


class Failed(Exception):
    """A training that came to nothing: why, as `Status.problem`, and its last words."""

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(problem)
        self.problem, self.detail = problem, detail


class Stopped(Exception):
    """Somebody has stopped the training."""


def add_training(queue: Any, settings: Settings) -> Callable[[], Any]:
    """Register the task on `queue`; what is returned puts a training into the queue."""

    @queue.task()  # type: ignore[untyped-decorator]
    def train_candidate() -> None:
        train(settings)

    return cast("Callable[[], Any]", train_candidate)


def train(settings: Settings) -> None:
    """Train, judge and put up what the page has asked for; every end is written into the status."""
    data_dir = settings.data_dir
    with only_writer(data_dir / HELD):
        status = read_status(data_dir)
        if status.state != "wanted":
            return
        status = replace(status, state="running", step="reading", began=SystemClock().now())
        draft = data_dir / HELD / "draft"
        try:
            write_status(data_dir, status)
            _train(settings, draft, status)
            status = replace(status, state="done")
        except Stopped:
            status = replace(status, state="stopped")
        except Failed as failed:
            log.warning("a training failed", extra={"error": failed.problem})
            status = replace(
                status, state="failed", problem=failed.problem, detail=failed.detail[-1500:]
            )
        except NotKept as error:
            status = replace(status, state="failed", problem="history", detail=str(error))
        except OSError as error:
            log.exception("a training failed")
            problem = "disk" if error.errno == 28 else "other"
            status = replace(status, state="failed", problem=problem, detail=str(error))
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            forget_stop(data_dir)
            if status.state == "running":
                status = replace(status, state="failed", problem="other")
            with suppress(OSError):  # a full disk: whoever asks finds it killed
                write_status(data_dir, replace(status, ended=SystemClock().now()))


def _train(settings: Settings, draft: Path, status: Status) -> None:
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    room = max(
        [LEAST_ROOM, *(MODEL_ROOM * one.stat().st_size for one in models(settings.models_dir))]
    )
    if shutil.disk_usage(draft).free < room:
        raise Failed("disk", f"{room // 1_000_000} MB")
    content = Content(settings.root / "nlu_data", settings.data_dir / FOLDER)
    commit = content.commit_by_hand()
    sources, code = source_hash(settings.root), code_hash(settings.root)

    def tell(step: str) -> None:
        if step in _STEPS:
            write_status(settings.data_dir, replace(status, step=cast("Step", step)))

    tell("learning")
    _run(settings, (*TRAIN, str(draft)), tell)
    found = models(draft)
    if not found:
        raise Failed("other", "no model")
    tell("judging")
    _run(settings, (*JUDGE, str(draft)), tell)
    put_up(draft, settings.data_dir, Facts(found[0].name, commit, sources, code, status.by))


def _run(settings: Settings, module: Sequence[str], tell: Callable[[str], None]) -> None:
    """Run a module of ours beside; the lines that say a step are told. Raises Failed, Stopped."""
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=settings.root,
        env={**os.environ, "CONCIERGE_DATA_DIR": str(settings.data_dir), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=ends_with_parent(),  # this thread waits for it
    )
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process.pid, POLITE)
    said: list[str] = []

    def listen() -> None:
        for line in process.stdout or ():
            if line.startswith(SAYS_STEP):
                tell(line.removeprefix(SAYS_STEP).strip())
            elif line.strip():
                said.append(line.rstrip())
                del said[:-LAST_LINES]

    listener = Thread(target=listen, daemon=True)
    listener.start()
    while process.poll() is None:
        if is_to_stop(settings.data_dir):
            process.kill()
            process.wait()
            raise Stopped
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_SECONDS)
    listener.join(LOOK_SECONDS)
    if process.returncode != 0:
        raise Failed(_why(process.returncode, "\n".join(said)), said[-1] if said else "")


def _why(code: int, said: str) -> str:
    if code == -signal.SIGKILL or "MemoryError" in said:
        return "memory"
    if "No space left" in said or "ENOSPC" in said or "disk is full" in said:
        return "disk"
    if any(one in said for one in ("TrainingFilesError", "YamlException", "InvalidDomain")):
        return "data"
    return "load" if "CannotLoad" in said else "other"
