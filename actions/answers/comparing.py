"""Products side by side, what they differ in, and which one to take and why."""

import re
from dataclasses import replace
from typing import Final

from actions.answers import ANSWERS, answers_act
from actions.answers.articles import say_article, say_near
from actions.answers.comparison_told import BY_TOPIC, MOST_COMPARED, say_comparison
from actions.answers.facts_told import fails
from actions.answers.finding import asks_for_more, find
from actions.answers.refining import refine_found
from actions.answers.sizing import advise_size
from actions.answers.superlatives import first_of
from actions.answers.which_has import (
    TO_THAT,
    ask_which_other,
    other_of_kind,
)
from actions.browsing.asked import asked_of, says
from actions.browsing.hearing import Heard, hear, look_at
from actions.browsing.kits import speaks_of_total
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import keep_kinds
from actions.chat import Chat
from catalogue_search.body import read_body
from catalogue_search.compare import criterion_of, has_value
from catalogue_search.constraints import parse
from catalogue_search.facts import facts_of
from catalogue_search.lexicon import concepts
from catalogue_search.query import Constraint, Order, Query, place
from catalogue_search.refine import refine
from catalogue_search.search import search
from dialogue.acts import Act
from kit.i18n import join_words
from kit.phrases import spoken
from knowledge.index import Hit
from shop.catalogue import get_products
from shop.ids import ProductId
from shop.views import ProductView

PAIR: Final = 2


@answers_act("compare")
def compare_products(chat: Chat, act: Act) -> None:
    """The products meant, by what is asked; two kinds of products by an article on them."""
    heard = hear(chat)
    of_those = chat.state.last.did == "comparison" and len(heard.shown) > 1
    if act.intent == "price_protection" and not (of_those or weighs_again(chat, heard)):
        ANSWERS[act.intent](chat, act)  # "I paid more, can I get the difference?"
        return
    asks_price = "price" in asked_of(chat.turn.text, heard).topics
    if asks_price and total_told(chat, heard):
        return
    sizes = [v for one in heard.query.must if one.attribute == "size" for v in one.values]
    between = len(sizes) > 1 or read_body(chat.turn.text).between_sizes is not None
    if (between and not heard.named) or act.intent == "ask_size_advice":
        advise_size(chat, act)
        return
    if not heard.named and _weighs_materials(chat, heard):
        if _from_article(chat, materials=True) or _said_of_materials(chat):
            return
        if not (heard.pointed or heard.in_focus or heard.query.compares):
            chat.offer("person", "utter_no_article", [chat.words.person()])
            chat.did("not_understood", act.intent)
            return
    only_features = heard.query.must and not (heard.kinds or heard.named or heard.query.ranges)
    explains = says("explain", chat.turn.text) and not heard.pointed
    if only_features and explains and all(o.attribute == "feature" for o in heard.query.must):
        if not _from_article(chat):  # polarised and normal ones
            chat.offer("person", "utter_no_article", [chat.words.person()])
            chat.did("not_understood", act.intent)
        return
    if _is_or_not(chat, heard):
        ANSWERS["ask_product_details"](chat, act)
        return
    if _finds_the_best(chat, heard):
        return
    if len(products := _of_amounts(chat, heard)) == PAIR:
        by = replace(heard.query, ranges=())
        say_comparison(chat, replace(heard, query=by), products)
        return
    if none_of_shown(heard):
        refine_found(chat, heard)  # 零下十五度的推荐哪个, of bags that are all less warm
        return
    if _narrows(chat, heard):
        refine_found(chat, heard)
        return
    asked_of_one = len(heard.pointed) == 1 and chat.turn.first("ordinal") and not heard.named
    if asked_of_one and heard.query.must and not _THAN.search(chat.turn.text):
        ANSWERS["ask_product_details"](chat, act)  # 第二个背着舒服吗
        return
    others = other_of_kind(chat, heard)
    if len(others) > 1:
        ask_which_other(chat, others)
        return
    if _OTHERS.search(chat.turn.text) and (beside := _with_others(chat, heard)):
        say_comparison(chat, heard, beside)
        return
    first = heard.at_hand
    beside = [first, *others] if others and first is not None else []
    some = list(heard.pointed) if len(heard.pointed) > 1 and not heard.named else []
    products = some or _the_two(chat, heard) or _with_brand(chat, heard)
    products = products or beside or _with_series(chat, heard)
    if not products and (products := _with_material(chat, heard)):
        # The other material names the other one and is no wish that decides.
        heard = replace(heard, query=replace(heard.query, must=()))
    products = products or list(first_of(chat, heard))
    products = products or _with_kind(chat, heard) or _of_brands(chat, heard) or compared(heard)
    if len(products) < 2 and len(heard.kinds) > 1:
        if _from_article(chat):
            return
        products = _best_of_kinds(chat, heard)
    if len(products) < 2 and not heard.named and _from_article(chat):
        return
    if len(products) < 2:
        _ask_which(chat, act, heard)
        return
    say_comparison(chat, heard, products)


