"""Cheaper, in blue, not that brand: the last list with one thing changed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median
from typing import Final

from actions.base import REGISTER, Action
from actions.products.meaning import as_json, filter_of, from_json, wants_cheap
from actions.products.search import SearchProducts, first_found
from actions.products.showing import show
from actions.products.stock import CheckStock
from actions.recommending.alike import offered_alike
from actions.recommending.kept import Kept, kept
from actions.recommending.offering import offer
from actions.recommending.refusals import refuse
from actions.services import Services
from actions.turn import Talk, Turn, at_place
from shop.catalogue import ProductFilter, Sort, get_products
from shop.ids import ProductId
from shop.views import ProductView

_NOT: Final = re.compile(
    r"\b(?:not|no|without|except|(?:anything|everything) but|don'?t|other|others|different)\b"
    r"|不要|不想要|不喜欢|别的|换个|除了",
    re.IGNORECASE,
)
_BRAND: Final = re.compile(r"\bbrands?\b|\bmakes?\b|\blabel\b|牌子|品牌", re.IGNORECASE)


class RefineSearch(Action):
    """Cheaper, in blue, not that brand: the last list with one thing changed."""

    name = "action_refine_search"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Change the remembered filter and ask again, leaving out what was shown."""
        if offered_alike(turn, talk, services):
            return
        if turn.slots.get("focus_product") and (turn.first("colour") or turn.first("size")):
            REGISTER[CheckStock.name].run(turn, talk, services)  # "and in navy?" of one product
            return
        with services.database.reading() as session:
            shown = get_products(
                session,
                [ProductId(int(k)) for k in turn.slots.get("shown_products") or ()],
                now=turn.now,
            )
        held = kept(turn)
        if held is not None:
            refine_offers(turn, talk, services, held, shown)
        else:
            refine_search(turn, talk, services, shown)


def refine_offers(
    turn: Turn, talk: Talk, services: Services, held: Kept, shown: Sequence[ProductView]
) -> None:
    """Recommend again with one thing changed; a brand that is refused stays refused later on."""
    new = filter_of(turn)
    filters = refined(held.wish.filters, new, turn, shown)
    for brand in set(filters.not_brands) - set(held.wish.filters.not_brands):
        refuse(turn, services, [], brand)
    asked = ("colours", "sizes", "brands", "price_min", "price_max")
    needed = [name for name in asked if getattr(filters, name) != getattr(held.wish.filters, name)]
    same_again = bool(new.colours or new.sizes)  # "in blue" may be the same ones in blue
    wish = replace(held.wish, filters=filters)
    seen = () if same_again else held.seen
    if not offer(turn, talk, services, wish, "utter_products_refined", needed=needed, seen=seen):
        talk.say("utter_no_products_refined")


def refine_search(turn: Turn, talk: Talk, services: Services, shown: Sequence[ProductView]) -> None:
    """Search again with one thing changed."""
    held = turn.slots.get("search")
    if not held and shown:
        held = as_json(ProductFilter(categories=tuple({p.category for p in shown})))
    if not held:
        REGISTER[SearchProducts.name].run(turn, talk, services)
        return
    filters = refined(from_json(held), filter_of(turn), turn, shown)
    sort: Sort = "price" if wants_cheap(turn.text) else "popularity"
    seen = tuple(p.product_id for p in shown)
    softer = [replace(filters, exclude=seen), filters]
    if not wants_cheap(turn.text):
        softer.append(replace(filters, price_min=None, price_max=None))
        softer.append(replace(filters, price_min=None, price_max=None, sizes=()))
    with services.database.reading() as session:
        place, found = first_found(session, turn, "", softer, sort, unlike=seen)
    if found:
        response = "utter_products_refined" if place < 2 else "utter_products_close"
        show(
            turn, talk, services, found, response,
            filters=replace(softer[place], exclude=()), sort=sort,
        )  # fmt: skip
        return
    talk.say("utter_no_products_refined")


def refined(
    old: ProductFilter, new: ProductFilter, turn: Turn, shown: Sequence[ProductView]
) -> ProductFilter:
    """The old filter with what the message changes."""
    changed = replace(
        old,
        categories=new.categories or old.categories,
        sizes=new.sizes or old.sizes,
        price_max=new.price_max or old.price_max,
        price_min=new.price_min or old.price_min,
        in_stock=True,
    )
    refuses = bool(_NOT.search(turn.text))
    if refuses and (new.brands or _BRAND.search(turn.text)):
        brands = new.brands or brands_meant(turn, shown)
        changed = replace(changed, brands=(), not_brands=tuple({*old.not_brands, *brands}))
    elif new.brands:
        changed = replace(changed, brands=new.brands)
    if new.colours and refuses:
        there = {variant.colour for one in shown for variant in one.variants}
        changed = replace(changed, colours=tuple(sorted(there - set(new.colours))))
    elif new.colours:
        changed = replace(changed, colours=new.colours)
    if wants_cheap(turn.text) and shown and new.price_max is None:
        changed = replace(changed, price_max=typical_price(shown) - Decimal("0.01"))
    return changed


def brands_meant(turn: Turn, shown: Sequence[ProductView]) -> tuple[str, ...]:
    """What "that brand" is: of the product pointed at or looked at, else every one shown."""
    slug = turn.slots.get("focus_product")
    place = turn.first("ordinal")
    if place is not None:
        slug = at_place([one.slug for one in shown], place) or slug
    own = tuple(one.brand for one in shown if one.slug == slug)
    return own or tuple({one.brand for one in shown})


def typical_price(shown: Sequence[ProductView]) -> Decimal:
    """What "cheaper" is cheaper than: the cheapest of one kind, the middle of different kinds."""
    prices = [one.price.amount for one in shown]
    return min(prices) if len({one.category for one in shown}) == 1 else median(prices)
