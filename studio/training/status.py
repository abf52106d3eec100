"""How far a training is, in `studio/training.json` of the data folder; written whole or not at all.

The page asks for a training and may stop it; the worker writes what becomes of it. Whoever trains
holds the folder `studio/worker`: a training that nobody holds any more was killed.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, get_args

from kit.files import write_whole
from kit.locks import is_held

State = Literal["none", "wanted", "running", "done", "failed", "stopped", "killed"]
Step = Literal["waiting", "reading", "learning", "judging"]
STATES: Final = frozenset(get_args(State))
FOLDER: Final = Path("studio")  # in the data folder
HELD: Final = FOLDER / "worker"
USUAL_SECONDS: Final = 360.0


@dataclass(frozen=True)
class Status:
    """One training; `problem` is why it failed (disk, data, memory, load, other) with `detail`."""

    state: State = "none"
    step: Step = "waiting"
    by: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    expected_seconds: float = USUAL_SECONDS
    problem: str = ""
    detail: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it waits for the worker or goes on."""
        return self.state in ("wanted", "running")

    def share(self, now: datetime) -> float:
        """How much of the usual time is over; never all of it."""
        if self.began is None:
            return 0.0
        gone = (now - self.began).total_seconds()
        return min(0.98, max(0.0, gone / max(1.0, self.expected_seconds)))


def read_status(data_dir: Path) -> Status:
    """The last training; one that ended without a word was killed."""
    status = _read(data_dir)
    if status.state == "running" and not is_held(data_dir / HELD):
        status = _read(data_dir)  # it may have ended since
        if status.state == "running":
            return replace(status, state="killed")
    return status


def write_status(data_dir: Path, status: Status) -> None:
    """Write it. Raises OSError."""
    path = data_dir / FOLDER / "training.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    body = asdict(status) | {
        name: at.isoformat() if (at := getattr(status, name)) else None
        for name in ("began", "ended")
    }
    write_whole(path, json.dumps(body, ensure_ascii=False))


def ask_to_stop(data_dir: Path) -> None:
    """Let whoever trains stop. Raises OSError."""
    (data_dir / FOLDER / "stop").touch()


def is_to_stop(data_dir: Path) -> bool:
    """Whether somebody has asked for it."""
    return (data_dir / FOLDER / "stop").exists()


def forget_stop(data_dir: Path) -> None:
    """A new training begins, or the old one has stopped."""
    (data_dir / FOLDER / "stop").unlink(missing_ok=True)


def _read(data_dir: Path) -> Status:
    try:
        body = json.loads((data_dir / FOLDER / "training.json").read_text(encoding="utf-8"))
        for name in ("began", "ended"):
            body[name] = datetime.fromisoformat(body[name]) if body[name] else None
        found = Status(**body)
    except (OSError, ValueError, KeyError, TypeError):
        return Status()
    return found if found.state in STATES else Status()
