"""Several superlatives at once: the lightest and cheapest one, the two cheapest side by side."""

from collections.abc import Sequence
from dataclasses import replace

from actions.answers import answers_first
from actions.answers.comparison_told import say_comparison
from actions.browsing.hearing import Heard, hear
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import remember, show
from actions.chat import Chat
from catalogue_search.catalogue import Catalogue
from catalogue_search.query import Order, Query
from catalogue_search.refine import refine
from catalogue_search.search import search
from dialogue.acts import Act
from kit.numerals import small_number
from kit.phrases import spoken
from shop.catalogue import get_products
from shop.ids import ProductId
from shop.views import ProductView


@answers_first
def both_ends_told(chat: Chat, act: Act) -> bool:
    """Which is the lightest and which the cheapest, where one is asked for that is both."""
    if chat.turn.is_button or chat.state.frame is not None:
        return False
    heard = hear(chat)
    orders = heard.query.order
    if len(orders) < 2 or heard.named or not (heard.kinds or len(heard.shown) > 1):
        return False
    query = _searched(chat, heard)
    found = [_best(query, one, heard) for one in orders]
    best = [one for one in found if one is not None]
    if len(best) < len(orders):
        return False
    ids = list(dict.fromkeys(best))
    with chat.services.database.reading() as session:
        views = {one.product_id: one for one in get_products(session, ids, now=chat.turn.now)}
    products = [views[one] for one in ids if one in views]
    if len(products) < len(ids):
        return False
    ends = {one.quantity for one in orders}
    if len(ends) == 1 and len(ids) == len(orders):  # 最便宜和最贵的 are two to compare
        plain = replace(heard, query=replace(heard.query, order=()))
        say_comparison(chat, plain, products)
        return True
    told = [
        _told(chat, views[key], one, heard.catalogue) for key, one in zip(best, orders, strict=True)
    ]
    rows = chat.words.text("semicolon").join(told)
    response = "utter_both_ends" if len(ids) > 1 else "utter_both_ends_in_one"
    if heard.kinds:
        show(chat, products, response, query=query, rows=rows)
    else:
        chat.say(response, rows=rows, cards=[chat.words.card(one) for one in products])
        chat.did("comparison")
        if len(products) == 1:
            remember(chat, products)
    return True


def _searched(chat: Chat, heard: Heard) -> Query:
    """What is chosen from: the kinds that are named, else the search behind the list."""
    own = replace(heard.query, order=(), compares=None, query_words=())
    before = chat.state.search
    return own if heard.kinds or not before else refine(Query.from_json(before), own)


def _best(query: Query, order: Order, heard: Heard) -> ProductId | None:
    """What has the least or the most of it: of the list where no kind is named."""
    if not heard.kinds:
        held = [
            (value, one.product_id)
            for one in heard.shown
            if (row := heard.catalogue.row_of.get(one.product_id)) is not None
            and (value := heard.catalogue.value(order.quantity, row)) is not None
        ]
        pick = min if order.direction == "least" else max
        return pick(held, key=lambda pair: pair[0])[1] if held else None
    found = search(replace(query, order=(order,)), heard.catalogue, limit=1)
    return found.ids[0] if found.is_exact and found.ids else None


def _told(chat: Chat, product: ProductView, order: Order, catalogue: Catalogue) -> str:
    """ "The lightest: Aurora (1.36 kg)"."""
    phrases = phrases_of(chat.words, [product])
    value = catalogue.value(order.quantity, catalogue.row_of[product.product_id])
    said = "" if value is None else phrases.value(order.quantity, value)
    how = phrases.name("most", f"{order.quantity}.{order.direction}", order.source)
    name = product.name(chat.turn.language)
    key = "end_with" if said else "end"
    return chat.words.text(key, how=how, product=name, value=said)


def first_of(chat: Chat, heard: Heard) -> Sequence[ProductView]:
    """ "The two cheapest tents", "the lightest two of them": the first so many of a kind, or of
    the list; empty where none are meant."""
    match = spoken("actions", "superlatives.so_many").search(chat.turn.text)
    if match is None or not heard.query.order or heard.named:
        return []
    if not heard.kinds and len(heard.shown) < 2:
        return []
    count = small_number(match["count"])
    query = replace(heard.query, compares=None, query_words=())
    if not heard.kinds:
        return _first_listed(heard, count)
    found = search(query, heard.catalogue, limit=count)
    with chat.services.database.reading() as session:
        return get_products(session, found.ids if found.is_exact else (), now=chat.turn.now)


def _first_listed(heard: Heard, count: int) -> list[ProductView]:
    """The first so many of the list by what is asked; those of which it is unknown are left out."""
    order = heard.query.order[0]
    held = [
        (value, place)
        for place, one in enumerate(heard.shown)
        if (row := heard.catalogue.row_of.get(one.product_id)) is not None
        and (value := heard.catalogue.value(order.quantity, row)) is not None
    ]
    held.sort(key=lambda pair: pair[0] if order.direction == "least" else -pair[0])
    return [heard.shown[place] for _, place in held[:count]]
