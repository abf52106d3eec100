"""The check of all examples that the studio's pages show, made anew when examples have changed."""

import os
import time

from concierge.app.desk_learning import run_beside
from kit.files import drafted
from kit.settings import Settings
from studio.content.health import FILE


def check_is_due(settings: Settings) -> bool:
    """Whether there is no check yet, or examples have changed since it began."""
    try:
        checked = (settings.data_dir / FILE).stat().st_mtime
    except OSError:
        return True
    examples = (settings.root / "nlu_data").glob("*/nlu/*.yml")
    return max((one.stat().st_mtime for one in examples), default=0.0) > checked


def check(settings: Settings) -> bool:
    """Check in a process of its own; what was found replaces the last check in one step."""
    path = settings.data_dir / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    began = time.time()
    command = ("nlu", "check-examples", "--folder", str(settings.root / "nlu_data"), "--json")
    with drafted(path) as draft:
        if run_beside(settings, *command, str(draft)):
            os.utime(draft, (began, began))  # what is changed while it runs is checked again
            return True
        draft.unlink(missing_ok=True)
    return False
