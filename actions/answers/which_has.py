"""Which of some products has a property, and which other one of its kind is meant."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from actions.browsing.asked import Asked
from actions.browsing.hearing import Heard, hear
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import SHOWN, show
from actions.chat import Chat
from catalogue_search.compare import has_value
from catalogue_search.facts import facts_of
from catalogue_search.query import Constraint, Query
from catalogue_search.search import search
from kit.i18n import join_words
from kit.phrases import spoken
from shop.catalogue import get_products
from shop.views import ProductView

_WHICH: Final = re.compile(r"\bwhich\b|\b(?:most|more|best|better)\b|哪|最|更", re.IGNORECASE)
_HAS: Final = re.compile(
    r"\bwhich (?:one |ones )?(?:of (?:them|these|those) )?(?:has|have|is|are|comes?|can)\b"
    r"|哪[个款件双条顶][有带能是会可]",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(r"\bother\b|\bdifferent one\b|另外?|其他那|别的那", re.IGNORECASE)
# "How much more is the 45 litre one?", 和45升的差多少: any one that is so.
TO_THAT: Final = re.compile(
    r"\b(?:to|than|and|with) (?:the|a|an) [^.?!]{2,30} one\b"
    r"|(?:和|跟|与|比)[^，。！？]{1,8}的[^，。！？]{0,6}[差比多贵重]",
    re.IGNORECASE,
)
_OF_YES_OR_NO: Final = frozenset({"feature", "material", "season", "gender"})


def say_which_has(chat: Chat, products: Sequence[ProductView], asked: Asked) -> bool:
    """ "Which is the most breathable?": those that are, or that all are, which gives no order."""
    checks = [one for one in asked.checks if one.attribute in _OF_YES_OR_NO]
    if len(checks) != 1 or len(asked.checks) != 1 or hear(chat).query.order:
        return False  # "the cheapest for women" is searched for
    positive = replace(checks[0], operator="is")
    states = [has_value(positive, facts_of(one), one) for one in products]
    wanted = checks[0].operator == "is"
    having = [one for one, has in zip(products, states, strict=True) if has is wanted]
    asks_which = _HAS.search(chat.turn.text) is not None
    if asks_which and states and all(one is None for one in states):
        kind = phrases_of(chat.words).kind(Query.from_json(chat.state.search or {}))
        wish = checks[0].source or phrases_of(chat.words).of(checks[0])
        chat.say("utter_wish_untold", wish=wish, kind=kind, buttons=[chat.words.person()])
        chat.did("comparison")
        return True
    none_has = not having and None not in states
    if not none_has and not _WHICH.search(chat.turn.text):
        return False
    language = chat.turn.language
    names = join_words([one.name(language) for one in having], language)
    phrase = phrases_of(chat.words).of(checks[0])
    if not having and not none_has:
        return False
    if none_has:
        chat.say("utter_none_of_these", phrase=phrase)
    elif len(having) == len(products):
        chat.say("utter_all_of_these", phrase=phrase, buttons=[chat.words.person()])
    else:
        chat.say("utter_some_of_these", phrase=phrase, names=names)
    chat.did("comparison")
    return True


def say_untold_criterion(chat: Chat, heard: Heard) -> None:
    """Name what two are to be compared by where the shop tells nothing of it."""
    match = spoken("actions", "which_has.better_at").search(chat.turn.text)
    if match is None or heard.query.compares is not None:
        return
    wish = match["wish"].strip()
    features = [one.source.lower() for one in heard.query.must if one.attribute == "feature"]
    if any(word in wish.lower() for word in (*heard.query.query_words, *features)):
        chat.say("utter_compare_untold", wish=wish)


def other_of_kind(chat: Chat, heard: Heard) -> list[ProductView]:
    """ "The other 2 person one": what else on the shelf of the one in focus is so, those shown
    first; empty where no other one is spoken of."""
    bounds = [one for one in heard.query.constraints if one.is_hard]
    one = heard.at_hand
    text = chat.turn.text
    if one is None or not bounds or not (_OTHER.search(text) or TO_THAT.search(text)):
        return []
    if heard.named or heard.pointed or heard.kinds:
        return []
    shelf = Constraint("kind", "is", (f"category:{one.category}",))
    exactly = tuple(
        replace(o, operator="between", high=o.low)  # "the 2 person one" is none for three
        if o.attribute == "persons" and o.operator == "at_least"
        else o
        for o in heard.query.ranges
    )
    wanted = replace(heard.query, kinds=(shelf,), compares=None, order=(), ranges=exactly)
    found = search(wanted, heard.catalogue, limit=SIDE)
    ids = [key for key in found.ids if key != one.product_id] if found.is_exact else []
    listed = {view.product_id for view in (*heard.shown, *heard.earlier)}
    near = [key for key in ids if key in listed and _OTHER.search(text)]
    with chat.services.database.reading() as session:
        views = get_products(session, near or ids, now=chat.turn.now)
    return views if _OTHER.search(text) else views[:1]


def ask_which_other(chat: Chat, others: Sequence[ProductView]) -> None:
    """Which of several others is meant?"""
    show(
        chat,
        others[:SHOWN],
        "utter_which_other",
        did="products_listed",
        count=len(others),
        query=Query(),
    )


SIDE: Final = 40
