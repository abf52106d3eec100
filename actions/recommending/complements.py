"""What goes with a product, a kind of product, or an order."""

from actions.base import Action
from actions.identity import verified_customer
from actions.products.meaning import product_meant
from actions.recommending.offering import offer
from actions.services import Services
from actions.turn import Talk, Turn, refers_back
from actions.wording import Words
from kit.i18n import join_words
from recommender.serving.told import inside
from recommender.serving.wishes import Wish
from shop.access import access_order
from shop.catalogue import get_product, list_categories
from shop.views import OrderView


class Complements(Action):
    """What goes with it?"""

    name = "action_complements"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """What is bought with the thing that is meant, from other shelves."""
        wish, named = complement_wish(turn, services)
        if wish is None:
            talk.say("utter_ask_goes_with_what")
            return
        if offer(turn, talk, services, wish, "utter_complements", thing=named) is None:
            talk.say("utter_no_complements", thing=named, buttons=[Words(turn, services).person()])


def complement_wish(turn: Turn, services: Services) -> tuple[Wish | None, str]:
    """The wish and what it is about in words; None when nothing is named or shown."""
    words = Words(turn, services)
    order = _order(turn, services)
    if order is not None:
        seeds = tuple(line.product_id for line in order.lines)
        return Wish(slot="order", strategy="complements", seeds=seeds), words.lines(order.lines)
    categories = turn.entities.get("category", ())
    with services.database.reading() as session:
        product = product_meant(turn, session)
        focus = str(turn.slots.get("focus_product") or turn.page_product or "")
        if product is None and focus and refers_back(turn.text):
            seen = get_product(session, focus, now=turn.now)
            product = seen if seen is not None and seen.category in categories else None
        names = {one.slug: inside(one.name(turn.language)) for one in list_categories(session)}
    if product is not None:
        wish = Wish(strategy="complements", seeds=(product.product_id,))
        return wish, product.name(turn.language)
    # "Which socks go with these boots": the boots stand last in English, first in Chinese.
    kinds = [one for one in categories if one in names]
    if not kinds:
        return None, ""
    if len(kinds) > 1:
        kinds = kinds[:1] if turn.language == "zh" else kinds[-1:]
    named = join_words([names[one] for one in kinds], turn.language)
    return Wish(strategy="complements", with_categories=tuple(kinds)), named


def _order(turn: Turn, services: Services) -> OrderView | None:
    """The order named by its button or number, when it belongs to whoever asks."""
    number, customer = turn.first("order_number"), verified_customer(turn, services)
    if number is None or customer is None:
        return None
    with services.database.reading() as session:
        return access_order(session, customer, number)
