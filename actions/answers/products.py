"""Products named without a question, bare data, and what no intent was found for."""

import re
from dataclasses import replace
from typing import Final

from actions.answers import (
    ANSWERS,
    answered_first,
    answers,
    answers_act,
    answers_first,
    unclear,
)
from actions.answers.articles import say_hits, say_unsure
from actions.answers.comparing import compare_products
from actions.answers.comparison_told import MOST_COMPARED, say_comparison
from actions.answers.finding import say_unknown_kind, search_products
from actions.answers.nearest import explained
from actions.answers.prices import coupon, rules_told
from actions.answers.product_facts import (
    article_of_list,
    asked_again,
    describe,
    names_variant,
    product_details,
    say_of_product,
)
from actions.answers.product_texts import say_part
from actions.answers.recommending import refine_shown
from actions.answers.refining import refine_found, with_level
from actions.answers.sizing import advise_size, names_sized, sizing_goes_on
from actions.answers.stock import own_again, say_stock
from actions.browsing.asked import asked_of, says
from actions.browsing.bought import bought
from actions.browsing.hearing import Heard, hear, meant, others_meant
from actions.browsing.showing import keep_kinds, show
from actions.browsing.unsold import another_unknown, asks_for_kind
from actions.chat import Chat
from actions.recommending.taste import taste_told
from actions.tasks.engine import start, task_of
from actions.tasks.order_slots import OTHER_ONE, order_naming
from actions.tasks.value_slots import looks_like_address
from actions.turn import at_place
from catalogue_search.facts import facts_of
from catalogue_search.query import Query
from dialogue.acts import Act
from dialogue.polarity import lexicon, normalised, read_polarity
from shop.access import access_orders
from shop.views import ProductView

SHORT: Final = 40
# What is wanted of the one that is picked: "the first one, how do I order it?"
OF_PICKED: Final = frozenset(
    {
        "add_to_cart",
        "check_stock",
        "ask_price",
        "ask_restock_date",
        "ask_size_advice",
        "ask_complements",
        "refuse_product",
        "ask_why",
    }
)
WHICH: Final = re.compile(r"\bwhich\b|哪", re.IGNORECASE)
_VERSUS: Final = re.compile(
    r"\b(?:vs|versus|better than)\b|(?:和|跟|还是).*(?:哪|好|区别)", re.IGNORECASE
)


@answers_act("choose", "answer", "correct", "confirm_with")
@answers("inform", "choose_option")
def data_without_a_question(chat: Chat, act: Act) -> None:
    """Bare data when nothing was asked: an order number is about an order, a name about it."""
    turn = chat.turn
    picks = turn.first("ordinal") or turn.first("product")
    spoken = chat.state.focus.product or chat.state.shown.kind == "products"
    buys = turn.intent == "add_to_cart" and spoken  # "ok, I'll take it"
    if turn.intent in OF_PICKED and (picks or buys):
        ANSWERS[turn.intent](chat, act)
        return
    if chat.signed_in is not None and looks_like_address(turn.text):
        start(chat, chat.services.tasks["change_address"], "change_address")
        return
    number = turn.first("order_number") or turn.first("code")
    if number is None and chat.state.focus.order and OTHER_ONE.search(turn.text):
        number = the_other_order(chat)
    if number is None and chat.state.focus.kind == "order":
        number = order_naming(chat)  # "no, the boots one"
    if number is None and one_of_listed(chat):
        return
    if number is not None:
        about_order(chat, number)
    elif turn.first("coupon"):
        coupon(chat, act)
    elif not about_products(chat, act):
        unclear(chat, act)


