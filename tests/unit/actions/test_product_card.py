"""What a product's card offers: its colours, and the shop's own basket where it has told of it."""

from dataclasses import replace

from actions.services import Services
from conversations.cards import cards_from_json, cards_to_json
from shop.colours import PAINTS
from tests.unit.actions.talking import BOOTS, Talking

BASKET = "https://shop.example/cart/add?sku={sku}&from=chat"


def test_a_card_puts_what_can_be_bought_now_into_the_shops_basket(goods: Services) -> None:
    settings = replace(goods.settings, basket_url=BASKET)
    shopper = Talking(replace(goods, settings=settings))
    said = shopper.say("in black?", "wish", "search_product", page=BOOTS, colour="black")
    card = said["custom"]["cards"][0]
    assert card["basket"]
    for one in card["basket"]:
        assert one["url"] == BASKET.replace("{sku}", one["sku"])
        assert "black" in one["title"]
    shown = {size["title"] for size in card["sizes"] if not size.get("is_out")}
    assert len(card["basket"]) == len(shown)
    assert cards_to_json(cards_from_json([card]))[0]["basket"] == card["basket"]


def test_without_a_basket_a_card_offers_none_and_paints_every_colour(english: Talking) -> None:
    said = english.say("show me jackets", "wish", "search_product")
    shown = said["custom"]["cards"]
    assert not any(card["basket"] for card in shown)
    painted = [card["colours"] for card in shown if card["colours"]]
    assert painted
    assert {one["paint"] for colours in painted for one in colours} <= set(PAINTS.values())
