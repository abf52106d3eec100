"""Something for this shopper, with the true reason."""

from actions.base import Action
from actions.identity import verified_customer
from actions.products.showing import SHOWN, show
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words
from recommender.simple import Recommendation, recommend
from shop.catalogue import ProductFilter, get_products
from shop.ids import ProductId


class Recommend(Action):
    """Something for this shopper."""

    name = "action_recommend"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """What goes with their past for those who have one, else what is popular."""
        words = Words(turn, services)
        categories = turn.entities.get("category", ())
        with services.database.reading() as session:
            shown = [ProductId(int(k)) for k in turn.slots.get("shown_products") or ()]
            found = recommend(
                session,
                verified_customer(turn, services),
                categories=categories,
                limit=SHOWN,
                exclude=shown,
            )
            products = get_products(session, [r.product_id for r in found], now=turn.now)
            seeds = {r.seed for r in found if r.seed is not None}
            names = {
                p.product_id: p.name(turn.language)
                for p in get_products(session, list(seeds), now=turn.now)
            }
        if not products:
            talk.say("utter_no_products", buttons=[words.person()])
            return
        by_id = {r.product_id: r for r in found}
        reasons = [reason_of(words, by_id[p.product_id], names) for p in products]
        personal = any(r.because != "popular" and r.because != "popular_in" for r in found)
        response = "utter_recommend_personal" if personal else "utter_recommend"
        show(
            turn,
            talk,
            services,
            products,
            response,
            filters=ProductFilter(categories=categories),
            reasons=reasons,
        )


def reason_of(words: Words, one: Recommendation, names: dict[ProductId, str]) -> str:
    """Why a product is recommended, in words."""
    seed = names.get(one.seed, "") if one.seed is not None else ""
    return words.text(f"because.{one.because}", seed=seed)
