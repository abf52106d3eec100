"""What a comparison says: which is better by what is asked, or for what; else what differs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from actions.answers.comparison_card import comparison_card
from actions.answers.facts_told import LONGEST, facts_asked
from actions.answers.which_has import say_untold_criterion, say_which_has
from actions.browsing.asked import Asked, asked_of, says
from actions.browsing.hearing import Heard, look_at
from actions.browsing.phrases import Phrases, phrases_of
from actions.browsing.showing import show
from actions.chat import Chat
from catalogue_search.compare import Comparison, Row, compare, criterion_of
from catalogue_search.facts import facts_of
from catalogue_search.query import Order, Query
from kit.i18n import join_words
from shop.views import ProductView

MOST_COMPARED: Final = 4
MOST_ROWS: Final = 4
SIDE_BY_SIDE: Final = (
    "price",
    "volume",
    "persons",
    "weight",
    "comfort",
    "water_column",
    "rating",
    "brightness",
    "insulation",
    "material",
    "season",
)
# What an asked topic compares by.
BY_TOPIC: Final = {
    "weight": ("weight", "least"),
    "volume": ("volume", "most"),
    "price": ("price", "least"),
    "warmth": ("warmth", "most"),
    "rating": ("rating", "most"),
    "persons": ("persons", "most"),
    "brightness": ("brightness", "most"),
    "water_column": ("water_column", "most"),
    "insulation": ("insulation", "most"),
}


def say_comparison(chat: Chat, heard: Heard, products: Sequence[ProductView]) -> None:
    """Which is better by the criterion, or for the occasion; else what differs and advice."""
    query = heard.query
    listed = [one.slug for one in heard.shown]
    if all(one.slug in listed for one in products):  # "the first" stays the first of the list
        products = sorted(products, key=lambda one: listed.index(one.slug))
    # What an occasion prefers is weighed together, not one after the other.
    own = replace(query, ranges=()) if query.occasion else query
    asked = asked_of(chat.turn.text, heard)
    chooses = heard.named or says("choosing", chat.turn.text)
    chooses = chooses or len(products) != len(heard.shown)
    if not says("choosing", chat.turn.text) and say_which_has(chat, products, asked):
        return
    one_by_one = asked.checks and not chooses and not (query.occasion or criterion_of(own))
    if one_by_one and say_of_list(chat, heard, asked):
        return
    use = query.occasion or _use_of_season(query)
    criterion = criterion_of(own) or _criterion_asked(chat, heard)
    wishes = [
        one
        for one in query.constraints
        if one.operator in {"is", "is_not"} and one.attribute != "brand"
    ]
    found = compare(products, criterion=criterion, occasion=use, wishes=wishes)
    if criterion is not None and _said_by_catalogue(chat, heard, products, criterion):
        return
    if criterion is not None and found.row(criterion.quantity) is None and not use:
        chat.say(
            "utter_compare_unknown",
            buttons=[chat.words.person()],
            topic=phrases_of(chat.words).name("topic", criterion.quantity),
        )
        chat.did("comparison")
        return
    if criterion is None and not use:
        say_untold_criterion(chat, heard)
    response, values = _texts(chat, products, found)
    is_new = [str(one.product_id) for one in products] != chat.state.shown.keys
    table = comparison_card(chat, products, found)
    if is_new:
        show(chat, products, response, did="comparison", table=table, **values)
    else:
        chat.say(response, cards=[table], **values)
        chat.did("comparison")
    if found.advice is not None:
        best = next(one for one in products if one.product_id == found.advice.product_id)
        look_at(chat, best)


def _use_of_season(query: Query) -> str | None:
    """ "For a winter trip" wants what keeps warm, not only what is worn all year."""
    seasons = {value for one in query.must if one.attribute == "season" for value in one.values}
    return _USES.get(next(iter(seasons))) if len(seasons) == 1 else None


_USES: Final = {"winter": "cold", "summer": "hot"}


def _said_by_catalogue(
    chat: Chat, heard: Heard, products: Sequence[ProductView], criterion: Order
) -> bool:
    """What only the catalogue knows of some products, how popular they are; False otherwise."""
    if criterion.quantity != "popularity":
        return False
    rows = [heard.catalogue.row_of.get(one.product_id) for one in products]
    held = [
        (0.0 if row is None else heard.catalogue.value(criterion.quantity, row) or 0.0)
        for row in rows
    ]
    best = products[held.index(max(held) if criterion.direction == "most" else min(held))]
    how = phrases_of(chat.words).name("most", f"popularity.{criterion.direction}", criterion.source)
    chat.say(
        "utter_compare_top",
        product=best.name(chat.turn.language),
        how=how,
        cards=[chat.words.card(best)],
    )
    chat.did("comparison")
    look_at(chat, best)
    return True


def _texts(
    chat: Chat, products: Sequence[ProductView], found: Comparison
) -> tuple[str, dict[str, Any]]:
    """What to say beside the table: which one, by what."""
    words, phrases = chat.words, phrases_of(chat.words, products)
    language = chat.turn.language
    names = {one.product_id: one.name(language) for one in products}
    best = "" if found.advice is None else names[found.advice.product_id]
    row = None if found.criterion is None else found.row(found.criterion.quantity)
    if found.criterion is not None and row is not None:
        if found.advice is None and len(row.better) not in range(2, len(products)):
            return "utter_compare_alike", {}
        how = phrases.name(
            "than",
            f"{found.criterion.quantity}.{found.criterion.direction}",
            found.criterion.source,
        )
        if len(products) > 2 and row.better:
            superlative = phrases.name(
                "most", f"{found.criterion.quantity}.{found.criterion.direction}", how
            )
            value = value_told(products[row.better[0]], row, row.better[0], phrases)
            all_best = join_words([names[products[at].product_id] for at in row.better], language)
            response = "utter_compare_most" if value else "utter_compare_top"
            return response, {"product": all_best, "how": superlative, "value": value}
        return "utter_compare_by", {"product": best, "how": how, "gap": _gap(row, phrases)}
    if found.advice is None:
        return "utter_compare_even", {}
    taken = next(one for one in products if one.product_id == found.advice.product_id)
    told_of = [_reason(taken, name, value, phrases) for name, value in found.advice.reasons[:3]]
    reasons = words.text("comma").join(dict.fromkeys(text for text in told_of if text))
    if not reasons:  # what it has most of, of what is told
        at = list(names).index(found.advice.product_id)
        ahead = [one for one in _telling(found) if at in one.better]
        reasons = phrases.value(ahead[-1].attribute, ahead[-1].values[at]) if ahead else ""
        if not reasons:
            return "utter_compare_even", {}
    values: dict[str, Any] = {"product": best, "because": reasons}
    if found.occasion is not None:
        values["occasion"] = phrases.name("occasion", found.occasion)
        general = all(name in {"price", "weight", "rating"} for name, _ in found.advice.reasons)
        return "utter_compare_for_alike" if general else "utter_compare_for", values
    return "utter_compare_advice", values


def value_told(product: ProductView, row: Row, place: int, phrases: Phrases) -> str:
    """The value of one product in words; warmth is told by the temperature, where one is known."""
    value = row.values[place]
    if row.attribute == "warmth":
        return _warmth_told(product, phrases)
    return "" if value is None else phrases.value(row.attribute, value)


def _warmth_told(product: ProductView, phrases: Phrases) -> str:
    """How warm it is: the temperature, else the season it is for."""
    comfort = facts_of(product).quantities.get("comfort")
    if comfort is not None:
        return phrases.quantity("comfort", comfort)
    season = product.attributes.get("season")
    return phrases.value("season", season) if isinstance(season, str) else ""


def _reason(product: ProductView, name: str, value: object, phrases: Phrases) -> str:
    if name == "warmth":
        return _warmth_told(product, phrases)
    if name == "waterproofness":
        column = facts_of(product).quantities.get("water_column")
        return "" if column is None else phrases.quantity("water_column", column)
    if name in {"price", "weight"} and isinstance(value, int | float):
        how = phrases.name("than", f"{name}.least")
        return how + phrases.text("in_brackets", text=phrases.quantity(name, float(value)))
    return phrases.value(name, value)


def _telling(found: Comparison) -> list[Row]:
    """The rows that differ and that shoppers ask for."""
    return [
        row
        for name in SIDE_BY_SIDE
        if (row := found.row(name)) is not None
        and len(set(row.values)) > 1
        and None not in row.values
    ][:MOST_ROWS]


def _gap(row: Row, phrases: Phrases) -> str:
    if row.gap is None:
        return ""
    told = phrases.value(row.attribute, row.gap)
    return phrases.text("gap", value=told) if told and row.attribute in {"price", "weight"} else ""


def _criterion_asked(chat: Chat, heard: Heard) -> Order | None:
    """What a question on some products asks for: what do they weigh?"""
    asked = asked_of(chat.turn.text, heard)
    if any(one.attribute == "feature" and "waterproof" in one.values for one in asked.checks):
        return Order("water_column", "most")
    for topic in asked.topics:
        if topic in BY_TOPIC:
            quantity, direction = BY_TOPIC[topic]
            return Order(quantity, "least" if direction == "least" else "most")
    return None


def say_of_list(chat: Chat, heard: Heard, asked: Asked) -> bool:
    """Answer a question on a list shown, or on some of it, for each; False where nothing of it is
    known."""
    listed = heard.pointed if len(heard.pointed) > 1 else heard.shown
    if asked.occasion and not asked.checks and not asked.topics:
        if len(listed) < 2:
            return False
        say_comparison(chat, heard, listed[:MOST_COMPARED])
        return True
    told = [facts_asked(chat, one, asked) for one in listed[:MOST_COMPARED]]
    rows = [rows[0] for rows in told if rows]
    if not rows:
        return False
    chat.state.notes["asked_of_product"] = chat.turn.text[:LONGEST]
    chat.say("utter_fact", fact="\n".join(rows))
    chat.did("comparison")
    return True
