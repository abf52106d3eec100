"""Several wishes of one message, each in its own words; parts that only say how are none."""

import re
from dataclasses import replace
from itertools import groupby
from typing import Final

from dialogue.acts import Act
from dialogue.groups import ASKS, BROWSING, ON_ORDERS, REPORTS, kind_of_wish
from dialogue.letting_go import verb_in
from dialogue.message import Message
from dialogue.polarity import read_polarity
from dialogue.state import State
from kit.intents import marked

# Wishes of their own beside one on an order; what other parts tell without asking says how.
_OF_THEIR_OWN: Final = marked("of_its_own")
# "It arrived in October" beside a report asks for no parcel.
_TRACKS: Final = frozenset({"track_order", "track_parcel"})
_SWAPS: Final = frozenset({"change_item", "exchange_item"})


_CUTS: Final = re.compile(
    r"[,;:，；。、！!.]+\s*|\s+(?:and|then|plus|&)\s+|(?<=[\u3400-\u9fff])\s+|然后|顺便|另外|还有",
    re.IGNORECASE,
)
_NO_LIST: Final = re.compile(
    r"\b(?:or|if|not|no|never|instead|otherwise|else|but|don'?t|can'?t|won'?t|didn'?t)\b"
    r"|[不没别]|要么|或者|还是|否则|如果|要是|万一|怎么",
    re.IGNORECASE,
)


def wishes_by_verb(message: Message) -> list[Act]:
    """ "Swap the shirt to L, cancel the beanie": a wish of each clause with a verb of its own.

    Nothing where the clauses may come to one wish.
    """
    goods = {*message.entities.get("category", ()), *message.entities.get("product", ())}
    numbers = message.entities.get("order_number", ())
    if len(goods) < 2 or len(set(numbers)) > 1 or _NO_LIST.search(message.text):
        return []
    said: list[tuple[str, str]] = []
    for clause in (one.strip() for one in _CUTS.split(message.text)):
        intent = verb_in(clause) or (said[-1][0] if said else "")
        if clause and intent:
            said.append((intent, clause))
    grouped = [
        (intent, ", ".join(clause for _, clause in clauses))
        for intent, clauses in groupby(said, key=lambda one: one[0])
    ]
    if len(grouped) < 2 or len({intent for intent, _ in grouped}) < len(grouped):
        return []
    return [_by_verb(message, intent, text) for intent, text in grouped]


def _by_verb(message: Message, intent: str, text: str) -> Act:
    intent = "cancel_item" if intent == "cancel_order" else intent
    said = replace(message, text=text, intent=intent, confidence=1.0, ranking=(), parts=())
    return Act("wish", said, "one of several wishes by their verbs", 1.0, intent)


def wishes_of_parts(message: Message, state: State) -> list[Act]:
    """The wishes of a message's parts, in their order; one act where they come to one wish."""
    acts = [
        Act(
            kind_of_wish(part.intent),
            message.clause(part),
            "one of two wishes",
            part.confidence,
            part.intent,
        )
        for part in message.parts
    ]
    if any(act.kind == "compare" for act in acts) and all(
        act.kind == "compare" or act.intent in BROWSING for act in acts
    ):  # "compare A and B" is one wish, whatever its halves look like
        compares = "compare_products"
        return [Act("compare", message, "compares what it names", intent=compares)]
    # "It has a hole! What quality is that?" reports a hole and searches for nothing.
    if any(act.kind == "report" for act in acts):
        acts = [act for act in acts if act.intent not in BROWSING]
        acts = [act for act in acts if act.intent not in _TRACKS or _is_question(act)]
    if (whole := _one_order_wish(message, acts)) is not None:
        return [whole]
    # "How much is it" beside a question on delivery is about that, not about a product.
    named = {"product", "category"} & set(message.entities)
    if not named and state.focus.product is None and len(acts) > 1:
        acts = [act for act in acts if act.intent not in BROWSING] or acts
        if len(acts) == 1:
            acts = [replace(acts[0], message=message)]
    # "Where is my refund? It has been ages" speaks of the money alone.
    if any(act.intent == "track_refund" for act in acts):
        acts = [act for act in acts if act.intent != "report_late_order"]
    # "Paid two days ago" beside a wish asks nothing about paying.
    asked = [act for act in acts if act.intent not in ASKS or _is_question(act)]
    if len(asked) == 1 and asked[0].kind == "report" and len(message.parts) > 1:
        return [_of_all(message, asked[0])]  # "it is scratched. I'd keep it for a bit off"
    return asked or acts[:1]


def _of_all(message: Message, act: Act) -> Act:
    """An act that all of the message is said of."""
    whole = replace(message, intent=act.intent, confidence=act.confidence, parts=())
    return replace(act, message=whole)


def _one_order_wish(message: Message, acts: list[Act]) -> Act | None:
    """One wish on an order of which the other parts only say how: which goods, what pays."""
    wishes = [act for act in acts if act.intent in ON_ORDERS]
    kinds = {"swap" if act.intent in _SWAPS else act.intent for act in wishes}
    others = [act for act in acts if act not in wishes]
    if len(kinds) != 1 or any(
        _is_question(act) or act.intent in REPORTS | _OF_THEIR_OWN for act in others
    ):
        return None
    first = wishes[0]
    return replace(first, message=replace(message, intent=first.intent, parts=()))


def _is_question(act: Act) -> bool:
    return read_polarity(act.message.text, act.message.language).is_question