def about_products(chat: Chat, act: Act) -> bool:
    """Answer words that speak of products in their context; False where they do not."""
    if taste_told(chat) or answered_first(chat, act):
        return True
    heard = hear(chat)
    if sizing_goes_on(chat) or names_sized(chat, heard):
        advise_size(chat, act)
    elif (own := own_again(chat, heard)) is not None:
        say_stock(chat, own)
    elif (heard.kinds and _enough_told(chat, heard)) or (
        len(heard.shown) > 1 and _advised_on_list(chat, heard)
    ):
        return True
    elif (heard.kinds or _weighs(heard)) and explained(chat, "search_product"):
        return True  # "how do I choose a headlamp?" asks for advice before it asks for goods
    elif len(several := heard.named if len(heard.named) > 1 else heard.pointed) > 1:
        say_comparison(chat, heard, several)
    elif _asks_nothing_new(chat, heard):
        if not article_of_list(chat, heard):
            product_details(chat, act)
    elif names_variant(chat) and _points_with(chat, heard):
        say_stock(chat, heard.pointed[0])  # 要暖和的那个 有L码吗 asks for the L, not how warm it is
    elif heard.pointed and heard.query.order and _asks_of_best(chat, heard):
        say_of_product(chat, heard.pointed[0], asked_of(chat.turn.text, heard))
    elif heard.pointed and heard.query.order and not chat.turn.first("ordinal"):
        say_comparison(chat, heard, heard.shown[:MOST_COMPARED])
    elif heard.named or heard.pointed:
        product = (heard.named or heard.pointed)[0]
        asked = asked_again(chat, heard)
        if asked.occasion and not (asked.wants_detail or asked.topics or asked.checks):
            asked = replace(asked, occasion=None)  # "storm rain shel" is a name and asks nothing
        if asked.is_empty and not names_variant(chat):
            describe(chat, product)
        else:
            say_of_product(chat, product, asked)
    elif len(others := others_meant(chat, heard)) > 1:
        show(chat, others, "utter_ask_which_product")
    elif (one := _the_one(chat, heard)) is not None:
        describe(chat, one)
    elif _chooses(heard, chat.turn.text):
        compare_products(chat, act)
    elif (whole := _asked_of_parts(chat, heard)) is not None:
        say_part(chat, whole)
    elif _asks_focus(chat, heard) or _asks_care(chat, heard) or _asks_shown(chat, heard):
        product_details(chat, act)
    elif unknown := another_unknown(chat, heard):
        say_unknown_kind(chat, unknown)
    elif heard.query.is_empty and with_level(chat, heard.query) is heard.query:
        return False
    elif heard.shown or heard.in_focus or chat.state.search:
        _in_context(chat, act, heard)
    elif heard.asks_only_variants() and _is_bare(heard):
        return _size_of_what(chat, heard)
    elif act.kind == "report":
        return False  # who tells of trouble looks for no goods
    elif len(heard.kinds) > 1 and _VERSUS.search(chat.turn.text):
        compare_products(chat, act)
    elif heard.kinds or heard.query.hard:
        if heard.kinds or not _told_by_article(chat):
            search_products(chat, act)
    else:
        return False
    return True


@answers_first
def which_own_told(chat: Chat, act: Act) -> bool:
    """ "The grey ones", after the status of an order, says which of its goods was meant."""
    state, turn = chat.state, chat.turn
    spoken = state.last.did == "status" and state.focus.kind == "order" and state.frame is None
    if not spoken or not state.focus.order or turn.is_button or len(turn.text) > SHORT:
        return False
    if turn.intent not in WHICH_OWN or not hear(chat).asks_only_variants():
        return False
    if read_polarity(turn.text, turn.language).is_question:
        return False
    about_order(chat, state.focus.order)
    return True


WHICH_OWN: Final = frozenset({"refine_search", "search_product", "nlu_fallback", "inform"})


def _enough_told(chat: Chat, heard: Heard) -> bool:
    """ "Headlamps – are 200 lumens enough?": an article tells, before any is shown."""
    if heard.in_focus or heard.named or heard.pointed or not _told_by_article(chat):
        return False
    keep_kinds(chat, heard.query)
    chat.state.search = Query(kinds=heard.query.kinds, ranges=heard.query.ranges).to_json()
    return True


def _advised_on_list(chat: Chat, heard: Heard) -> bool:
    """ "What is the R-value good for?", of what is listed: an article on such things."""
    advice = says("enough", chat.turn.text) or says("explain", chat.turn.text)
    return advice and not (heard.pointed or heard.in_focus) and article_of_list(chat, heard)


def _told_by_article(chat: Chat) -> bool:
    """ "Is 2000 mm enough for camping?" of no kind in particular: an article on goods tells."""
    text = chat.turn.text
    if not says("enough", text) or asks_for_kind(chat):
        return False
    hits = chat.services.knowledge.search(text, chat.turn.language, topic="products")
    if not hits or not hits[0].is_confident:
        return False
    say_hits(chat, hits)
    return True


def _is_bare(heard: Heard) -> bool:
    """A size without the thing that is to have it: no search can begin with that."""
    return all(one.attribute == "size" for one in heard.query.constraints)


def _size_of_what(chat: Chat, heard: Heard) -> bool:
    """Ask what a bare size is for, and keep it for that; False in service talk, where it starts no
    talk of goods."""
    if chat.state.focus.kind == "order" or chat.state.last.did in SERVICE:
        return False
    chat.say("utter_size_of_what")
    chat.state.search = heard.query.to_json()
    chat.did("asked")
    return True


# What was done last where the talk was of orders, articles or people.
SERVICE: Final = frozenset({"status", "effect_done", "handed_over", "article", "apology"})


def _the_one(chat: Chat, heard: Heard) -> ProductView | None:
    """ "The tent" with one of that kind in focus or shown: that one, not a search for more."""
    query = heard.query
    only_kind = heard.kinds and not (query.hard or query.occasion or query.order)
    if not only_kind or not _THE.search(chat.turn.text):
        return None
    return meant(chat, heard)


_THE: Final = re.compile(r"\b(?:the|that|this) [a-z]|[这那][个件双款顶]", re.IGNORECASE)


def _weighs(heard: Heard) -> bool:
    """Whether a material is spoken of, and nothing that is shown."""
    of_material = any(one.attribute == "material" for one in heard.query.must)
    return of_material and not (heard.pointed or heard.in_focus)


