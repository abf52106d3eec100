"""Finding products by everything that was said, and changing one thing of it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any, Final

import numpy as np

from actions.answers import ANSWERS, answers, answers_first
from actions.answers.sizing import advise_size, names_sized
from actions.answers.stock import own_again, say_stock
from actions.browsing.asked import asked_of, says
from actions.browsing.hearing import Heard, hear, look_at
from actions.browsing.limits import (
    in_euros,
    not_meant_for,
    unmarked_in_words,
    with_bands,
    without_unknown_order,
    without_unmarked,
)
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import SHOWN, show
from actions.browsing.unsold import is_unsold, search_of, unknown_kind, without_unsold
from actions.browsing.wishes import (
    with_wish,
    without_untold,
)
from actions.chat import Chat
from catalogue_search.catalogue import Catalogue, text_words
from catalogue_search.facts import facts_of, wider
from catalogue_search.lexicon import concepts, is_said, lexicon
from catalogue_search.query import Constraint, Direction, Order, Query, place
from catalogue_search.refine import own_words, refine
from catalogue_search.search import Found, Result, search
from catalogue_search.tokens import tokenize
from dialogue.acts import Act
from dialogue.groups import BROWSING
from kit.phrases import has_manner
from shop.catalogue import get_products, list_categories
from shop.ids import ProductId
from shop.views import ProductView

MOST_SHELVES: Final = 6
_MORE: Final = re.compile(
    r"\bmore\b|\b(?:an)?others?\b|\belse\b|\bnext\b|\bdifferent ones?\b"
    r"|别的|其他|其它|还有|换一?[批个款件双条顶些]|换换|更多",
    re.IGNORECASE,
)


def asks_for_more(chat: Chat) -> bool:
    """Whether the words ask for others of what is shown."""
    return _MORE.search(chat.turn.text) is not None


@answers("search_product")
def search_products(chat: Chat, act: Act) -> None:
    """Search for all that is said; a product that is named by its name is shown."""
    heard, text = hear(chat), chat.turn.text
    query = heard.query
    if asked_of(chat.turn.text, heard).topics == ("care",) and says("how_to", chat.turn.text):
        ANSWERS["ask_product_details"](
            chat, act
        )  # "how do I look after leather boots?" looks for none
    elif names_sized(chat, heard):
        advise_size(chat, act)
    elif (own := own_again(chat, heard)) is not None:
        say_stock(chat, own)
    elif len(heard.named) == 1 and not heard.kinds and _asks_for_variant(heard):
        say_stock(chat, heard.named[0])
    elif len(heard.named) == 1 and not heard.kinds and query.occasion and says("of_it", text):
        ANSWERS["ask_product_details"](chat, act)  # "is the Ridge 45 good for a trek?"
    elif heard.named and not heard.kinds:
        show_named(chat, heard)
    elif unknown := unknown_kind(chat, heard):
        say_unknown_kind(chat, unknown)
    elif query.is_empty and not query.query_words:
        chat.say("utter_ask_what_to_search")
        chat.did("asked")
    else:
        before = Query.from_json(chat.state.search or {})
        answers_what = chat.state.last.did == "asked" and not before.kinds  # "in 42", "boots"
        if chat.state.search and (answers_what or (not heard.kinds and not query.occasion)):
            query = refine(before, query)
        find(chat, heard, with_wish(chat, heard, query))


@answers_first
def shown_after_advice(chat: Chat, act: Act) -> bool:
    """ "Show me some then", "the lightest of those", after an article on a kind of thing, and
    那推荐几款吧 of what was looked for: goods of that kind."""
    state, text = chat.state, chat.turn.text
    searched = Query.from_json(state.search or {})
    if chat.turn.is_button or state.frame is not None or not searched.kinds:
        return False
    heard = hear(chat)
    query = replace(heard.query, query_words=())
    if heard.kinds or heard.named or heard.pointed or act.intent not in BROWSING | {"nlu_fallback"}:
        return False
    told = state.last.did == "article" and not heard.shown
    of_those = told or not heard.shown or _SOME_OF_THEM.search(text) is not None
    wants = says("wants_to_see", text) and query.is_empty and of_those
    if not wants and not (told and query.order):
        return False
    find(chat, heard, refine(searched, query), is_refined=bool(heard.shown))
    return True


_SOME_OF_THEM: Final = re.compile(r"\b(?:some|a few|one)\b|[几一两][个款件双条顶]", re.IGNORECASE)


def _asks_for_variant(heard: Heard) -> bool:
    """ "The Storm shell in men's XL, black": one of it, by nothing but size and colour."""
    said = {one.attribute for one in heard.query.constraints if one.is_hard}
    return bool(said & {"size", "colour"}) and said <= {"size", "colour", "gender"}


def show_named(chat: Chat, heard: Heard) -> None:
    """Products that are named: the one, or all that a short name may mean."""
    products = list(heard.named)
    if heard.alike and len(products) == 1:
        with chat.services.database.reading() as session:
            more = get_products(session, heard.alike[: SHOWN - 1], now=chat.turn.now)
        products += more
    show(
        chat,
        products[:SHOWN],
        "utter_products_found",
        did="product" if len(products) == 1 else "products_listed",
    )


def say_unmarked(chat: Chat, unmarked: Sequence[Constraint]) -> None:
    if unmarked:
        chat.say("utter_not_marked", what=unmarked_in_words(phrases_of(chat.words), unmarked))


def shelves_of(products: Sequence[ProductView]) -> Query:
    """Everything on the shelves of some products."""
    shelves = tuple(dict.fromkeys(f"category:{one.category}" for one in products))
    return Query(kinds=(Constraint("kind", "is", shelves),)) if shelves else Query()


def find(chat: Chat, heard: Heard, query: Query, *, is_refined: bool = False) -> None:
    """Search, and say what is met; where not all can be, what stands in the way."""
    seen = _seen(chat, heard) if is_refined else []
    query = without_unsold(chat, heard, query)
    asked = query
    query, unmarked = without_unmarked(heard, with_bands(heard, query))
    if _asks_for_whom(heard, asked) and not _asks_for_whom(heard, query) and not unmarked:
        chat.say("utter_for_everybody", kind=phrases_of(chat.words).kind(query))
    query = in_euros(chat, heard, without_untold(chat, heard, query))
    query = without_unknown_order(chat, heard, query)
    query = _for_so_many(_narrowed(query, heard.catalogue), heard.catalogue)
    result = search(query, heard.catalogue, seen, limit=SHOWN * 6 if query.query_words else SHOWN)
    if query.occasion and not query.kinds and not result.is_exact:
        # "Something waterproof for the way to work, men's L": what such a use needs comes second.
        # A present for a man who hikes may be one for anybody who does.
        for other in (_for_anybody(query), own_words(query)):
            plain = search(other, heard.catalogue, seen, limit=SHOWN)
            if plain.is_exact:
                query, result = other, plain
                break
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
        say_unmarked(chat, unmarked)
    if chat.state.shown.kind == "products":
        shown = [int(key) for key in chat.state.shown.keys]
        chat.state.notes["seen"] = [*map(int, seen), *shown][-MOST_SEEN:]


def _asks_for_whom(heard: Heard, query: Query) -> bool:
    """Whether all that a message adds is for whom, and `query` still holds it."""
    added = heard.query.constraints
    of_whom = bool(added) and all(one.attribute == "gender" for one in added)
    return of_whom and not heard.kinds and any(one.attribute == "gender" for one in query.must)


def _narrowed(query: Query, catalogue: Catalogue) -> Query:
    """Shoes for the city are sneakers: of a wide kind those kinds that the use is known to want,
    where something of them fits."""
    said = set(query.kind_values())
    if query.occasion is None or not said:
        return query
    wanted = concepts()["occasions"][query.occasion]["kinds"]
    narrower = tuple(one for one in wanted if said & set(wider(one, "kinds")[1:]))
    if not narrower or said & set(wanted):
        return query
    narrow = replace(query, kinds=(Constraint("kind", "is", narrower),))
    return narrow if search(narrow, catalogue, limit=1).is_exact else query


def _for_so_many(query: Query, catalogue: Catalogue) -> Query:
    """The cheapest tent "for 4" is one for four, where there is one, and not one for six."""
    bound = next((one for one in query.ranges if one.attribute == "persons"), None)
    if bound is None or not query.order or bound.operator != "at_least" or not bound.is_hard:
        return query
    tokens, cues = tokenize(bound.source), lexicon().cues
    if any(is_said(cues[f"bounds.at_least.{where}"], tokens) for where in ("before", "after")):
        return query  # "at least 4"
    exactly = replace(bound, operator="between", high=bound.low)
    ranges = tuple(exactly if one is bound else one for one in query.ranges)
    exact = replace(query, ranges=ranges)
    return exact if search(exact, catalogue, limit=1).is_exact else query


def _for_anybody(query: Query) -> Query:
    """`query` without whom it is for, where that is a grown person."""
    if query.for_whom not in {"men", "women"}:
        return query
    return replace(query, must=tuple(one for one in query.must if one.attribute != "gender"))


def _seen(chat: Chat, heard: Heard) -> list[ProductId]:
    """What was shown since the search began; it does not come first again."""
    earlier = [ProductId(int(key)) for key in chat.state.notes.get("seen") or ()]
    return list(dict.fromkeys((*earlier, *(one.product_id for one in heard.shown))))


MOST_SEEN: Final = 40


def _unseen(result: Result, more: Result, seen: Sequence[ProductId]) -> Result:
    """What is found without what was shown; all of it where nothing else is left."""
    others = tuple(one for one in more.products if one.product_id not in seen)[:SHOWN]
    return replace(result, products=others) if others else result


_LIMITS: Final = frozenset({"at_most", "at_least", "between", "about"})


def _relative(query: Query) -> Constraint | None:
    """What is to be less or more than what is shown."""
    found = [one for one in query.ranges if one.operator in {"below", "above"} and one.is_hard]
    return found[-1] if found else None


def _say_no_more(chat: Chat, heard: Heard, query: Query, relative: Constraint) -> None:
    """Nothing is cheaper, with all the rest that was asked: the cheapest there is."""
    direction: Direction = "least" if relative.operator == "below" else "most"
    # The limit that was said before still holds: cheaper than those, and within the budget.
    before = [
        one
        for one in Query.from_json(chat.state.search or {}).ranges
        if one.attribute == relative.attribute and one.operator in _LIMITS
    ]
    rest = (*(one for one in query.ranges if one is not relative), *before)
    order = Order(relative.attribute, direction, source=relative.source)
    best = replace(query, ranges=rest, order=(order,))
    result = search(best, heard.catalogue, limit=SHOWN)
    if not result.is_exact:
        _say_blocked(chat, heard.catalogue, replace(query, ranges=rest), result)
        return
    products = _views(chat, result.products)
    phrases = phrases_of(chat.words, products)
    reasons = [phrases.reason(_told(one)) for one in result.products]
    show(
        chat,
        products,
        "utter_no_more",
        query=replace(best, order=query.order),
        reasons=reasons,
        how=phrases.name("than", f"{relative.attribute}.{direction}", relative.source),
        product=products[0].name(chat.turn.language),
    )


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
    wished = [one for one in query.soft if _is_met_by_all(query, one, found)]
    hard = [one for one in query.hard if one.attribute != "stock"]
    met = phrases.all_of([*hard, *wished] if hard else [])
    reasons = [phrases.reason(_told(one)) for one in found]
    kind = phrases.kind(query)
    values: dict[str, Any] = {"kind": kind, "met": met}
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
                response = "utter_products_most_met" if met else "utter_products_most"
    elif query.occasion and not met:
        response = "utter_products_for"
        values["occasion"] = phrases.name("occasion", query.occasion)
    if not query.kinds and response == "utter_products_of_kind":
        response = "utter_products_found"
    show(chat, products, response, query=query, reasons=reasons, **values)
    if lacks := not_meant_for(query, found):
        chat.say(
            "utter_not_meant_for",
            what=phrases.all_of(lacks),
            occasion=phrases.name("occasion", str(query.occasion)),
        )
    if query.order and response != "utter_products_met":
        look_at(chat, products[0])


def _is_met_by_all(query: Query, wish: Constraint, found: Sequence[Found]) -> bool:
    """Whether a wish in the shopper's own words holds of everything that is shown."""
    own = query.occasion is None and wish.operator in {"is", "little", "much"}
    own = own and wish.attribute not in {"gender", "rating", "popularity"}
    return own and all(wish in one.met for one in found)


