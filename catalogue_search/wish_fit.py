"""Which variants meet a wish that was read: what is named, what stays, the nearest of more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalogue_search.ordered_values import Ordering, rank
from shop.options import Options
from shop.views import LineView, VariantView


@dataclass
class Wish:
    """One alternative, read: values wanted by option (the best first), not wanted, orders, and the
    options of which any value will do."""

    wanted: dict[str, list[str]] = field(default_factory=dict)
    soft: dict[str, list[str]] = field(default_factory=dict)
    unwanted: set[tuple[str, str]] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    orders: list[Ordering] = field(default_factory=list)
    price: str = ""
    same: bool = False
    again: bool = False
    free: bool = False
    leaves: bool = False
    held: set[str] = field(default_factory=set)
    any_of: set[str] = field(default_factory=set)

    @property
    def says(self) -> bool:
        named = self.wanted or self.soft or self.unwanted or self.unknown
        told = self.orders or self.price or self.again or self.leaves or self.free
        return bool(named or told or self.any_of)


def fitting_of(
    wish: Wish, variants: Sequence[VariantView], base: LineView | VariantView
) -> list[VariantView]:
    """The variants to be bought that meet a wish, the one most like `base` first."""
    if wish.unknown and not wish.wanted:
        return []
    own = dict(options_of(base))
    if wish.again:
        return [one for one in variants if one.variant_id == base.variant_id and one.stock > 0]
    fits = [
        one
        for one in variants
        if one.stock > 0 and one.variant_id != base.variant_id and meets(wish, one, own, variants)
    ]
    if wish.price:
        return _by_price(wish, fits, own, base)
    kept = {(k, v) for k, v in own.items() if k not in wish.wanted and k not in _changed(wish)}
    exact = [one for one in fits if kept <= {*options_of(one)}]
    strict = wish.same or (wish.held and not wish.free)
    if not exact and wish.held and not wish.same:
        must = {(k, v) for k, v in kept if k in wish.held}
        fits = [one for one in fits if must <= {*options_of(one)}]
        strict = False
    found = exact or ([] if strict else fits)
    if not wish.wanted and not wish.orders and not exact:
        found = fits if wish.free or wish.unwanted or wish.soft else []
    found.sort(key=lambda one: -len({*options_of(one)} & kept))
    return _by_order(_by_softness(_by_choice(found, wish), wish), wish, variants)


def _changed(wish: Wish) -> set[str]:
    """Options that the wish changes without naming a value for them."""
    ordered = {one.option for one in wish.orders}
    refused = {option for option, _ in wish.unwanted}
    return {*ordered, *wish.soft, *wish.any_of, *(one for one in refused if one not in wish.held)}


def meets(
    wish: Wish, one: VariantView, own: Mapping[str, str], variants: Sequence[VariantView]
) -> bool:
    its = dict(options_of(one))
    if any(its.get(option) not in values for option, values in wish.wanted.items()):
        return False
    if any(its.get(option) == value for option, value in wish.unwanted):
        return False
    return all(_is_past(order, its, own, variants) for order in wish.orders)


def _is_past(
    order: Ordering,
    its: Mapping[str, str],
    own: Mapping[str, str],
    variants: Sequence[VariantView],
) -> bool:
    """Whether a variant has more, or less, of an option than there is now."""
    if order.way in {"most", "least"}:
        return True
    among = [dict(options_of(v)).get(order.option, "") for v in variants]
    new, old = rank(its.get(order.option, ""), among), rank(own.get(order.option, ""), among)
    if new is None or old is None:
        return False
    return new > old if order.way == "more" else new < old


def _by_price(
    wish: Wish, fits: list[VariantView], own: Mapping[str, str], base: LineView | VariantView
) -> list[VariantView]:
    """By price; what is said to stay the same stays, all else is free."""
    kept = {(k, v) for k, v in own.items() if k in wish.held}
    if wish.same and not wish.held:
        kept = {(k, v) for k, v in own.items() if k not in wish.wanted}
    fits = [one for one in fits if kept <= {*options_of(one)}]
    if wish.price == "less":
        paid = base.unit_price if isinstance(base, LineView) else base.price
        fits = [one for one in fits if one.price.amount < paid.amount]
    fits.sort(key=lambda one: one.price.amount, reverse=wish.price == "most")
    return fits


def _by_choice(found: list[VariantView], wish: Wish) -> list[VariantView]:
    """Of "black or silver" the ones with what was said first, where there are any."""
    for option, values in wish.wanted.items():
        for value in values:
            has = [one for one in found if dict(options_of(one)).get(option) == value]
            if has:
                found = has
                break
    return found


def _by_softness(found: list[VariantView], wish: Wish) -> list[VariantView]:
    for option, values in wish.soft.items():
        has = [one for one in found if dict(options_of(one)).get(option) in values]
        found = has or found
    return found


def _by_order(
    found: list[VariantView], wish: Wish, variants: Sequence[VariantView]
) -> list[VariantView]:
    """Of more or less the nearest, of the most and the least the outermost."""
    for order in wish.orders:
        if not found:
            return found
        among = [dict(options_of(v)).get(order.option, "") for v in variants]
        ranked = [
            (rank(dict(options_of(one)).get(order.option, ""), among) or 0.0, one) for one in found
        ]
        ends = min if order.way in {"more", "least"} else max
        best = ends(at for at, _ in ranked)
        found = [one for at, one in ranked if at == best]
    return found


def is_clear_among(wish: Wish, found: Sequence[VariantView], base: LineView | VariantView) -> bool:
    """Whether the first of what was found is meant and no other."""
    if len(found) == 1 or wish.price in {"least", "most"}:
        return True
    return sum(keeps_all_else(wish, one, base) for one in found) == 1


def keeps_all_else(wish: Wish, one: VariantView, base: LineView | VariantView) -> bool:
    """Whether a variant has everything as it was that the wish says nothing of."""
    own = dict(options_of(base)).items()
    kept = {(k, v) for k, v in own if k not in wish.wanted and k not in _changed(wish)}
    return kept <= {*options_of(one)}


def options_of(one: LineView | VariantView) -> Options:
    """The options; of a shop that has none but size and colour those."""
    return one.options or tuple(
        pair for pair in (("colour", one.colour), ("size", one.size)) if pair[1]
    )
