"""Words that let the matter in hand go before they speak of something else, or wish for another in
its place or beside it."""

import re
from typing import Final

from dialogue.polarity import read_polarity
from kit.i18n import Language

_HEARD: Final = (
    r"(?:(?:ok(?:ay)?|alright|all right|right|fine|well|no|oh|hm+|i see|i understand|understood|got it|too bad"
    r"|(?:that'?s |what )?(?:a pity|a shame|unfortunate)|thanks?(?: you)?(?: anyway)?|so|then|but|just|please|let'?s|let us|we can|i'?ll|you can)[ ,–-]*)*"
)
_LETS_GO: Final = (
    r"(?:never ?mind(?: (?:that|it|about (?:it|that)))?|forget (?:about )?(?:it|that|this)(?: one)?"
    r"|(?:leave|drop|skip) (?:it|that|this)(?: one)?(?: (?:as it is|be|alone|out))?|let (?:it|that) (?:be|go)|don'?t bother"
    r"|(?:that'?s |what )?(?:a pity|too bad|a shame|unfortunate)[ ,]+but (?:fine|ok(?:ay)?|all right)|scratch that)"
)
_SENTENCE: Final = re.compile(
    rf"{_HEARD}{_LETS_GO}(?:[ ,]+(?:then|please|thanks|thank you|for now|instead))*", re.IGNORECASE
)
_ONLY_HEARD: Final = re.compile(_HEARD, re.IGNORECASE)
_CHINESE: Final = re.compile(
    r"^(?:好吧?|行吧?|嗯|哦|那|知道了|明白了?|没关系|没事|可惜|[，, 。!！])*(?:算了(?:不[改退换取消要弄]+了?)?|就?先?不用了|不弄了|先不管(?:它|了)|别管(?:它|了)|就这样吧|随它吧)[吧啊了]*[，,。；;！! ]+"
)
_STOPS: Final = re.compile(r"(?<=[.!;…])\s+|\s+[–-]\s+")


def lets_go_before(text: str) -> str:
    """What is said after the matter in hand was let go: the wish of "Okay, never mind then. Return the
    lamp"; empty where nothing is let go, or nothing follows."""
    if (found := _CHINESE.match(text)) is not None:
        return text[found.end() :].strip()
    sentences = _STOPS.split(text.strip().replace("’", "'"))
    let_go = False
    while sentences:
        said = sentences[0].strip(" .,!;…")
        if _SENTENCE.fullmatch(said):
            let_go = True
        elif not (said and _ONLY_HEARD.fullmatch(said + " ")):
            break
        sentences.pop(0)
    return " ".join(sentences).strip() if let_go else ""


_PIECES: Final = re.compile(r"[,.;!?，。；！？…]+\s*|\s+[–-]\s+|(?<=[\u3400-\u9fff])\s+")


def asked_behind_a_no(text: str, language: Language) -> str:
    """The question behind words that refuse something of their own: "where is it?" of "I don't want
    excuses, where is it?"; empty where the no is a plain one, or nothing is asked."""
    first, *others = (one for one in _PIECES.split(text.strip()) if one)
    if not others or read_polarity(first, language).kind != "no_and":
        return ""
    rest = text[text.index(others[0], len(first)) :]
    return rest if read_polarity(rest, language).is_question else ""


# The verbs of wishes for what is done with an order or its goods, by intent.
_SWAPPED: Final = re.compile(
    r"\b(?:exchang|swap|chang|modif|replac|switch)\w*\b|换|改", re.IGNORECASE
)
_VERBS: Final = {
    "return_item": re.compile(
        r"\b(?:return|refund)\w*\b|\bsend(?:ing)? (?:\w+ ){0,4}back\b|退", re.I
    ),
    "cancel_order": re.compile(r"\bcancel\w*\b|取消", re.IGNORECASE),
    "exchange_item": _SWAPPED,
    "change_item": _SWAPPED,
    "change_address": re.compile(
        r"\b(?:address|send|ship|deliver)\b|地址|寄到|送到", re.IGNORECASE
    ),
}
# Tasks by the intents whose verbs wish for them.
_KINDS: Final = {
    "return": "return_item",
    "cancel_order": "cancel_order",
    "cancel_item": "cancel_order",
    "exchange": "exchange_item",
    "exchange_items": "exchange_item",
    "change_item": "exchange_item",
    "change_items": "exchange_item",
    "change_address": "change_address",
}


def wishes_instead_of(task: str, intent: str, text: str) -> bool:
    """Whether the very verb of `intent` stands in words that have none of the task in hand."""
    own = _KINDS.get(task)
    if intent not in _VERBS or own is None or _VERBS[own] is _VERBS[intent]:
        return False
    return _VERBS[intent].search(text) is not None and _VERBS[own].search(text) is None


# What joins one more wish to a yes.
_ALSO: Final = re.compile(
    r"(?:(?:and|also|plus|btw|by the way)\b[ ,]*)+"
    r"|(?:[那，, ]|然后)*(?:顺便|另外|还有|同时|并且|再把|再帮)[，, ]*"
)
_ADDRESS: Final = re.compile(r"\baddress\b|地址", re.IGNORECASE)
_MONEY: Final = re.compile(r"\brefund\w*\b|\bmoney\b|退[款钱]", re.IGNORECASE)
# Where an order goes is changed beside what is changed of it: what is sent anew goes elsewhere.
_STAYS_OPEN: Final = frozenset({"change_item", "change_items", "cancel_item"})


def verb_in(text: str) -> str:
    """The intent whose verb stands in `text`; empty where none does, or one of several could be
    meant."""
    found = {kind: intent for intent, kind in _VERBS.items() if kind.search(text)}
    return next(iter(found.values())) if len(found) == 1 else ""


def wished_beside(task: str, after: str) -> str:
    """The intent of another task in the words behind a yes: "and make the address my office"; empty
    where they may say how the task in hand is to be done."""
    if _ALSO.match(after) is None or task not in _KINDS or _MONEY.search(after):
        return ""
    if _ADDRESS.search(after):
        return "change_address" if task in _STAYS_OPEN else ""
    found = (intent for intent in _VERBS if wishes_instead_of(task, intent, after))
    intent = next(found, "")
    return "" if intent == "change_address" and task not in _STAYS_OPEN else intent
