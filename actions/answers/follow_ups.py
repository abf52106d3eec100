"""Messages that go on with the article just told: "and tumble dry?"."""

import re
from dataclasses import replace
from typing import Final

from actions.answers.articles import (
    ASKS_WHETHER,
    TOPIC_OF_INTENT,
    asks_of_no_goods,
    asks_one_more,
    category_in_focus,
    leans_on_it,
    matter,
    note_asked,
    say_hits,
    told_article,
    told_by_place,
    was_told,
)
from actions.answers.by_place import aspects_of
from actions.answers.named_anew import named_anew
from actions.answers.places import in_context, zone_of
from actions.browsing.asked import says
from actions.browsing.hearing import hear
from actions.browsing.unsold import asks_for_kind, asks_what_is_sold, is_unsold
from actions.browsing.wishes import asks_for_others
from actions.chat import Chat
from actions.tasks.engine import task_of
from catalogue_search.query import OF_VARIANTS
from dialogue.acts import Act
from dialogue.groups import BROWSING, REPORTS
from dialogue.polarity import read_polarity
from kit.i18n import length
from kit.phrases import phrase, spoken
from knowledge.index import Hit

# Words that only say that it goes on: 那微信呢.
_WRAPPED: Final = re.compile(r"^那么?(?!个|些|边|里|种|款|双|件)|[啊呀]?呢?[?？]*$")
# What is the shopper's own is looked up, not read in an article.
_OWN: Final = re.compile(
    r"\bmy\b|\bmine\b|\b(?:order|parcel|package)\b|我的|订单|包裹|快递", re.IGNORECASE
)
# A case that is supposed; and words that go on from what was told and want nothing done.
_SUPPOSES: Final = re.compile(
    r"^(?:and |but |or |so |ok )*(?:even |what )?if\b|^(?:那|那么)?(?:如果|要是|万一|就算|即使)",
    re.IGNORECASE,
)
_WHICH: Final = re.compile(r"\bwhich\b|哪", re.IGNORECASE)
SURE_OF_MORE: Final = 0.9
SURE_OF_OTHER: Final = 0.6
SURE_OF_A_TASK: Final = 0.95
# An article of the matter answers on from here on.
GOES_ON: Final = 0.35
# The same where nothing but the context points to it.
POINTS_BACK: Final = 0.45
# What the words find by themselves counts before what they find read on from here on.
SURE_ALONE: Final = 0.9
CHANGES_SEARCH: Final = frozenset({"refine_search", "search_product", "check_stock"})
OF_GOODS: Final = BROWSING | {"compare_products", "ask_restock_date"}
# Talk beside the matter, or what was taken for it: 怎么申请 after an article on the warranty.
BESIDE: Final = frozenset({"small_talk", "out_of_scope", "ask_help"})


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
    wishes = task_of(chat, turn.intent) is not None and turn.intent not in REPORTS
    if wishes and _wants_it_done(chat):
        return False
    before = chat.state.last.intent
    # What was asked about may be another matter than the article's: returns, told of in one on
    # sales.
    topics = dict.fromkeys((topic, TOPIC_OF_INTENT.get(before, topic)))
    way_back = aspects_of(turn.text)[:1] == ("way_back",)  # "and back, if I return it?"
    of_place = "returns" if way_back else topic
    by_place = _asks_of_sending(chat, topic) and told_by_place(chat, of_place)
    if not by_place and not any(_told_on(chat, one) for one in topics):
        return False
    chat.state.last.intent = before  # it is still the same matter
    return True


def _told_on(chat: Chat, topic: str) -> bool:
    """Whether an article of the matter answers what is asked on."""
    hits = _on_the_matter(chat, topic)
    if not hits or not _is_meant(chat, hits[0], topic):
        return False
    say_hits(chat, hits)
    return True


def _category(chat: Chat) -> str | None:
    """The category spoken of, else that of what is listed: "how long will it last?" asks of no
    stove there."""
    shelves = {one.category for one in hear(chat).shown}
    return category_in_focus(chat) or (shelves.pop() if len(shelves) == 1 else None)


def _asks_of_sending(chat: Chat, topic: str) -> bool:
    """Whether what depends on a place may be asked: "how much?" after an article on the express is
    of the express, after what delivery costs it is of delivery."""
    text = chat.turn.text
    goes_on = topic != "delivery" or chat.state.notes.get("told_by_place") is True
    return goes_on or zone_of(text) is not None or _SENDING.search(text) is not None


