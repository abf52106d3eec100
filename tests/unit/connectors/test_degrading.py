"""One reply as the messages a channel can show: nothing lost, nothing too long."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from connectors.degrading import (
    absolute,
    image_address,
    parts_of,
    pieces,
    press_data,
    read_press,
    units,
)
from connectors.messenger import Capabilities
from conversations import Button, Card, Message
from tests.web.fake_cards import CANCEL, COMPARED, ORDER, SMALL

BASE = "https://shop.example"
WIDE = Capabilities(text=4096, buttons=40, button_title=60, caption=1024)
BARE = Capabilities(text=60)


def message(text: str = "", **more: object) -> Message:
    values = {"buttons": (), "cards": (), "image": None, **more}
    return Message(
        5,
        "c",
        "bot",
        None,
        text,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        **values,  # type: ignore[arg-type]
    )


@given(st.text(max_size=400), st.integers(4, 60))
def test_pieces_are_short_enough_and_lose_no_word(text: str, longest: int) -> None:
    found = pieces(text, longest)
    assert all(0 < units(piece) <= longest for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_cut_falls_between_sentences_where_it_can() -> None:
    text = "The first sentence is here. The second one follows it."
    assert pieces(text, 40) == ["The first sentence is here.", "The second one follows it."]
    assert pieces("第一句话在这里。第二句话。", 9) == ["第一句话在这里。", "第二句话。"]


def test_a_button_carries_its_place_and_no_meaning() -> None:
    data = press_data(2**31, 40)
    assert len(data.encode()) <= 64
    assert read_press(data) == (2**31, 40)
    for foreign in ("", "b1", "/restart", "b1.0 ", "b-1.0", "b1.0.0", "b１.0"):
        assert read_press(foreign) is None


def test_a_card_is_a_picture_with_words_and_link() -> None:
    card = Card(
        "Boots",
        subtitle="Waterproof",
        price="€9.00",
        old_price="€12.00",
        stock="In stock",
        url="/product/boots",
        image="/media/products/boots.svg",
        buttons=(Button("Details", "/d"),),
    )
    said = message("Look:", cards=(card,), buttons=(Button("More", "/m"),))
    first, second = parts_of(said, WIDE, BASE)
    assert (first.text, first.picture) == ("Look:", "")
    assert [(one.title, one.data) for one in first.buttons] == [("More", "b5.1")]
    assert second.picture == f"{BASE}/media/products/boots.png"
    assert second.text == (
        "Boots\nWaterproof\n€9.00 (€12.00)\nIn stock\nhttps://shop.example/product/boots"
    )
    assert [(one.title, one.data) for one in second.buttons] == [("Details", "b5.0")]


def test_a_channel_of_text_alone_gets_everything_as_text() -> None:
    card = Card("Boots", price="€9.00", url="/product/boots", image="/x.png")
    said = message("Look:", cards=(card,), buttons=(Button("Yes", "/y"), Button("No", "/n")))
    found = parts_of(said, BARE, BASE)
    assert not any(part.picture or part.buttons for part in found)
    text = "\n".join(part.text for part in found)
    for word in ("Look:", "Boots", "€9.00", f"{BASE}/product/boots", "• Yes", "• No"):
        assert word in text


def test_more_cards_than_are_shown_follow_as_lines() -> None:
    cards = tuple(Card(f"C{number}", price="€1", url=f"/p/{number}") for number in range(7))
    found = parts_of(message(cards=cards), WIDE, BASE)
    assert len(found) == 6
    assert found[-1].text == f"C5 · €1 · {BASE}/p/5\nC6 · €1 · {BASE}/p/6"


def test_an_order_is_told_with_its_way_its_parcel_and_what_is_possible() -> None:
    said = message("Order 10482 is on its way.", cards=(ORDER,), buttons=(Button("Person", "/p"),))
    first, second = parts_of(said, WIDE, BASE)
    assert [one.title for one in first.buttons] == ["Person"]
    assert second.picture == f"{BASE}/media/products/karst-granit-mid.png"
    assert second.text.splitlines() == [
        "Order 10482 · Granit Mid hiking boots and Fell fleece",
        "✓ Ordered  ✓ Packed  ● Shipped  ○ Delivered",
        "On its way · With you by Thursday 3 December",
        ORDER.news,
        f"DHL · {ORDER.tracking}",
        ORDER.tracking_url,
    ]
    assert [(one.title, one.data) for one in second.buttons] == [
        ("Change address", "b5.0"),
        ("Return", "b5.1"),
    ]


def test_what_words_and_buttons_say_already_is_not_said_twice() -> None:
    both = (Button("Order 10482", "/a"), Button("Order 10391", "/b"))
    for cards in (SMALL, (CANCEL,)):
        (only,) = parts_of(message("Which one?", cards=cards, buttons=both), WIDE, BASE)
        assert only.text == "Which one?"
        assert [one.title for one in only.buttons] == ["Order 10482", "Order 10391"]


def test_a_comparison_is_a_line_for_each_attribute() -> None:
    _, table = parts_of(message("Sturm is lighter.", cards=(COMPARED,)), WIDE, BASE)
    assert table.text.splitlines()[0] == (
        "Price: Granit Mid hiking boots €169.00 · Sturm rain jacket €139.00 · Fell fleece €149.00"
    )
    assert len(table.text.splitlines()) == len(COMPARED.rows)


def test_the_lead_comes_first_in_the_same_message() -> None:
    (only,) = parts_of(message("Hello"), WIDE, BASE, "I am a program.")
    assert only.text == "I am a program.\n\nHello"


def test_addresses_lead_to_the_shop_or_nowhere() -> None:
    assert absolute("/a", BASE) == f"{BASE}/a"
    assert absolute("https://cdn.example/a", BASE) == "https://cdn.example/a"
    for bad in ("javascript:alert(1)", "//evil.example/a", "data:x", ""):
        assert absolute(bad, BASE) == ""
    assert image_address("/static/mark.svg", BASE) == ""
    assert image_address("/media/products/a.svg?colour=red", BASE).endswith("a.png?colour=red")


def test_each_button_keeps_its_number_beside_a_card_that_is_not_told() -> None:
    """What a press means is found by the number, counted over all cards of the message."""
    cards = (
        replace(SMALL[0], picks="Order 1", buttons=(Button("Hidden", "/h"),)),
        Card("Boots", buttons=(Button("Buy", "/buy"),)),
    )
    shown = parts_of(message("Which?", cards=cards, buttons=(Button("Order 1", "/1"),)), WIDE, BASE)
    found = {press.title: press.data for part in shown for press in part.buttons}
    assert found == {"Buy": press_data(5, 1), "Order 1": press_data(5, 2)}
