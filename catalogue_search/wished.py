"""The variant that words wish for: "the same but clicky", "a larger one, else blue".

Words are split into alternatives, each read by itself. What is not named stays as it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalogue_search.option_words import (
    Mention,
    Surfaces,
    mentions,
    names_option,
    readings,
    unit_values,
)
from catalogue_search.ordered_values import Ordering, ordering, rank, widened
from catalogue_search.wish_words import (
    AGAIN,
    AS_IT_IS,
    FREE,
    KEPT,
    LEAVES,
    OR,
    PREFER,
    SAME,
    alternatives,
    price_wished,
)
from shop.options import Options, values_by_name
from shop.views import LineView, VariantView


@dataclass(frozen=True)
class Wished:
    """What words wish for.

    `fits` are the variants that meet it, best first; where none does `near` are those most like it.
    `is_clear` where the first is meant and no other. `leaves` says that the item shall stay as it
    is. `lacks` are what could not be had of the wish, in words; `says` whether the words wish for
    anything.
    """

    fits: tuple[VariantView, ...] = ()
    near: tuple[VariantView, ...] = ()
    is_clear: bool = False
    leaves: bool = False
    lacks: tuple[str, ...] = ()
    says: bool = False

    @property
    def chosen(self) -> VariantView | None:
        """The one variant that is meant."""
        return self.fits[0] if self.is_clear and self.fits else None


@dataclass
class _Wish:
    """One alternative, read: values wanted by option (the best first), not wanted, and an order."""

    wanted: dict[str, list[str]] = field(default_factory=dict)
    soft: dict[str, list[str]] = field(default_factory=dict)
    unwanted: set[tuple[str, str]] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    order: Ordering | None = None
    price: str = ""
    same: bool = False
    again: bool = False
    free: bool = False
    leaves: bool = False
    held: set[str] = field(default_factory=set)

    @property
    def says(self) -> bool:
        named = self.wanted or self.soft or self.unwanted or self.unknown
        return bool(named or self.order or self.price or self.again or self.leaves or self.free)


def wished(
    text: str,
    variants: Sequence[VariantView],
    base: LineView | VariantView,
    *,
    name: str = "",
    surfaces: Surfaces | None = None,
) -> Wished:
    """The variant that `text` wishes for in place of `base`, of those that can be bought."""
    firsts: list[_Wish] = []
    lacks: list[str] = []
    says = False
    for part in alternatives(text):
        wishes = [
            _inherited(first, wish) if not wish.leaves else wish
            for wish in _read(part, variants, base, name, surfaces)
            for first in firsts[:1] or [_Wish()]
        ]
        if not any(wish.says for wish in wishes):
            continue
        wish, says = wishes[0], True
        if wish.leaves and not (wish.wanted or wish.order or wish.price):
            if not firsts:
                continue  # "keep the size" beside nothing else
            return Wished(leaves=True, lacks=tuple(lacks), says=True)
        firsts = firsts or wishes
        ways = [(one, found) for one in wishes if (found := _fitting(one, variants, base))]
        if ways:
            return _found(ways, base, lacks)
        lacks.append(_in_words(wish))
    near = _nearest(firsts[0] if firsts else _Wish(), variants, base)
    return Wished(near=tuple(near), lacks=tuple(lacks), says=says)


def _nearest(
    wish: _Wish, variants: Sequence[VariantView], base: LineView | VariantView
) -> list[VariantView]:
    """What can be bought instead, the most like the wish first: what is named counts most."""
    own = {**dict(_options(base)), **{name: its[0] for name, its in wish.wanted.items() if its}}

    def likeness(one: VariantView) -> int:
        return sum(1 + 4 * (name in wish.wanted) for name, value in _options(one)
                   if own.get(name) == value)  # fmt: skip

    others = [one for one in variants if one.stock > 0 and one.variant_id != base.variant_id]
    return sorted(others, key=likeness, reverse=True)


def _found(
    ways: Sequence[tuple[_Wish, list[VariantView]]],
    base: LineView | VariantView,
    lacks: Sequence[str],
) -> Wished:
    """What the ways to read a wish come to; clear where all of them mean the same."""
    found = list({one.variant_id: one for _, its in ways for one in its}.values())
    exact = [(wish, its) for wish, its in ways if _keeps_all_else(wish, its[0], base)]
    if len(exact) == 1 < len(ways) and _is_clear(*exact[0], base):
        return Wished((exact[0][1][0],), is_clear=True, lacks=tuple(lacks), says=True)
    clear = [its[0].variant_id for wish, its in ways if _is_clear(wish, its, base)]
    is_clear = len(clear) == len(ways) and len(set(clear)) == 1
    return Wished(tuple(found), is_clear=is_clear, lacks=tuple(lacks), says=True)


def _read(
    text: str,
    variants: Sequence[VariantView],
    base: LineView | VariantView,
    name: str,
    surfaces: Surfaces | None,
) -> list[_Wish]:
    """The wish of some words, in each way that they can be read."""
    options = [_options(one) for one in variants]
    text = _without_description(text, options, base, name, surfaces)
    found = mentions(text, options, name, surfaces)
    return [_one_reading(text, values_by_name(options), base, way) for way in readings(found)]


def _without_description(
    text: str,
    options: Sequence[Options],
    base: LineView | VariantView,
    name: str,
    surfaces: Surfaces | None,
) -> str:
    """Without what stands in brackets and says how the item is now."""
    own = {value for _, value in _options(base)}
    for group in re.findall(r"[(（\[{][^)）\]}]*[)）\]}]", text):
        named = mentions(group, options, name, surfaces)
        if named and all(
            any(o.value in own for o in named if o.start == one.start) for one in named
        ):
            text = text.replace(group, " ")
    return text


def _one_reading(
    text: str,
    values: Mapping[str, Sequence[str]],
    base: LineView | VariantView,
    named: Sequence[Mention],
) -> _Wish:
    held = dict(_options(base))
    wish = _Wish(
        same=SAME.search(text) is not None,
        free=FREE.search(text) is not None,
        price=price_wished(text),
        leaves=LEAVES.search(text) is not None,
    )
    softened = PREFER.search(text)
    for one in named:
        if one.is_not:
            wish.unwanted.add((one.option, one.value))
    for option in dict.fromkeys(one.option for one in named if not one.is_not):
        its = [one for one in named if one.option == option and not one.is_not]
        news = [one for one in its if held.get(option) != one.value]
        if not news:
            wish.held.add(option)
            continue
        soft = softened is not None and softened.start() < news[0].start
        target = wish.soft if soft else wish.wanted
        target[option] = _in_order(text, news, values[option])
    if (kept := KEPT.search(text)) is not None:
        stays = {
            one for one in values if one not in wish.wanted and names_option(kept.group(1), one)
        }
        wish.held |= stays
        wish.same = wish.same and not stays
    for option, all_values in values.items():
        if option not in wish.wanted:
            wish.unknown += unit_values(text, all_values)
    wish.order = ordering(text, {k: v for k, v in values.items() if k not in wish.wanted})
    says_more = wish.wanted or wish.soft or wish.order or wish.price or wish.unknown
    says_new = bool(says_more or wish.unwanted)
    all_held = wish.held == set(held) and AS_IT_IS.search(text) is not None
    wish.again = not says_new and (AGAIN.search(text) is not None or all_held)
    return wish


def _in_order(text: str, news: Sequence[Mention], its: Sequence[str]) -> list[str]:
    """Wanted values of one option: "black or silver" is either, else the last that is said."""
    if len(news) > 1 and OR.search(text[news[0].end : news[-1].start]):
        return list(dict.fromkeys(one.value for one in news))
    return widened(text, news[-1].value, its)


def _inherited(first: _Wish, wish: _Wish) -> _Wish:
    """A fallback with all that was wished before and that it does not say otherwise."""
    if wish.price or wish.again or wish.free:
        return wish
    other = {*wish.wanted, *wish.held, *([wish.order.option] if wish.order else ())}
    if not wish.says:
        return wish
    is_new = (
        wish.order is None and first.order is not None and first.order.option not in wish.wanted
    )
    if is_new and wish.wanted and not wish.unknown:
        return wish  # "a larger one, else blue"
    wish.wanted = {**{k: v for k, v in first.wanted.items() if k not in other}, **wish.wanted}
    wish.unwanted |= {one for one in first.unwanted if one[0] not in other}
    wish.soft = {**first.soft, **wish.soft}
    wish.held |= {one for one in first.held if one not in wish.wanted}
    wish.price = wish.price or first.price
    return wish


def _fitting(
    wish: _Wish, variants: Sequence[VariantView], base: LineView | VariantView
) -> list[VariantView]:
    if wish.unknown and not wish.wanted:
        return []
    own = dict(_options(base))
    if wish.again:
        return [one for one in variants if one.variant_id == base.variant_id and one.stock > 0]
    fits = [
        one
        for one in variants
        if one.stock > 0 and one.variant_id != base.variant_id and _meets(wish, one, own, variants)
    ]
    if wish.price in {"least", "most"} or (wish.price == "less"):
        return _by_price(wish, fits, own, base)
    kept = {(k, v) for k, v in own.items() if k not in wish.wanted and k not in _changed(wish)}
    exact = [one for one in fits if kept <= {*_options(one)}]
    strict = wish.same or (wish.held and not wish.free)
    if not exact and wish.held and not wish.same:
        must = {(k, v) for k, v in kept if k in wish.held}
        fits = [one for one in fits if must <= {*_options(one)}]
        strict = False
    found = exact or ([] if strict else fits)
    if not wish.wanted and not wish.order and not exact:
        found = fits if wish.free or wish.unwanted or wish.soft else []
    found.sort(key=lambda one: -len({*_options(one)} & kept))
    return _by_order(_by_softness(_by_choice(found, wish), wish), wish, variants)


def _changed(wish: _Wish) -> set[str]:
    """Options that the wish changes without naming a value for them."""
    ordered = {wish.order.option} if wish.order else set()
    refused = {option for option, _ in wish.unwanted}
    return {*ordered, *wish.soft, *(one for one in refused if one not in wish.held)}


def _meets(
    wish: _Wish, one: VariantView, own: Mapping[str, str], variants: Sequence[VariantView]
) -> bool:
    its = dict(_options(one))
    if any(its.get(option) not in values for option, values in wish.wanted.items()):
        return False
    if any(its.get(option) == value for option, value in wish.unwanted):
        return False
    if wish.order is None or wish.order.way in {"most", "least"}:
        return True
    option = wish.order.option
    among = [dict(_options(v)).get(option, "") for v in variants]
    new, old = rank(its.get(option, ""), among), rank(own.get(option, ""), among)
    if new is None or old is None:
        return False
    return new > old if wish.order.way == "more" else new < old


def _by_price(
    wish: _Wish, fits: list[VariantView], own: Mapping[str, str], base: LineView | VariantView
) -> list[VariantView]:
    """By price; what is said to stay the same stays, all else is free."""
    kept = {(k, v) for k, v in own.items() if k in wish.held}
    if wish.same and not wish.held:
        kept = {(k, v) for k, v in own.items() if k not in wish.wanted}
    fits = [one for one in fits if kept <= {*_options(one)}]
    if wish.price == "less":
        paid = base.unit_price if isinstance(base, LineView) else base.price
        fits = [one for one in fits if one.price.amount < paid.amount]
    fits.sort(key=lambda one: one.price.amount, reverse=wish.price == "most")
    return fits


def _by_choice(found: list[VariantView], wish: _Wish) -> list[VariantView]:
    """Of "black or silver" the ones with what was said first, where there are any."""
    for option, values in wish.wanted.items():
        for value in values:
            has = [one for one in found if dict(_options(one)).get(option) == value]
            if has:
                found = has
                break
    return found


def _by_softness(found: list[VariantView], wish: _Wish) -> list[VariantView]:
    for option, values in wish.soft.items():
        has = [one for one in found if dict(_options(one)).get(option) in values]
        found = has or found
    return found


def _by_order(
    found: list[VariantView], wish: _Wish, variants: Sequence[VariantView]
) -> list[VariantView]:
    """Of more or less the nearest, of the most and the least the outermost."""
    if wish.order is None or not found:
        return found
    option = wish.order.option
    among = [dict(_options(v)).get(option, "") for v in variants]
    ranked = [(rank(dict(_options(one)).get(option, ""), among) or 0.0, one) for one in found]
    ends = min if wish.order.way in {"more", "least"} else max
    best = ends(at for at, _ in ranked)
    return [one for at, one in ranked if at == best]


def _is_clear(wish: _Wish, found: Sequence[VariantView], base: LineView | VariantView) -> bool:
    if len(found) == 1 or wish.price in {"least", "most"}:
        return True
    return sum(_keeps_all_else(wish, one, base) for one in found) == 1


def _keeps_all_else(wish: _Wish, one: VariantView, base: LineView | VariantView) -> bool:
    """Whether a variant has everything as it was that the wish says nothing of."""
    own = dict(_options(base)).items()
    kept = {(k, v) for k, v in own if k not in wish.wanted and k not in _changed(wish)}
    return kept <= {*_options(one)}


def _options(one: LineView | VariantView) -> Options:
    """The options; of a shop that has none but size and colour those."""
    return one.options or tuple(
        pair for pair in (("colour", one.colour), ("size", one.size)) if pair[1]
    )


def _in_words(wish: _Wish) -> str:
    values = [value for its in wish.wanted.values() for value in its[:1]]
    return ", ".join(dict.fromkeys([*values, *wish.unknown]))
