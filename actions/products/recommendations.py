"""Something for this shopper, with the true reason."""

from actions.base import Action
from actions.products.meaning import filter_of
from actions.recommending.alike import offered_alike
from actions.recommending.offering import offer, shopper_of
from actions.recommending.taste import ask_use
from actions.recommending.uses import shelves_meant
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words
from recommender.serving.shopper import Shopper
from recommender.serving.wishes import Slot, Wish
from shop.catalogue import ProductFilter
from shop.ids import ProductId


class Recommend(Action):
    """Something for this shopper."""

    name = "action_recommend"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """What goes with all that is known of them; who is new is asked what it is for."""
        names_one = bool(turn.first("slug"))
        slot: Slot = "return" if names_one and turn.first("order_number") else "chat"
        if offered_alike(turn, talk, services, slot=slot, always=names_one):
            return
        filters = filter_of(turn)
        is_plain = filters == ProductFilter(in_stock=True)
        if is_plain and not turn.is_button:
            with services.database.reading() as session:
                filters = ProductFilter(categories=shelves_meant(session, turn.text))
        shopper = shopper_of(turn, services)
        shown = [ProductId(int(key)) for key in turn.slots.get("shown_products") or ()]
        response = "utter_recommend_taste" if shopper.taste else "utter_recommend"
        found = offer(
            turn, talk, services, Wish(filters), response,
            personal="utter_recommend_personal", seen=shown,
        )  # fmt: skip
        if found is None:
            talk.say("utter_no_products", buttons=[Words(turn, services).person()])
        elif is_plain and not filters.categories and is_new(shopper):
            ask_use(turn, talk, services)


def is_new(shopper: Shopper) -> bool:
    """Whether nothing is known of them that an offer could be based on, though it may be."""
    known = shopper.history or shopper.session or shopper.taste or shopper.bought
    return shopper.is_personal and not known
