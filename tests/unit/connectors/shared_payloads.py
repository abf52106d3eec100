"""Real payloads of providers, where the public data sets are."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("CONCIERGE_SHARED_DATA", ROOT.parent / "shared" / "data"))
MISSING = "the public data sets are not here; point CONCIERGE_SHARED_DATA to their folder"


def payload(channel: str, name: str) -> Any:
    """One file; skips the test where it is missing."""
    path = SHARED / "channels" / channel / name
    if not path.is_file():
        pytest.skip(MISSING)
    return json.loads(path.read_text(encoding="utf-8"))


def cases(channel: str, *names: str) -> dict[str, Any]:
    """{file/case: body} of files that hold cases by name."""
    found = {}
    for name in names:
        for case, body in payload(channel, name).items():
            if case != "origin":
                found[f"{Path(name).stem}/{case}"] = body
    return found
