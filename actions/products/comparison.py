"""Two products side by side."""

from sqlalchemy.orm import Session

from actions.base import Action
from actions.products.showing import facts_of, show
from actions.services import Services
from actions.turn import Talk, Turn, refers_back
from actions.wording import Words
from kit.i18n import Language
from kit.money import Money
from shop.catalogue import find_products_by_name, get_product, get_products
from shop.ids import ProductId
from shop.views import ProductView


class CompareProducts(Action):
    """Two products side by side."""

    name = "action_compare_products"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """The two that are meant."""
        words = Words(turn, services)
        with services.database.reading() as session:
            pair = two_meant(turn, session)
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


def two_meant(turn: Turn, session: Session) -> list[ProductView]:
    """Both that are named; "it" and the one that is named; else the first two of the last list."""
    named = [get_product(session, name, now=turn.now) for name in turn.entities.get("product", ())]
    pair = [one for one in named if one is not None]
    if not pair:
        pair = find_products_by_name(session, turn.text, language=turn.language, now=turn.now)[:1]
    focus = turn.slots.get("focus_product") or turn.page_product
    if len(pair) == 1 and focus and refers_back(turn.text):
        looked_at = get_product(session, str(focus), now=turn.now)
        if looked_at is not None and looked_at != pair[0]:
            return [looked_at, pair[0]]
    shown = [ProductId(int(key)) for key in turn.slots.get("shown_products") or ()]
    places = [int(p) for p in turn.entities.get("ordinal", ()) if p.lstrip("-").isdigit()]
    picked = [shown[p - 1] for p in places if 0 < p <= len(shown)]
    if not pair and len(picked) < 2:
        picked = shown  # "the first two" names one place
    if len(pair) < 2:
        listed = get_products(session, picked or shown, now=turn.now)
        pair = [*(one for one in listed[: 2 - len(pair)] if one not in pair), *pair]
    return pair[:2]
