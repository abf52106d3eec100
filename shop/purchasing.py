"""What the shop has ordered from its suppliers, and how these kept their word, as plain records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.ids import VariantId
from shop.models import PurchaseOrder, PurchaseOrderLine, Supplier


@dataclass(frozen=True)
class OnOrder:
    """Pieces of a variant that are ordered and not there yet."""

    variant_id: VariantId
    quantity: int
    expected_on: date
    supplier_id: int


@dataclass(frozen=True)
class SupplierFacts:
    """A supplier as it describes itself; days from an order to its arrival, and their spread."""

    supplier_id: int
    name: str
    lead_days: int
    spread_days: int


def on_order(session: Session, variant_ids: Iterable[VariantId] | None = None) -> list[OnOrder]:
    """What is on its way, the earliest first; None asks for every variant."""
    statement = (
        select(
            PurchaseOrderLine.variant_id,
            PurchaseOrderLine.quantity,
            PurchaseOrder.expected_on,
            PurchaseOrder.supplier_id,
        )
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(PurchaseOrder.received_on.is_(None), PurchaseOrderLine.quantity > 0)
        .order_by(PurchaseOrder.expected_on, PurchaseOrder.id)
    )
    if variant_ids is not None:
        statement = statement.where(PurchaseOrderLine.variant_id.in_(list(variant_ids)))
    return [
        OnOrder(VariantId(row.variant_id), row.quantity, row.expected_on, row.supplier_id)
        for row in session.execute(statement)
    ]


def next_arrivals(session: Session) -> dict[int, date]:
    """Variant → the day on which the next of its orders is expected."""
    rows = session.execute(
        select(PurchaseOrderLine.variant_id, func.min(PurchaseOrder.expected_on))
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(PurchaseOrder.received_on.is_(None))
        .group_by(PurchaseOrderLine.variant_id)
    )
    return {row[0]: row[1] for row in rows}


def suppliers(session: Session, ids: Iterable[int] | None = None) -> dict[int, SupplierFacts]:
    """Suppliers by id; None asks for all."""
    statement = select(Supplier)
    if ids is not None:
        statement = statement.where(Supplier.id.in_(list(ids)))
    return {
        one.id: SupplierFacts(one.id, one.name, one.lead_time_days, one.lead_time_spread_days)
        for one in session.scalars(statement)
    }


def days_late(session: Session, supplier_id: int, newest: int) -> list[int]:
    """How many days after the expected one each of a supplier's newest deliveries came."""
    rows = session.execute(
        select(PurchaseOrder.expected_on, PurchaseOrder.received_on)
        .where(PurchaseOrder.supplier_id == supplier_id, PurchaseOrder.received_on.is_not(None))
        .order_by(PurchaseOrder.received_on.desc())
        .limit(newest)
    )
    return [(came - expected).days for expected, came in rows if came is not None]


def last_suppliers(session: Session) -> dict[int, int]:
    """Variant → the supplier of its last purchase order."""
    rows = session.execute(
        select(PurchaseOrderLine.variant_id, PurchaseOrder.supplier_id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .order_by(PurchaseOrder.ordered_on, PurchaseOrder.id)
    )
    return {row[0]: row[1] for row in rows}
