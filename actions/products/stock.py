"""Is it there, and when is it back?"""

from typing import Any

from actions.base import Action
from actions.products.meaning import product_meant
from actions.products.search import product_or_search
from actions.products.showing import show
from actions.products.waiting import own_size, say_when_back, variants_wanted
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words


class CheckStock(Action):
    """Is it there, in this size and colour?"""

    name = "action_check_stock"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Stock of the variants asked for; else when it is back and what is there instead."""
        words = Words(turn, services)
        product = product_or_search(turn, talk, services)
        if product is None:
            return
        with services.database.reading() as session:
            size = own_size(turn, services, session, product)
            if size is not None:
                talk.say("utter_your_size", size=size)
            wanted = variants_wanted(turn, product, size)
            there = [v for v in wanted if v.stock > 0]
            values: dict[str, Any] = {
                "product": product.name(turn.language),
                "price": words.money(product.price),
            }
            if there:
                listed = words.text("semicolon").join(
                    words.variant(v) for v in there[:6] if words.variant(v)
                )
                response = (
                    "utter_stock_yes" if len(there) > 1 or not listed else "utter_stock_yes_one"
                )
                show(turn, talk, services, [product], response, variants=listed, **values)
                return
            say_when_back(turn, talk, services, session, product, wanted)


class RestockDate(Action):
    """When is it back?"""

    name = "action_restock_date"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """The date for what is sold out; the good news for what is not."""
        with services.database.reading() as session:
            product = product_meant(turn, session)
            if product is None:
                talk.say("utter_ask_which_product")
                return
            wanted = variants_wanted(turn, product, own_size(turn, services, session, product))
            sold_out = [v for v in wanted if v.stock == 0]
            if wanted and not sold_out:
                show(
                    turn,
                    talk,
                    services,
                    [product],
                    "utter_is_in_stock",
                    product=product.name(turn.language),
                )
                return
            say_when_back(turn, talk, services, session, product, sold_out or wanted)
