"""Finding products by everything that was said, and changing one thing of it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from actions.answers import answers
from actions.answers.sizing import advise_size, names_sized
from actions.browsing.hearing import Heard, hear, look_at
from actions.browsing.limits import in_euros, not_meant_for, with_bands, without_unmarked
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import SHOWN, show
from actions.chat import Chat
from catalogue_search.catalogue import Catalogue, text_words
from catalogue_search.facts import facts_of
from catalogue_search.query import Constraint, Direction, Order, Query, place
from catalogue_search.refine import refine
from catalogue_search.search import Found, Result, search
from dialogue.acts import Act
from shop.catalogue import get_products, list_categories
from shop.ids import ProductId
from shop.views import ProductView

MOST_SHELVES: Final = 6
# What is asked for right behind such a verb is a kind of thing, known or not: do you sell skis?
_HAVE: Final = re.compile(
    r"\b(?:sell|have|stock|carry|got|buy|need|want|looking for|search(?:ing)? for|find(?: me)?"
    r"|show(?: me)?)\s+(?:any |some |an? |the |me |your )*(?P<en>[a-z][a-z -]{2,28}?)\s*[?!.]*$"
    r"|(?:有没有|有卖|卖不卖|卖|有)(?P<zh>[\u3400-\u9fff]{1,6}?)(?:卖|吗|么|嘛|没有|不)*[？?。]*$",
    re.IGNORECASE,
)
_SELLS: Final = re.compile(
    r"\b(?:do|d'|can) ?(?:you|u)(?: guys| also)? (?:sell|have|stock|carry)\b"
    r"|(?:有没有|有|卖不)?卖.{0,8}吗|有.{1,6}卖",
    re.IGNORECASE,
)
_MORE: Final = re.compile(
    r"\bmore\b|\bothers?\b|\belse\b|\bnext\b|别的|其他|其它|还有|换一批|更多", re.IGNORECASE
)


def asks_what_is_sold(chat: Chat) -> bool:
    """Whether the words ask if the shop sells something, whatever that is."""
    return bool(_SELLS.search(chat.turn.text))


def asks_for_kind(chat: Chat) -> bool:
    """Whether the words ask for a kind of thing, one the shop has or not."""
    return asks_what_is_sold(chat) or _HAVE.search(chat.turn.text) is not None


def asks_for_more(chat: Chat) -> bool:
    """Whether the words ask for others of what is shown."""
    return _MORE.search(chat.turn.text) is not None


@answers("search_product")
def search_products(chat: Chat, act: Act) -> None:
    """Search for all that is said; a product that is named by its name is shown."""
    heard = hear(chat)
    query = heard.query
    if names_sized(chat, heard):
        advise_size(chat, act)
    elif heard.named and not heard.kinds:
        show_named(chat, heard)
    elif unknown := unknown_kind(chat, heard):
        say_unknown_kind(chat, unknown)
    elif query.is_empty and not query.query_words:
        chat.say("utter_ask_what_to_search")
        chat.did("asked")
    else:
        if not heard.kinds and chat.state.search and not query.occasion:
            query = refine(Query.from_json(chat.state.search), query)
        find(chat, heard, query)


def show_named(chat: Chat, heard: Heard) -> None:
    """Products that are named: the one, or all that a short name may mean."""
    products = list(heard.named)
    if heard.alike and len(products) == 1:
        with chat.services.database.reading() as session:
            more = get_products(session, heard.alike[: SHOWN - 1], now=chat.turn.now)
        products += more
    show(chat, products[:SHOWN], "utter_products_found",
         did="product" if len(products) == 1 else "products_listed")  # fmt: skip


def refine_list(chat: Chat, heard: Heard) -> None:
    """The search behind the list with what the message changes; shown ones come last."""
    base = base_of(chat, heard)
    drop = ["price"] if any(one.attribute == "price" for one in heard.query.ranges) else []
    query = refine(base, heard.query, drop)
    if heard.query.is_empty and not asks_for_more(chat):
        chat.say("utter_refine_how", buttons=[chat.words.person()])
        chat.did("asked")
        return
    query = replace(query, query_words=base.query_words)
    find(chat, heard, query, is_refined=True)


def base_of(chat: Chat, heard: Heard) -> Query:
    """The search that a change is made to; without one, more of the kinds shown."""
    state = chat.state
    listed = {one.slug for one in heard.shown}
    if state.search and (not heard.in_focus or (heard.focus and heard.focus.slug in listed)):
        return Query.from_json(state.search)
    seeds = [heard.focus] if heard.in_focus and heard.focus is not None else list(heard.shown)
    return shelves_of(seeds)


def shelves_of(products: Sequence[ProductView]) -> Query:
    """Everything on the shelves of some products."""
    shelves = tuple(dict.fromkeys(f"category:{one.category}" for one in products))
    return Query(kinds=(Constraint("kind", "is", shelves),)) if shelves else Query()


def find(chat: Chat, heard: Heard, query: Query, *, is_refined: bool = False) -> None:
    """Search, and say what is met; where not all can be, what stands in the way."""
    seen = _seen(chat, heard) if is_refined else []
    query, unmarked = without_unmarked(heard, with_bands(heard, query))
    query = in_euros(chat, heard, query)
    result = search(query, heard.catalogue, seen, limit=SHOWN * 6 if query.query_words else SHOWN)
    if is_refined and heard.query.is_empty:
        result = _unseen(result, search(query, heard.catalogue, seen, limit=SHOWN * 12), seen)
    relative = _relative(query)
    if relative is not None and not result.is_exact and is_refined:
        _say_no_more(chat, heard, query, relative)
    elif result.products and result.is_exact:
        _say_found(chat, query, _by_words(heard, query, result.products))
    elif result.products and _worth_showing(result):
        _say_unsure(chat, query, result)
    else:
        _say_blocked(chat, heard.catalogue, query, result)
    if unmarked:
        chat.say("utter_not_marked", what=phrases_of(chat.words).all_of(unmarked))
    if chat.state.shown.kind == "products":
        shown = [int(key) for key in chat.state.shown.keys]
        chat.state.notes["seen"] = [*map(int, seen), *shown][-MOST_SEEN:]


def _seen(chat: Chat, heard: Heard) -> list[ProductId]:
    """What was shown since the search began; it does not come first again."""
    earlier = [ProductId(int(key)) for key in chat.state.notes.get("seen") or ()]
    return list(dict.fromkeys((*earlier, *(one.product_id for one in heard.shown))))


MOST_SEEN: Final = 40


def _unseen(result: Result, more: Result, seen: Sequence[ProductId]) -> Result:
    """What is found without what was shown; all of it where nothing else is left."""
    others = tuple(one for one in more.products if one.product_id not in seen)[:SHOWN]
    return replace(result, products=others) if others else result


def _relative(query: Query) -> Constraint | None:
    """What is to be less or more than what is shown."""
    found = [one for one in query.ranges if one.operator in {"below", "above"} and one.is_hard]
    return found[-1] if found else None


def _say_no_more(chat: Chat, heard: Heard, query: Query, relative: Constraint) -> None:
    """Nothing is cheaper, with all the rest that was asked: the cheapest there is."""
    direction: Direction = "least" if relative.operator == "below" else "most"
    rest = tuple(one for one in query.ranges if one is not relative)
    order = Order(relative.attribute, direction, source=relative.source)
    best = replace(query, ranges=rest, order=(order,))
    result = search(best, heard.catalogue, limit=SHOWN)
    if not result.is_exact:
        _say_blocked(chat, heard.catalogue, replace(query, ranges=rest), result)
        return
    products = _views(chat, result.products)
    phrases = phrases_of(chat.words, products)
    reasons = [phrases.reason(one.values) for one in result.products]
    show(chat, products, "utter_no_more", query=replace(best, order=query.order), reasons=reasons,
         how=phrases.name("than", f"{relative.attribute}.{direction}", relative.source),
         product=products[0].name(chat.turn.language))  # fmt: skip


def _by_words(heard: Heard, query: Query, found: Sequence[Found]) -> Sequence[Found]:
    """Of products found by words alone only those that have one of them."""
    if not query.query_words or query.kinds or query.hard:
        return found[:SHOWN]
    rows = set()
    for word in query.query_words:
        for part in text_words(word):
            rows |= {int(row) for row in heard.catalogue.postings.get(part, ())}
    of_words = [one for one in found if heard.catalogue.row_of[one.product_id] in rows]
    return (of_words or found)[:SHOWN]


def _worth_showing(result: Result) -> bool:
    """Whether what may fit lacks only knowledge, and less than everything."""
    return all(one.met or not one.unknown for one in result.products[:1])


def _views(chat: Chat, found: Sequence[Found]) -> list[ProductView]:
    with chat.services.database.reading() as session:
        return get_products(session, [one.product_id for one in found], now=chat.turn.now)


def _say_found(chat: Chat, query: Query, found: Sequence[Found]) -> None:
    products = _views(chat, found)
    phrases = phrases_of(chat.words, products)
    met = phrases.all_of(one for one in query.hard if one.attribute != "stock")
    reasons = [phrases.reason(one.values) for one in found]
    kind = phrases.kind(query)
    values: dict[str, str] = {"kind": kind, "met": met}
    response = "utter_products_met" if met else "utter_products_of_kind"
    if query.order:
        first = query.order[0]
        value = dict(found[0].values).get(first.quantity)
        response = "utter_products_ordered_met" if met else "utter_products_ordered"
        values["how"] = phrases.name("most", f"{first.quantity}.{first.direction}", first.source)
        values["product"] = products[0].name(chat.turn.language)
        values["value"] = phrases.value(first.quantity, value) if value is not None else ""
        if not values["value"]:
            comfort = facts_of(products[0]).quantities.get("comfort")
            if first.quantity == "warmth" and comfort is not None:
                values["value"] = phrases.quantity("comfort", comfort)
            else:
                response = "utter_products_most"
    elif query.occasion and not met:
        response = "utter_products_for"
        values["occasion"] = phrases.name("occasion", query.occasion)
    if not query.kinds and response == "utter_products_of_kind":
        response = "utter_products_found"
    show(chat, products, response, query=query, reasons=reasons, **values)
    if lacks := not_meant_for(query, found):
        chat.say("utter_not_meant_for", what=phrases.all_of(lacks),
                 occasion=phrases.name("occasion", str(query.occasion)))  # fmt: skip
    if query.order and response != "utter_products_met":
        look_at(chat, products[0])


def _say_unsure(chat: Chat, query: Query, result: Result) -> None:
    found = result.products[:SHOWN]
    products = _views(chat, found)
    phrases = phrases_of(chat.words, products)
    unknown = phrases.all_of(one for one in found[0].unknown if one.is_hard)
    reasons = [phrases.reason(one.values) for one in found]
    show(chat, products, "utter_products_unsure", query=query, reasons=reasons,
         unknown=unknown, kind=phrases.kind(query))  # fmt: skip


def _say_blocked(chat: Chat, catalogue: Catalogue, query: Query, result: Result) -> None:
    """Name what cannot be met together, and show the nearest."""
    phrases = phrases_of(chat.words)
    blocking = result.blocking
    # The nearest of each way out in turn: warm enough with down, without down but less warm.
    turns = zip_longest(*(block.nearest for block in blocking))
    nearest = list({one.product_id: one for row in turns for one in row if one}.values())
    nearest = nearest[: SHOWN - 1]
    kind = phrases.kind(query)
    hard = [one for one in query.hard if one.attribute != "stock"]
    in_the_way = {one for block in blocking for one in block.constraints}
    shorter = [one for one in hard if one in in_the_way]
    alone = replace(query, must=(), must_not=(), ranges=(), order=(), occasion=None)
    if shorter and not search(place(alone, shorter), catalogue, limit=1).is_exact:
        hard = shorter  # true of all of the kind, not of men's in L only
    if not nearest:
        chat.say("utter_kind_unknown" if not hard else "utter_none_fits", kind=kind,
                 wanted=phrases.all_of(hard), shelves=shelves_named(chat),
                 buttons=[chat.words.person()])  # fmt: skip
        chat.state.search = query.to_json()
        chat.did("refused")
        return
    products = _views(chat, nearest)
    phrases = phrases_of(chat.words, products)
    reasons = [phrases.reason(_told(one)) for one in nearest]
    is_kind = any(one.attribute == "kind" for block in blocking for one in block.constraints)
    only_stock = all(
        one.attribute == "stock" for block in blocking[:1] for one in block.constraints
    )
    response = "utter_none_of_kind" if is_kind else "utter_none_fits_nearest"
    if only_stock and not is_kind:
        response = "utter_fits_sold_out"
    show(chat, products, response, query=query, reasons=reasons, kind=kind,
         wanted=phrases.all_of(hard))  # fmt: skip


def _told(found: Found) -> list[tuple[str, object]]:
    return [pair for pair in found.values if pair[0] != "rating"]


def unknown_kind(chat: Chat, heard: Heard) -> str:
    """A kind of thing that is asked for and that this shop does not have; empty otherwise."""
    if heard.kinds or heard.named or chat.turn.is_button:
        return ""
    query = heard.query
    match = _HAVE.search(chat.turn.text)
    noun = "" if match is None else (match["en"] or match["zh"] or "").strip().lower()
    hard = [one for one in query.hard if one.attribute not in {"brand"}]
    if noun and query.occasion and not hard:
        told = {one.source.lower() for one in query.constraints}
        return noun if any(noun.startswith(one) for one in told) else ""
    if not query.query_words or hard or query.order:
        return ""
    known = any(
        part in heard.catalogue.postings
        for word in query.query_words for part in text_words(word)
    )  # fmt: skip
    return "" if known else (noun or query.query_words[0])


def say_unknown_kind(chat: Chat, kind: str) -> None:
    """The shop does not have such things; what it has."""
    chat.say("utter_kind_unknown", kind=kind, shelves=shelves_named(chat),
             buttons=[chat.words.person()])  # fmt: skip
    chat.did("refused", subject=kind)


def shelves_named(chat: Chat) -> str:
    """The largest shelves, to say what there is."""
    with chat.services.database.reading() as session:
        shelves = sorted(list_categories(session), key=lambda one: -one.product_count)
    names = [one.name(chat.turn.language) for one in shelves[:MOST_SHELVES]]
    return chat.words.text("comma").join(
        name.lower() if chat.turn.language == "en" else name for name in names
    )
