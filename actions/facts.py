"""What a colleague must know when a conversation is handed over: topic, mood, value, order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from actions.identity import verified_customer
from actions.learned import learned_topic
from actions.services import Services
from actions.turn import Turn
from conversations import Message
from desk.tickets import summarise
from kit.intents import told_of
from shop.access import access_order, access_orders
from shop.ids import CustomerId

VALUED_ORDERS: Final = 200
SAID_LAST: Final = 4
GENERAL: Final = "general"
# The next best guesses of "a person, please" say nothing of what it is about.
LEAST_LIKELY: Final = 0.2
STRONG: Final = 0.8
TOPICS: Final = told_of("topic")


@dataclass(frozen=True)
class Case:
    """What is known when a person is called; every part comes from data."""

    customer_id: CustomerId | None
    topic: str
    summary: str
    sentiment: str | None
    moods: tuple[float, ...]
    urgency: float | None
    customer_value: Decimal | None
    order_number: str | None
    order_value: Decimal | None


def read_case(
    session: Session, turn: Turn, services: Services, said: Sequence[Message], topic: str
) -> Case:
    """Collect it; `topic` "general" gives way to what was talked about."""
    customer_id = verified_customer(turn, services)
    number = _order_number(turn)
    order = None
    if customer_id is not None and number is not None:
        order = access_order(session, customer_id, number)
    value = None
    if customer_id is not None:
        orders = access_orders(session, customer_id, limit=VALUED_ORDERS)
        value = sum(
            (one.total.amount for one in orders if one.state != "cancelled"), start=Decimal(0)
        )
    words = [one.text for one in said if one.author == "shopper" and one.text]
    moods = turn.moods or (turn.mood,)
    urgencies = [_number(one.get("urgency")) or 0.0 for one in moods]
    return Case(
        customer_id=customer_id,
        topic=topic_of(turn, topic, services.settings.data_dir, words),
        summary=summarise(words),
        sentiment=worst_mood(turn),
        moods=tuple(mood_value(one) for one in moods),
        urgency=max(urgencies[-SAID_LAST:]) if any(urgencies) else None,
        customer_value=value,
        order_number=number if order is not None else None,
        order_value=order.total.amount if order is not None else None,
    )


def topic_of(turn: Turn, given: str, data_dir: Path, words: Sequence[str] = ()) -> str:
    """The topic given, else what the shopper's words are about.

    Words are read by the learned model where it is sure, else by the likeliest understood intent.
    """
    if given not in (GENERAL, ""):
        return given
    for text in reversed(words[-SAID_LAST:]):  # "a person, please" is about nothing, so look back
        learned = learned_topic(data_dir, text, turn.language)
        if learned is not None and learned.name != GENERAL:
            return learned.name
    for intent, confidence in ((turn.intent, 1.0), *turn.ranking):
        if intent in TOPICS and confidence >= LEAST_LIKELY:
            return TOPICS[intent]
    return "orders" if turn.slots.get("last_order") else GENERAL


def mood_value(mood: Mapping[str, Any]) -> float:
    """From -1 (surely negative) to 1 (surely positive)."""
    sign = {"negative": -1.0, "positive": 1.0}.get(str(mood.get("label")), 0.0)
    return sign * abs(_number(mood.get("score")) or 0.0)


def is_surely_negative(mood: Mapping[str, Any]) -> bool:
    """Whether a message sounds negative beyond doubt."""
    return mood_value(mood) <= -STRONG


def worst_mood(turn: Turn) -> str | None:
    """Negative if one of the last messages surely was, else the mood of the last one.

    Whoever was angry and then asks politely for a person still is a shopper who was angry.
    """
    if any(is_surely_negative(one) for one in turn.moods[-SAID_LAST:]):
        return "negative"
    return _label(turn.mood.get("label"))


def _order_number(turn: Turn) -> str | None:
    found = turn.first("order_number") or turn.slots.get("last_order")
    return str(found)[:40] if found else None


def _label(value: object) -> str | None:
    return str(value) if value in ("positive", "neutral", "negative") else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
