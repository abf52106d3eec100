"""Cards as data: what is stored and sent comes back as it was, whatever its kind."""

import pytest

from conversations import AnyCard, Button, Card, OrderCard, card_to_json, cards_from_json
from tests.web.fake_cards import CANCEL, COMPARED, ORDER, SMALL

PRODUCT = Card("Boots", price="€9.00", sku="boots", buttons=(Button("Details", "/d"),))


@pytest.mark.parametrize("card", [PRODUCT, ORDER, *SMALL, CANCEL, COMPARED])
def test_a_card_comes_back_from_json_as_it_was(card: AnyCard) -> None:
    assert cards_from_json([card_to_json(card)]) == (card,)


def test_a_product_says_no_kind_and_no_card_says_what_is_empty() -> None:
    assert card_to_json(PRODUCT) == {
        "title": "Boots",
        "price": "€9.00",
        "sku": "boots",
        "buttons": [{"title": "Details", "payload": "/d"}],
    }
    assert card_to_json(OrderCard("Order 1")) == {"kind": "order", "title": "Order 1"}


def test_what_is_no_card_is_left_out_and_an_unknown_kind_keeps_its_title() -> None:
    steps = [{"title": "Packed", "state": "done"}, {"title": "Lost", "state": "gone"}, "x"]
    body = [
        {"kind": "order"},
        None,
        {"kind": "map", "title": "Our shops", "pins": [1]},
        {"kind": "order", "title": "Order 1", "steps": steps},
    ]
    unknown, order = cards_from_json(body)
    assert unknown == Card("Our shops")
    assert isinstance(order, OrderCard)
    assert [step.title for step in order.steps] == ["Packed"]
