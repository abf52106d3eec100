"""Two products side by side."""

from actions.base import Action
from actions.products.showing import facts_of, show
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words
from concierge.kit.i18n import Language
from concierge.kit.money import Money
from shop.catalogue import get_product, get_products
from shop.ids import ProductId
from shop.views import ProductView


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
        rows += _differences(words, pair[0], pair[1], turn.language)
        show(turn, talk, services, pair[:2], "utter_compare", rows="\n".join(rows))


def _differences(
    words: Words, one: ProductView, other: ProductView, language: Language
) -> list[str]:
    """Which costs less and which weighs less, and by how much; nothing where they are alike."""
    said = []
    if one.price != other.price:
        cheap, dear = sorted((one, other), key=lambda product: product.price.amount)
        gap = Money(dear.price.amount - cheap.price.amount, cheap.price.currency)
        said.append(words.text("compare_cheaper", name=cheap.name(language), gap=words.money(gap)))
    mine, theirs = (product.attributes.get("weight_g") for product in (one, other))
    if isinstance(mine, int | float) and isinstance(theirs, int | float) and mine != theirs:
        light = one if mine < theirs else other
        gap_g = f"{abs(mine - theirs):g}"
        said.append(words.text("compare_lighter", name=light.name(language), gap=gap_g))
    return said
