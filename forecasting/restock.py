"""When a variant is back, from purchase orders and how punctual their supplier is.

A first honest version: the expected day of the earliest purchase order, and a later day by which it
is there in about four of five cases, assuming the supplier's delays spread normally.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ids import VariantId
from shop.models import PurchaseOrder, PurchaseOrderLine, Supplier

Z_80: Final = 0.84  # 80 % quantile of the standard normal distribution
SHELF_DAYS: Final = 1  # from the gate to the shelf


@dataclass(frozen=True)
class Restock:
    """The likely day, the day by which it is there with 80 % probability, and how many come."""

    likely: date
    surely: date
    quantity: int


def restock_of(session: Session, variant_id: VariantId, *, today: date) -> Restock | None:
    """When more of a variant arrives; None when nothing is ordered."""
    row = session.execute(
        select(
            PurchaseOrder.expected_on, PurchaseOrderLine.quantity, Supplier.lead_time_spread_days
        )
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .join(Supplier, Supplier.id == PurchaseOrder.supplier_id)
        .where(PurchaseOrderLine.variant_id == variant_id, PurchaseOrder.received_on.is_(None))
        .order_by(PurchaseOrder.expected_on)
        .limit(1)
    ).first()
    if row is None:
        return None
    expected_on, quantity, spread = row
    likely = max(expected_on, today) + timedelta(days=SHELF_DAYS)
    return Restock(likely, likely + timedelta(days=round(Z_80 * spread + 0.5)), quantity)
