"""Where an order is on its way, told from its parcels."""

from dataclasses import dataclass
from datetime import date, datetime

from kit.i18n import local_day
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


def _last_word(shipment: ShipmentView) -> datetime:
    return max((event.at for event in shipment.events), default=shipment.shipped_at)
