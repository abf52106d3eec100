"""Cards of every kind in the widget, on a phone and right to left."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningFront, Visitor
from tests.browser.test_widget import PHONE, open_chat, say
from tests.web.fake_cards import ORDER

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]
LEAST_PX = 44
TOO_SMALL = f"""(root) => [...root.querySelectorAll("button, a[href]")]
  .map((one) => [one.textContent, one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < {LEAST_PX} - 0.5 || box.width < {LEAST_PX} - 0.5))
  .map(([text]) => text)"""


def asked(visit: Visit, words: str) -> tuple[Visitor, Page]:
    visitor = visit(viewport=PHONE)
    open_chat(visitor.page)
    say(visitor.page, words)
    return visitor, visitor.page


def test_an_order_is_seen_at_one_glance(front: RunningFront, visit: Visit) -> None:
    visitor, page = asked(visit, "where is my parcel?")
    card = page.get_by_role("article", name="Order 10482")
    steps = card.get_by_role("list", name="The way of the order").get_by_role("listitem")
    expect(steps).to_have_text(["Ordered", "Packed", "Shipped (now)", "Delivered (still to come)"])
    expect(card.locator("[aria-current=step]")).to_have_text("Shipped (now)")
    link = card.get_by_role("link", name=f"Follow DHL parcel {ORDER.tracking}")
    expect(link).to_have_attribute("href", ORDER.tracking_url)
    expect(link).to_have_attribute("target", "_blank")
    assert card.evaluate(TOO_SMALL) == []
    visitor.shoot("widget-order-card-phone")
    page.evaluate("document.querySelector('concierge-chat').shadowRoot.host.dir = 'rtl'")
    marks = [steps.nth(place).bounding_box() for place in range(4)]
    assert [box["x"] for box in marks if box] == sorted(
        (box["x"] for box in marks if box), reverse=True
    )
    visitor.shoot("widget-order-card-phone-rtl")
    card.get_by_role("button", name="Change address").click()
    expect(page.get_by_text("You said: /change", exact=True)).to_be_visible()


def test_one_of_several_orders_is_chosen_by_its_card(front: RunningFront, visit: Visit) -> None:
    visitor, page = asked(visit, "where is my order?")
    choice = page.get_by_role("group", name="Suggested answers")
    expect(choice.get_by_role("button")).to_have_count(2)
    visitor.shoot("widget-order-choice-phone")
    choice.get_by_role("button", name="Order 10391").click()
    expect(page.get_by_text('You said: /inform{"order_number":"10391"}')).to_be_visible()
    expect(choice).to_have_count(0)


def test_a_confirmation_shows_what_changes_and_is_heard_once(
    front: RunningFront, visit: Visit
) -> None:
    visitor, page = asked(visit, "cancel it")
    card = page.locator(".confirm.danger")
    expect(card.locator(".asked")).to_contain_text("Alte Gasse 1, 10115 Berlin")
    expect(card.locator(".asked")).to_have_attribute("aria-hidden", "true")
    expect(card.locator(".bubble")).to_have_text("Assistant: €149.95 goes back.")
    cancel = page.get_by_role("button", name="Cancel the boots and the jacket")
    expect(cancel).to_have_css("background-color", "rgb(179, 38, 30)")
    visitor.shoot("widget-confirmation-phone")
    cancel.click()
    expect(card.get_by_role("button")).to_have_count(0)
    expect(card.locator(".done")).to_have_text("Cancel the boots and the jacket")


def test_products_stand_side_by_side(front: RunningFront, visit: Visit) -> None:
    visitor, page = asked(visit, "compare them")
    table = page.get_by_role("table", name="Side by side")
    expect(table.get_by_role("columnheader")).to_have_count(3)
    expect(table.get_by_role("cell", name="€139.00 (the better one)")).to_be_visible()
    expect(table.locator("tbody:not(.differs)")).to_contain_text("Membrane")
    assert table.evaluate(TOO_SMALL) == []
    visitor.shoot("widget-comparison-phone")


def test_a_card_sells_and_keeps_the_rest_behind_dots(front: RunningFront, visit: Visit) -> None:
    visitor, page = asked(visit, "boots please")
    card = page.locator(".cards > li").first
    dots = card.get_by_role("list", name="Colours").get_by_role("listitem")
    expect(dots).to_have_text(["green", "navy"])
    expect(dots.last).to_have_css("background-color", "rgb(31, 47, 85)")
    expect(card.get_by_role("button", name="Not for me")).to_be_hidden()
    card.get_by_label("More").click()
    expect(card.get_by_role("button", name="Not for me")).to_be_visible()
    visitor.shoot("widget-product-card-phone")
    page.evaluate("""void ConciergeChat.on("add_to_basket", ({sku}) => {
      window.bought = sku;
      return sku !== "Ka-42";
    })""")
    card.get_by_text("Add to basket").click()
    assert card.evaluate(TOO_SMALL) == []
    basket = "<h1>Your basket</h1>"
    page.context.route(
        "https://shop.example/cart*",
        lambda route: route.fulfill(body=basket, content_type="text/html"),
    )
    card.get_by_role("button", name="42", exact=True).click()
    assert (page.evaluate("bought"), len(page.context.pages)) == ("Ka-42", 1)
    with page.expect_popup() as opened:
        card.get_by_role("button", name="44", exact=True).click()
    expect(opened.value.get_by_role("heading", name="Your basket")).to_be_visible()
    assert opened.value.url.endswith("/cart?sku=Ka-44")


def test_numbers_are_copied(front: RunningFront, visit: Visit) -> None:
    _, page = asked(visit, "where is my parcel?")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=front.url)
    card = page.get_by_role("article", name="Order 10482")
    for number in ("10482", ORDER.tracking):
        card.get_by_role("button", name=f"Copy {number}").click()
        expect(card.get_by_text("Copied").last).to_be_attached()
        assert page.evaluate("navigator.clipboard.readText()") == number
        assert card.evaluate(TOO_SMALL) == []
