"""Several kinds of things at once: one of each, and what they come to together."""

from collections.abc import Sequence
from typing import Final

from actions.answers import answers_first
from actions.answers.finding import shelves_named
from actions.browsing.asked import asked_of, says
from actions.browsing.hearing import Heard, hear
from actions.browsing.kits import (
    Part,
    chosen,
    kinds_joined,
    parts_of,
    refined,
    speaks_of_total,
    things_wanted,
    wants_each,
)
from actions.browsing.phrases import phrases_of
from actions.chat import Chat
from catalogue_search.facts import facts_of
from catalogue_search.lexicon import concepts
from catalogue_search.query import Constraint, Query
from dialogue.acts import Act
from dialogue.groups import BROWSING
from kit.money import Money
from shop.catalogue import get_products
from shop.views import ProductView

KIT: Final = "kit"  # what was done last, and the note that keeps it
OF_GOODS: Final = BROWSING | {
    "nlu_fallback",
    "inform",
    "ask_complements",
    "choose_option",
    "compare_products",
    "add_item",
}


@answers_first
def kit_told(chat: Chat, act: Act) -> bool:
    """One product of each kind that is wanted together, or the kit with a change, or its sum."""
    intent = act.intent or chat.turn.intent
    if chat.turn.is_button or chat.state.frame is not None or intent not in OF_GOODS:
        return False
    heard = hear(chat)
    kinds = [] if heard.named else kinds_joined(chat.turn.text, heard)
    kinds = kinds or _kinds_of_use(chat, heard) or _kinds_of_present(chat, heard)
    text = chat.turn.text
    each = wants_each(text, kinds) or things_wanted(text) > 0 or says("everything", text)
    if len(kinds) > 1 and (intent == "ask_price" or each):
        return say_kit(chat, heard, parts_of(chat.turn.text, heard, kinds), _budget(heard.query))
    kept = chat.state.notes.get(KIT)
    if not kept or chat.state.last.did != KIT or heard.named or chat.turn.first("ordinal"):
        return False
    parts, budget = [Part.from_json(one) for one in kept["parts"]], kept["budget"]
    query = heard.query
    budget = budget if query.kinds or _budget(query) is None else _budget(query)
    if query.kinds and _asks_of_part(chat, heard):
        return False
    if speaks_of_total(chat.turn.text) and "weight" in asked_of(chat.turn.text, heard).topics:
        return _say_weight(chat, parts)
    changed = refined(chat.turn.text, parts, heard)
    if changed is not None or budget != kept["budget"]:
        return say_kit(chat, heard, changed or parts, budget, parts)
    asks_sum = speaks_of_total(chat.turn.text) or (intent == "ask_price" and not query.kinds)
    if "weight" in asked_of(chat.turn.text, heard).topics:
        return _say_weight(chat, parts)
    if asks_sum:
        _say_sum(chat, parts)
    return asks_sum


def _asks_of_part(chat: Chat, heard: Heard) -> bool:
    """ "Does the watch have GPS?" asks something of one thing of the kit and changes nothing."""
    text = chat.turn.text
    asks = says("of_it", text) and not says("of_others", text)
    return asks and bool(asked_of(text, heard).checks or asked_of(text, heard).topics)


def _kinds_of_use(chat: Chat, heard: Heard) -> list[Constraint]:
    """What is needed for a use, where everything together is asked for: camping, 500 for all."""
    occasion = heard.query.occasion
    text = chat.turn.text
    wants_all = speaks_of_total(text) or says("everything", text)
    if occasion is None or heard.kinds or heard.named or not wants_all:
        return []
    kinds = concepts()["occasions"][occasion]["kinds"][:MOST_OF_USE]
    sold = [kind for kind in kinds if kind in heard.catalogue.kinds.by_value]
    return [Constraint("kind", "is", (kind,), source=kind) for kind in sold]


MOST_OF_USE: Final = 4


def _kinds_of_present(chat: Chat, heard: Heard) -> list[Constraint]:
    """What makes a present of several things for one budget: "100 altogether, two or three
    things"."""
    query, count = heard.query, things_wanted(chat.turn.text)
    if query.kinds or query.occasion or heard.named or not count or _budget(query) is None:
        return []
    denied = {v for one in query.must_not if one.attribute == "kind" for v in one.values}
    sold = heard.catalogue.kinds.by_value
    kinds = [one for one in concepts()["presents"] if one in sold and one not in denied]
    return [Constraint("kind", "is", (kind,), source=kind) for kind in kinds[:count]]


