"""What a product is like and what it costs."""

from actions.base import Action
from actions.products.search import product_or_search
from actions.products.showing import facts_of, show
from actions.recommending.offering import note_looked_at
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words


class ProductDetails(Action):
    """What a product is like."""

    name = "action_product_details"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Description, facts, price and stock of one product."""
        words = Words(turn, services)
        product = product_or_search(turn, talk, services)
        if product is None:
            return
        note_looked_at(turn, services, product)
        show(
            turn,
            talk,
            services,
            [product],
            "utter_product_details",
            product=product.name(turn.language),
            description=product.description(turn.language),
            facts=facts_of(words, product),
            price=words.money(product.price),
        )


class AskPrice(Action):
    """What does it cost?"""

    name = "action_price"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """The price now, what it was before, the lowest of 30 days."""
        words = Words(turn, services)
        product = product_or_search(turn, talk, services)
        if product is None:
            return
        response = "utter_price" if product.old_price is None else "utter_price_reduced"
        show(
            turn,
            talk,
            services,
            [product],
            response,
            product=product.name(turn.language),
            price=words.money(product.price),
            lowest=words.money(product.lowest_price_30_days),
            old="" if product.old_price is None else words.money(product.old_price),
        )