def _say_unsure(chat: Chat, query: Query, result: Result) -> None:
    found = result.products[:SHOWN]
    products = _views(chat, found)
    phrases = phrases_of(chat.words, products)
    unknown = phrases.all_of(one for one in found[0].unknown if one.is_hard)
    reasons = [phrases.reason(_told(one)) for one in found]
    show(
        chat,
        products,
        "utter_products_unsure",
        query=query,
        reasons=reasons,
        unknown=unknown,
        kind=phrases.kind(query),
    )


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
        lacks_kind = not hard or is_unsold(query, catalogue)
        chat.say(
            "utter_kind_unknown" if lacks_kind else "utter_none_fits",
            kind=kind,
            wanted=phrases.all_of(hard),
            shelves=shelves_named(chat),
            buttons=[chat.words.person()],
        )
        _keep_refused(chat, query)
        chat.did("refused")
        return
    products = _views(chat, nearest)
    phrases = phrases_of(chat.words, products)
    reasons = [phrases.reason(_told(one)) for one in nearest]
    in_way = [one for block in blocking for one in block.constraints]
    is_kind = any(one.attribute == "kind" and one.operator == "is" for one in in_way)
    only_stock = all(
        one.attribute == "stock" for block in blocking[:1] for one in block.constraints
    )
    response = "utter_none_of_kind" if is_kind else "utter_none_fits_nearest"
    if only_stock and not is_kind:
        response = "utter_fits_sold_out"
    goes_on = without_hopeless(catalogue, query)
    if is_unsold(query, catalogue):  # 轻一点的 is then said of what was shown instead
        goes_on = replace(goes_on, kinds=shelves_of(products).kinds)
    show(
        chat,
        products,
        response,
        query=goes_on,
        reasons=reasons,
        kind=kind,
        wanted=phrases.all_of(hard),
    )


