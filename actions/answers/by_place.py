"""Questions whose answer depends on the place: what delivery costs, how long it takes, whether we
deliver there, and who pays for sending something back.

What is asked and the place may stand in different messages: "how much is shipping to Germany?",
"and to Switzerland?", "how long does that take?". Put together they are asked in the articles' own
words, by which the right sentence is found.
"""

import re
from dataclasses import replace
from typing import Final

from actions.answers.places import called, is_served, whether_delivered, zone_of, zone_of_country
from actions.chat import Chat
from actions.tasks.order_slots import orders_of
from kit.i18n import Language, length
from kit.phrases import phrase, spoken
from knowledge.index import Hit

_BACK: Final = (
    r"(?:\breturn(?:ing|s|ed)?\b|\b(?:send|sending|ship|shipping|post)\b[^.?!]{0,16}\bback\b|\blabels?\b"
    r"|\bway back\b|退货|退回|寄回|退换|退还)"
)
_MONEY: Final = (
    r"(?:\bhow much\b|\bcosts?\b|\bfees?\b|\bcharge[ds]?\b|\bprice\b|\bfree\b|\bpostage\b"
    r"|\bminimum\b"
    r"|\b(?:pay|pays|paying)\b|多少钱|运费|邮费|费用|包邮|满多少|起送|免费|谁[出付承]|要钱|收钱|花钱)"
)
# What is asked, the first that fits first.
_ASPECTS: Final = {
    "way_back": re.compile(
        rf"{_MONEY}.*{_BACK}|{_BACK}.*{_MONEY}"
        r"|^\W*(?:and|what about|how about) (?:the way |sending it )?back\b"
        r"|^那?(?:退|寄)回来?(?:呢|要钱吗)",
        re.IGNORECASE,
    ),
    "customs": re.compile(
        r"\b(?:customs?|dut(?:y|ies)|tax(?:es)?|vat|import (?:tax|charge|fee)\w*)\b"
        r"|税(?!号)|海关|清关",
        re.IGNORECASE,
    ),
    "cost": re.compile(_MONEY, re.IGNORECASE),
    "time": re.compile(
        r"\bhow (?:long|fast|quick(?:ly)?|soon|many (?:working )?days)\b"
        r"|\b(?:delivery|shipping) times?\b"
        r"|几天|多久|多长时间|多少天|时效",
        re.IGNORECASE,
    ),
    "whether": re.compile(
        r"\b(?:ship|deliver|send|post)(?:ing|s)?\b.{0,40}\bto\b|[寄送发](?:货)?[到往去]|能[寄送发]|可以[寄送发]",
        re.IGNORECASE,
    ),
}
# Matters of their own, of which other sentences tell.
_ELSE: Final = spoken("answers", "by_place.else")
# Another way of sending, of which the same can be asked: "and express?".
_FASTER: Final = re.compile(
    r"\b(?:express|next[- ]day|overnight|priority)\b|加急|特快|快速", re.IGNORECASE
)
MOST_ASPECTS: Final = 2


_IT: Final = re.compile(r"\b(?:that|it)\b|[这那]个?", re.IGNORECASE)


def aspects_of(text: str) -> tuple[str, ...]:
    """What of delivery or of sending back `text` asks; nothing where it asks something else."""
    if _ELSE.search(text):
        return ()
    found = [name for name, words in _ASPECTS.items() if words.search(text)]
    if found[:1] in (["way_back"], ["customs"]):
        return (found[0],)
    if len(found) > 1 and "whether" in found:
        found.remove("whether")  # "how much to send it to Spain" asks what it costs
    return tuple(found[:MOST_ASPECTS])


def by_place(chat: Chat, topic: str | None, default: tuple[str, ...] = ()) -> list[Hit]:
    """The sentences that answer what is asked of a place, best first; none where nothing is.

    A follow-up keeps the place or what was asked; where no place is named it is the customer's own.
    """
    notes, turn = chat.state.notes, chat.turn
    follows = chat.state.last.did == "article" and notes.get("told_by_place") is True
    faster = _FASTER.search(turn.text) is not None
    asked = aspects_of(_FASTER.sub(" ", turn.text)) or default
    zone = zone_of(turn.text)
    of_told = zone is None and not follows and chat.state.last.did == "article"
    if of_told and asked[:1] != ("way_back",) and _IT.search(turn.text):
        return []  # "how much is that" asks of what was told, not of delivery
    names_only_that = (zone is not None or faster) and _is_short(chat)
    names_only_that = names_only_that and not _ELSE.search(_FASTER.sub(" ", turn.text))
    if not asked and follows and names_only_that:
        asked = tuple(notes["asked_of_place"])
    if topic == "returns" and asked == ("cost",):
        asked = ("way_back",)  # "do I pay for that?" after an answer on returns
    if not asked or (topic == "returns") != (asked[0] == "way_back"):
        return []
    if zone is None and follows:
        zone = notes.get("zone_asked_of")
    zone = zone or zone_of_customer(chat)
    if asked == ("whether",) and zone is None:
        return []
    if faster and not set(asked) <= {"cost", "time"}:
        return []
    questions = [_question(one, zone, turn.language, faster=faster) for one in asked]
    notes["asked_of_place"], notes["zone_asked_of"] = list(asked), zone
    notes["asked_of_articles"], notes["topic_asked_of"] = questions[0], topic
    told = [
        chat.services.knowledge.search(one, turn.language, topic=topic)
        for one in dict.fromkeys(questions)
    ]
    found = [hits[0] for hits in told if hits and hits[0].is_confident]
    if asked != ("whether",):  # a yes to the article's question is none to the shopper's
        found = [replace(hit, polarity=None) if is_served(zone or "") else hit for hit in found]
    return _each_once(found) if len(found) == len(told) else []


def _each_once(hits: list[Hit]) -> list[Hit]:
    """Without a sentence that says the same again."""
    return list({(one.article.slug, one.place): one for one in hits}.values())


def _is_short(chat: Chat) -> bool:
    few: int = phrase(chat.turn.language, "actions", "by_place.short")
    return length(chat.turn.text, chat.turn.language) <= few


def _question(aspect: str, zone: str | None, language: Language, *, faster: bool = False) -> str:
    """What is asked, in the words of an article."""
    which = "europe"
    if faster and zone != "china" and is_served(zone or ""):
        which = "express"
    elif zone is not None and (aspect == "whether" or not is_served(zone)):
        return whether_delivered(called(zone, language), language)
    elif aspect == "customs":
        which = "union" if zone == "union" else "abroad"
    elif zone == "china":
        which = zone
    elif aspect == "way_back":
        which = "abroad" if pays_way_back(zone) else "union"
    return str(phrase(language, "actions", f"by_place.asked.{aspect}.{which}"))


def zone_of_customer(chat: Chat) -> str | None:
    """The zone that a known customer's newest order went to; None for a guest."""
    if chat.signed_in is None:
        return None
    orders = orders_of(chat, chat.signed_in)
    return zone_of_country(orders[0].country) if orders else None


# Words that promise a free way back, and have others for who lives outside the EU.
AT_HOME: Final = {
    "utter_return_costs": "utter_return_costs_abroad",
    "utter_return_refund": "utter_return_refund_abroad",
    "utter_exchange_details": "utter_exchange_details_abroad",
}


def as_at(chat: Chat, response: str) -> str:
    """The response that holds where the customer lives."""
    pays = response in AT_HOME and pays_way_back(zone_of_customer(chat))
    return AT_HOME[response] if pays else response


def pays_way_back(zone: str | None) -> bool:
    """Whether a customer of this zone pays for sending something back."""
    return zone not in {None, "union"}
