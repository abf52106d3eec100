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
    if seed is not None:
        seeds = [seed]
    elif turn.first("category") or turn.first("brand"):
        return False
    else:
        seeds = ranked(shown, qualities)
    qualities = tuple(
        (name, sign)
        for name, sign in qualities
        if any(QUALITIES[name](one.attributes) is not None for one in seeds)
    )
    if not seeds or not (always or qualities or wants_like(turn.text)):
        return False
    seen = [one.product_id for one in shown]
    for one in seeds:
        wish = wish_like(turn, one, qualities, slot)
        needed = [name for name in ("price_min", "price_max") if getattr(wish.filters, name)]
        needed += ["qualities"] if qualities else []
        name = one.name(turn.language)
        if offer(turn, talk, services, wish, "utter_alike", needed=needed, seen=seen, product=name):
            return True
    talk.say("utter_none_alike", product=seeds[0].name(turn.language))
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


def ranked(
    shown: Sequence[ProductView], qualities: tuple[tuple[str, int], ...]
) -> list[ProductView]:
    """A list by the quality wanted, most first: offers are to have more than as many as can be."""
    if not qualities:
        return list(shown[:1])
    name, sign = qualities[0]
    known = [(QUALITIES[name](one.attributes), one) for one in shown]
    found = [(sign * value, one) for value, one in known if value is not None]
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]
