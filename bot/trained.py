"""What the model that serves was trained from, in `trained.json` beside the models."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from kit.files import write_whole

RECORD: Final = "trained.json"


@dataclass(frozen=True)
class Trained:
    """Hashes of all that a model was trained from and of the code in it, and its file's name.

    `is_published` says that somebody published it on the studio's page; a start keeps it then.
    """

    sources: str
    code: str
    model: str
    is_published: bool = False


def trained_record(folder: Path) -> Trained:
    """The record of a folder of models; an empty one where there is none."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return Trained(
            str(found["sources"]),
            str(found.get("code", "")),
            str(found["model"]),
            bool(found.get("is_published", False)),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Trained("", "", "")


def write_record(folder: Path, record: Trained) -> None:
    """Write it whole or not at all. Raises OSError."""
    write_whole(folder / RECORD, json.dumps(asdict(record)))
