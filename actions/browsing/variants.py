"""Variants of a product by their options; what is sold out: when it is back, the notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from actions.browsing.hearing import look_at
from actions.browsing.showing import note_held, note_variant
from actions.chat import Chat
from actions.days import last_day_meant
from actions.turn import Button
from actions.wording import Words
from catalogue_search.facts import colour_ids
from catalogue_search.measures import is_in_band
from catalogue_search.query import Query
from forecasting.lateness import first_by
from forecasting.restock import incoming, restock_of
from kit.i18n import local_day
from kit.phrases import spoken
from shop.options import known_option, values_by_name
from shop.sizes import usual_size
from shop.views import ProductView, VariantView

MY_SIZE: Final = spoken("browsing", "variants.my_size")
MOST_LISTED: Final = 6


def own_size(chat: Chat, session: Session, product: ProductView) -> str | None:
    """The size that somebody who says "my size" usually takes of such products; None if unknown."""
    if chat.turn.first("size") or not MY_SIZE.search(chat.turn.text) or chat.signed_in is None:
        return None
    size = usual_size(session, chat.signed_in, product.category)
    return size if size in {variant.size for variant in product.variants} else None


@dataclass(frozen=True)
class Wanted:
    """Sizes and colours that are asked for of one product; any where there are none."""

    sizes: frozenset[str]
    colours: frozenset[str]

    def among(self, variants: Sequence[VariantView]) -> list[VariantView]:
        """Those of a size and of a colour that are asked for."""
        return [
            one
            for one in variants
            if (not self.sizes or self._is_size(one.size))
            and (not self.colours or colour_ids(one.colour) & self.colours)
        ]

    def _is_size(self, size: str) -> bool:
        """Whether it is one of the sizes, or the band that holds one: 39-42."""
        return size.upper() in self.sizes or any(is_in_band(size, one) for one in self.sizes)

    def told(self, words: Words) -> str:
        """`green, size M`."""
        either = words.text("or")
        sizes = [words.text("size", size=one) for one in sorted(self.sizes)]
        colours = [words.colour(one) for one in sorted(self.colours)]
        return words.text("comma").join(either.join(one) for one in (colours, sizes) if one)


def wanted_of(chat: Chat, product: ProductView, query: Query, own: str | None = None) -> Wanted:
    """The size and colour that are named; what was named of it before still holds."""
    focus = chat.state.focus
    sizes, colours = _named(query, "size"), _named(query, "colour")
    is_same = focus.product == product.slug
    sizes |= {size.upper() for size in chat.turn.entities.get("size", ())}
    sizes -= _only_in_name(product)
    colours |= {one for name in chat.turn.entities.get("colour", ()) for one in colour_ids(name)}
    if own:
        sizes = {own.upper()}
    if is_same and not sizes and focus.size:
        sizes = {focus.size.upper()}
    listed_by = _search_behind(chat, product)
    sizes = sizes or {one.upper() for one in _named(listed_by, "size")}
    colours = colours or _named(listed_by, "colour")
    if not any(one.size for one in product.variants):
        sizes = set()  # the 45 of a Ridge 45 is its name
    if is_same and not colours and focus.colour:
        colours = set(colour_ids(focus.colour))
    return Wanted(frozenset(sizes), frozenset(colours))


def _search_behind(chat: Chat, product: ProductView) -> Query:
    """The search that a product was listed by: of those in 43 "is the first in stock?" asks for the
    43. Empty where it was not listed, or has been looked at since."""
    shown, focus = chat.state.shown, chat.state.focus
    listed = shown.kind == "products" and str(product.product_id) in shown.keys
    if not listed or len(shown.keys) < FEWEST_LISTED or focus.product == product.slug:
        return Query()
    return Query.from_json(chat.state.search or {})


FEWEST_LISTED: Final = 2


def _only_in_name(product: ProductView) -> set[str]:
    """Words of its name that look like a size which it has not: the Ridge 45."""
    names = product.names.together.upper().split()
    return set(names) - {one.size.upper() for one in product.variants}


def variants_wanted(
    chat: Chat, product: ProductView, query: Query, own: str | None = None
) -> list[VariantView]:
    """Variants of the size and colour that are named."""
    return wanted_of(chat, product, query, own).among(product.variants)


def note_asked(chat: Chat, product: ProductView, query: Query) -> None:
    """Bring a product into focus with the size and colour that were named of it."""
    look_at(chat, product)
    note_variant(chat, product)
    for name in ("size", "colour"):
        values = _named(query, name)
        if len(values) == 1 and not chat.turn.first(name):
            note_held(chat, product, name, next(iter(values)))


def _named(query: Query, attribute: str) -> set[str]:
    return {v for one in query.must if one.attribute == attribute for v in one.values}


def listed(chat: Chat, variants: Sequence[VariantView]) -> str:
    """Variants in short: colours with their sizes, then the values of each other option."""
    words = chat.words
    by_colour: dict[str, list[str]] = {}
    for one in variants:
        by_colour.setdefault(one.colour, []).append(one.size)
    rows = []
    for colour, sizes in by_colour.items():
        name = words.colour(colour) if colour else ""
        held = words.text("comma").join(dict.fromkeys(size for size in sizes if size))
        rows.append(name + words.in_brackets(held) if name else held)
    rows = [row for row in rows[:MOST_LISTED] if row]
    for name, values in values_by_name(one.options for one in variants).items():
        if known_option(name) is None:
            rows.append(words.option(name, words.text("comma").join(values)))
    return words.text("semicolon").join(rows)


def say_when_back(
    chat: Chat, session: Session, product: ProductView, wanted: Sequence[VariantView]
) -> None:
    """When it is back, what is there now, and the offer of a notice."""
    words, turn = chat.words, chat.turn
    today = local_day(turn.now)
    dates = [(restock_of(session, v.variant_id, today=today), v) for v in wanted]
    known = sorted(((r.likely, r, v) for r, v in dates if r is not None), key=lambda x: x[0])
    notice = Button(words.text("notify_me"), f'/notify_restock{{"slug":"{product.slug}"}}')
    variant = words.variant(known[0][2] if known else wanted[0])
    values: dict[str, Any] = {
        "product": product.name(turn.language),
        "variant": chat.words.in_brackets(variant),
    }
    if known:
        restock = known[0][1]
        chat.say(
            "utter_back_on",
            buttons=[notice],
            likely=words.day(restock.likely),
            surely=words.day(restock.surely),
            **values,
        )
        day = None if turn.is_button else last_day_meant(turn.text, today)
        chance = None if day is None else first_back_by(session, wanted, day, today)
        if day is not None and chance is not None:
            chat.say("utter_back_by", by=words.day(day), chance=round(100 * chance))
    else:
        chat.say("utter_back_unknown", buttons=[notice], **values)
    others = [v for v in product.variants if v.stock > 0]
    if others:
        chat.say("utter_there_instead", variants=listed(chat, others))
    look_at(chat, product)
    chat.did("restock", subject=product.slug)


def first_back_by(
    session: Session, wanted: Sequence[VariantView], day: date, today: date
) -> float | None:
    """How likely one of the variants is back by `day`; None when nothing is ordered."""
    coming = incoming(session, [variant.variant_id for variant in wanted])
    arrivals = [one.arrival for found in coming.values() for one in found]
    return first_by(arrivals, day, today) if arrivals else None
