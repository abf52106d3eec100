"""What shoppers did: the raw material of recommendations and forecasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ids import CustomerId, ProductId, VariantId
from shop.models import BehaviourEvent
from shop.upsert import insert_once

EventKind = Literal[
    "view", "search", "cart", "purchase", "rating", "recommendation_shown",
    "recommendation_clicked", "recommendation_refused",
]  # fmt: skip


@dataclass(frozen=True)
class Behaviour:
    """One event. `propensity` is the probability with which a recommendation was shown."""

    kind: EventKind
    at: datetime
    session_key: str
    customer_id: CustomerId | None = None
    product_id: ProductId | None = None
    variant_id: VariantId | None = None
    value: float | None = None
    propensity: float | None = None
    key: str | None = None


def record_events(session: Session, events: Sequence[Behaviour]) -> None:
    """Store events; one with a `key` that was stored before is left out."""
    for event in events:
        values = {
            "key": event.key, "kind": event.kind, "at": event.at, "session_key": event.session_key,
            "customer_id": event.customer_id, "product_id": event.product_id,
            "variant_id": event.variant_id, "value": event.value, "propensity": event.propensity,
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
    limit: int = 50,
) -> list[Behaviour]:
    """The newest events of a customer or of a visit, newest first."""
    statement = select(BehaviourEvent).order_by(BehaviourEvent.at.desc(), BehaviourEvent.id.desc())
    if customer_id is not None:
        statement = statement.where(BehaviourEvent.customer_id == customer_id)
    else:
        statement = statement.where(BehaviourEvent.session_key == (session_key or ""))
    return [
        Behaviour(
            kind=row.kind,  # type: ignore[arg-type]
            at=row.at,
            session_key=row.session_key,
            customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
            product_id=None if row.product_id is None else ProductId(row.product_id),
            variant_id=None if row.variant_id is None else VariantId(row.variant_id),
            value=row.value,
            propensity=row.propensity,
            key=row.key,
        )
        for row in session.scalars(statement.limit(limit))
    ]