def _with_brand(chat: Chat, heard: Heard) -> list[ProductView]:
    """ "Versus the Nordlicht one": the one in focus and the best known such thing of the brand."""
    one = heard.named[0] if len(heard.named) == 1 else heard.at_hand
    said = [name.lower() for name in chat.turn.entities.get("brand", ())]
    named = tuple(name for name in said if one is not None and name != one.brand.lower())
    brands = tuple(one for one in heard.query.must if one.attribute == "brand")
    if heard.named:  # of "the Basalt Dune or the Kiesel one" the other brand
        brands = (Constraint("brand", "is", named),) if named else ()
    if not brands or one is None or len(heard.named) > 1 or heard.pointed or heard.kinds:
        return []
    shelf = Constraint("kind", "is", (f"category:{one.category}",))
    found = search(Query(kinds=(shelf,), must=brands), heard.catalogue, limit=SIDE)
    listed = {one.product_id for one in heard.shown}
    ids = sorted(found.ids if found.is_exact else (), key=lambda one: one not in listed)
    with chat.services.database.reading() as session:
        views = get_products(session, ids, now=chat.turn.now)
    others = [view for view in views if view.slug != one.slug]
    mine = facts_of(one).kinds
    others.sort(
        key=lambda view: (
            view.product_id not in listed,
            -len(mine & facts_of(view).kinds),  # a shell beside a shell, not a down jacket
            _apart(one, view),
        )
    )
    return [one, others[0]] if others else []


def total_told(chat: Chat, heard: Heard) -> bool:
    """ "How much do both cost together?": what two that are spoken of come to; False elsewhere."""
    if not speaks_of_total(chat.turn.text):
        return False
    pointed = list(heard.pointed) if len(heard.pointed) == PAIR else []
    both = pointed or list(first_of(chat, heard)) or _the_two(chat, heard) or compared(heard)
    if len(both) != PAIR:
        return False
    names = join_words([one.name(chat.turn.language) for one in both], chat.turn.language)
    total = sum((one.price for one in both[1:]), both[0].price)
    chat.say("utter_both_total", total=chat.words.money(total), names=names)
    chat.did("price", "ask_price")
    return True


def _the_two(chat: Chat, heard: Heard) -> list[ProductView]:
    """ "Which of those two?" of a longer list: the two that were last spoken of one by one."""
    one = heard.focus
    if not _TWO.search(chat.turn.text) or len(heard.shown) == PAIR or heard.named:
        return []
    return [heard.earlier[0], one] if one is not None and heard.in_focus and heard.earlier else []


_TWO: Final = re.compile(
    r"\b(?:th[eo]se|the|them) two\b|\bboth\b|[这那]?[两俩][个款件双条顶]", re.IGNORECASE
)


def _apart(one: ProductView, other: ProductView) -> float:
    """How far apart two things are in what their kind is chosen by: litres, persons, degrees; the
    share of the larger value, 0 where neither is known."""
    mine, theirs = facts_of(one).quantities, facts_of(other).quantities
    gaps = [
        abs(mine[name] - theirs[name]) / max(abs(mine[name]), abs(theirs[name]), 1.0)
        for name in _CHOSEN_BY
        if name in mine and name in theirs
    ]
    return sum(gaps)


_CHOSEN_BY: Final = ("volume", "persons", "comfort")


