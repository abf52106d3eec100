"""What the recommender is asked for: a query as a filter of the shop, as far as one can say it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from catalogue_search.query import Constraint, Query
from shop.catalogue import ProductFilter

# What a filter can say; everything else needs a search.
PLAIN: Final = frozenset({"brand", "colour", "size", "price"})
_UPPER: Final = frozenset({"at_most", "below", "about", "between"})
_LOWER: Final = frozenset({"at_least", "above", "about", "between"})


def is_plain(query: Query) -> bool:
    """Whether a filter says all that is asked: shelves, brands, colours, sizes and prices."""
    shelves = all(value.startswith("category:") for value in query.kind_values())
    plain = all(
        one.attribute in PLAIN
        and not (one.operator == "is_not" and one.attribute != "brand")
        and one.operator not in {"little", "much"}
        for one in query.constraints
    )
    return shelves and plain and not query.order and query.occasion is None


def filter_of(query: Query, brands: Mapping[str, str]) -> ProductFilter:
    """The filter of a plain query; `brands` are their names as the shop writes them by id."""

    def values(attribute: str, operator: str = "is") -> tuple[str, ...]:
        return tuple(
            value
            for one in query.constraints
            if one.attribute == attribute and one.operator == operator
            for value in one.values
        )

    prices = [one for one in query.ranges if one.attribute == "price"]
    highs = [one.high for one in prices if one.high is not None and one.operator in _UPPER]
    lows = [one.low for one in prices if one.low is not None and one.operator in _LOWER]
    strict = any(one.operator == "below" for one in prices)
    most = None if not highs else Decimal(str(round(min(highs), 2)))
    return ProductFilter(
        categories=tuple(v.removeprefix("category:") for v in query.kind_values()),
        brands=tuple(brands.get(one, one) for one in values("brand")),
        not_brands=tuple(brands.get(one, one) for one in values("brand", "is_not")),
        colours=values("colour"),
        sizes=values("size"),
        price_min=None if not lows else Decimal(str(round(max(lows), 2))),
        price_max=most - Decimal("0.01") if most is not None and strict else most,
        in_stock=True,
    )


def query_of(filters: ProductFilter) -> Query:
    """A filter as a query, so that it can be refined by words."""
    must = [
        Constraint(name, "is", tuple(values))
        for name, values in (
            ("brand", [one.lower() for one in filters.brands]),
            ("colour", filters.colours),
            ("size", filters.sizes),
        )
        if values
    ]
    refused = tuple(one.lower() for one in filters.not_brands)
    ranges = []
    if filters.price_max is not None:
        ranges.append(Constraint("price", "at_most", high=float(filters.price_max)))
    if filters.price_min is not None:
        ranges.append(Constraint("price", "at_least", low=float(filters.price_min)))
    kinds = tuple(f"category:{one}" for one in filters.categories)
    return Query(
        kinds=(Constraint("kind", "is", kinds),) if kinds else (),
        must=tuple(must),
        must_not=(Constraint("brand", "is_not", refused),) if refused else (),
        ranges=tuple(ranges),
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


def from_json(kept: Mapping[str, Any]) -> ProductFilter:
    """A filter as it was kept."""
    low, high = kept.get("price_min"), kept.get("price_max")
    return ProductFilter(
        categories=tuple(kept.get("categories") or ()),
        brands=tuple(kept.get("brands") or ()),
        not_brands=tuple(kept.get("not_brands") or ()),
        colours=tuple(kept.get("colours") or ()),
        sizes=tuple(kept.get("sizes") or ()),
        price_min=None if low is None else Decimal(str(low)),
        price_max=None if high is None else Decimal(str(high)),
        in_stock=True,
    )
