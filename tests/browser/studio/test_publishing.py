"""An admin who has never seen a file adds an intent with its answer, trains, judges, publishes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.studio.conftest import StudioServer, open_studio
from tests.browser.studio.test_studio import shoot
from tests.web.studio.test_new_intent import GOOD

pytestmark = pytest.mark.browser
STEPS = 11  # what is filled in and pressed, from the studio's first page to the end


def test_a_new_intent_is_written_trained_judged_and_published(
    page: Page, server: StudioServer
) -> None:
    open_studio(page, server)
    page.on("dialog", lambda dialog: dialog.accept())
    done = 0
    page.get_by_role("link", name="New intent").click()
    page.get_by_label("What is it about?").fill(GOOD["title"])
    done += 2
    for language, name in (("en", "English"), ("zh", "Chinese")):
        side = page.get_by_role("region", name=name)
        side.get_by_label("Examples, one a line").fill(GOOD[f"examples_{language}"])
        side.get_by_label("What the assistant says").fill(GOOD[f"reply_{language}"])
        done += 2
    shoot(page, "new-intent")
    page.get_by_role("button", name="Add the intent").click()
    expect(page.locator(".saved")).to_contain_text("Added, with its answer.")
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Train what has changed").click()
    done += 3
    expect(page.locator("#judgement")).to_be_visible(timeout=60_000)
    expect(page.locator(".gates .holds").first).to_contain_text("No intent loses")
    shoot(page, "publish")
    page.get_by_role("button", name="Publish", exact=True).click()
    done += 1
    expect(page.locator(".saved")).to_contain_text("Published.")
    assert server.assistant.served == ["new.tar.gz"]
    assert "utter_own_gift_wrapping_for_weddings" in server.text("zh/responses/own.yml")
    expect(page.locator(".since")).to_have_count(0)
    assert done <= STEPS
