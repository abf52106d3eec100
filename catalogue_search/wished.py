"""The variant that words wish for: "the same but clicky", "a larger one, else blue".

Words are split into alternatives, each read by itself. What is not named stays as it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalogue_search.option_words import (
    Mention,
    Surfaces,
    mentions,
    names_option,
    readings,
    unit_values,
)
from catalogue_search.ordered_values import orderings, stepped, widened
from catalogue_search.wish_fit import (
    Wish,
    fitting_of,
    is_clear_among,
    keeps_all_else,
    meets,
    options_of,
)
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
    any_will_do,
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


def wished(
    text: str,
    variants: Sequence[VariantView],
    base: LineView | VariantView,
    *,
    name: str = "",
    surfaces: Surfaces | None = None,
) -> Wished:
    """The variant that `text` wishes for in place of `base`, of those that can be bought."""
    firsts: list[Wish] = []
    lacks: list[str] = []
    says = False
    numbers = re.findall(r"(?<!\d)\d{6,}(?!\d)", text)
    numbered = [one for one in variants if one.sku in numbers]
    if len(numbered) == 1:  # "item 4107812777" is that one
        one = numbered[0]
        its = () if one.stock == 0 else (one,)
        return Wished(its, is_clear=bool(its), lacks=() if its else (one.sku,), says=True)
    for part in alternatives(text):
        wishes = [
            _inherited(first, wish) if not wish.leaves else wish
            for wish in _read(part, variants, base, name, surfaces)
            for first in firsts[:1] or [Wish()]
        ]
        if not any(wish.says for wish in wishes):
            continue
        wish, says = wishes[0], True
        if wish.leaves and not (wish.wanted or wish.orders or wish.price):
            if not firsts:
                continue  # "keep the size" beside nothing else
            return Wished(leaves=True, lacks=tuple(lacks), says=True)
        firsts = firsts or wishes
        ways = [(one, found) for one in wishes if (found := fitting_of(one, variants, base))]
        if ways:
            return _found(ways, base, lacks)
        lacks.append(_in_words(wish))
    near = _nearest(firsts[0] if firsts else Wish(), variants, base)
    return Wished(near=tuple(near), lacks=tuple(lacks), says=says)


def _nearest(
    wish: Wish, variants: Sequence[VariantView], base: LineView | VariantView
) -> list[VariantView]:
    """What can be bought instead, the most like the wish first: what is named counts most."""
    own = {**dict(options_of(base)), **{name: its[0] for name, its in wish.wanted.items() if its}}

    def likeness(one: VariantView) -> int:
        return sum(
            1 + 4 * (name in wish.wanted)
            for name, value in options_of(one)
            if own.get(name) == value
        )

    others = [one for one in variants if one.stock > 0 and one.variant_id != base.variant_id]
    return sorted(others, key=likeness, reverse=True)


def _found(
    ways: Sequence[tuple[Wish, list[VariantView]]],
    base: LineView | VariantView,
    lacks: Sequence[str],
) -> Wished:
    """What the ways to read a wish come to; clear where all of them mean the same."""
    found = list({one.variant_id: one for _, its in ways for one in its}.values())
    exact = [(wish, its) for wish, its in ways if keeps_all_else(wish, its[0], base)]
    if len(exact) == 1 < len(ways) and is_clear_among(*exact[0], base):
        return Wished((exact[0][1][0],), is_clear=True, lacks=tuple(lacks), says=True)
    clear = [its[0].variant_id for wish, its in ways if is_clear_among(wish, its, base)]
    is_clear = len(clear) == len(ways) and len(set(clear)) == 1
    return Wished(tuple(found), is_clear=is_clear, lacks=tuple(lacks), says=True)


def _read(
    text: str,
    variants: Sequence[VariantView],
    base: LineView | VariantView,
    name: str,
    surfaces: Surfaces | None,
) -> list[Wish]:
    """The wish of some words, in each way that they can be read."""
    options = [options_of(one) for one in variants]
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
    own = {value for _, value in options_of(base)}
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
) -> Wish:
    held = dict(options_of(base))
    wish = Wish(
        same=SAME.search(text) is not None,
        free=FREE.search(text) is not None,
        price=price_wished(text),
        leaves=LEAVES.search(text) is not None,
    )
    softened = PREFER.search(text)
    wish.any_of = {one for one in values if any_will_do(text, one)}
    named = [one for one in named if one.option not in wish.any_of]
    for option, all_values in values.items():
        value, spans = stepped(text, option, held.get(option, ""), all_values)
        if value is not None:
            wish.wanted[option] = [value]
        for start, end in spans:
            named = [one for one in named if one.end <= start or end <= one.start]
            text = text[:start] + " " * (end - start) + text[end:]
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
            one
            for one in values
            if one not in {*wish.wanted, *wish.any_of} and names_option(kept.group(1), one)
        }
        wish.held |= stays
        wish.same = wish.same and not stays
    for option, all_values in values.items():
        if option not in wish.wanted:
            wish.unknown += unit_values(text, all_values)
    wish.orders = orderings(text, {k: v for k, v in values.items() if k not in wish.wanted})
    says_more = wish.wanted or wish.soft or wish.orders or wish.price or wish.unknown
    says_new = bool(says_more or wish.unwanted)
    all_held = wish.held == set(held) and AS_IT_IS.search(text) is not None
    wish.again = not says_new and (AGAIN.search(text) is not None or all_held)
    return wish


def _in_order(text: str, news: Sequence[Mention], its: Sequence[str]) -> list[str]:
    """Wanted values of one option: "black or silver" is either, else the last that is said."""
    if len(news) > 1 and OR.search(text[news[0].end : news[-1].start]):
        return list(dict.fromkeys(one.value for one in news))
    return widened(text, news[-1].value, its)


def _inherited(first: Wish, wish: Wish) -> Wish:
    """A fallback with all that was wished before and that it does not say otherwise."""
    if wish.price or wish.again or wish.free:
        return wish
    ordered = {one.option for one in wish.orders}
    other = {*wish.wanted, *wish.held, *ordered}
    if not wish.says and not (wish.held and first.says):
        return wish
    before = {one.option for one in first.orders}
    is_new = before and not ordered and not {*before, *first.wanted} & wish.wanted.keys()
    if is_new and wish.wanted and not wish.unknown:
        return wish  # "a larger one, else blue"; not "a brighter one with battery, else USB"
    wish.orders += [one for one in first.orders if one.option not in {*wish.wanted, *ordered}]
    wish.wanted = {**{k: v for k, v in first.wanted.items() if k not in other}, **wish.wanted}
    wish.unwanted |= {one for one in first.unwanted if one[0] not in other}
    wish.soft = {**first.soft, **wish.soft}
    wish.held |= {one for one in first.held if one not in wish.wanted}
    wish.price = wish.price or first.price
    return wish


def all_meeting(
    text: str,
    variants: Sequence[VariantView],
    base: LineView | VariantView,
    *,
    name: str = "",
    surfaces: Surfaces | None = None,
) -> list[VariantView]:
    """Every variant to be bought that has what the words name, whatever else it is like; the
    cheapest first: "which shorter ones in bamboo are there?"."""
    own = dict(options_of(base))
    wishes = _read(alternatives(text)[0], variants, base, name, surfaces)
    found = {
        one.variant_id: one
        for wish in wishes
        for one in variants
        if one.stock > 0
        and one.variant_id != base.variant_id
        and meets(wish, one, own, variants)
        and all(dict(options_of(one)).get(held) == own[held] for held in wish.held)
    }
    return sorted(found.values(), key=lambda one: one.price.amount)


def _in_words(wish: Wish) -> str:
    values = [value for its in wish.wanted.values() for value in its[:1]]
    return ", ".join(dict.fromkeys([*values, *wish.unknown]))
