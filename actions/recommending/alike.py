"""Something like this, more like the second: by the product that is meant."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from actions.answers.finding import shelves_of
from actions.browsing.hearing import Heard, hear, meant
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import show
from actions.chat import Chat
from actions.recommending.filters import filter_of
from actions.recommending.offering import offer
from actions.recommending.wordings import wants_like
from catalogue_search.facts import facts_of
from catalogue_search.query import Query
from catalogue_search.search import search
from recommender.serving.wishes import Slot, Wish
from shop.catalogue import get_products
from shop.views import ProductView

MOST: Final = 4


def offered_alike(chat: Chat, *, slot: Slot = "chat", always: bool = False) -> bool:
    """Answer a wish for things like a product, with what the message changes of it.

    False, and nothing said, when the message is no such wish or there is nothing to compare with;
    `always` when a product that is meant is enough.
    """
    if not (always or wants_like(chat.turn.text)):
        return False
    heard = hear(chat)
    seed = meant(chat, heard) or (heard.shown[0] if heard.shown else None)
    if seed is None or (heard.kinds and not heard.kinds & facts_of(seed).kinds):
        return False
    query = heard.query
    name = seed.name(chat.turn.language)
    needed = [one.attribute for one in query.constraints if one.is_hard]
    names = {
        "price": ("price_min", "price_max"),
        "colour": ("colours",),
        "size": ("sizes",),
        "brand": ("brands",),
    }
    held = [field for one in needed for field in names.get(one, ())]
    fits = _fitting(chat, seed, query)
    if fits is not None and (measured := _measured(seed, fits)) is not None:
        return _say_measured(chat, heard, seed, measured)
    wish = wish_like(seed, query, slot)
    seen = [one.product_id for one in heard.shown]
    if fits is not None and offer(
        chat, wish, "utter_alike", needed=held, seen=[*seen, seed.product_id], product=name
    ):
        return True
    chat.say("utter_none_alike", product=name, buttons=[chat.words.person()])
    chat.did("refused")
    return True


def _fitting(chat: Chat, seed: ProductView, query: Query) -> Query | None:
    """The query on the seed's shelf, where anything fits it; None where nothing does."""
    own = replace(query, kinds=shelves_of([seed]).kinds)
    return own if search(own, chat.services.catalogue.current(), limit=1).is_exact else None


def _measured(seed: ProductView, query: Query) -> Query | None:
    """The query with what is to be more or less than of the seed; None where nothing but a price.

    "Warmer than the first" is more than the first has, whatever else is shown.
    """
    relative = [
        one
        for one in query.ranges
        if one.operator in {"below", "above"} and one.attribute != "price"
    ]
    if not relative:
        return None
    own = facts_of(seed).quantities
    ranges = [
        replace(
            one,
            low=own.get(one.attribute, one.low) if one.operator == "above" else one.low,
            high=own.get(one.attribute, one.high) if one.operator == "below" else one.high,
        )
        if one in relative
        else one
        for one in query.ranges
    ]
    return replace(query, ranges=tuple(ranges))


def _say_measured(chat: Chat, heard: Heard, seed: ProductView, query: Query) -> bool:
    result = search(query, heard.catalogue, limit=MOST)
    name = seed.name(chat.turn.language)
    if not result.is_exact or not result.products:
        chat.say("utter_none_alike", product=name, buttons=[chat.words.person()])
        chat.did("refused")
        return True
    with chat.services.database.reading() as session:
        products = get_products(session, list(result.ids), now=chat.turn.now)
    phrases = phrases_of(chat.words, products)
    reasons = [phrases.reason(one.values) for one in result.products]
    show(chat, products, "utter_alike", query=query, reasons=reasons, product=name)
    return True


def wish_like(seed: ProductView, query: Query, slot: Slot) -> Wish:
    """Things of the seed's shelf like it, with what the message changes."""
    asked = filter_of(query, {})
    most = asked.price_max
    if any(one.attribute == "price" and one.operator == "little" for one in query.ranges):
        most = seed.price.amount - Decimal("0.01")
    filters = replace(
        asked,
        categories=(seed.category,),
        brands=tuple(one for one in asked.brands if one != seed.brand.lower()),
        price_max=most,
    )
    return Wish(filters, slot, "similar", (seed.product_id,))
