"""Messages that go on with the article just told: "and tumble dry?"."""

import re
from typing import Final

from actions.answers.articles import (
    ASKS_WHETHER,
    TOPIC_OF_INTENT,
    asks_of_no_goods,
    asks_one_more,
    just_said,
    leans_on_it,
    matter,
    say_hits,
    search,
    told_by_place,
)
from actions.answers.by_place import aspects_of
from actions.answers.named_anew import named_anew
from actions.browsing.hearing import hear
from actions.browsing.wishes import asks_for_others
from actions.chat import Chat
from actions.facts import TOPICS
from actions.tasks.engine import task_of
from dialogue.acts import Act
from dialogue.polarity import read_polarity
from kit.i18n import Language, length
from knowledge.index import Hit

# What is the shopper's own is looked up, not read in an article.
_OWN: Final = re.compile(
    r"\bmy\b|\bmine\b|\b(?:order|parcel|package)\b|我的|订单|包裹|快递", re.IGNORECASE
)
# A case that is supposed; and words that go on from what was told and want nothing done.
_SUPPOSES: Final = re.compile(
    r"^(?:and |but |or |so |ok )*(?:even |what )?if\b|^(?:那|那么)?(?:如果|要是|万一|就算|即使)",
    re.IGNORECASE,
)
_ASKS_ON: Final = re.compile(
    r"^(?:and|or|what about|how about|also|without|with|even|only|for|on|in|from|to)\b"
    r"(?!.*\b(?:please|cancel|return|exchange|send|change|want|need|get)\b)",
    re.IGNORECASE,
)
SURE_OF_MORE: Final = 0.9
SURE_OF_OTHER: Final = 0.6
SURE_OF_A_TASK: Final = 0.95
FRAGMENT: Final[dict[Language, int]] = {"en": 4, "zh": 8}
# The article that was just told answers on from here on.
GOES_ON: Final = 0.35
# The same where no more than a word points back to it.
POINTS_BACK: Final = 0.45
CHANGES_SEARCH: Final = frozenset({"refine_search", "search_product", "check_stock"})


def follows_article(chat: Chat, act: Act) -> bool:
    """ "And tumble dry?" after an article asks on: answered from one of its matter, where one
    surely does. What no intent was found for need not lean on it by its words."""
    turn, topic = chat.turn, matter(chat)
    if topic is None or turn.is_button or not turn.text:
        return False
    if {"order_number", "product"} & set(turn.entities) or not _asks_on(chat):
        return False
    if act.kind in {"refine", "choose"} and asks_for_others(chat):
        return False
    if task_of(chat, turn.intent) is not None and _wants_it_done(chat):
        return False
    other = task_of(chat, turn.intent) is not None and TOPICS.get(turn.intent, topic) != topic
    if turn.confidence >= SURE_OF_A_TASK and other:
        return False  # "can I have an invoice?" after an article on delivery
    before = chat.state.last.intent
    # What was asked about may be another matter than the article's: returns, told of in one on
    # sales.
    topics = dict.fromkeys((topic, TOPIC_OF_INTENT.get(before, topic)))
    if not told_by_place(chat, topic) and not any(_told_on(chat, one) for one in topics):
        return False
    chat.state.last.intent = before  # it is still the same matter
    return True


def _told_on(chat: Chat, topic: str) -> bool:
    """Whether an article surely answers, or one of the topic nearly so where the words lean on what
    was told."""
    hits = _on_the_matter(chat, topic)
    leans = leans_on_it(chat.turn.text)
    least = GOES_ON if asks_one_more(chat.turn.text) else POINTS_BACK
    near = [one for one in hits if one.article.topic == topic and one.score >= least]
    if hits and hits[0].is_confident:
        say_hits(chat, hits)
    elif leans and near and (chat.turn.confidence < SURE_OF_MORE or _is_fragment(chat)):
        say_hits(chat, [near[0], *(one for one in hits if one is not near[0])])
    else:
        return False
    return True


def _on_the_matter(chat: Chat, topic: str) -> list[Hit]:
    """What articles say; where that was just said, what the matter's name finds, if anything."""
    hits = search(chat, topic)
    if not hits or not just_said(chat, hits[0]):
        return hits
    named = f"{chat.words.wish(chat.state.last.intent, '')} {chat.turn.text}"
    more = chat.services.knowledge.search(named, chat.turn.language, topic=topic) or hits
    return [] if just_said(chat, more[0]) else more


def _is_fragment(chat: Chat) -> bool:
    return length(chat.turn.text, chat.turn.language) <= FRAGMENT[chat.turn.language]


def _wants_it_done(chat: Chat) -> bool:
    """那就退吧, "and cancel it": a task is wanted; "or by invoice?" asks on."""
    text = chat.turn.text.strip()
    if ASKS_WHETHER.search(text) or _SUPPOSES.search(text):
        return False
    return chat.turn.language == "zh" or not _ASKS_ON.search(text)


def _asks_on(chat: Chat) -> bool:
    """Whether a message may go on with an article: it leans on it, or no other intent is sure.

    "And by invoice?" after the ways to pay wishes for no copy of one.
    """
    turn = chat.turn
    if turn.intent == "ask_price" and not turn.first("category") and aspects_of(turn.text):
        return True  # "do you pay for it?" after an answer on returns
    if turn.intent in CHANGES_SEARCH and hear(chat).query.hard:
        return False  # "is there one with 40 litres" asks for goods, not for advice on them
    if _SUPPOSES.search(turn.text.strip()):
        return True  # "even if it was on sale" is of what was told, whatever it speaks of
    if turn.intent in {"small_talk", "out_of_scope"}:
        return read_polarity(turn.text, turn.language).is_question
    if asks_one_more(turn.text) and _is_fragment(chat) and not _OWN.search(turn.text):
        return True
    if leans_on_it(turn.text):
        points = named_anew(chat, matter(chat)) != turn.text  # "what can I do with them"
        return points or turn.confidence < SURE_OF_MORE
    if asks_of_no_goods(chat):
        return True
    return turn.intent == "nlu_fallback" or turn.confidence < SURE_OF_OTHER