def without_hopeless(catalogue: Catalogue, query: Query) -> Query:
    """`query` without what none of the kind has: "in 43" after a refusal finds something. Of a
    bound the nearest there is stays: as good as down to −15 °C are those down to −12 °C."""
    if is_unsold(query, catalogue) or not query.kinds:
        return query
    alone = Query(kinds=query.kinds)
    lost = [
        one
        for one in query.hard
        if one.operator != "is_not"
        and one.attribute in _OF_KIND
        and not search(place(alone, [one]), catalogue, limit=1, in_stock=False).is_exact
    ]
    return replace(
        query,
        must=tuple(one for one in query.must if one not in lost),
        ranges=tuple(
            near
            for one in query.ranges
            if (near := _nearest_bound(one, query, catalogue) if one in lost else one) is not None
        ),
    )


def _nearest_bound(one: Constraint, query: Query, catalogue: Catalogue) -> Constraint | None:
    """The bound that the nearest of the kind keep; None where none is known."""
    held = catalogue.quantity(one.attribute)[catalogue.kinds.any_of(query.kind_values())]
    known = held[~np.isnan(held)]
    if not known.size or one.operator not in {"at_most", "at_least"}:
        return None
    if one.operator == "at_most":
        return replace(one, high=float(known.min()))
    return replace(one, low=float(known.max()))