_SENDING: Final = re.compile(
    r"\b(?:deliver\w*|ship\w*|send|sent|post\w*|dut(?:y|ies)|customs?|tax\w*|vat)\b|[寄送运邮税]",
    re.IGNORECASE,
)


def _on_the_matter(chat: Chat, topic: str) -> list[Hit]:
    """What articles say to the words, read on from the question before and from the name of the
    matter; the article that both readings find comes first.

    Of its sentences the one is told that was not just said, where there is one.
    """
    notes, turn = chat.state.notes, chat.turn
    before, zone = str(notes.get("asked_of_articles") or ""), notes.get("zone_asked_of")
    article = told_article(chat)
    name = chat.words.wish(chat.state.last.intent, "") if article is None else article.title
    said = _WRAPPED.sub("", named_anew(chat, topic).strip()) or turn.text
    asked = in_context(said, before, zone, turn.language, goes_on=True)
    readings = [
        chat.services.knowledge.search(
            one,
            turn.language,
            topic=topic,
            category=_category(chat),
            told=None if article is None else article.slug,
        )
        for one in dict.fromkeys((f"{name} {said}", asked))
    ]
    note_asked(chat, asked if zone_of(turn.text) else before or asked, topic)
    found: dict[str, list[Hit]] = {}
    for hit in (one for hits in readings for one in hits):
        found.setdefault(hit.article.slug, []).append(hit)
    scores = {slug: sum(one.score for one in hits) for slug, hits in found.items()}
    hits = [
        replace(
            next((one for one in found[slug] if not was_told(chat, one)), found[slug][0]),
            score=scores[slug] / len(readings),
            is_confident=any(one.is_confident for one in found[slug]),
        )
        for slug in sorted(found, key=lambda slug: -scores[slug])
    ]
    return _beside_alone(chat, hits, _alone(chat, topic))


def _beside_alone(chat: Chat, hits: list[Hit], alone: Hit | None) -> list[Hit]:
    """The same, but first what the words find by themselves, where that is surer or where nothing
    else is new: 信用卡呢 after 能用支付宝吗.

    A yes to the question before is none to this one: it is said where the words alone find it.
    """
    if alone is not None and (not hits or alone.score >= max(hits[0].score, SURE_ALONE)):
        return [alone, *hits]
    if hits and was_told(chat, hits[0]):
        if (other := _other_sentence(chat, hits[0])) is not None:
            return [other, *hits]
        if alone is not None and alone.is_likely and not was_told(chat, alone):
            return [replace(alone, is_confident=True), *hits]
        if _is_listed(chat, hits[0].said):
            return [replace(hits[0], polarity="yes"), *hits[1:]]
    same = alone is not None and (alone.article.slug, alone.place) == _place(hits[:1])
    return hits if same else [replace(one, polarity=None) for one in hits]


def _other_sentence(chat: Chat, told: Hit) -> Hit | None:
    """What else the article just told says to the words alone: "and how often?" after washing."""
    hits = chat.services.knowledge.search(
        chat.turn.text,
        chat.turn.language,
        topic=told.article.topic,
        category=_category(chat),
        told=told.article.slug,
    )
    same = [one for one in hits if one.article.slug == told.article.slug]
    news = [one for one in same if one.is_confident and not was_told(chat, one)]
    return replace(news[0], polarity=None) if news else None


def _is_listed(chat: Chat, said: str) -> bool:
    """Whether what is asked on, "and PayPal?", stands in what was just said, with no denial."""
    asked = spoken("actions", "follow_ups.and_this").fullmatch(chat.turn.text.strip())
    return (
        asked is not None
        and asked["thing"].strip().lower() in said.lower()
        and spoken("actions", "follow_ups.denies").search(said) is None
    )


def _place(hits: list[Hit]) -> tuple[str, int] | None:
    return (hits[0].article.slug, hits[0].place) if hits else None


