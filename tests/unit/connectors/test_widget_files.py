"""The widget's files fit together."""

import re

from connectors.webchat.widget import STATIC


def test_every_module_is_asked_for_at_once() -> None:
    loader = (STATIC / "widget.js").read_text(encoding="utf-8")
    found = re.search(r'MODULES = "([a-z ]+)"', loader)
    assert found is not None
    assert found[1].split() == sorted(path.stem for path in (STATIC / "modules").glob("*.js"))
