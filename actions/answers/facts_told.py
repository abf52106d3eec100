"""What is known of a product in sentences: yes or no to what is asked, or its value."""

import re
from dataclasses import replace
from typing import Final

from actions.browsing.asked import Asked
from actions.browsing.phrases import Phrases, phrases_of
from actions.browsing.variants import listed
from actions.chat import Chat
from catalogue_search.compare import has_value
from catalogue_search.facts import Facts, facts_of
from catalogue_search.occasions import preference, preferences_of
from catalogue_search.query import Constraint
from shop.views import ProductView

LONGEST: Final = 160
_EITHER: Final = re.compile(r"\bor\b|还是", re.IGNORECASE)
_QUANTITY: Final = {"warmth": "comfort"}


def facts_asked(chat: Chat, product: ProductView, asked: Asked) -> list[str]:
    """Sentences that answer what is asked; empty where nothing of it is known."""
    facts, phrases = facts_of(product), phrases_of(chat.words, [product])
    if len({one.attribute for one in asked.checks}) == 1 and _EITHER.search(chat.turn.text):
        # "Is it this or that?" is answered by what it is, where there is a word for that.
        what = asked.checks[0].attribute
        if _told(chat, product, facts, what, phrases):
            asked = replace(asked, checks=(), topics=(what, *asked.topics))
    said = [_checked(chat, product, facts, one, phrases) for one in asked.checks]
    unknown = [one for one, text in zip(asked.checks, said, strict=True) if not text]
    if any(one.attribute == "feature" for one in unknown):
        said = []  # "is the down ethical": that it is down answers nothing
    said += [_told(chat, product, facts, topic, phrases) for topic in asked.topics]
    if asked.occasion and not any(said):
        said.append(_good_for(chat, product, facts, asked.occasion, phrases))
    return list(dict.fromkeys(one for one in said if one))


def _checked(
    chat: Chat, product: ProductView, facts: Facts, one: Constraint, phrases: Phrases
) -> str:
    """Yes or no to a constraint, with the value that decides; empty where it is not known."""
    if one.operator in {"is", "is_not"}:
        has = has_value(one, facts, product)
        value = _because(product, facts, one, phrases)
    else:
        number = facts.quantities.get(one.attribute)
        has = None if number is None else _is_within(number, one)
        value = "" if number is None else phrases.quantity(one.attribute, number)
    if has is None:
        return ""
    positive = one if one.operator != "is_not" else replace(one, operator="is")
    phrase = phrases.of(positive)
    key = "answer.yes" if has else "answer.no"
    if phrase.startswith("with "):
        key += "_with"
    elif one.operator not in {"is", "is_not"}:
        key += "_bound"
    because = f" ({value})" if value and value not in phrase else ""
    return chat.words.text(
        key, product=product.name(chat.turn.language), phrase=phrase, because=because, value=value
    )


def _because(product: ProductView, facts: Facts, one: Constraint, phrases: Phrases) -> str:
    if one.attribute == "feature" and "waterproof" in one.values:
        column = facts.quantities.get("water_column")
        return "" if column is None else phrases.quantity("water_column", column)
    told = product.attributes.get(one.attribute)
    return phrases.value(one.attribute, told) if isinstance(told, str) else ""


def _is_within(number: float, one: Constraint) -> bool:
    """Whether a number keeps the bounds of a constraint."""
    low = one.low is None or number >= one.low
    return low and (one.high is None or number <= one.high)


def fails(wish: Constraint, product: ProductView) -> bool:
    """Whether a product is known not to be as is wished."""
    facts = facts_of(product)
    if wish.operator in {"is", "is_not"}:
        has = has_value(wish, facts, product)
        return has is not None and has is (wish.operator == "is_not")
    number = facts.quantities.get(wish.attribute)
    return number is not None and not _is_within(number, wish)


