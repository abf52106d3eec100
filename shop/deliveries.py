"""Where an order is on its way, told from its parcels, and how long parcels took."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit.i18n import local_day
from shop.models import Customer, Order
from shop.views import OrderState, OrderView, ShipmentView, TrackingView


@dataclass(frozen=True)
class Delivery:
    """The way of an order. `days_quiet` counts days since the carrier's latest word."""

    order_number: str
    state: OrderState
    promised_on: date | None
    expected_on: date | None
    days_late: int
    days_quiet: int | None
    latest: TrackingView | None
    shipment: ShipmentView | None


def delivery_of(order: OrderView, *, now: datetime) -> Delivery:
    """Where `order` is; of several parcels, the one heard of last speaks for it."""
    today = local_day(now)
    shipment = max(order.shipments, key=_last_word, default=None)
    latest = max(shipment.events, key=lambda event: event.at, default=None) if shipment else None
    return Delivery(
        order_number=order.number,
        state=order.state,
        promised_on=order.promised_on,
        expected_on=(shipment.expected_on if shipment else None) or order.promised_on,
        days_late=order.days_late(today),
        days_quiet=None if latest is None else max(0, (today - local_day(latest.at)).days),
        latest=latest,
        shipment=shipment,
    )


def days_taken(session: Session, country: str, *, since: datetime, newest: int) -> list[int]:
    """Days from order to door of the newest parcels to `country` that were ordered since then."""
    rows = session.execute(
        select(Order.placed_at, Order.delivered_at)
        .where(Order.country == country, Order.delivered_at.is_not(None), Order.placed_at >= since)
        .order_by(Order.placed_at.desc())
        .limit(newest)
    )
    return [
        (local_day(delivered) - local_day(placed)).days
        for placed, delivered in rows
        if delivered is not None and delivered >= placed
    ]


def usual_country(session: Session, *, since: datetime, language: str | None = None) -> str | None:
    """Where most parcels ordered since then went, of those of customers who speak `language`.

    None without any.
    """
    counted = (
        select(Order.country, func.count(Order.id))
        .where(Order.country != "", Order.delivered_at.is_not(None), Order.placed_at >= since)
        .group_by(Order.country)
        .order_by(func.count(Order.id).desc(), Order.country)
        .limit(1)
    )
    if language is not None:
        counted = counted.join(Customer, Customer.id == Order.customer_id).where(
            Customer.language == language
        )
    row = session.execute(counted).first()
    return None if row is None else str(row[0])


def _last_word(shipment: ShipmentView) -> datetime:
    return max((event.at for event in shipment.events), default=shipment.shipped_at)