def _is_meant(chat: Chat, hit: Hit, topic: str) -> bool:
    """Whether words that may go on from an article do so, and `hit` answers them.

    Read on from anything, most words find something: those that do not lean on it by their form, or
    that another intent is sure of, must find its matter when they are read alone.
    """
    turn = chat.turn
    asks = read_polarity(turn.text, turn.language).is_question
    leans = leans_on_it(turn.text, turn.language) or (asks and _is_fragment(chat))
    agrees = _alone(chat, topic)
    if task_of(chat, turn.intent) is not None and turn.confidence >= SURE_OF_A_TASK:
        # "Can I have an invoice?" after an article on delivery wishes for one.
        same = agrees is not None and agrees.article.slug == hit.article.slug
        return same and agrees is not None and agrees.is_likely and hit.is_confident
    elsewhere = TOPIC_OF_INTENT.get(turn.intent, topic) != topic
    elsewhere = elsewhere or turn.intent in BESIDE - {"ask_help"}
    if agrees is None and (not leans or (elsewhere and turn.confidence >= SURE_OF_OTHER)):
        return False
    least = GOES_ON if leans or agrees is not None else POINTS_BACK
    return hit.is_confident or (hit.article.topic == topic and hit.score >= least)


def _alone(chat: Chat, topic: str) -> Hit | None:
    """What the words find when they are read alone, where that is of the matter."""
    language, category = chat.turn.language, _category(chat)
    said = named_anew(chat, topic)
    hits = chat.services.knowledge.search(said, language, topic=topic, category=category)
    return hits[0] if hits and hits[0].article.topic == topic else None


def _is_fragment(chat: Chat) -> bool:
    few: int = phrase(chat.turn.language, "actions", "follow_ups.fragment")
    return length(chat.turn.text, chat.turn.language) <= few


def _wants_it_done(chat: Chat) -> bool:
    """那就退吧, "and cancel it": a task is wanted; "or by invoice?" asks on."""
    text = chat.turn.text.strip()
    if ASKS_WHETHER.search(text) or _SUPPOSES.search(text):
        return False
    asks_on = spoken("actions", "follow_ups.asks_on", chat.turn.language)
    return asks_on.search(text) is None


def _asks_on(chat: Chat) -> bool:
    """Whether a message may go on with an article: it leans on it, or no other intent is sure.

    "And by invoice?" after the ways to pay wishes for no copy of one.
    """
    turn = chat.turn
    if turn.intent == "ask_price" and not turn.first("category") and aspects_of(turn.text):
        return True  # "do you pay for it?" after an answer on returns
    heard = hear(chat)
    if turn.intent in CHANGES_SEARCH and heard.query.hard:
        return False  # "is there one with 40 litres" asks for goods, not for advice on them
    if matter(chat) == "sizes" and any(o.attribute == "feature" for o in heard.query.must):
        return False  # "can it be folded?" after how to measure a head
    if says("choosing", turn.text) and heard.query.hard and chat.state.search:
        return False  # "which one for -5?" asks for such goods
    of_kind = asks_for_kind(chat) or is_unsold(heard.query, heard.catalogue)
    if asks_what_is_sold(chat) or (heard.kinds and of_kind):
        return False  # 锅你们卖吗, after an article on stoves
    if len(heard.shown) > 1 and heard.query.hard and _WHICH.search(turn.text):
        return False  # "which is the most breathable?" is asked of those shown
    spoken = bool(heard.shown or chat.state.search)
    if spoken and (says("wants_to_see", turn.text) or heard.query.order):
        return False  # "show me some then" asks for the goods that the article is on
    if spoken and any(one.attribute in OF_VARIANTS for one in heard.query.hard):
        return False  # "in green?" is of the goods spoken of, whatever was read out beside them
    if _SUPPOSES.search(turn.text.strip()):
        return True  # "even if it was on sale" is of what was told, whatever it speaks of
    if turn.intent in BESIDE:
        return read_polarity(turn.text, turn.language).is_question
    asks = asks_one_more(turn.text) or read_polarity(turn.text, turn.language).is_question
    if asks and _is_fragment(chat) and not _OWN.search(turn.text):
        return True
    if asks_of_no_goods(chat):
        return True  # there are no goods that it could be asked of
    if turn.intent in OF_GOODS and chat.state.focus.product is None and not heard.kinds:
        return True
    leans = leans_on_it(turn.text, turn.language)
    if leans or (turn.intent in REPORTS and not _OWN.search(turn.text)):
        points = named_anew(chat, matter(chat)) != turn.text  # "what can I do with them"
        return points or turn.confidence < SURE_OF_MORE  # 洗完不防水了, after how to wash it
    return turn.intent == "nlu_fallback" or turn.confidence < SURE_OF_OTHER
