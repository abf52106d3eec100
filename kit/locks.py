"""A folder that one process at a time may write."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Wait until no other process or thread holds the folder, and hold it; made when missing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield
