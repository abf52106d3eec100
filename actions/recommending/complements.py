"""What goes with a product, a kind of product, or an order; only the wanted kind where one is."""

import re
from dataclasses import replace
from typing import Final

from actions.answers import answers
from actions.answers.finding import find, say_unknown_kind, search_products
from actions.answers.product_texts import untold_of_shown
from actions.browsing.bought import bought
from actions.browsing.hearing import Heard, hear, look_at, spoken_of
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import SHOWN, show
from actions.chat import Chat
from actions.recommending.offering import offer
from catalogue_search.catalogue import text_words
from catalogue_search.facts import facts_of
from catalogue_search.lexicon import concepts
from catalogue_search.query import Query
from catalogue_search.search import search
from dialogue.acts import Act
from kit.phrases import has_manner, spoken
from recommender.serving.told import inside
from recommender.serving.wishes import Wish
from shop.access import access_order
from shop.catalogue import ProductFilter, get_products, list_categories
from shop.views import OrderView, ProductView

_ORDER: Final = re.compile(
    r"\bmy (?:last |new |latest )?(?:order|purchase)s?\b"
    r"|\b(?:stuff|things?|what|ones?) (?:that )?(?:i|we)(?:'ve| have)? (?:just |already |last )?"
    r"(?:bought|ordered|got|purchased)\b"
    r"|订单|买的那|我[^，。！？]{0,6}买过?的",
    re.IGNORECASE,
)
# Uses in which things are taken along together, the first that has the thing counts.
_USES: Final = ("camping", "hut_tour", "running", "rain", "cold", "city")


@answers("ask_complements")
def complements(chat: Chat, act: Act) -> None:
    """What is bought with the thing that is meant; of the wanted kind, what fits is searched."""
    heard = hear(chat)
    if _only_asks_for_kind(chat, heard):
        search_products(chat, act)
        return
    order = None if heard.named or heard.kinds else _order(chat)
    product = None if order is not None else bought(chat) or _thing(chat, heard)
    if product is not None:
        look_at(chat, product)
        if unknown := _unknown(chat, heard):
            say_unknown_kind(chat, unknown, of_focus=True)
            return
    wanted = wanted_kinds(heard, product)
    if wanted is not None:
        _of_kind(chat, heard, wanted, product)
        return
    wish, named = _wish(chat, order, product)
    if wish is None:
        if untold_of_shown(chat):  # 度数能配吗, of what is listed
            return
        chat.say("utter_ask_goes_with_what")
        chat.did("asked")
        return
    if offer(chat, wish, "utter_complements", thing=named) is not None:
        return
    if product is None and order is not None:
        product = _first_of(chat, order)
    if product is None or not _along(chat, heard, product):
        chat.say("utter_no_complements", thing=named, buttons=[chat.words.person()])
        chat.did("refused")


# 配套的裤子, "matching trousers": the kind behind it is what is wanted.
_MATCHING: Final = re.compile(r"\bmatching\b|(?:配套|搭配|成套|同系列)的", re.IGNORECASE)


def _only_asks_for_kind(chat: Chat, heard: Heard) -> bool:
    """ "What about a backpack with a hip belt" names a kind and nothing that it is to go with."""
    if heard.kinds and _MATCHING.search(chat.turn.text) and _thing(chat, heard) is None:
        return True
    unsure = chat.turn.confidence < SURE and not chat.turn.is_button
    return unsure and bool(heard.kinds) and _ALONG.search(chat.turn.text) is None


SURE: Final = 0.75
_ALONG: Final = re.compile(
    r"\b(?:go(?:es)?|wear|use|pair|match\w*|along|together|complement\w*|fits?|need|bring|pack)\b"
    r"|搭|配(?![件饰])|一起|需要|还要|还缺",
    re.IGNORECASE,
)


def _first_of(chat: Chat, order: OrderView) -> ProductView | None:
    """The first thing of an order that is still sold."""
    with chat.services.database.reading() as session:
        views = get_products(session, [one.product_id for one in order.lines], now=chat.turn.now)
    return views[0] if views else None


def _thing(chat: Chat, heard: Heard) -> ProductView | None:
    if heard.named or heard.pointed:
        return (heard.named or heard.pointed)[0]
    if chat.turn.first("slug") or heard.in_focus:
        return heard.focus
    around = [one for one in (heard.focus, *heard.earlier) if one is not None]
    fits = [one for one in around if facts_of(one).kinds & heard.kinds]
    return fits[0] if fits else (None if heard.kinds else spoken_of(chat))


