"""The picture button of the chat, in headless Chromium: what is chosen is sent, shown, judged."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from kit.button import read_button
from kit.settings import load_settings
from recommender.artefacts import publish
from recommender.data import Interactions, Items
from recommender.models.pictures import Pictures
from shop.demo.pictures import product_picture_svg
from tests.browser.conftest import RunningFront, Visitor
from tests.web.test_pictures import LOOKS, picture

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]
WORDS = {
    "en": (
        "Open the chat",
        "Send a picture",
        "Picture",
        "a JPEG, PNG or WebP file of up to 5 MB works",
    ),
    "zh": ("打开聊天", "发送图片", "图片", "请发送不超过 5 MB 的 JPEG、PNG 或 WebP 文件"),
}


@pytest.fixture
def looking(front: RunningFront, tmp_path: Path) -> RunningFront:
    """A front whose shop has looks to show."""
    settings = load_settings({"CONCIERGE_SECRET_KEY": "k" * 40}, root=tmp_path)
    drawings = tuple(product_picture_svg(*look.split("/"), look).encode() for look in LOOKS)
    nobody = Interactions.from_rows([], [], catalogue=LOOKS)
    model = Pictures().fit(nobody, Items(LOOKS, pictures=drawings))
    publish(model, settings.recommender_dir / "looks")
    return front


def choose(page: Page, button: str, file: FilePayload) -> None:
    """Press the button and choose a file in the dialogue that it opens."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(file)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_chosen_picture_is_shown_and_asked_about(
    looking: RunningFront, visit: Visit, language: str
) -> None:
    visitor = visit(f"/?lang={language}")
    page = visitor.page
    launch, button, sent, _ = WORDS[language]
    page.get_by_role("button", name=launch).click()
    file = FilePayload(name="me.png", mimeType="image/png", buffer=picture("dresses", "red"))
    choose(page, button, file)
    own = page.locator(".shopper .bubble")
    expect(own).to_contain_text(sent)
    expect(own.locator("canvas")).to_have_count(1)
    expect(page.get_by_text("You said: /search_picture")).to_be_visible(timeout=20_000)
    expect(page.locator(".sending")).to_have_count(0)
    visitor.shoot(f"widget-picture-{language}")
    (asked,) = looking.rasa.asked
    payload = read_button(asked["text"], looking.newest_conversation(), b"k" * 40).payload
    meant = json.loads(payload.removeprefix("/search_picture"))
    assert meant["look"][0] == "dresses/red"
    assert meant["language"] == language
    page.reload()
    expect(own).to_have_count(1)
    expect(own).to_contain_text(sent)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_no_picture_is_refused_in_words(
    looking: RunningFront, visit: Visit, language: str
) -> None:
    page = visit(f"/?lang={language}").page
    launch, button, _, unread = WORDS[language]
    page.get_by_role("button", name=launch).click()
    choose(page, button, FilePayload(name="me.png", mimeType="image/png", buffer=b"no picture"))
    expect(page.locator(".failed")).to_contain_text(unread)
    assert looking.rasa.asked == []
