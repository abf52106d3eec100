"""The list, or the offers, with what a message changes."""

from dataclasses import replace
from typing import Final

from actions.answers import answers_first
from actions.answers.finding import asks_for_more, find, say_unmarked, shelves_of
from actions.answers.product_texts import say_from_article, untold_of_shown
from actions.browsing.asked import asked_of, says
from actions.browsing.hearing import Heard, hear
from actions.browsing.limits import same_as_focus, without_unmarked
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import show
from actions.browsing.wishes import is_told, say_untold, untold_of, wish_told, with_wish
from actions.chat import Chat
from actions.recommending.filters import filter_of, is_plain, query_of
from actions.recommending.kept import Kept, kept
from actions.recommending.offering import offer
from actions.recommending.refusals import refuse
from catalogue_search.compare import has_value
from catalogue_search.facts import facts_of
from catalogue_search.query import Constraint, Query, place
from catalogue_search.refine import refine
from dialogue.acts import Act
from kit.phrases import spoken
from shop.ids import ProductId

# What shoppers ask of offers, by the names of the filter.
ASKED: Final = ("colours", "sizes", "brands", "price_min", "price_max")


def refine_found(chat: Chat, heard: Heard) -> None:
    """Recommend or search again with what the message changes."""
    held = kept(chat)
    query = with_level(chat, heard.query)
    if query is not heard.query:
        heard = replace(heard, query=query)
    changed = None if held is None else refine(query_of(held.wish.filters), query)
    if held is not None and changed is not None and is_plain(changed) and not query.is_empty:
        refine_offers(chat, heard, held, changed)
    else:
        refine_list(chat, heard)


def with_level(chat: Chat, query: Query) -> Query:
    """`query` with what the shopper's level prefers: who begins, what is well rated and cheap."""
    text = chat.turn.text
    wishes: tuple[Constraint, ...] = ()
    if says("beginner", text):
        wishes = (
            Constraint("rating", "much", strength="soft"),
            Constraint("price", "little", strength="soft"),
        )
    elif says("experienced", text):
        wishes = (Constraint("rating", "much", strength="soft"),)
    return replace(query, ranges=(*query.ranges, *wishes)) if wishes else query


def refine_offers(chat: Chat, heard: Heard, held: Kept, changed: Query) -> None:
    """Recommend again with one thing changed; a brand that is refused stays refused later on."""
    names = {one.brand.lower(): one.brand for one in heard.shown}
    filters = filter_of(changed, names)
    old = held.wish.filters
    for brand in set(filters.not_brands) - set(old.not_brands):
        refuse(chat, [], brand)
    needed = [name for name in ASKED if getattr(filters, name)]  # "cheaper" is still in blue
    # "In blue" may be the same in blue.
    same_again = filters.colours != old.colours or filters.sizes != old.sizes
    seen: tuple[ProductId, ...] = () if same_again else held.seen
    wish = replace(held.wish, filters=filters)
    if not offer(chat, wish, "utter_products_refined", needed=needed, seen=seen):
        find(chat, heard, changed, is_refined=True)


@answers_first
def sorted_anew(chat: Chat, act: Act) -> bool:
    """ "Cheapest first", 按价格从低到高 of a list: the whole search in that order; False else."""
    sorts = spoken("actions", "finding.sorts").search(chat.turn.text)
    if not sorts or chat.turn.is_button or chat.state.frame is not None or not chat.state.search:
        return False
    heard = hear(chat)
    if not heard.query.order or heard.kinds or heard.named or len(heard.shown) < 2:
        return False
    find(chat, heard, refine(base_of(chat, heard), heard.query))
    return True


def refine_list(chat: Chat, heard: Heard) -> None:
    """The search behind the list with what the message changes; shown ones come last."""
    if _of_those_shown(chat, heard):
        return
    base = base_of(chat, heard)
    relative = not (heard.query.hard or heard.query.order or heard.query.occasion)
    if base.is_empty and not heard.kinds and relative and not heard.shown:
        chat.say("utter_ask_which_product")  # "in a bigger size" of nothing
        chat.did("asked")
        return
    drop = ["price"] if any(one.attribute == "price" for one in heard.query.ranges) else []
    query = refine(base, place(heard.query, same_as_focus(chat, heard)), drop)
    if heard.query.is_empty and not asks_for_more(chat):
        wish = wish_told(chat, heard) if base.kinds else None
        told = wish is not None and is_told(heard, base, wish)
        of_one = heard.in_focus and chat.state.last.did in {"product", "stock", "price"}
        if wish is None and of_one:
            say_of_focus(chat, heard)  # "15 inch", of the pack spoken of
            return
        if wish is None and not asks_for_more(chat) and untold_of_shown(chat):
            return  # 好搭的
        if wish is None or (not told and wish.operator == "is"):
            _say_unchanged(chat, base, wish)
            return
        query = place(query, [wish]) if told else query  # "ok without wheels": none has any
    query = replace(with_wish(chat, heard, query), query_words=base.query_words)
    if _is_uncheckable(chat, heard, query):
        return
    find(chat, heard, query, is_refined=True)


def say_of_focus(chat: Chat, heard: Heard) -> None:
    """What nothing was understood of is asked of the product spoken of: what is known is told."""
    assert heard.focus is not None
    say_from_article(chat, heard.focus, asked_of(chat.turn.text, heard))


def _of_those_shown(chat: Chat, heard: Heard) -> bool:
    """ "And in grey?" of some that were shown by a name they share: those that come in it."""
    if chat.state.search or len(heard.shown) < 2 or not heard.asks_only_variants():
        return False
    having = [
        one
        for one in heard.shown
        if all(has_value(wish, facts_of(one), one) for wish in heard.query.must)
    ]
    if not having:
        return False
    show(
        chat,
        having,
        "utter_products_met",
        met=phrases_of(chat.words, having).all_of(heard.query.must),
    )
    return True


def _is_uncheckable(chat: Chat, heard: Heard, query: Query) -> bool:
    """Whether the message changes nothing but what the shop tells of no such thing, which is said:
    the list stays as it is."""
    added = heard.query.constraints
    if not added or not heard.shown or heard.kinds or heard.query.order or heard.query.occasion:
        return False
    left, unmarked = without_unmarked(heard, query)
    untold = untold_of(heard, left)
    if any(one in left.constraints and one not in untold for one in added):
        return False
    if untold:
        say_untold(chat, query, untold)
    say_unmarked(chat, unmarked)
    chat.did("products_listed")
    return bool(untold or unmarked)


def _say_unchanged(chat: Chat, base: Query, wish: Constraint | None) -> None:
    """The list stays as it is: what is wished cannot be checked, or nothing was understood."""
    if wish is None:
        chat.say("utter_refine_how", buttons=[chat.words.person()])
        chat.did("asked")
        return
    say_untold(chat, base, [wish])
    chat.did("products_listed")


def base_of(chat: Chat, heard: Heard) -> Query:
    """The search that a change is made to; without one, more of the kinds shown."""
    state = chat.state
    listed = {one.slug for one in heard.shown}
    if state.search and (not heard.in_focus or (heard.focus and heard.focus.slug in listed)):
        return Query.from_json(state.search)
    seeds = [heard.focus] if heard.in_focus and heard.focus is not None else list(heard.shown)
    return shelves_of(seeds)
