"""Wishes in words that no attribute tells: what the products' own texts say of them."""

from dataclasses import replace

from actions.browsing.hearing import Heard
from actions.browsing.phrases import phrases_of
from actions.chat import Chat
from catalogue_search.message import take_apart
from catalogue_search.query import Constraint, Query, place
from catalogue_search.search import search
from catalogue_search.texts import TEXT, wish_in_words


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
    wish = wish_told(chat, heard) if heard.kinds else None
    return query if wish is None else place(query, [wish])


def without_untold(chat: Chat, heard: Heard, query: Query) -> Query:
    """`query` without wishes that no text speaks of, which is said."""
    wishes = [one for one in (*query.must, *query.must_not) if one.attribute == TEXT]
    untold = [one for one in wishes if not is_told(heard, query, one)]
    if not untold:
        return query
    say_untold(chat, query, untold)
    return replace(
        query,
        must=tuple(one for one in query.must if one not in untold),
        must_not=tuple(one for one in query.must_not if one not in untold),
    )


def is_told(heard: Heard, query: Query, wish: Constraint) -> bool:
    """Whether the text of one of the kind searched speaks of a wish, whatever else is asked."""
    alone = place(Query(kinds=query.kinds, occasion=query.occasion), [replace(wish, operator="is")])
    return search(alone, heard.catalogue, limit=1, in_stock=False).is_exact


def say_untold(chat: Chat, query: Query, wishes: list[Constraint]) -> None:
    """Name what the shop's texts say nothing of."""
    phrases = phrases_of(chat.words)
    said = chat.words.text("comma").join(value for one in wishes for value in one.values)
    chat.say("utter_wish_untold", wish=said, kind=phrases.kind(query),
             buttons=[chat.words.person()])  # fmt: skip
