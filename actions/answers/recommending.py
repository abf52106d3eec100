"""Something for this shopper, refined by what follows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from actions.answers import ANSWERS, answers, answers_act
from actions.answers.comparing import compare_products, none_of_shown, weighs_again
from actions.answers.finding import asks_for_more, find, show_named
from actions.answers.prices import price
from actions.answers.product_facts import product_details
from actions.answers.refining import refine_found, with_level
from actions.answers.sizing import advise_size, names_sized, sizing_goes_on
from actions.answers.stock import say_stock
from actions.browsing.asked import asked_of, says
from actions.browsing.hearing import Heard, hear, meant, spoken_of
from actions.chat import Chat
from actions.recommending.alike import offered_alike
from actions.recommending.filters import filter_of, is_plain
from actions.recommending.offering import offer, shopper_of
from actions.recommending.taste import ask_use, taste_told
from catalogue_search.body import read_body
from catalogue_search.facts import facts_of
from catalogue_search.query import Constraint, Query
from catalogue_search.refine import refine
from dialogue.acts import Act
from recommender.serving.shopper import Shopper
from recommender.serving.wishes import Slot, Wish
from shop.catalogue import ProductFilter


@answers("recommend_products")
def recommend(chat: Chat, act: Act) -> None:
    """What fits all that is said; without that, what goes with all that is known of them."""
    names_one = bool(chat.turn.first("slug"))
    slot: Slot = "return" if names_one and chat.turn.first("order_number") else "chat"
    if taste_told(chat) or offered_alike(chat, slot=slot, always=names_one):
        return
    heard = hear(chat)
    if (heard.named or heard.in_focus) and says("goes_with", chat.turn.text):
        ANSWERS["ask_complements"](chat, act)
        return
    if _chooses_between(chat, heard):
        compare_products(chat, act)
        return
    query = with_season(with_level(chat, heard.query))
    if query.compares is not None and query.kinds and not query.order:
        query = replace(query, order=(query.compares,), compares=None)  # 哪款头灯最亮
    categories = tuple(chat.turn.entities.get("category", ()))
    others = replace(query, kinds=())
    if heard.kinds or query.occasion or _asks_more_than_popular(query):
        plain = is_plain(others) and categories and not others.is_empty
        whole = not heard.kinds or _are_whole_shelves(heard, categories)  # 羽绒服 are some jackets
        if not (whole and (plain or (categories and others.is_empty))):
            find(chat, heard, _joined(chat, query), is_refined=bool(heard.shown))
            return
    filters = replace(filter_of(others, {}), categories=categories)
    _offer(chat, heard, filters)


def _are_whole_shelves(heard: Heard, categories: Sequence[str]) -> bool:
    """Whether the kinds that are named are all that stands on their shelves."""
    kinds = heard.catalogue.kinds
    shelves = kinds.any_of([f"category:{one}" for one in categories])
    return bool((kinds.any_of(tuple(heard.kinds)) >= shelves).all())


def _chooses_between(chat: Chat, heard: Heard) -> bool:
    """ "Which would you take for Scotland?" of things that are spoken of: one of those."""
    spoken = len(heard.shown) > 1 or (heard.focus is not None and bool(heard.earlier))
    chooses = spoken and not heard.kinds and says("choosing", chat.turn.text)
    return chooses and not none_of_shown(heard)


def _asks_more_than_popular(query: Query) -> bool:
    """Whether anything is asked beside "popular", which offers go by anyway."""
    wanted = {*(one.attribute for one in query.constraints), *(one.quantity for one in query.order)}
    return bool(wanted - {"popularity"})


def _joined(chat: Chat, query: Query) -> Query:
    """What was wished a moment ago still holds: the budget of the last recommendation."""
    if chat.state.search and chat.state.shown.kind == "products" and not query.occasion:
        return refine(Query.from_json(chat.state.search), query)
    return query


def _offer(chat: Chat, heard: Heard, filters: ProductFilter) -> None:
    shopper = shopper_of(chat)
    seen = [one.product_id for one in heard.shown]
    response = "utter_recommend_taste" if shopper.taste else "utter_recommend"
    found = offer(chat, Wish(filters), response, personal="utter_recommend_personal", seen=seen)
    if found is None:
        chat.say("utter_no_products", buttons=[chat.words.person()])
        chat.did("refused")
    elif filters == ProductFilter(in_stock=True) and is_new(shopper):
        ask_use(chat)


def is_new(shopper: Shopper) -> bool:
    """Whether nothing is known of them that an offer could be based on, though it may be."""
    known = shopper.history or shopper.session or shopper.taste or shopper.bought
    return shopper.is_personal and not known


def with_season(query: Query) -> Query:
    """`query` for things to wear, where nothing is said but when: "for Scotland in October"."""
    others = [
        one for one in query.hard if one.attribute not in {"season", "gender", "price", "size"}
    ]
    has_season = any(one.attribute == "season" for one in query.must)
    if not has_season or others or query.kinds or query.occasion:
        return query
    return replace(query, kinds=(Constraint("kind", "is", WORN),))


# A topic and hardly more: "colours".
BARE: Final = 16
WORN: Final = ("jacket", "fleece", "trousers", "base_layer")


@answers("refine_search")
@answers_act("refine")
def refine_shown(chat: Chat, act: Act) -> None:
    """The list with one thing changed; of one product in focus its other variants."""
    if taste_told(chat) or offered_alike(chat):
        return
    if act.intent in {"ask_promotions", "ask_coupon"}:  # "any bulk discount?"
        ANSWERS[act.intent](chat, act)
        return
    heard = hear(chat)
    if act.intent == "ask_price" and heard.query.is_empty:
        ANSWERS[act.intent](chat, act)
        return
    asked_on = sizing_goes_on(chat) or names_sized(chat, heard)
    if asked_on or (act.intent == "ask_size_advice" and not _tells_size(chat, heard)):
        advise_size(chat, act)
        return
    if says("price_before", chat.turn.text) and spoken_of(chat) is not None:
        price(chat, act)
    elif heard.named and not heard.kinds:
        show_named(chat, heard)
    elif heard.pointed and heard.query.order and heard.asks_only_variants():
        say_stock(chat, heard.pointed[0])  # 最轻的那款有黑色吗
    elif heard.in_focus and heard.focus is not None and heard.asks_only_variants():
        say_stock(chat, heard.focus)
    elif _compares(heard) or weighs_again(chat, heard):
        compare_products(chat, act)
    elif _asks(chat, heard) or _asks_what(chat, heard) or _asks_of_earlier(chat, heard):
        product_details(chat, act)
    else:
        refine_found(chat, heard)


def _tells_size(chat: Chat, heard: Heard) -> bool:
    """ "Her feet are a bit wide, 38" of a list says what they are to be like, and asks nothing."""
    tells = any(one.attribute == "size" for one in heard.query.must) and len(heard.shown) > 1
    body = read_body(chat.turn.text)
    if body.between_sizes is not None or body.height_cm is not None:
        return False  # "175 70公斤穿L还是XL"
    return tells and not says("detail", chat.turn.text)


def _compares(heard: Heard) -> bool:
    return heard.query.compares is not None and len(heard.shown) > 1


def _asks(chat: Chat, heard: Heard) -> bool:
    """Whether it is a question on the product in focus after all."""
    if heard.query.order and heard.query.hard and not says("detail", chat.turn.text):
        return False  # "women's, M, the cheapest" narrows what is shown
    asked = asked_of(chat.turn.text, heard)
    if asked.topics == ("care",) and says("detail", chat.turn.text) and not heard.kinds:
        return True  # "does merino shrink in the wash?" narrows nothing
    if heard.pointed:  # "backpack first, 60 litres or more" points at none
        return not (heard.kinds and heard.query.hard) or says("detail", chat.turn.text)
    if meant(chat, heard) is None or not heard.in_focus or heard.kinds:
        return False
    text = chat.turn.text
    if chat.state.last.did == "comparison" and says("of_it", text) and not says("of_others", text):
        return True
    of_it = chat.turn.intent == "ask_product_details" or says("of_it", chat.turn.text)
    if of_it and asked.wants_detail and asked.checks and not says("of_others", chat.turn.text):
        return True  # "is it wool?", "can three sleep in it?"
    return bool(asked.topics) and not asked.checks and not heard.query.hard


def _asks_of_earlier(chat: Chat, heard: Heard) -> bool:
    """ "Do I need the rain cover extra?" beside what goes with a pack: only of that is it told."""
    one, shown = heard.focus, heard.shown
    checks = [c for c in asked_of(chat.turn.text, heard).checks if c.attribute == "feature"]
    if one is None or not checks or heard.kinds or not says("detail", chat.turn.text):
        return False
    told = [
        any(facts_of(view).features.get(v) is not None for c in checks for v in c.values)
        for view in (one, *shown)
    ]
    return told[0] and not any(told[1:]) and not says("of_others", chat.turn.text)


def _asks_what(chat: Chat, heard: Heard) -> bool:
    """A question that changes nothing of the search: "what gas do they burn?"."""
    asked = asked_of(chat.turn.text, heard).topics
    topics = len(chat.turn.text) <= BARE and asked
    others = asks_for_more(chat) and "colour" not in asked  # "in other colours" is of those shown
    asks = bool(says("detail", chat.turn.text) or topics) and not others
    of_it = bool(asked) and says("of_it", chat.turn.text) and not heard.query.hard
    return asks and (of_it or replace(heard.query, drops=()).is_empty)
