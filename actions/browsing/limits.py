"""What a search can hold to: sizes in bands, what the shop tells of no product, other money."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from actions.browsing.hearing import Heard
from actions.browsing.phrases import Phrases, phrases_of
from actions.chat import Chat
from catalogue_search.catalogue import Mask
from catalogue_search.facts import colour_ids, facts_of
from catalogue_search.lexicon import lexicon
from catalogue_search.measures import bounds, is_in_band
from catalogue_search.query import Constraint, Query
from catalogue_search.refine import is_suggested
from catalogue_search.search import Found
from catalogue_search.tokens import tokenize
from kit.i18n import join_words
from kit.phrases import has_manner, spoken

_OTHER_MONEY: Final = spoken("browsing", "limits.other_money")
# What is called so may be euros as well.
_EUROS: Final = re.compile(r"€|欧|eur", re.IGNORECASE)
_ANY_MONEY: Final = re.compile(r"\d\s*(?:块|大洋|bucks\b)", re.IGNORECASE)


def in_euros(chat: Chat, heard: Heard, query: Query) -> Query:
    """Without a limit in money that is not the shop's: that is said first, not afterwards."""
    if not any(one.attribute == "price" for one in heard.query.ranges):
        return query
    if _OTHER_MONEY.search(chat.turn.text):
        chat.say("utter_prices_not_converted")
        return replace(query, ranges=tuple(o for o in query.ranges if o.attribute != "price"))
    if _ANY_MONEY.search(chat.turn.text) or _is_bare_sum(chat, heard):
        chat.say("utter_prices_in_euros")
    return query


def _is_bare_sum(chat: Chat, heard: Heard) -> bool:
    """Whether a sum has no currency where most think in another one; said once."""
    bare = has_manner(chat.turn.language, "actions", "limits.thinks_in_other_money")
    bare = bare and not _EUROS.search(chat.turn.text)
    sums = any(
        one.attribute == "price" and one.operator in {"at_most", "at_least", "about", "between"}
        for one in heard.query.ranges
    )
    return bare and sums and not chat.state.note_said("prices_in_euros")


def with_bands(heard: Heard, query: Query) -> Query:
    """Size 39 is also the band 39-42 in which socks come."""

    def widened(one: Constraint) -> Constraint:
        if one.attribute != "size":
            return one
        bands = [size for size in sorted(heard.catalogue.sizes) if size.count("-") == 1]
        held = [
            size
            for size in bands
            if any(is_in_band(size, value) for value in one.values) and size not in one.values
        ]
        return replace(one, values=(*one.values, *held))

    return replace(query, must=tuple(widened(one) for one in query.must))


def without_unmarked(heard: Heard, query: Query) -> tuple[Query, list[Constraint]]:
    """Without what this shop tells of no product of the kind, which would rule out everything, and
    what of it is to be said.

    A number is left out in silence (stoves are for any number of people), and for whom where it is
    told of other things: a sleeping bag is anybody's. What is for children must be marked so.
    """
    catalogue, kinds = heard.catalogue, query.kind_values()
    of_kind = catalogue.kinds.any_of(kinds) if kinds else np.ones(len(catalogue), dtype=bool)
    if not of_kind.any():
        return query, []
    nameless = [one for one in query.ranges if _is_unmeasured(heard, query, one, of_kind)]
    unmarked = list(nameless)
    told = [one for one in nameless if one.attribute != "persons"]
    known = catalogue.genders.is_known
    gendered = [one for one in (*query.must, *query.must_not) if one.attribute == "gender"]
    childlike = [one for one in gendered if CHILDREN in one.values]
    if childlike and not catalogue.genders.any_of((CHILDREN,))[of_kind].any():
        unmarked += childlike
        told += childlike
    if not (known & of_kind).any():
        others = [one for one in gendered if one not in unmarked]
        unmarked += others
        told += [] if known.any() else [one for one in others if one.is_hard]
    must = tuple(one for one in query.must if one not in unmarked)
    must_not = tuple(one for one in query.must_not if one not in unmarked)
    ranges = tuple(one for one in query.ranges if one not in unmarked)
    return replace(query, must=must, must_not=must_not, ranges=ranges), told


