"""Which product, and which kind of product, a message means."""

from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from actions.turn import Turn
from shop.catalogue import ProductFilter, find_products_by_name, get_product, get_products
from shop.ids import ProductId
from shop.views import ProductView


def product_meant(turn: Turn, session: Session, may_search: bool = True) -> ProductView | None:
    """The product that is meant: named, by its place in the last list, the last one, the page's."""
    slug = turn.first("slug")
    if slug:
        return get_product(session, slug, now=turn.now)
    shown = [ProductId(int(key)) for key in turn.slots.get("shown_products") or ()]
    place = turn.first("ordinal")
    if place is not None and shown and place.lstrip("-").isdigit():
        index = int(place) - 1 if int(place) > 0 else len(shown) + int(place)
        if 0 <= index < len(shown):
            return get_products(session, [shown[index]], now=turn.now)[0]
    for name in turn.entities.get("product", ()):
        product = get_product(session, name, now=turn.now)
        if product is not None:
            return product
    if may_search:
        named = find_products_by_name(session, turn.text, language=turn.language, now=turn.now)
        if named:
            return named[0]
    if turn.first("category") or turn.first("brand"):
        return None
    focus = turn.slots.get("focus_product") or turn.page_product
    return get_product(session, str(focus), now=turn.now) if focus else None


def amount(value: str | None) -> Decimal | None:
    """A price that a shopper named."""
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        return None


def filter_of(turn: Turn) -> ProductFilter:
    """What the message asks of products."""
    price = amount(turn.first("price"))
    over = any(
        word in turn.text.lower() for word in ("over ", "more than", "above", "at least", "以上")
    )
    return ProductFilter(
        categories=turn.entities.get("category", ()),
        brands=turn.entities.get("brand", ()),
        colours=turn.entities.get("colour", ()),
        sizes=turn.entities.get("size", ()),
        price_min=price if over else None,
        price_max=None if over else price,
        in_stock=True,
    )


def as_json(filters: ProductFilter) -> dict[str, Any]:
    """A filter as a slot keeps it."""
    return {
        "categories": list(filters.categories),
        "brands": list(filters.brands),
        "not_brands": list(filters.not_brands),
        "colours": list(filters.colours),
        "sizes": list(filters.sizes),
        "price_min": str(filters.price_min) if filters.price_min is not None else None,
        "price_max": str(filters.price_max) if filters.price_max is not None else None,
    }


def from_json(kept: dict[str, Any]) -> ProductFilter:
    """A filter as it was kept."""
    return ProductFilter(
        categories=tuple(kept.get("categories") or ()),
        brands=tuple(kept.get("brands") or ()),
        not_brands=tuple(kept.get("not_brands") or ()),
        colours=tuple(kept.get("colours") or ()),
        sizes=tuple(kept.get("sizes") or ()),
        price_min=amount(kept.get("price_min")),
        price_max=amount(kept.get("price_max")),
        in_stock=True,
    )


def wants_cheap(text: str) -> bool:
    """Whether cheap ones are wanted first."""
    return any(
        word in text.lower()
        for word in ("cheap", "budget", "affordable", "less expensive", "便宜", "实惠", "性价比")
    )
