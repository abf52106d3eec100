"""What training makes, kept from one test run to the next where a folder for it is named.

Training takes minutes. `scripts/test.sh` names the folder in CONCIERGE_TEST_TRAINED; the first
system that was trained fills it. The product's own hash of the sources still decides whether what
is found there is used: with other sources the system trains again.
"""

import os
import shutil
from pathlib import Path
from typing import Final

VARIABLE: Final = "CONCIERGE_TEST_TRAINED"
MADE: Final = ("encoders", "knowledge", "dialogue", "understanding", "models")
# Written last by training: without it nothing else counts.
LAST: Final = Path("models") / "trained.json"


def take_trained(data_dir: Path) -> None:
    """Put what was trained earlier into a fresh data folder."""
    kept = _kept()
    if kept is not None and (kept / LAST).exists():
        _copy(kept, data_dir)


def keep_trained(data_dir: Path) -> None:
    """Keep what this system was trained with for the next one."""
    kept = _kept()
    if kept is not None and not (kept / LAST).exists():
        _copy(data_dir, kept)


def _kept() -> Path | None:
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def _copy(source: Path, target: Path) -> None:
    for name in MADE:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
