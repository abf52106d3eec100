"""Two products side by side."""

from actions.base import Action
from actions.products.showing import facts_of, show
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words
from shop.catalogue import get_product, get_products
from shop.ids import ProductId


class CompareProducts(Action):
    """Two products side by side."""

    name = "action_compare_products"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """The two that are named, or the first two of the last list."""
        words = Words(turn, services)
        with services.database.reading() as session:
            named = [
                get_product(session, n, now=turn.now) for n in turn.entities.get("product", ())
            ]
            pair = [p for p in named if p is not None]
            shown = [ProductId(int(k)) for k in turn.slots.get("shown_products") or ()]
            places = [int(p) for p in turn.entities.get("ordinal", ()) if p.lstrip("-").isdigit()]
            picked = [shown[p - 1] for p in places if 0 < p <= len(shown)]
            picked = picked if len(picked) > 1 else shown  # "the first two" names one place
            if len(pair) < 2:
                pair += [p for p in get_products(session, picked, now=turn.now) if p not in pair]
        if len(pair) < 2:
            talk.say("utter_compare_which")
            return
        rows = [
            words.text(
                "compare_row",
                name=p.name(turn.language),
                price=words.money(p.price),
                facts=facts_of(words, p).replace("\n", words.text("semicolon"))
                or p.description(turn.language),
            )
            for p in pair[:2]
        ]
        show(turn, talk, services, pair[:2], "utter_compare", rows="\n".join(rows))
