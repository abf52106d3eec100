"""What shoppers did: the raw material of recommendations and forecasts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from shop.ids import CustomerId, ProductId, VariantId
from shop.models import BehaviourEvent, Category, Consent, Product
from shop.upsert import insert_once

EventKind = Literal[
    "view",
    "search",
    "cart",
    "purchase",
    "rating",
    "taste",
    "recommendation_shown",
    "recommendation_clicked",
    "recommendation_refused",
]
PERSONAL: Final = "personal_recommendations"
# Columns and not whole objects: a shopper's events are read at every request.
_COLUMNS: Final = (
    BehaviourEvent.kind,
    BehaviourEvent.at,
    BehaviourEvent.session_key,
    BehaviourEvent.customer_id,
    BehaviourEvent.product_id,
    BehaviourEvent.variant_id,
    BehaviourEvent.value,
    BehaviourEvent.propensity,
    BehaviourEvent.key,
    BehaviourEvent.details,
)


@dataclass(frozen=True)
class Behaviour:
    """One event. `propensity` is the probability with which a recommendation was shown.

    `details` are a few short words about it: what was searched for, why something was shown.
    """

    kind: EventKind
    at: datetime
    session_key: str
    customer_id: CustomerId | None = None
    product_id: ProductId | None = None
    variant_id: VariantId | None = None
    value: float | None = None
    propensity: float | None = None
    key: str | None = None
    details: Mapping[str, str] | None = None


def allows_personal(session: Session, customer_id: CustomerId) -> bool:
    """Whether suggestions may use what the customer did here; they may until refused."""
    granted = session.scalar(
        select(Consent.granted).where(
            Consent.customer_id == customer_id, Consent.purpose == PERSONAL
        )
    )
    return granted is not False


def record_events(session: Session, events: Sequence[Behaviour]) -> None:
    """Store events; one with a `key` that was stored before is left out.

    Of a customer who refused personal suggestions, what they looked at is kept as a guest's.
    """
    refused = {
        customer
        for customer in {event.customer_id for event in events}
        if customer is not None and not allows_personal(session, customer)
    }
    for event in events:
        is_nobodys = event.customer_id in refused and event.kind not in {"purchase", "rating"}
        values = {
            "key": event.key,
            "kind": event.kind,
            "at": event.at,
            "session_key": event.session_key,
            "customer_id": None if is_nobodys else event.customer_id,
            "product_id": event.product_id,
            "variant_id": event.variant_id,
            "value": event.value,
            "propensity": event.propensity,
            "details": None if event.details is None else dict(event.details),
        }
        if event.key is None:
            session.add(BehaviourEvent(**values))
        else:
            insert_once(session, BehaviourEvent, values, unique=["key"])


def recent_events(
    session: Session,
    *,
    customer_id: CustomerId | None = None,
    session_key: str | None = None,
    kinds: Sequence[EventKind] = (),
    limit: int = 50,
) -> list[Behaviour]:
    """The newest events of a customer and of a visit, newest first."""
    statement = select(*_COLUMNS).order_by(BehaviourEvent.at.desc(), BehaviourEvent.id.desc())
    whose = []
    if customer_id is not None:
        whose.append(BehaviourEvent.customer_id == customer_id)
    if session_key or customer_id is None:
        whose.append(BehaviourEvent.session_key == (session_key or ""))
    statement = statement.where(or_(*whose))
    if kinds:
        statement = statement.where(BehaviourEvent.kind.in_(kinds))
    return [
        Behaviour(
            kind=row.kind,
            at=row.at,
            session_key=row.session_key,
            customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
            product_id=None if row.product_id is None else ProductId(row.product_id),
            variant_id=None if row.variant_id is None else VariantId(row.variant_id),
            value=row.value,
            propensity=row.propensity,
            key=row.key,
            details=row.details,
        )
        for row in session.execute(statement.limit(limit))
    ]


def was_recorded(session: Session, key: str) -> bool:
    """Whether there is an event of this key."""
    return bool(session.scalar(select(exists().where(BehaviourEvent.key == key))))


def count_by_product(session: Session, kind: EventKind, *, since: datetime) -> Counter[int]:
    """Product → how many events of a kind there were since then."""
    rows = session.execute(
        select(BehaviourEvent.product_id, func.count())
        .where(BehaviourEvent.kind == kind, BehaviourEvent.at >= since)
        .group_by(BehaviourEvent.product_id)
    )
    return Counter({row[0]: row[1] for row in rows if row[0] is not None})


def purchases_by_category(session: Session, *, since: datetime, until: datetime) -> dict[str, int]:
    """Category's slug → how many purchases there were in [since, until]."""
    rows = session.execute(
        select(Category.slug, func.count())
        .join(Product, Product.category_id == Category.id)
        .join(BehaviourEvent, BehaviourEvent.product_id == Product.id)
        .where(
            BehaviourEvent.kind == "purchase",
            BehaviourEvent.at >= since,
            BehaviourEvent.at <= until,
        )
        .group_by(Category.slug)
    )
    return {row[0]: row[1] for row in rows}


def shown_then_bought(
    session: Session, *, since: datetime, until: datetime
) -> list[Mapping[str, str] | None]:
    """The details of what was shown since then and bought by the same customer up to `until`."""
    shown = BehaviourEvent.__table__.alias("shown")
    bought = BehaviourEvent.__table__.alias("bought")
    rows = session.execute(
        select(shown.c.details)
        .join(bought, bought.c.product_id == shown.c.product_id)
        .where(
            shown.c.kind == "recommendation_shown",
            bought.c.kind == "purchase",
            bought.c.customer_id == shown.c.customer_id,
            bought.c.at >= shown.c.at,
            bought.c.at <= until,
            shown.c.at >= since,
        )
    )
    return [row[0] for row in rows]


def purchase_spans(session: Session) -> Iterator[tuple[int, int, datetime, datetime]]:
    """(product, visits, first, last purchase) of each product and customer who bought it."""
    rows = session.execute(
        select(
            BehaviourEvent.product_id,
            func.count(func.distinct(BehaviourEvent.session_key)),
            func.min(BehaviourEvent.at),
            func.max(BehaviourEvent.at),
        )
        .where(
            BehaviourEvent.kind == "purchase",
            BehaviourEvent.customer_id.is_not(None),
            BehaviourEvent.product_id.is_not(None),
        )
        .group_by(BehaviourEvent.product_id, BehaviourEvent.customer_id)
    )
    for product, visits, first, last in rows:
        assert product is not None
        yield product, visits, first, last
