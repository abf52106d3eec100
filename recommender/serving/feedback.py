"""What becomes of offers: shown, opened, refused, bought; and what a new shopper tells of taste."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from recommender.serving.shopper import Shopper
from recommender.serving.tables import RecommendationRequest
from recommender.serving.wishes import Offering
from shop.events import Behaviour, record_events, shown_then_bought, was_recorded
from shop.ids import CustomerId, ProductId
from shop.upsert import insert_once

CREDITED: Final = timedelta(days=7)
SHOWN: Final = "shown"


def note_shown(session: Session, shopper: Shopper, offering: Offering, *, now: datetime) -> None:
    """Store a list that was shown: the choice behind it and one event a product."""
    if not offering.offers:
        return
    insert_once(
        session,
        RecommendationRequest,
        {
            "id": offering.request_id,
            "at": now,
            "slot": offering.slot,
            "customer_id": shopper.customer_id,
            "session_key": shopper.session_key,
            "ab_group": offering.group,
            "strategy": offering.strategy,
            "propensity": offering.propensity,
            "choices": offering.choices,
            "context": list(offering.context),
            "reward": 0.0,
            "rewarded_at": None,
        },
        unique=["id"],
    )
    record_events(
        session,
        [
            Behaviour(
                "recommendation_shown",
                now,
                shopper.session_key,
                customer_id=shopper.customer_id,
                product_id=offer.product.product_id,
                propensity=offer.propensity,
                key=_key(SHOWN, offering.request_id, offer.product.product_id),
                details={
                    "request": offering.request_id,
                    "strategy": offer.strategy,
                    "slot": offering.slot,
                    "place": str(place),
                    "reason": offer.reason.kind,
                },
            )
            for place, offer in enumerate(offering.offers, start=1)
        ],
    )


def note_opened(
    session: Session,
    request_id: str,
    product_id: ProductId,
    *,
    session_key: str,
    customer_id: CustomerId | None,
    now: datetime,
) -> bool:
    """A shown product was opened: True, once. A list that never showed it changes nothing."""
    if not _was_shown(session, request_id, product_id):
        return False
    key = _key("opened", request_id, product_id)
    if was_recorded(session, key):
        return False
    record_events(
        session,
        [
            Behaviour(
                "recommendation_clicked",
                now,
                session_key,
                customer_id=customer_id,
                product_id=product_id,
                key=key,
                details={"request": request_id},
            )
        ],
    )
    _reward(session, [request_id], now)
    return True


def note_refused(
    session: Session,
    products: Sequence[ProductId],
    *,
    session_key: str,
    customer_id: CustomerId | None,
    message_id: str,
    now: datetime,
    brand: str | None = None,
) -> None:
    """Products, or with `brand` a whole brand, are not wanted; the same message counts once."""
    record_events(
        session,
        [
            Behaviour(
                "recommendation_refused",
                now,
                session_key,
                customer_id=customer_id,
                product_id=product,
                key=_key("refused", message_id, product or brand or ""),
                details=None if brand is None else {"brand": brand},
            )
            for product in (products if brand is None else [None])
        ],
    )


def note_taste(
    session: Session,
    categories: Sequence[str],
    budget: float | None,
    *,
    session_key: str,
    customer_id: CustomerId | None,
    message_id: str,
    now: datetime,
) -> None:
    """What a new shopper answered: kinds of products, and what one may cost."""
    record_events(
        session,
        [
            Behaviour(
                "taste",
                now,
                session_key,
                customer_id=customer_id,
                value=budget,
                key=_key("taste", message_id, ",".join(categories)),
                details={"categories": ",".join(categories)},
            )
        ],
    )


def credit_purchases(session: Session, *, now: datetime) -> int:
    """Give lists their reward when something of them was bought within a week; how many."""
    found = shown_then_bought(session, since=now - 2 * CREDITED, until=now)
    requests = {one["request"] for one in found if one and "request" in one}
    return _reward(session, sorted(requests), now)


def _reward(session: Session, requests: Sequence[str], now: datetime) -> int:
    done = session.execute(
        update(RecommendationRequest)
        .where(RecommendationRequest.id.in_(requests), RecommendationRequest.reward == 0)
        .values(reward=1.0, rewarded_at=now)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _was_shown(session: Session, request_id: str, product_id: ProductId) -> bool:
    return was_recorded(session, _key(SHOWN, request_id, product_id))


def _key(kind: str, cause: str, what: object) -> str:
    return f"{kind}:{cause}:{what}"[:80]


def export(session: Session, customer_id: CustomerId) -> list[dict[str, object]]:
    """Lists that were shown to a customer, ready for JSON."""
    rows = session.scalars(
        select(RecommendationRequest)
        .where(RecommendationRequest.customer_id == customer_id)
        .order_by(RecommendationRequest.at)
    )
    return [{"at": row.at.isoformat(), "slot": row.slot, "strategy": row.strategy} for row in rows]


def erase(session: Session, customer_id: CustomerId) -> None:
    """Make the lists that were shown to a customer nobody's."""
    session.execute(
        update(RecommendationRequest)
        .where(RecommendationRequest.customer_id == customer_id)
        .values(customer_id=None, session_key="erased")
    )