def changes_kit(chat: Chat) -> bool:
    """Whether a message changes the kit that was just put together: "skip the stove"."""
    kept = chat.state.notes.get(KIT)
    if not kept or chat.state.last.did != KIT or chat.state.frame is not None:
        return False
    parts = [Part.from_json(one) for one in kept["parts"]]
    return refined(chat.turn.text, parts, hear(chat)) is not None


def _say_sum(chat: Chat, parts: Sequence[Part]) -> None:
    """What the products just shown come to."""
    total = chat.words.money(_sum(_taken(chat, parts)))
    chat.say("utter_kit_total", total=total, count=len(parts))
    chat.did(KIT)


def _say_weight(chat: Chat, parts: Sequence[Part]) -> bool:
    """What the products weigh together; False where one of them is not known."""
    taken = _taken(chat, parts)
    weights = [(part.count, facts_of(view).quantities.get("weight")) for part, view in taken]
    total = sum(count * weight for count, weight in weights if weight is not None)
    if any(weight is None for _, weight in weights):
        return False
    told = phrases_of(chat.words).quantity("weight", round(total, 1))
    chat.say("utter_kit_total", total=told, count=len(parts))
    chat.did(KIT)
    return True


def _taken(chat: Chat, parts: Sequence[Part]) -> list[tuple[Part, ProductView]]:
    """The parts that have a product, with it."""
    ids = [one.product_id for one in parts if one.product_id is not None]
    with chat.services.database.reading() as session:
        views = {one.product_id: one for one in get_products(session, ids, now=chat.turn.now)}
    return [(part, views[part.product_id]) for part in parts if part.product_id in views]


def _budget(query: Query) -> float | None:
    """What everything may cost together."""
    found = [
        one.high
        for one in query.ranges
        if one.attribute == "price" and one.high is not None and one.operator != "below"
    ]
    return found[-1] if found else None


def say_kit(
    chat: Chat, heard: Heard, parts: list[Part], budget: float | None, before: Sequence[Part] = ()
) -> bool:
    """The products with their sum. A kind of which nothing fits is named, and stays as it was
    `before`."""
    found = chosen(parts, heard.catalogue, budget)
    lacking = [part for part in found if part.product_id is None]
    if lacking and before:
        held = [before[n] if part.product_id is None else part for n, part in enumerate(found)]
        found = chosen(held, heard.catalogue, budget)
    taken = _taken(chat, found)
    if not taken:
        return False
    phrases = phrases_of(chat.words, [view for _, view in taken])
    for part in lacking:
        asked = [one for one in part.query.hard if one.attribute != "stock"]
        chat.say(
            "utter_none_fits" if asked else "utter_kind_unknown",
            kind=phrases.kind(part.query),
            wanted=phrases.all_of(asked),
            shelves=shelves_named(chat),
            buttons=[chat.words.person()],
        )
    total = _sum(taken)
    met = phrases.all_of(_asked(found))
    over = budget is not None and float(total.amount) > budget
    response = "utter_kit_met" if met else "utter_kit"
    response = "utter_kit_over" if over else response
    chat.say(
        response,
        cards=[chat.words.card(view) for _, view in taken],
        budget="" if budget is None else phrases.quantity("price", budget),
        rows=_rows(chat, taken),
        total=chat.words.money(total),
        met=met,
    )
    state = chat.state
    state.shown.kind, state.shown.keys = "products", [str(v.product_id) for _, v in taken]
    state.focus.kind, state.focus.product = "", None
    state.search = Query(kinds=tuple(k for part in found for k in part.query.kinds)).to_json()
    state.notes[KIT] = {"parts": [one.to_json() for one in found], "budget": budget}
    chat.did(KIT)
    return True


def _sum(taken: list[tuple[Part, ProductView]]) -> Money:
    total = Money.zero(taken[0][1].price.currency)
    for part, view in taken:
        total = total + view.price * part.count
    return total


def _rows(chat: Chat, taken: list[tuple[Part, ProductView]]) -> str:
    """`2 × Nordlicht Lagoon Down Sleeping Bag €483.90`, one a line."""
    return "\n".join(
        chat.words.text(
            "kit_row",
            count=part.count,
            product=view.name(chat.turn.language),
            price=chat.words.money(view.price * part.count),
        )
        for part, view in taken
    )


def _asked(parts: list[Part]) -> list[Constraint]:
    """What was asked of the kinds, each once."""
    held = {
        (one.attribute, one.operator, one.values, one.low, one.high): one
        for part in parts
        for one in part.query.hard
    }
    return list(held.values())
