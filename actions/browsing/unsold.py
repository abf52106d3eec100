"""Kinds of goods that a message asks for and that this shop does not have."""

from dataclasses import replace
from typing import Final

from actions.browsing.hearing import PLACE, Heard
from actions.chat import Chat
from catalogue_search.catalogue import Catalogue
from catalogue_search.constraints import parse
from catalogue_search.message import take_apart
from catalogue_search.query import Constraint, Query
from catalogue_search.texts import told_by_texts
from kit.i18n import join_words
from kit.phrases import spoken

# What is asked for right behind such a verb is a kind of thing, known or not: do you sell skis?
_HAVE: Final = "unsold.have"
_SELLS: Final = spoken("browsing", "unsold.sells")
# "Ok then X", 那X呢 after "we have no Y": another kind of thing.
_THEN: Final = "unsold.then"
# "Something to keep my feet warm".
_FOR_WHAT: Final = spoken("browsing", "unsold.for_what")
UNKNOWN: Final = "unknown:"


def asks_what_is_sold(chat: Chat) -> bool:
    """Whether the words ask if the shop sells something, whatever that is."""
    return bool(_SELLS.search(chat.turn.text))


def asks_for_kind(chat: Chat) -> bool:
    """Whether the words ask for a kind of thing, one the shop has or not."""
    return asks_what_is_sold(chat) or spoken("actions", _HAVE).search(chat.turn.text) is not None


def unknown_kind(chat: Chat, heard: Heard) -> str:
    """A kind of thing that is asked for and that this shop does not have; empty otherwise."""
    if heard.kinds or heard.named or chat.turn.is_button:
        return ""
    query = heard.query
    if _FOR_WHAT.search(chat.turn.text):
        return ""  # what it is for is told, not what it is
    match = spoken("actions", _HAVE).search(chat.turn.text)
    noun = "" if match is None else match["noun"].strip().lower()
    if noun.endswith("的"):
        return ""  # 有没有特别点的 says what it is to be like, not what it is
    hard = [one for one in query.hard if one.attribute not in {"brand"}]
    if noun and asks_what_is_sold(chat) and (head := _unknown_head(noun, heard.catalogue)):
        return head
    if noun and query.occasion and not hard:
        told = {one.source.lower() for one in query.constraints}
        return noun if any(noun.startswith(one) for one in told) else ""
    if not query.query_words or hard or query.order:
        return ""
    said = noun or (query.query_words[0] if chat.turn.intent == "search_product" else "")
    catalogue = heard.catalogue
    if noun and asks_what_is_sold(chat) and query.query_words == tuple(noun.split()):
        # A pack with straps for skis is none: what is sold has the word in its name.
        names = catalogue.names.postings
        known = all({word, word.removesuffix("s")} & names.keys() for word in query.query_words)
        return "" if known else noun
    words = " ".join(query.query_words)
    is_told = told_by_texts(words, catalogue.postings, len(catalogue)).any()
    return "" if is_told else said


def _unknown_head(noun: str, catalogue: Catalogue) -> str:
    """洗液 of 洗羽绒的洗液, where no text speaks of it: what it is for is no kind of thing."""
    head = noun.rpartition("的")[2] if "的" in noun else ""
    if len(head) < 2 or not parse(head, catalogue).is_empty:
        return ""
    return "" if told_by_texts(head, catalogue.postings, len(catalogue)).any() else head


def another_unknown(chat: Chat, heard: Heard) -> str:
    """ "Ok then snorkels" after a kind that the shop does not have; empty where it is none."""
    match = spoken("actions", _THEN).search(chat.turn.text)
    if match is None or not is_unsold(Query.from_json(chat.state.search or {}), heard.catalogue):
        return ""
    return unknown_kind(chat, heard) and match["noun"].strip().lower()


def is_unsold(query: Query, catalogue: Catalogue) -> bool:
    """Whether a search is for kinds of which the shop has nothing."""
    kinds = query.kind_values()
    return bool(kinds) and not any(one in catalogue.kinds.by_value for one in kinds)


def search_of(kind: str) -> Query:
    """The search for a kind that nobody knows, so that what follows is still about it."""
    return Query(kinds=(Constraint("kind", "is", (f"{UNKNOWN}{kind}",), source=kind),))


def without_unsold(chat: Chat, heard: Heard, query: Query) -> Query:
    """`query` without kinds that the shop lacks beside others that it has, which is said."""
    sold = heard.catalogue.kinds.by_value
    lacking = [one for one in query.kind_values() if one not in sold]
    if not lacking or len(lacking) == len(query.kind_values()):
        return query
    hits = take_apart(chat.turn.text, heard.catalogue, ()).hits
    named = [
        chat.turn.text[hit.start : hit.end]
        for hit in hits
        if (sense := hit.sense("kind"))
        and set(sense.values) & set(lacking)
        and not PLACE.search(chat.turn.text[: hit.start])
    ]
    if named:
        names = join_words(list(dict.fromkeys(named)), chat.turn.language)
        chat.say("utter_not_sold", kind=names)
    kinds = [
        replace(one, values=tuple(value for value in one.values if value in sold))
        for one in query.kinds
    ]
    return replace(query, kinds=tuple(one for one in kinds if one.values))
