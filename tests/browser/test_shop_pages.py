"""The shop's pages in headless Chromium: no errors, no sideways scrolling, pictures of each."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import RunningFront, Visitor

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "product": "/product/karst-ridge-45",
    "category": "/category/jackets",
    "mail": "/demo/mail",
    "privacy": "/privacy",
}
SIZES = {"desktop": (1280, 860), "phone": (390, 844)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_fits_its_screen(
    front: RunningFront, visit: Callable[..., Visitor], name: str, size: str, language: str
) -> None:
    width, height = SIZES[size]
    visitor = visit(f"{PAGES[name]}?lang={language}", viewport={"width": width, "height": height})
    expect(visitor.page.locator("main h1")).to_be_visible()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == width
    visitor.shoot(f"shop-{name}-{language}-{size}", full_page=True)


def test_the_home_page_in_the_dark(front: RunningFront, visit: Callable[..., Visitor]) -> None:
    visitor = visit("/", color_scheme="dark")
    visitor.shoot("shop-home-en-dark", full_page=True)


def test_a_question_on_the_page_opens_the_chat(
    front: RunningFront, visit: Callable[..., Visitor]
) -> None:
    page = visit("/product/karst-ridge-45").page
    page.get_by_role("button", name="Which size suits me?").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_text("You said: Which size of Ridge 45 backpack")).to_be_visible()
    told = dict(front.rasa.asked[0]["metadata"]["page"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", told.pop("visit"))
    assert told == {"product": "karst-ridge-45"}
