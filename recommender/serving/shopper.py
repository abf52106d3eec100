"""What is known of a shopper at this moment: bought, looked at, refused, shown, told."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from shop.events import Behaviour, allows_personal, purchase_spans, recent_events
from shop.ids import CustomerId, ProductId
from shop.sales import bought_products

REMEMBERED: Final = 200
REFUSED_DAYS: Final = 180
CART_DAYS: Final = 30
SHOWN_DAYS: Final = 14
SESSION_HOURS: Final = 12
# How much each kind of event says about what somebody likes.
WEIGHTS: Final = {"purchase": 1.0, "cart": 0.7, "recommendation_clicked": 0.4, "view": 0.3}
GOOD_STARS: Final = 4.0
HALF_LIFE_DAYS: Final = 180.0
REBUY_SHARE: Final = 0.1
REBUY_LEAST: Final = 20


@dataclass(frozen=True)
class Shopper:
    """One shopper as the strategies see them. Ids are oldest first; weights are above 0.

    `history` is the long memory (customers who allow it), `session` this visit's clicks.
    """

    session_key: str
    customer_id: CustomerId | None = None
    is_personal: bool = True
    history: dict[ProductId, float] = field(default_factory=dict)
    session: dict[ProductId, float] = field(default_factory=dict)
    bought: dict[ProductId, datetime] = field(default_factory=dict)
    kinds: dict[ProductId, str] = field(default_factory=dict)
    in_cart: frozenset[ProductId] = frozenset()
    refused: frozenset[ProductId] = frozenset()
    refused_brands: frozenset[str] = frozenset()
    ignored: dict[ProductId, int] = field(default_factory=dict)
    taste: tuple[str, ...] = ()
    budget: float | None = None

    @property
    def key(self) -> str:
        """What stands for this shopper in an A/B split: the customer, else the visit."""
        return f"c{self.customer_id}" if self.customer_id is not None else f"s{self.session_key}"


def read_shopper(
    session: Session, customer_id: CustomerId | None, session_key: str, *, now: datetime
) -> Shopper:
    """Read what is known; of a customer who refused personal suggestions only this visit's
    refusals, and of a guest only this visit."""
    if customer_id is not None and not allows_personal(session, customer_id):
        events = recent_events(session, session_key=session_key, limit=REMEMBERED)
        return Shopper(session_key, is_personal=False, refused=_refused(events, now))
    events = recent_events(
        session, customer_id=customer_id, session_key=session_key, limit=REMEMBERED
    )
    events.reverse()
    bought = bought_products(session, customer_id) if customer_id is not None else {}
    for event in events:
        if event.kind == "purchase" and event.product_id is not None:
            bought[event.product_id] = max(event.at, bought.get(event.product_id, event.at))
    history, recent, kinds = _liked(events, bought, now)
    taste, budget = _told(events)
    return Shopper(
        session_key=session_key,
        customer_id=customer_id,
        history=history if customer_id is not None else {},
        session=recent,
        bought=bought,
        kinds=kinds,
        in_cart=_cart(events, now),
        refused=_refused(events, now),
        refused_brands=_refused_brands(events, now),
        ignored=_ignored(events, now),
        taste=taste,
        budget=budget,
    )


def _liked(
    events: list[Behaviour], bought: dict[ProductId, datetime], now: datetime
) -> tuple[dict[ProductId, float], dict[ProductId, float], dict[ProductId, str]]:
    """Weights of the long memory and of this visit, and the strongest kind of event of each."""
    history: dict[ProductId, float] = {}
    recent: dict[ProductId, float] = {}
    kinds: dict[ProductId, str] = {}
    for event in events:
        product, weight = event.product_id, WEIGHTS.get(event.kind, 0.0)
        if event.kind == "rating" and event.value is not None:
            weight = 1.0 if event.value >= GOOD_STARS else 0.0
        if product is None or not weight:
            continue
        if WEIGHTS.get(kinds.get(product, ""), 0.0) <= weight:
            kinds[product] = event.kind
        age = (now - event.at).total_seconds() / 86400
        faded = weight * 0.5 ** (max(0.0, age) / HALF_LIFE_DAYS)
        history[product] = max(faded, history.pop(product, 0.0))
        if now - event.at < timedelta(hours=SESSION_HOURS) and event.kind != "purchase":
            recent[product] = max(weight, recent.pop(product, 0.0))
    for product, at in bought.items():
        if product not in history:
            age = (now - at).total_seconds() / 86400
            history[product] = 0.5 ** (max(0.0, age) / HALF_LIFE_DAYS)
        kinds[product] = "purchase"
    return history, recent, kinds


def _cart(events: list[Behaviour], now: datetime) -> frozenset[ProductId]:
    """What was put into the cart lately and not bought since."""
    inside: set[ProductId] = set()
    for event in events:
        if event.product_id is None:
            continue
        if event.kind == "cart" and now - event.at < timedelta(days=CART_DAYS):
            inside.add(event.product_id)
        elif event.kind == "purchase":
            inside.discard(event.product_id)
    return frozenset(inside)


def _refused(events: list[Behaviour], now: datetime) -> frozenset[ProductId]:
    return frozenset(
        event.product_id
        for event in events
        if event.kind == "recommendation_refused"
        and event.product_id is not None
        and now - event.at < timedelta(days=REFUSED_DAYS)
    )


def _refused_brands(events: list[Behaviour], now: datetime) -> frozenset[str]:
    """Brands that were refused by name, in lower case."""
    return frozenset(
        event.details["brand"].lower()
        for event in events
        if event.kind == "recommendation_refused"
        and event.details
        and "brand" in event.details
        and now - event.at < timedelta(days=REFUSED_DAYS)
    )


def _ignored(events: list[Behaviour], now: datetime) -> dict[ProductId, int]:
    """How often each product was shown lately without being opened."""
    shown: Counter[ProductId] = Counter()
    for event in events:
        if event.product_id is None or now - event.at > timedelta(days=SHOWN_DAYS):
            continue
        if event.kind == "recommendation_shown":
            shown[event.product_id] += 1
        elif event.kind in {"recommendation_clicked", "view", "cart"}:
            shown.pop(event.product_id, None)
    return dict(shown)


def _told(events: list[Behaviour]) -> tuple[tuple[str, ...], float | None]:
    """The newest answers to the two questions that a new shopper is asked."""
    taste: tuple[str, ...] = ()
    budget: float | None = None
    for event in events:
        if event.kind == "taste" and event.details:
            if "categories" in event.details:
                taste = tuple(filter(None, event.details["categories"].split(",")))
            budget = event.value if event.value is not None else budget
    return taste, budget


def rebuy_days(session: Session) -> dict[int, float]:
    """Products that are bought again and again: product → usual days between two purchases.

    A product counts when at least a tenth of its buyers, and of twenty at least, came back for it.
    """
    buyers: Counter[int] = Counter()
    again: Counter[int] = Counter()
    gaps: dict[int, list[float]] = {}
    for product, visits, first, last in purchase_spans(session):
        buyers[product] += 1
        if visits > 1:
            again[product] += 1
            gaps.setdefault(product, []).append(
                (last - first).total_seconds() / 86400 / (visits - 1)
            )
    return {
        product: sorted(gaps[product])[len(gaps[product]) // 2]
        for product, count in again.items()
        if buyers[product] >= REBUY_LEAST and count / buyers[product] >= REBUY_SHARE
    }
