"""Wishes in words that no attribute tells: what the products' own texts say of them."""

from dataclasses import replace
from typing import Final

from actions.browsing.asked import says
from actions.browsing.hearing import Heard, hear
from actions.browsing.phrases import phrases_of
from actions.chat import Chat
from actions.turn import refers_back
from catalogue_search.message import take_apart
from catalogue_search.query import Constraint, Query, place
from catalogue_search.search import search
from catalogue_search.texts import TEXT, told_by_texts, touched_by_texts, wish_in_words


def wish_told(chat: Chat, heard: Heard) -> Constraint | None:
    """What the unexplained words of a message ask for; beside a kind only what belongs to it."""
    left = heard.query.query_words
    if chat.turn.is_button or heard.named or not left:
        return None
    message = take_apart(chat.turn.text, heard.catalogue, ())
    hits = message.hits if heard.kinds else ()
    return wish_in_words(message.text, message.tokens, left, hits)


def with_wish(chat: Chat, heard: Heard, query: Query) -> Query:
    """`query` with what a kind that is named is to be like, in the shopper's words."""
    text = chat.turn.text
    asks_of_one = says("of_it", text) or (refers_back(text) and says("detail", text))
    sold = any(kind in heard.catalogue.kinds.by_value for kind in heard.kinds)
    wish = wish_told(chat, heard) if sold and not asks_of_one else None
    return query if wish is None else place(query, [wish])


def without_untold(chat: Chat, heard: Heard, query: Query) -> Query:
    """`query` without wishes that no text speaks of, which is said."""
    untold = untold_of(heard, query)
    if not untold:
        return query
    say_untold(chat, query, untold)
    return replace(
        query,
        must=tuple(one for one in query.must if one not in untold),
        must_not=tuple(one for one in query.must_not if one not in untold),
    )


def untold_of(heard: Heard, query: Query) -> list[Constraint]:
    """Wishes that are told of none of the kind, by its texts or as a feature."""
    wishes = [one for one in (*query.must, *query.must_not) if one.attribute == TEXT]
    untold = [one for one in wishes if not is_told(heard, query, one)]
    return [*untold, *(one for one in query.must if _is_never_told(heard, query, one))]


def is_told(heard: Heard, query: Query, wish: Constraint) -> bool:
    """Whether the text of one of the kind searched speaks of a wish, whatever else is asked."""
    alone = place(Query(kinds=query.kinds, occasion=query.occasion), [replace(wish, operator="is")])
    return search(alone, heard.catalogue, limit=1, in_stock=False).is_exact


def _is_never_told(heard: Heard, query: Query, one: Constraint) -> bool:
    """Whether a feature is told of none of the kind, as a wide fit of mats."""
    if one.attribute != "feature" or not one.is_hard or not query.kinds:
        return False
    of_kind = heard.catalogue.kinds.any_of(query.kind_values())
    return bool(of_kind.any()) and not heard.catalogue.tells(one.values, of_kind)


def say_untold(chat: Chat, query: Query, wishes: list[Constraint]) -> None:
    """Name what the shop's texts say nothing of."""
    phrases = phrases_of(chat.words)
    said = chat.words.text("comma").join(one.source for one in wishes)
    chat.say(
        "utter_wish_untold", wish=said, kind=phrases.kind(query), buttons=[chat.words.person()]
    )


def told_of_list(chat: Chat, heard: Heard) -> bool:
    """ "Do they take AAA batteries?" of a list: what its texts say, or that they say nothing of it.

    False where the words name nothing that could be looked for.
    """
    wish = wish_told(chat, heard) if chat.state.search and heard.query.is_empty else None
    base = Query.from_json(chat.state.search or {})
    if wish is None or not base.kinds:
        return False
    told = told_by_texts(wish.source, heard.catalogue.postings, len(heard.catalogue))
    if not told.any():  # "battery life": what is said of the battery is better than nothing
        told = touched_by_texts(wish.source, heard.catalogue.postings, len(heard.catalogue))
    rows = heard.catalogue.row_of
    having = [o for o in heard.shown if o.product_id in rows and told[rows[o.product_id]]]
    if not having:
        say_untold(chat, base, [wish])
    for one in having[:MOST_QUOTED]:
        chat.say(
            "utter_part_told",
            product=one.name(chat.turn.language),
            description=one.description(chat.turn.language),
        )
    chat.did("products_listed")
    return True


MOST_QUOTED: Final = 1


def asks_for_others(chat: Chat) -> bool:
    """ "And is there one of 40 litres?" where goods are spoken of asks for those."""
    spoken = bool(chat.state.focus.product or chat.state.shown.kind == "products")
    return spoken and bool(hear(chat).query.ranges)
