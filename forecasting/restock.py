"""When a variant is back, from what is ordered and how punctual its suppliers have been."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from forecasting.lateness import SURE, Arrival, Lateness, day_reached, first_by, lateness_of
from shop.ids import VariantId
from shop.purchasing import days_late, on_order, suppliers

SHELF_DAYS: Final = 1  # from the gate to the shelf
PUNCTUALITY_ORDERS: Final = 60  # a supplier's newest deliveries that count


@dataclass(frozen=True)
class Restock:
    """The likely day, the day by which it is there with probability `SURE`, and how many come."""

    likely: date
    surely: date
    quantity: int


@dataclass(frozen=True)
class Incoming:
    """Pieces of a variant that are ordered and not there yet; `arrival` is on the shelf."""

    variant_id: VariantId
    quantity: int
    arrival: Arrival


def restock_of(session: Session, variant_id: VariantId, *, today: date) -> Restock | None:
    """When more of a variant arrives; None when nothing is ordered."""
    return restock_from(incoming(session, [variant_id]).get(variant_id, []), today=today)


def restock_from(coming: list[Incoming], *, today: date) -> Restock | None:
    """The same from what is known to be on its way."""
    if not coming:
        return None
    arrivals = [one.arrival for one in coming]
    first = min(coming, key=lambda one: one.arrival.expected_on)
    return Restock(
        likely=day_reached(arrivals, 0.5, today),
        surely=day_reached(arrivals, SURE, today),
        quantity=first.quantity,
    )


def back_by_probability(
    session: Session, variant_id: VariantId, day: date, *, today: date
) -> float | None:
    """How likely it is back by `day`; None when nothing is ordered."""
    coming = incoming(session, [variant_id]).get(variant_id)
    return first_by([one.arrival for one in coming], day, today) if coming else None


def incoming(
    session: Session, variant_ids: Iterable[VariantId] | None = None
) -> dict[VariantId, list[Incoming]]:
    """What is on its way, by variant, the earliest first; None asks for every variant."""
    lines = on_order(session, variant_ids)
    punctuality = punctuality_of(session, {line.supplier_id for line in lines})
    found: dict[VariantId, list[Incoming]] = {}
    for line in lines:
        on_shelf = line.expected_on + timedelta(days=SHELF_DAYS)
        arrival = Arrival(on_shelf, punctuality[line.supplier_id])
        one = Incoming(line.variant_id, line.quantity, arrival)
        found.setdefault(one.variant_id, []).append(one)
    return found


def punctuality_of(session: Session, supplier_ids: Iterable[int]) -> dict[int, Lateness]:
    """How late each supplier is: from its newest deliveries, and what it states until then."""
    return {
        key: lateness_of(one.spread_days, days_late(session, key, PUNCTUALITY_ORDERS))
        for key, one in suppliers(session, supplier_ids).items()
    }
