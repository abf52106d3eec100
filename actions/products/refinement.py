"""Cheaper, in blue, not that brand: the last list with one thing changed."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from actions.base import REGISTER, Action
from actions.products.meaning import as_json, filter_of, from_json, wants_cheap
from actions.products.search import SearchProducts, first_found
from actions.products.showing import show
from actions.products.stock import CheckStock
from actions.services import Services
from actions.turn import Talk, Turn
from shop.catalogue import ProductFilter, Sort, get_products
from shop.ids import ProductId
from shop.views import ProductView


class RefineSearch(Action):
    """Cheaper, in blue, not that brand: the last search with one thing changed."""

    name = "action_refine_search"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Change the remembered filter and search again, leaving out what was shown."""
        if turn.slots.get("focus_product") and (turn.first("colour") or turn.first("size")):
            REGISTER[CheckStock.name].run(turn, talk, services)  # "and in navy?" of one product
            return
        kept = turn.slots.get("search")
        with services.database.reading() as session:
            shown = get_products(
                session,
                [ProductId(int(k)) for k in turn.slots.get("shown_products") or ()],
                now=turn.now,
            )
            if not kept and shown:
                kept = as_json(ProductFilter(categories=tuple({p.category for p in shown})))
            if not kept:
                REGISTER[SearchProducts.name].run(turn, talk, services)
                return
            filters = refined(from_json(kept), filter_of(turn), turn.text, shown)
            sort: Sort = "price" if wants_cheap(turn.text) else "popularity"
            seen = tuple(p.product_id for p in shown)
            softer = [replace(filters, exclude=seen), filters]
            if not wants_cheap(turn.text):
                softer.append(replace(filters, price_min=None, price_max=None))
                softer.append(replace(filters, price_min=None, price_max=None, sizes=()))
            place, found = first_found(session, turn, "", softer, sort, unlike=seen)
            if found:
                show(
                    turn,
                    talk,
                    services,
                    found,
                    "utter_products_refined" if place < 2 else "utter_products_close",
                    filters=replace(softer[place], exclude=()),
                    sort=sort,
                )
                return
        talk.say("utter_no_products_refined")


def refined(
    old: ProductFilter, new: ProductFilter, text: str, shown: Sequence[ProductView]
) -> ProductFilter:
    """The old filter with what the message changes."""
    lowered = text.lower()
    changed = replace(
        old,
        categories=new.categories or old.categories,
        colours=new.colours or old.colours,
        sizes=new.sizes or old.sizes,
        price_max=new.price_max or old.price_max,
        price_min=new.price_min or old.price_min,
        in_stock=True,
    )
    refuses = any(
        word in lowered
        for word in (
            "not ",
            "no ",
            "without",
            "except",
            "other brand",
            "different brand",
            "不要",
            "不想要",
            "别的牌子",
            "换个牌子",
        )
    )
    if refuses:
        brands = new.brands or tuple({product.brand for product in shown})
        changed = replace(changed, brands=(), not_brands=tuple({*old.not_brands, *brands}))
    elif new.brands:
        changed = replace(changed, brands=new.brands)
    if wants_cheap(lowered) and shown and new.price_max is None:
        changed = replace(changed, price_max=min(p.price.amount for p in shown) - Decimal("0.01"))
    return changed
