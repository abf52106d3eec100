"""A copy of the project whose content can be changed, and conversations in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.dialogues import ROOT

CONTENT: Final = "nlu_data"
# `kit` finds the content beside itself, so it is copied; all else is linked.
COPIED: Final = frozenset({"kit", "domain.yml"})


def copy_project(root: Path, *languages: str) -> Path:
    """A copy below `root` that speaks some of our languages, without their examples and articles:
    what a test adds is all that is learned."""
    for path in ROOT.iterdir():
        if path.name in COPIED:
            (shutil.copytree if path.is_dir() else shutil.copy)(path, root / path.name)
        elif path.name not in {CONTENT, "var"} and not path.name.startswith("."):
            (root / path.name).symlink_to(path)
    for name in ("rules", "tasks"):
        shutil.copytree(ROOT / CONTENT / name, root / CONTENT / name)
    shutil.copy(ROOT / CONTENT / "intents.yml", root / CONTENT)
    for language in languages:
        own = ROOT / CONTENT / language
        for name in ("responses", "texts", "words"):
            shutil.copytree(own / name, root / CONTENT / language / name)
        shutil.copy(own / "language.yml", root / CONTENT / language)
    return root


def hold(root: Path, **told: Any) -> dict[str, Any]:
    """The conversation that `talk` holds in the copy."""
    done = subprocess.run(
        [
            *(sys.executable, "-W", "error::RuntimeWarning"),
            *("-m", "tests.contract.content.talk", json.dumps(told)),
        ],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found