def _finds_the_best(chat: Chat, heard: Heard) -> bool:
    """ "The lightest under 60 euros?" of a list looks for it: a limit is new, and those shown need
    not keep it. False where nothing is limited."""
    query = heard.query
    by = query.order or ((query.compares,) if query.compares is not None else ())
    limits = [o for o in query.ranges if o.is_hard and o.operator in {"at_most", "at_least"}]
    if not (by and limits) or heard.named or heard.pointed or heard.kinds or not heard.shown:
        return False
    refine_found(chat, replace(heard, query=replace(query, order=by, compares=None)))
    return True


def _of_amounts(chat: Chat, heard: Heard) -> list[ProductView]:
    """ "A tent for three or for four?", 三人和四人差多少: the best of each amount that is named, or
    the cheapest where the price is asked; empty elsewhere."""
    query, held = heard.query, Query.from_json(chat.state.search or {})
    kinds = query.kinds or held.kinds
    between = [one for one in query.ranges if one.operator == "between" and one.is_hard]
    weighs = (
        query.compares is not None
        or _THAN.search(chat.turn.text)
        or says("explain", chat.turn.text)
    )
    if not kinds or len(between) != 1 or heard.named or heard.pointed or not weighs:
        return []
    one = between[0]
    if one.attribute not in _AMOUNTS or one.low is None or one.high is None:
        return []
    by_price = query.compares is not None and query.compares.quantity == "price"
    order = (Order("price", "least"),) if by_price else ()
    ids: list[ProductId] = []
    for value in (one.low, one.high):
        exactly = replace(one, operator="between", low=value, high=value)
        alone = Query(kinds=kinds, must=held.must if not query.kinds else (), order=order)
        found = search(place(alone, [exactly]), heard.catalogue, limit=1)
        ids += found.ids if found.is_exact else ()
    with chat.services.database.reading() as session:
        return get_products(session, ids, now=chat.turn.now)


_AMOUNTS: Final = frozenset(
    {"volume", "persons", "comfort", "water_column", "brightness", "insulation"}
)


def _with_kind(chat: Chat, heard: Heard) -> list[ProductView]:
    """ "Is it warmer than a fleece?": the one in focus and the best known thing of that kind."""
    one = heard.focus if heard.in_focus else None
    if one is None or len(heard.kinds) != 1 or heard.named or heard.pointed:
        return []
    if heard.kinds & facts_of(one).kinds:
        return []
    others = [view for view in _best_of_kinds(chat, heard) if view.slug != one.slug]
    return [one, *others[:1]] if others else []


def _is_or_not(chat: Chat, heard: Heard) -> bool:
    """ "Rechargeable or with batteries?", 充电的还是用电池的, of the one spoken of."""
    of_one = chat.state.last.did in {"product", "stock", "price"} and heard.in_focus
    if not of_one or heard.named or heard.pointed or heard.kinds or heard.query.compares:
        return False
    if TO_THAT.search(chat.turn.text):
        return False  # 跟双人的比贵多少
    asked, text = asked_of(chat.turn.text, heard), chat.turn.text
    is_asked = says("detail", text) and not (says("choosing", text) or says("of_others", text))
    return bool(asked.checks) and is_asked and not _WHICH.search(text)


def none_of_shown(heard: Heard) -> bool:
    """Whether what is asked outright holds of none of those shown, for sure."""
    if len(heard.shown) < PAIR or heard.kinds or heard.named or heard.pointed:
        return False
    bounds = [o for o in heard.query.ranges if o.is_hard and o.operator not in {"below", "above"}]
    return bool(bounds) and all(any(fails(b, one) for b in bounds) for one in heard.shown)


def _weighs_materials(chat: Chat, heard: Heard) -> bool:
    """ "Is down better than synthetic?" asks of the materials, whatever is listed."""
    told = {v for one in heard.query.must if one.attribute == "material" for v in one.values}
    implied = {v for kind in heard.kinds for v in concepts()["implied"].get(kind, ())}
    implied |= {"fleece_cloth"} & {f"{kind}_cloth" for kind in heard.kinds}  # 抓绒和羽绒哪个保暖
    return len(told | implied) > 1 and _THAN.search(chat.turn.text) is not None


