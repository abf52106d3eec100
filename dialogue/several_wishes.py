"""Several wishes of one message, each in its own words; parts that only say how are none."""

from dataclasses import replace
from typing import Final

from dialogue.acts import Act
from dialogue.groups import ASKS, BROWSING, ON_ORDERS, REPORTS, kind_of_wish
from dialogue.message import Message
from dialogue.polarity import read_polarity
from dialogue.state import State
from kit.intents import marked

# Wishes of their own beside one on an order; what other parts tell without asking says how.
_OF_THEIR_OWN: Final = marked("of_its_own")
_SWAPS: Final = frozenset({"change_item", "exchange_item"})


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
    return asked or acts[:1]


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