def _told(chat: Chat, product: ProductView, facts: Facts, topic: str, phrases: Phrases) -> str:
    """The value of what is asked for; empty where it is not known."""
    words = chat.words
    topic = _QUANTITY.get(topic, topic)
    value = ""
    if topic == "colour":
        held = dict.fromkeys(one.colour for one in product.variants if one.colour)
        value = words.text("comma").join(words.colour(one) for one in held)
    elif topic == "size":
        held = dict.fromkeys(one.size for one in product.variants if one.size)
        there = {one.size for one in product.variants if one.stock > 0}
        value = words.text("comma").join(
            one if one in there else one + words.in_brackets(words.text("sold_out")) for one in held
        )
    elif topic == "brand":
        value = product.brand
    elif topic == "rating":
        if product.rating is not None and product.rating_count:
            value = words.text("rated", rating=f"{product.rating:.1f}", count=product.rating_count)
    elif topic == "count":
        value = listed(chat, [one for one in product.variants if one.stock > 0])
    elif topic in facts.quantities:
        value = phrases.beside(topic, facts.quantities[topic])
    elif topic in product.attributes:
        value = phrases.value(topic, product.attributes[topic])
    if not value or (topic == "care" and not tells_how(value, chat.turn.text)):
        return ""
    return value_said(chat, product, topic, value, phrases)


def value_said(chat: Chat, product: ProductView, topic: str, value: str, phrases: Phrases) -> str:
    """A value in a sentence."""
    return chat.words.text(
        "answer.value",
        product=product.name(chat.turn.language),
        topic=phrases.name("topic", topic),
        value=value,
    )


# What is asked of care, and what an answer to it speaks of: "machine wash" says nothing of dryers.
_OF_CARE: Final = (
    (re.compile(r"\bdry(?:er|ing)\b|\btumble|烘干", re.I), re.compile(r"dry|tumble|烘|晾", re.I)),
    (re.compile(r"dry[- ]?clean|干洗", re.I), re.compile(r"dry[- ]?clean|干洗", re.I)),
    (re.compile(r"\biron|熨", re.I), re.compile(r"iron|熨", re.I)),
    (re.compile(r"\bshrink|缩水|变形", re.I), re.compile(r"shrink|缩|变形", re.I)),
    (re.compile(r"\bfade|\bbleed|掉色|褪色|染色", re.I), re.compile(r"fade|bleed|colour|色", re.I)),
    (re.compile(r"proof|repellent|\bbead|防水", re.I), re.compile(r"proof|wax|防水|打蜡", re.I)),
)


def tells_how(value: str, text: str) -> bool:
    """Whether care instructions speak of what is asked."""
    return all(told.search(value) for asked, told in _OF_CARE if asked.search(text))


def _good_for(
    chat: Chat, product: ProductView, facts: Facts, occasion: str, phrases: Phrases
) -> str:
    """Whether a product suits an occasion, by what that prefers; empty where nothing tells."""
    good: list[str] = []
    bad: list[str] = []
    for one in map(preference, preferences_of(occasion)):
        if one.operator in {"little", "much"}:
            continue
        if one.operator == "is":
            has = has_value(one, facts, product)
        else:
            number = facts.quantities.get(one.attribute)
            has = None if number is None else _is_within(number, one)
        if has is not None:
            (good if has else bad).append(_met(product, facts, one, phrases, is_good=has))
    if not good and not bad:
        return ""
    key = "answer.good_for" if good and not bad else "answer.partly" if good else "answer.bad_for"
    return chat.words.text(
        key,
        product=product.name(chat.turn.language),
        occasion=phrases.name("occasion", occasion),
        good=chat.words.text("comma").join(good),
        bad=chat.words.text("comma").join(bad),
    )


def _met(
    product: ProductView, facts: Facts, one: Constraint, phrases: Phrases, *, is_good: bool
) -> str:
    number = facts.quantities.get(one.attribute)
    if number is not None:
        return phrases.quantity(one.attribute, number)
    told = product.attributes.get(one.attribute)
    if isinstance(told, str):
        return phrases.value(one.attribute, told)
    return phrases.value(one.values[0], is_good)