_THAN: Final = re.compile(
    r"\b(?:than|or|vs|versus)\b|\bbetween\b.*\band\b|还是|比|[和跟与].*(?:哪|区别|不同|差)",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(
    r"\b(?:y?o?ur|the) (?:others\b|other (?!one\b)|rest of)|(?:其他|其它|别的)", re.IGNORECASE
)


def _with_others(chat: Chat, heard: Heard) -> list[ProductView]:
    """ "What sets it apart from your other rain jackets?": the one meant beside the best known of
    its kind."""
    one = heard.named[0] if len(heard.named) == 1 else heard.at_hand
    if one is None or len(heard.named) > 1 or heard.pointed:
        return []
    if heard.kinds and not heard.kinds & facts_of(one).kinds:
        return []
    kinds = heard.query.kinds or (Constraint("kind", "is", (f"category:{one.category}",)),)
    found = search(Query(kinds=kinds), heard.catalogue, limit=MOST_COMPARED)
    ids = [key for key in found.ids if key != one.product_id][: MOST_COMPARED - 1]
    with chat.services.database.reading() as session:
        return [one, *get_products(session, ids, now=chat.turn.now)] if ids else []


def _of_brands(chat: Chat, heard: Heard) -> list[ProductView]:
    """Nordlicht的帐篷和Kiesel的哪个好: the best known thing of each brand that is named."""
    brands = [v for one in heard.query.must if one.attribute == "brand" for v in one.values]
    if len(brands) < PAIR or heard.named or heard.pointed:
        return []
    kinds = heard.query.kinds or Query.from_json(chat.state.search or {}).kinds
    if not kinds:
        return []
    alone = Query(kinds=kinds)
    wishes = [Constraint("brand", "is", (one,)) for one in brands[:MOST_COMPARED]]
    found = [search(place(alone, [one]), heard.catalogue, limit=1) for one in wishes]
    ids = [one.ids[0] for one in found if one.is_exact]
    with chat.services.database.reading() as session:
        return get_products(session, ids, now=chat.turn.now)


def _with_material(chat: Chat, heard: Heard) -> list[ProductView]:
    """跟化纤的比哪个好: the one at hand and the best of the other material that fits the search."""
    one, must = heard.at_hand, heard.query.must
    other = tuple(wish for wish in must if wish.attribute == "material")
    if one is None or not other or len(other) < len(must) or heard.kinds or heard.named:
        return []
    if any(has_value(wish, facts_of(one), one) for wish in other):
        return []
    shelf = Query(kinds=(Constraint("kind", "is", (f"category:{one.category}",)),))
    held = Query.from_json(chat.state.search or {})
    rest = [wish for wish in (*held.ranges, *held.must) if wish.attribute != "material"]
    found = search(place(shelf, [*rest, *other]), heard.catalogue, limit=1)
    if not found.is_exact:
        found = search(place(shelf, other), heard.catalogue, limit=1)
    with chat.services.database.reading() as session:
        views = get_products(session, found.ids if found.is_exact else (), now=chat.turn.now)
    return [one, *views[:1]] if views else []


def _with_series(chat: Chat, heard: Heard) -> list[ProductView]:
    """ "The Lark trail shoes and the Dune": the second name means the same kind of thing."""
    one = heard.named[0] if len(heard.named) == 1 else heard.focus if heard.in_focus else None
    index, words = heard.catalogue.names, heard.query.query_words
    if one is None or len(heard.named) > 1 or heard.pointed:
        return []
    mine = frozenset().union(*index.names.get(one.product_id, {}).values())
    others_named = [word for word in words if word in index.own and word not in mine]
    ids = {key for word in others_named for key in index.postings[word]}
    with chat.services.database.reading() as session:
        views = get_products(session, sorted(ids), now=chat.turn.now)
    others = [v for v in views if v.category == one.category and v.slug != one.slug]
    others.sort(key=lambda view: heard.catalogue.row_of.get(view.product_id, 0))
    return [one, others[0]] if others else []


SIDE: Final = 12


def _narrows(chat: Chat, heard: Heard) -> bool:
    """ "About 40 litres, for work", "wool, I don't want down": what is said outright and is no
    question changes the search."""
    query, text = heard.query, chat.turn.text
    said = [one for one in query.hard if one.operator not in {"below", "above"}]
    said = [one for one in said if one.attribute != "brand"]  # "versus the Nordlicht one"
    asks = says("detail", text) or says("choosing", text) or _WHICH.search(text)
    return bool(said) and not (
        asks or heard.named or heard.pointed or heard.kinds or query.compares or query.order
    )


_WHICH: Final = re.compile(r"\bwhich\b|哪", re.IGNORECASE)


def weighs_again(chat: Chat, heard: Heard) -> bool:
    """ "And in weight?", "for windy days", "a light one" right after some were compared: which?"""
    again = chat.state.last.did == "comparison" and len(heard.shown) > 1
    if again and _only_more(chat, heard):
        return True
    if not again or heard.kinds or heard.named or heard.pointed or heard.query.hard:
        return False
    asked = asked_of(chat.turn.text, heard)
    by_topic = bool(set(asked.topics) & BY_TOPIC.keys()) and not _asked_of_one(chat, heard)
    softly = any(one.operator in {"little", "much"} for one in heard.query.ranges)
    for_use = bool(heard.query.occasion) and not _OF_ONE.search(chat.turn.text)
    softly = softly and not (asks_for_more(chat) or _asked_of_one(chat, heard))
    return by_topic or for_use or softly


def _only_more(chat: Chat, heard: Heard) -> bool:
    """ "And lighter?" of two that were compared asks which of them is, and for no other."""
    query = heard.query
    more = [one for one in query.constraints if one.operator in {"below", "above"}]
    only = len(more) == len(query.constraints) == 1 and not (query.kinds or query.query_words)
    bare = spoken("actions", "comparing.only_more").fullmatch(chat.turn.text.strip())
    return only and bare is not None and len(heard.shown) == PAIR


def _asked_of_one(chat: Chat, heard: Heard) -> bool:
    """Whether a question is on one of those compared: "how heavy is it?", or "what's the comfort
    temperature?" of the one that was just named as the best."""
    text = chat.turn.text
    if _OF_ONE.search(text):
        return True
    return heard.in_focus and bool(_ASKS_FACT.search(text)) and not _OF_SEVERAL.search(text)


_OF_ONE: Final = re.compile(
    r"\b(?:it|its|this|that)\b|^[那这它](?![些几])|[那这](?:个|款|件|双|条)", re.IGNORECASE
)
_ASKS_FACT: Final = re.compile(
    r"^(?:(?:and|so|ok(?:ay)?|but|hmm?)[, ]+)*(?:what(?:'?s| is| are)?|how)\b(?! about)"
    r"|多|几|什么|吗|([\u3400-\u9fff])不\1",
    re.IGNORECASE,
)
_OF_SEVERAL: Final = re.compile(
    r"\b(?:they|them|their|these|those|each|both|two|all|differ\w*)\b|分别|都|各|[两俩]|差|哪",
    re.IGNORECASE,
)


def compared(heard: Heard) -> list[ProductView]:
    """Those named; the one named and the one in focus; those pointed at; the list shown."""
    named = list(heard.named)
    if len(named) >= 2:
        return named[:MOST_COMPARED]
    others = list(heard.pointed) or ([heard.focus] if heard.focus is not None else [])
    if len(named) == 1 and not (heard.in_focus or heard.pointed) and len(heard.shown) > 1:
        others = [one for one in heard.shown if one.slug != named[0].slug]
        return [*others[: MOST_COMPARED - 1], named[0]]  # "the difference to the Summit ones"
    if len(named) == 1:
        joined = [*(one for one in others if one.slug != named[0].slug), named[0]]
        return joined[-2:]
    if len(heard.pointed) >= 2:
        return list(heard.pointed)[:MOST_COMPARED]
    by_place = (
        len(heard.pointed) == 1 and not heard.query.order
    )  # "the lightest of these" is of all
    one = heard.focus if heard.in_focus and by_place else None
    if one is not None and one.slug != heard.pointed[0].slug:
        return [one, heard.pointed[0]]
    if len(heard.shown) >= 2:
        return list(heard.shown)[:MOST_COMPARED]
    if heard.focus is not None and heard.earlier:
        return [heard.earlier[0], heard.focus]
    return []


def say_only_one(chat: Chat, heard: Heard, product: ProductView) -> None:
    """ "Which is the lightest?" of one that is left: that one, and what it weighs."""
    phrases, order = phrases_of(chat.words, [product]), criterion_of(heard.query)
    number = None if order is None else facts_of(product).quantities.get(order.quantity)
    told = "" if number is None or order is None else phrases.quantity(order.quantity, number)
    chat.say(
        "utter_only_one",
        product=product.name(chat.turn.language),
        value=chat.words.in_brackets(told),
        cards=[chat.words.card(product)],
    )
    chat.did("comparison")
    look_at(chat, product)


def _best_of_kinds(chat: Chat, heard: Heard) -> list[ProductView]:
    """The best known product of each kind that is named."""
    ids: list[ProductId] = []
    for value in heard.query.kind_values()[:MOST_COMPARED]:
        one = replace(
            heard.query,
            kinds=(Constraint("kind", "is", (value,)),),
            compares=None,
            order=(),
            query_words=(),
        )
        ids += search(one, heard.catalogue, limit=1).ids
    with chat.services.database.reading() as session:
        return get_products(session, list(dict.fromkeys(ids)), now=chat.turn.now)


def _from_article(chat: Chat, *, materials: bool = False) -> bool:
    """Whether an article on the kinds that are named, or on materials, weighs them."""
    hits = chat.services.knowledge.search(chat.turn.text, chat.turn.language, topic="products")
    weighs = materials or len(hear(chat).kinds) > 1
    names = _names_materials if materials else _names_all
    hit = next((one for one in hits if one.is_likely and names(chat, one)), None)
    if hit is None or not (hit.is_confident or (weighs and hit is hits[0])):
        return False
    article = hit.article
    if hit.is_confident:
        say_article(chat, article.answer, article.title, article.slug)
    else:
        say_near(chat, article, hit.said)
    keep_kinds(chat, hear(chat).query)
    return True


def _said_of_materials(chat: Chat) -> bool:
    """A sentence of an article on something else that weighs the materials: merino smells least,
    synthetics dry fastest."""
    hits = chat.services.knowledge.search(chat.turn.text, chat.turn.language, topic="products")
    asked = _materials(chat, chat.turn.text)
    for hit in hits:
        if hit.article.topic == "products" and len(_materials(chat, hit.said) & asked) > 1:
            say_near(chat, hit.article, hit.said)
            return True
    return False


def _materials(chat: Chat, text: str) -> set[str]:
    """Materials that a text names, with the wider ones that they are of."""
    query = parse(text, chat.services.catalogue.current())
    told = {v for one in query.must if one.attribute == "material" for v in one.values}
    return told | {w for one in told for w in concepts()["materials"].get(one, ())}


def _names_all(chat: Chat, hit: Hit) -> bool:
    """Whether an article's title speaks of all the kinds that are named."""
    catalogue = chat.services.catalogue.current()
    told = set(parse(hit.article.title, catalogue).kind_values())
    return hear(chat).kinds <= told


def _names_materials(chat: Chat, hit: Hit) -> bool:
    """Whether an article's title weighs materials, one against the other."""
    query = parse(hit.article.title, chat.services.catalogue.current())
    return len({v for o in query.must if o.attribute == "material" for v in o.values}) > 1


# What other shops sell nobody here knows.
_OTHER_SHOPS: Final = re.compile(
    r"\b(?:other|another|different) (?:shops?|stores?|brands?|sellers?)\b|\bcompetitors?\b"
    r"|别家|别的店|其[他它](?:店|家|牌子|品牌)|同类(?:产品|商品)",
    re.IGNORECASE,
)


def _ask_which(chat: Chat, act: Act, heard: Heard) -> None:
    held, query = Query.from_json(chat.state.search or {}), heard.query
    if query.compares is not None and not query.order:  # 防潮垫哪种暖和, of all of them
        query = replace(query, order=(query.compares,), compares=None)
    wanted = query.order or query.occasion or query.hard
    if wanted and (query.kinds or (held.kinds and not heard.shown)):
        find(chat, heard, query if query.kinds else refine(held, query))
        return
    asks_which = criterion_of(heard.query) or says("choosing", chat.turn.text)
    if len(heard.shown) == 1 and not heard.named and asks_which:
        say_only_one(chat, heard, heard.shown[0])
        return
    if len(heard.named) == 1 or heard.focus is not None:
        ANSWERS["ask_product_details"](chat, act)
        return
    if _OTHER_SHOPS.search(chat.turn.text) or says("explain", chat.turn.text):
        chat.offer("person", "utter_no_article", [chat.words.person()])
        chat.did("not_understood", act.intent)
        return
    if _from_article(chat):  # "the difference between down and synthetic"
        return
    chat.say("utter_compare_which")
    chat.did("asked")