def _asks_nothing_new(chat: Chat, heard: Heard) -> bool:
    """ "Is it cramped for two?" of tents for two repeats what the search holds: it is a question,
    and changes nothing."""
    text, held = chat.turn.text, Query.from_json(chat.state.search or {}).hard
    said = heard.query.hard
    if len(heard.shown) < 2 or not said or heard.kinds or heard.pointed or heard.in_focus:
        return False
    known = {(one.attribute, one.values, one.low, one.high) for one in held}
    asks = says("detail", text) and not says("of_others", text)
    return asks and all((o.attribute, o.values, o.low, o.high) in known for o in said)


def _asks_of_best(chat: Chat, heard: Heard) -> bool:
    """ "The lightest then, in which colours?": something else is asked of the one that is best."""
    by = {one.quantity for one in heard.query.order}
    return bool(set(asked_of(chat.turn.text, heard).topics) - by)


def _chooses(heard: Heard, text: str) -> bool:
    """Whether it is asked which of those shown is better at something."""
    if len(heard.shown) < 2 or heard.kinds:
        return False
    query = heard.query
    said = bool(query.constraints or query.occasion)
    return query.compares is not None or (said and bool(WHICH.search(text)))


def _in_context(chat: Chat, act: Act, heard: Heard) -> None:
    """A choice for an occasion of what is shown, else a change of it."""
    occasion_only = heard.query.occasion and not heard.kinds and not heard.query.hard
    if occasion_only and len(heard.shown) >= 2 and chat.state.last.did == "comparison":
        compare_products(chat, act)
    else:
        refine_shown(chat, act)


def _points_with(chat: Chat, heard: Heard) -> bool:
    """Whether what seems to be asked only says which one is meant: "the warm one"."""
    topics = asked_of(chat.turn.text, heard).topics
    by = {one.quantity for one in heard.query.order} | {o.attribute for o in heard.query.ranges}
    return bool(heard.pointed and by) and by >= set(topics)


def _asks_focus(chat: Chat, heard: Heard) -> bool:
    """Whether something of the product in focus is asked."""
    if meant(chat, heard) is None:
        return False
    asked = asked_of(chat.turn.text, heard)
    return asked.wants_detail and not asked.is_empty


def _asked_of_parts(chat: Chat, heard: Heard) -> ProductView | None:
    """ "Does it come with a mat?", 送防潮垫吗: the thing whose text may tell of it."""
    one = heard.at_hand
    if one is None or not says("comes_with", chat.turn.text) or not heard.kinds or heard.named:
        return None
    return None if heard.kinds & facts_of(one).kinds else one


def _asks_shown(chat: Chat, heard: Heard) -> bool:
    """ "Dishwasher safe?" of what is listed."""
    asked = asked_of(chat.turn.text, heard)
    asks = bool(asked.topics) and asked.wants_detail
    asks = asks and replace(heard.query, drops=()).is_empty  # 什么颜色 drops no colour
    return asks and len(heard.shown) > 1 and not says("of_others", chat.turn.text)


def _asks_care(chat: Chat, heard: Heard) -> bool:
    """Whether it is asked how to wash something that is named, the shopper's own or not."""
    is_named = bool(heard.kinds) or bought(chat) is not None
    return is_named and asked_of(chat.turn.text, heard).topics == ("care",)


@answers("nlu_fallback")
def without_an_intent(chat: Chat, act: Act) -> None:
    """No intent was found: what is shown decides."""
    if chat.state.last.did == "promotions" and says("coupon_rules", chat.turn.text):
        if not rules_told(chat, act):
            say_unsure(chat, act, [])
        return
    if not about_products(chat, act):
        unclear(chat, act)


def level_told(chat: Chat) -> bool:
    """Refine the list by what only says how experienced somebody is; False for anything else."""
    if chat.state.shown.kind != "products" or not says("beginner", chat.turn.text):
        return False
    if len(chat.turn.text) > SHORT or chat.state.search is None:
        return False
    refine_found(chat, hear(chat))
    return True


def the_other_order(chat: Chat) -> str | None:
    """ "No, the other one": the newest order that is not the one spoken of; None for a guest."""
    if chat.signed_in is None:
        return None
    with chat.services.database.reading() as session:
        orders = access_orders(session, chat.signed_in, limit=2)
    return next((one.number for one in orders if one.number != chat.state.focus.order), None)


# What can be wanted of an order in a listed one's place, by the verbs of its effect.
BY_VERB: Final = ("cancel_order", "report_lost", "change_address")


def one_of_listed(chat: Chat) -> bool:
    """Do what is wanted of an order of the list by its place, "cancel the second"; False else."""
    place, shown = chat.turn.first("ordinal"), chat.state.shown
    if shown.kind != "orders" or place is None or at_place(shown.keys, place) is None:
        return False
    verbs, said = lexicon(chat.turn.language).effects, normalised(chat.turn.text)
    name = next((one for one in BY_VERB if any(v in said for v in verbs[one])), "order_status")
    task = chat.services.tasks[name]
    start(chat, task, task.intents[0])
    return True


def about_order(chat: Chat, number: str) -> None:
    """What is wanted of an order that is only named: its state is told, the rest offered."""
    task = task_of(chat, "track_order")
    assert task is not None
    start(chat, task, "track_order")
