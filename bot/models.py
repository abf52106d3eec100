"""The archives of trained assistants: the newest serves, or the one before where it is broken."""

import logging
import os
import tarfile
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.model_card import card_files

log = logging.getLogger(__name__)
KEPT_MODELS: Final = 3
CANDIDATE: Final = Path("studio") / "candidate"  # in the data folder: trained, and not yet serving


@dataclass(frozen=True)
class Loaded:
    """What serves: Rasa's agent, the archive it came from, and newer ones that are broken."""

    agent: Any
    model: Path
    broken: tuple[str, ...]


class NotTrained(RuntimeError):
    """What is to be used was never trained."""


def models(folder: Path) -> list[Path]:
    """The archives in a folder, the newest first."""
    return sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)


def is_readable_model(path: Path) -> bool:
    """Whether `path` is a complete gzip tar archive with metadata in it."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            names = archive.getnames()
    except (tarfile.TarError, OSError, EOFError):
        return False
    return any(name.endswith("metadata.json") for name in names)


async def load_newest(
    candidates: Iterable[Path], load: Callable[[Path], Awaitable[Any]]
) -> Loaded | None:
    """The first of `candidates` that loads; None when none does. Says which ones are broken."""
    broken: list[str] = []
    for path in candidates:
        if is_readable_model(path):
            agent = await load(path)
            if agent is not None and agent.is_ready():
                if broken:
                    log.error(
                        "a newer model is broken; the one before it serves",
                        extra={"broken": ", ".join(broken), "model": path.name},
                    )
                return Loaded(agent, path, tuple(broken))
        log.error("a model cannot be loaded", extra={"model": path.name})
        broken.append(path.name)
    return None


def make_newest(path: Path, folder: Path) -> None:
    """Make `path` newer than every model in a folder, however long it has waited, whatever the
    clock says."""
    newest = max((one.stat().st_mtime_ns for one in folder.glob("*.tar.gz")), default=0)
    at = max(time.time_ns(), newest + 1_000_000)
    os.utime(path, ns=(at, at))


def put_in_place(draft: Path, folder: Path) -> Path:
    """Move a finished archive with its cards into `folder`; it serves from one moment to the next.

    The archive goes last, for it is what is looked for. `draft` is on the same file system.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / draft.name
    make_newest(draft, folder)
    for card in card_files(draft):
        if card.exists():
            os.replace(card, folder / card.name)
    os.replace(draft, target)
    for old in models(folder)[KEPT_MODELS:]:
        old.unlink()
        for card in card_files(old):
            card.unlink(missing_ok=True)
    return target


def unpack_trained(models_dir: Path, component: str, into: Path) -> Path:
    """What the newest archive keeps of a component, given by its class; put below `into`.

    Raises NotTrained where no archive keeps any.
    """
    for model in filter(is_readable_model, models(models_dir)):
        with tarfile.open(model, "r:gz") as archive:
            kept = [one for one in archive if f".{component}" in Path(one.name).parent.name]
            archive.extractall(into, kept, filter="data")
        if kept:
            return into / Path(kept[0].name).parent
    raise NotTrained("there is no trained assistant: run `concierge train` first")
