"""A page in headless Chromium; any error in it fails the test that looks at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SHOTS = Path(__file__).resolve().parents[3] / "var" / "artefacts" / "screenshots"


def watched_page() -> Iterator[Page]:
    """At desk width, in English; answers with 409 are part of the game."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        found = context.new_page()
        problems: list[str] = []

        def heard(message: ConsoleMessage) -> None:
            if message.type == "error" and "409" not in message.text:
                problems.append(f"{message.text} at {message.location}")

        found.on("pageerror", lambda error: problems.append(str(error)))
        found.on("console", heard)
        yield found
        context.close()
        browser.close()
    assert not problems, problems
