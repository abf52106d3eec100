"""What shoppers did: the raw material of recommendations and forecasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shop.ids import CustomerId, ProductId, VariantId
from shop.models import BehaviourEvent, Consent
from shop.upsert import insert_once

EventKind = Literal[
    "view", "search", "cart", "purchase", "rating", "taste", "recommendation_shown",
    "recommendation_clicked", "recommendation_refused",
]  # fmt: skip
PERSONAL: Final = "personal_recommendations"
# Columns and not whole objects: a shopper's events are read at every request.
_COLUMNS: Final = (
    BehaviourEvent.kind, BehaviourEvent.at, BehaviourEvent.session_key, BehaviourEvent.customer_id,
    BehaviourEvent.product_id, BehaviourEvent.variant_id, BehaviourEvent.value,
    BehaviourEvent.propensity, BehaviourEvent.key, BehaviourEvent.details,
)  # fmt: skip


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
            "key": event.key, "kind": event.kind, "at": event.at, "session_key": event.session_key,
            "customer_id": None if is_nobodys else event.customer_id,
            "product_id": event.product_id, "variant_id": event.variant_id, "value": event.value,
            "propensity": event.propensity,
            "details": None if event.details is None else dict(event.details),
        }  # fmt: skip
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
