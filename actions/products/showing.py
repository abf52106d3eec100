"""Cards of products, remembered for what is said next."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from actions.products.meaning import as_json
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words
from shop.catalogue import ProductFilter
from shop.views import ProductView

SHOWN: Final = 4


def show(
    turn: Turn,
    talk: Talk,
    services: Services,
    products: Sequence[ProductView],
    response: str,
    *,
    filters: ProductFilter | None = None,
    sort: str = "relevance",
    reasons: Sequence[str] = (),
    request: str | None = None,
    colours: Sequence[str | None] = (),
    **values: Any,
) -> None:
    """Cards, remembered so that "the second one" and "cheaper" work afterwards.

    `request` is the recommendation that the list comes from: opening a card tells which one it was.
    `colours` are those in which the products are shown.
    """
    words = Words(turn, services)
    wanted = filters.colours[0] if filters and filters.colours else None
    cards = [
        words.card(product, reason, colour or wanted, request)
        for product, reason, colour in zip_longest(products, reasons, colours)
    ]
    talk.say(response, cards=cards, **values)
    keys = [int(product.product_id) for product in products]
    if len(keys) > 1 or keys[0] not in (turn.slots.get("shown_products") or ()):
        # One of the list is looked at: "the first" and "the second" still mean the list's.
        talk.remember("shown_products", keys)
        talk.remember("offered", None)
    talk.remember("focus_product", products[0].slug if len(products) == 1 else None)
    if filters is not None:
        talk.remember("search", {**as_json(filters), "sort": sort})


def facts_of(words: Words, product: ProductView) -> str:
    """Attributes that a shopper can use, one a line."""
    rows = []
    for name in (
        "weight_g",
        "waterproof_mm",
        "volume_l",
        "volume_ml",
        "comfort_c",
        "persons",
        "lumens",
        "fit",
    ):
        if name in product.attributes:
            try:
                value = words.attribute(product.attributes[name])
                rows.append(words.text(f"fact.{name}", value=value))
            except ValueError:
                continue
    return "\n".join(rows)