def _unknown(chat: Chat, heard: Heard) -> str:
    """A kind of thing that is asked for and that the shop does not have; empty otherwise."""
    match = spoken("actions", "complements.needs").search(chat.turn.text)
    if match is None or heard.kinds:
        return ""
    noun = match["noun"].strip().lower()
    parts = text_words(noun)
    return "" if any(part in heard.catalogue.postings for part in parts) else noun


def wanted_kinds(heard: Heard, product: ProductView | None) -> Query | None:
    """What of the message is looked for beside the thing itself; None where that is open."""
    if product is None:
        return None
    own = facts_of(product).kinds
    kinds = tuple(
        replace(one, values=values)
        for one in heard.query.kinds
        if (values := tuple(value for value in one.values if value not in own))
    )
    return replace(heard.query, kinds=kinds) if kinds else None


def _along(chat: Chat, heard: Heard, product: ProductView) -> bool:
    """What one takes along where such things are used; False where no use is known."""
    own = facts_of(product).kinds
    uses = concepts()["occasions"]
    use = next((name for name in _USES if own & set(uses[name]["kinds"])), None)
    if use is None:
        return False
    found = search(Query(occasion=use), heard.catalogue, limit=SHOWN * 4)
    ids = [one.product_id for one in found.products]
    with chat.services.database.reading() as session:
        views = get_products(session, ids, now=chat.turn.now)
    others = [one for one in views if not facts_of(one).kinds & own][:SHOWN]
    if others:
        show(
            chat,
            others,
            "utter_taken_along",
            query=Query(occasion=use),
            thing=product.name(chat.turn.language),
            occasion=phrases_of(chat.words).name("occasion", use),
        )
    return bool(others)


def _of_kind(chat: Chat, heard: Heard, query: Query, product: ProductView | None) -> None:
    """Of one kind: what is bought with it, where the shop knows; else the best that fits."""
    assert product is not None
    shelves = tuple(
        value.removeprefix("category:")
        for value in query.kind_values()
        if value.startswith("category:")
    )
    name = product.name(chat.turn.language)
    if shelves and not query.constraints:
        wish = Wish(
            ProductFilter(categories=shelves), strategy="complements", seeds=(product.product_id,)
        )
        if offer(chat, wish, "utter_complements", thing=name) is not None:
            return
    find(chat, heard, query)
    if chat.talk.responses and chat.talk.responses[-1]["response"] in _PLAIN:
        kind = phrases_of(chat.words).kind(query)
        chat.talk.responses[-1] |= {"response": "utter_goes_with", "kind": kind, "thing": name}


_PLAIN: Final = frozenset({"utter_products_of_kind", "utter_products_found"})


def _wish(
    chat: Chat, order: OrderView | None, product: ProductView | None
) -> tuple[Wish | None, str]:
    """The wish and what it is about in words; None when nothing is named or shown."""
    if order is not None:
        seeds = tuple(line.product_id for line in order.lines)
        named = chat.words.lines(order.lines)
        return Wish(slot="order", strategy="complements", seeds=seeds), named
    if product is not None:
        wish = Wish(strategy="complements", seeds=(product.product_id,))
        return wish, product.name(chat.turn.language)
    categories = chat.turn.entities.get("category", ())
    with chat.services.database.reading() as session:
        names = {one.slug: inside(one.name(chat.turn.language)) for one in list_categories(session)}
    # "Which socks go with these boots": the boots stand last, in some languages first.
    kinds = [one for one in categories if one in names]
    if not kinds:
        return None, ""
    is_first = has_manner(chat.turn.language, "actions", "complements.thing_stands_first")
    kind = kinds[0] if is_first else kinds[-1]
    return Wish(strategy="complements", with_categories=(kind,)), names[kind]


def _order(chat: Chat) -> OrderView | None:
    """The order named by its button or number, or spoken of last, of whoever asks."""
    number, focus = chat.turn.first("order_number"), chat.state.focus
    if number is None and _ORDER.search(chat.turn.text):
        from actions.answers.service import order_in_focus

        return order_in_focus(chat)
    number = number or (focus.order if focus.kind == "order" else None)
    if number is None or chat.signed_in is None:
        return None
    with chat.services.database.reading() as session:
        return access_order(session, chat.signed_in, number)
