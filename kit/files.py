"""Files that are written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A draft to write beside `path`; it takes its place, and its mode, where nothing is raised.

    Whoever reads `path` meanwhile reads the old file. A draft that was not written changes nothing.
    Raises OSError.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        yield draft
        if draft.exists():
            if path.exists():
                draft.chmod(path.stat().st_mode)
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all; its mode and its line ends stay. Raises OSError."""
    with drafted(path) as draft:
        draft.write_bytes(text.encode())
