"""Something like this but warmer, more like the second, lighter ones: by what is shown already."""

from collections.abc import Sequence
from decimal import Decimal

from actions.products.meaning import filter_of, product_meant, wants_cheap
from actions.recommending.offering import offer
from actions.recommending.wordings import qualities_meant, wants_like
from actions.services import Services
from actions.turn import Talk, Turn
from recommender.serving.qualities import QUALITIES
from recommender.serving.wishes import Slot, Wish
from shop.catalogue import ProductFilter, get_products
from shop.ids import ProductId
from shop.views import ProductView


def offered_alike(
    turn: Turn, talk: Talk, services: Services, *, slot: Slot = "chat", always: bool = False
) -> bool:
    """Answer a wish for things like a product, or with more of a quality than what is shown.

    False, and nothing said, when the message is no such wish or there is nothing to compare with;
    `always` when a product that is meant is enough.
    """
    qualities = () if turn.is_button else qualities_meant(turn.text)
    if not (always or qualities or wants_like(turn.text)):
        return False
    with services.database.reading() as session:
        shown = get_products(
            session,
            [ProductId(int(key)) for key in turn.slots.get("shown_products") or ()],
            now=turn.now,
        )
        seed = product_meant(turn, session, may_search=wants_like(turn.text))
    if seed is None and shown and not (turn.first("category") or turn.first("brand")):
        seed = most_of(shown, qualities)
    if seed is None:
        return False
    qualities = tuple(one for one in qualities if QUALITIES[one[0]](seed.attributes) is not None)
    if not (always or qualities or wants_like(turn.text)):
        return False
    wish = wish_like(turn, seed, qualities, slot)
    needed = [name for name in ("price_min", "price_max") if getattr(wish.filters, name)]
    needed += ["qualities"] if qualities else []
    found = offer(
        turn, talk, services, wish, "utter_alike", needed=needed,
        seen=[one.product_id for one in shown],
        product=seed.name(turn.language),
    )  # fmt: skip
    if found is None:
        talk.say("utter_none_alike", product=seed.name(turn.language))
        talk.remember("focus_product", seed.slug)
    return True


def wish_like(
    turn: Turn, seed: ProductView, qualities: tuple[tuple[str, int], ...], slot: Slot
) -> Wish:
    """Things of the seed's shelf like it, with what the message changes."""
    asked = filter_of(turn)
    most = asked.price_max
    if most is None and wants_cheap(turn.text):
        most = seed.price.amount - Decimal("0.01")
    filters = ProductFilter(
        categories=asked.categories or (seed.category,),
        brands=tuple(one for one in asked.brands if one != seed.brand),
        colours=asked.colours,
        sizes=asked.sizes,
        price_min=asked.price_min,
        price_max=most,
    )
    return Wish(filters, slot, "similar", (seed.product_id,), qualities=qualities)


def most_of(shown: Sequence[ProductView], qualities: tuple[tuple[str, int], ...]) -> ProductView:
    """The one of a list that has most of the quality wanted: all offers are to have more still."""
    if not qualities:
        return shown[0]
    name, sign = qualities[0]
    read = {one.product_id: QUALITIES[name](one.attributes) for one in shown}
    known = [one for one in shown if read[one.product_id] is not None]
    return max(known, key=lambda one: sign * (read[one.product_id] or 0.0)) if known else shown[0]