_OF_SAME: Final = ("weight", "price", "colour")


def same_as_focus(chat: Chat, heard: Heard) -> list[Constraint]:
    """ "In the same size", 一样大的: what the product spoken of has of it, as a constraint.

    A pack's size is its volume; where a thing comes in sizes, the one spoken of is kept.
    """
    match, one = spoken("actions", "limits.same").search(chat.turn.text), heard.at_hand
    if match is None or one is None:
        return []
    said = match["as"].lower()
    named = (one for one in _OF_SAME if spoken("actions", f"limits.{one}").search(said))
    wanted = next(named, "volume")
    focus = chat.state.focus
    if wanted == "colour":
        held = colour_ids(focus.colour) if focus.colour else frozenset()
        return [Constraint("colour", "is", tuple(held))] if held else []
    value = facts_of(one).quantities.get(wanted)
    if wanted == "volume" and value is None:
        return [Constraint("size", "is", (focus.size,))] if focus.size else []
    if value is None:
        return []
    low, high = bounds(wanted, "about", value)
    return [Constraint(wanted, "about", low=low, high=high)]


def without_unknown_order(chat: Chat, heard: Heard, query: Query) -> Query:
    """Without an order by what is known of none of the kind, which is said: nobody has rated them
    yet."""
    if not query.order:
        return query
    kinds = query.kind_values()
    of_kind = heard.catalogue.kinds.any_of(kinds) if kinds else np.ones(len(heard.catalogue), bool)
    lost = [
        one
        for one in query.order
        if of_kind.any() and np.isnan(heard.catalogue.quantity(one.quantity)[of_kind]).all()
    ]
    if lost:
        phrases = phrases_of(chat.words)
        chat.say(
            "utter_order_unknown",
            kind=phrases.kind(query),
            topic=phrases.name("topic", lost[0].quantity),
        )
    return replace(query, order=tuple(one for one in query.order if one not in lost))


CHILDREN: Final = "children"
# Quantities that are known of whatever they can be known of; a mat is neither thick nor thin.
_OF_SOME: Final = frozenset({"persons", "warmth", "capacity", "brightness", "insulation"})


def _is_unmeasured(heard: Heard, query: Query, one: Constraint, of_kind: Mask) -> bool:
    """Whether a quantity that is asked for in the message's words is known of none of the kind."""
    if one.attribute not in _OF_SOME or is_suggested(one, query) or _is_use(one.source):
        return False
    if one.attribute == "persons" and not one.is_hard:
        return False
    return bool(np.isnan(heard.catalogue.quantity(one.attribute)[of_kind]).all())


def _is_use(source: str) -> bool:
    """Whether the words say what something is for, which lets one prefer the rest."""
    _, senses = lexicon().phrases.at(tokenize(source), 0)
    return any(sense.topic == "occasion" for sense in senses)


def unmarked_in_words(phrases: Phrases, told: Sequence[Constraint]) -> str:
    """What is not told of the kind: numbers and degrees as they were said."""
    said = [one.source if one.operator in _DEGREES else phrases.of(one) for one in told]
    return join_words(list(dict.fromkeys(said)), phrases.language)


_DEGREES: Final = frozenset({"little", "much", "below", "above"})


# What an occasion asks for so firmly that a list without it must say so.
_FIRM: Final = frozenset({"season", "comfort", "insulation"})


def not_meant_for(query: Query, found: Sequence[Found]) -> list[Constraint]:
    """What the occasion asks for and none of those found has: a tent for the snow."""
    if query.occasion is None or not found:
        return []
    return [
        one
        for one in query.soft
        if one.attribute in _FIRM
        and one.operator not in {"little", "much"}
        and all(one in product.unmet and one.attribute in dict(product.values) for product in found)
    ]