_OF_KIND: Final = frozenset(
    {
        "material",
        "feature",
        "season",
        "gender",
        "comfort",
        "persons",
        "volume",
        "brightness",
        "insulation",
        "water_column",
        "weight",
        "depth",
    }
)


def _told(found: Found) -> list[tuple[str, object]]:
    """What its card does not show by itself."""
    return [pair for pair in found.values if pair[0] != "rating"]


def say_unknown_kind(chat: Chat, kind: str, *, of_focus: bool = False) -> None:
    """The shop does not have such things; what it has. What follows is still about them, unless
    they were asked for beside the product in focus."""
    chat.say(
        "utter_kind_unknown", kind=kind, shelves=shelves_named(chat), buttons=[chat.words.person()]
    )
    held = Query.from_json(chat.state.search or {})
    talks = bool(held.kinds) and not is_unsold(held, chat.services.catalogue.current())
    if not (of_focus or talks):
        _keep_refused(chat, search_of(kind))
    chat.did("refused", subject=kind)


def _keep_refused(chat: Chat, query: Query) -> None:
    """What nothing was found for is still what is spoken of: "size L", "do they come in red?"."""
    chat.state.search = query.to_json()
    chat.state.shown.kind, chat.state.shown.keys = "products", []
    chat.state.focus.kind = ""


def shelves_named(chat: Chat) -> str:
    """The largest shelves, to say what there is."""
    with chat.services.database.reading() as session:
        shelves = sorted(list_categories(session), key=lambda one: -one.product_count)
    names = [one.name(chat.turn.language) for one in shelves[:MOST_SHELVES]]
    small = has_manner(chat.turn.language, "actions", "finding.shelves_in_small_letters")
    return chat.words.text("comma").join(name.lower() if small else name for name in names)
