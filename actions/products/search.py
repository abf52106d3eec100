"""Finding products by what the message asks for."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from actions.base import REGISTER, Action
from actions.products.meaning import filter_of, product_meant, wants_cheap
from actions.products.showing import SHOWN, show
from actions.services import Services
from actions.turn import Talk, Turn, refers_back
from actions.wording import Words
from shop.catalogue import ProductFilter, Sort, find_products_by_name, search_products
from shop.ids import ProductId
from shop.views import ProductView


class SearchProducts(Action):
    """Find what the shopper looks for."""

    name = "action_search_products"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Filters from the entities, the rest by words; softer until something is found."""
        filters = filter_of(turn)
        structured = bool(filters.categories or filters.brands or filters.colours)
        text = "" if filters.categories or filters.brands else turn.text
        with services.database.reading() as session:
            named = find_products_by_name(session, turn.text, language=turn.language, now=turn.now)
            if named and not filters.categories:
                show(turn, talk, services, named[:SHOWN], "utter_products_found")
                return
            tries = [
                filters,
                replace(filters, in_stock=False),
                replace(filters, sizes=(), colours=()),
            ]
            sort: Sort = "price" if wants_cheap(turn.text) else "relevance"
            place, found = first_found(session, turn, text, tries, sort)
            if found:
                response = "utter_products_close" if place else "utter_products_found"
                show(turn, talk, services, found, response, filters=tries[place])
                return
            if not structured and not turn.first("price"):
                talk.say("utter_ask_what_to_search")
                return
        talk.say("utter_no_products", buttons=[Words(turn, services).person()])


def first_found(
    session: Session,
    turn: Turn,
    text: str,
    tries: Sequence[ProductFilter],
    sort: Sort,
    unlike: Sequence[ProductId] = (),
) -> tuple[int, list[ProductView]]:
    """The first of `tries` that finds something else than just `unlike`, and what it finds."""
    for place, filters in enumerate(tries):
        found = search_products(
            session,
            text,
            filters,
            language=turn.language,
            limit=SHOWN,
            sort=sort,
            now=turn.now,
        )
        if found and {product.product_id for product in found} != set(unlike):
            return place, found
    return len(tries), []


def product_or_search(turn: Turn, talk: Talk, services: Services) -> ProductView | None:
    """The product that is meant; when none is, the answer is a search and None comes back."""
    with services.database.reading() as session:
        product = product_meant(turn, session)
    names_something = any(turn.first(kind) for kind in ("category", "brand", "product", "colour"))
    if product is None and refers_back(turn.text) and not names_something:
        talk.say("utter_ask_what_to_search")
    elif product is None:
        REGISTER[SearchProducts.name].run(turn, talk, services)
    return product
