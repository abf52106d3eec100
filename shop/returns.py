"""Returns and exchanges: what may come back, and sending it back once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shop.access import access_returns, lock_order
from shop.ids import CustomerId, OrderId, VariantId
from shop.models import Order, Product, Refund, Return, ReturnLine, Variant
from shop.orders import (
    OrderStateError,
    add_working_days,
    paid_as_missing,
    still_paid,
    tell_customer,
)
from shop.stock import shift_stock
from shop.terms import REFUND_WORKING_DAYS, RETURN_DAYS
from shop.upsert import insert_once
from shop.views import LineView, OrderView, ReturnState, ReturnView

MOVES: Final[dict[ReturnState, frozenset[ReturnState]]] = {
    "requested": frozenset({"approved", "rejected"}),
    "approved": frozenset({"label_sent"}),
    "label_sent": frozenset({"received"}),
    "received": frozenset({"refunded", "exchanged", "rejected"}),
    "refunded": frozenset(),
    "exchanged": frozenset(),
    "rejected": frozenset(),
}
REASONS: Final = frozenset(
    {
        "too_small",
        "too_big",
        "wrong_item",
        "damaged",
        "not_as_described",
        "changed_mind",
        "late",
        "other",
    }
)
Refusal = Literal[
    "unknown", "not_delivered", "window_over", "already_returned", "final", "nothing_chosen",
    "no_stock", "other_product",
]  # fmt: skip


@dataclass(frozen=True)
class ReturnableLine:
    """A line of an order and whether it may come back."""

    line: LineView
    refusal: Refusal | None


@dataclass(frozen=True)
class ReturnStart:
    """A return that was `started` now, or had been before, or was refused."""

    returned: ReturnView | None
    started: bool
    refusal: Refusal | None = None


def returnable_lines(session: Session, order: OrderView, *, now: datetime) -> list[ReturnableLine]:
    """Each line of `order` with the reason why it may not come back, if any."""
    taken = set(
        session.scalars(
            select(ReturnLine.order_line_id).where(
                ReturnLine.order_line_id.in_([line.line_id for line in order.lines])
            )
        )
    )
    missing = paid_as_missing(session, order.order_id)  # what never came does not come back
    final = _final_products(session, order)
    general = _general_refusal(order, now)
    found = []
    for line in order.lines:
        own: Refusal | None = "final" if line.product_id in final else None
        is_gone = line.line_id in taken or line.position in missing
        refusal = "already_returned" if is_gone else general or own
        found.append(ReturnableLine(line, refusal))
    return found


def _final_products(session: Session, order: OrderView) -> set[int]:
    """Products of the order that are sold for good (attribute `final_sale`)."""
    rows = session.execute(
        select(Product.id, Product.attributes).where(
            Product.id.in_([line.product_id for line in order.lines])
        )
    )
    return {row[0] for row in rows if row[1].get("final_sale") is True}


def _general_refusal(order: OrderView, now: datetime) -> Refusal | None:
    if order.state != "delivered" or order.delivered_at is None:
        return "not_delivered"
    return "window_over" if now > window_end(order) else None


def window_end(order: OrderView) -> datetime:
    """The last moment at which a delivered order may be returned."""
    assert order.delivered_at is not None
    return order.delivered_at + timedelta(days=RETURN_DAYS)


def start_return(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    line_ids: Sequence[int],
    reason: str,
    *,
    exchange_variant_id: VariantId | None = None,
    now: datetime,
) -> ReturnStart:
    """Start a return of whole lines, or an exchange of one. The same lines twice is once."""
    if reason not in REASONS:
        raise ValueError(f"reason must be one of {sorted(REASONS)}, got {reason!r}")
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return ReturnStart(None, started=False, refusal="unknown")
    chosen = [
        entry
        for entry in returnable_lines(session, order, now=now)
        if entry.line.line_id in line_ids
    ]
    if not chosen:
        return ReturnStart(None, started=False, refusal="nothing_chosen")
    if all(entry.refusal == "already_returned" for entry in chosen):
        before = _return_of(session, customer_id, line_ids)
        return ReturnStart(
            before, started=False, refusal=None if before is not None else "already_returned"
        )
    refusal = next((entry.refusal for entry in chosen if entry.refusal), None)
    if refusal:
        return ReturnStart(None, started=False, refusal=refusal)
    if exchange_variant_id is not None:
        refusal = _reserve(session, exchange_variant_id, chosen)
        if refusal:
            return ReturnStart(None, started=False, refusal=refusal)
    _insert(session, order, chosen, reason, exchange_variant_id, now)
    returned = _return_of(session, customer_id, line_ids)
    assert returned is not None
    tell_customer(
        session, customer_id, f"return:{returned.number}", "return_started", now,
        number=order.number, return_number=returned.number, label=returned.label,
        items=returned.lines,
    )  # fmt: skip
    return ReturnStart(returned, started=True)


def _insert(
    session: Session,
    order: OrderView,
    chosen: Sequence[ReturnableLine],
    reason: str,
    exchange_variant_id: VariantId | None,
    now: datetime,
) -> None:
    count = session.scalar(select(func.count()).where(Return.order_id == order.order_id)) or 0
    number = f"R{order.number}-{count + 1}"
    returned = Return(
        number=number,
        order_id=order.order_id,
        kind="refund" if exchange_variant_id is None else "exchange",
        state="label_sent",
        reason=reason,
        label=f"RET-{order.number}-{count + 1}",
        created_at=now,
        changed_at=now,
    )
    session.add(returned)
    session.flush()
    session.add_all(
        ReturnLine(
            return_id=returned.id,
            order_line_id=entry.line.line_id,
            quantity=entry.line.quantity,
            exchange_variant_id=exchange_variant_id,
        )
        for entry in chosen
    )
    session.flush()


def _reserve(
    session: Session, variant_id: VariantId, chosen: Sequence[ReturnableLine]
) -> Refusal | None:
    """Hold back what is sent in exchange: another size or colour of the very same product."""
    product = session.scalar(select(Variant.product_id).where(Variant.id == variant_id))
    if {entry.line.product_id for entry in chosen} != {product}:
        return "other_product"
    pieces = sum(entry.line.quantity for entry in chosen)
    return None if shift_stock(session, {variant_id: -pieces}) else "no_stock"


def _release(session: Session, number: str) -> None:
    """Give back what an exchange held."""
    held: Counter[VariantId] = Counter()
    for variant_id, quantity in session.execute(
        select(ReturnLine.exchange_variant_id, ReturnLine.quantity)
        .join(Return, Return.id == ReturnLine.return_id)
        .where(Return.number == number, ReturnLine.exchange_variant_id.is_not(None))
    ):
        if variant_id is not None:
            held[VariantId(variant_id)] += quantity
    shift_stock(session, held)


def _return_of(
    session: Session, customer_id: CustomerId, line_ids: Sequence[int]
) -> ReturnView | None:
    wanted = set(line_ids)
    for returned in access_returns(session, customer_id):
        if wanted & {line.line_id for line in returned.lines}:
            return returned
    return None


def move_return(session: Session, number: str, to: ReturnState, *, now: datetime) -> None:
    """Move a return to state `to`; `refunded` also makes the refund, of no more than is left.

    What an exchange held back is sold again when it ends otherwise. Raises OrderStateError for an
    impossible move.
    """
    kinds = ["exchange"] if to == "exchanged" else ["refund", "exchange"]
    allowed = [state for state, targets in MOVES.items() if to in targets]
    moved = session.execute(
        update(Return)
        .where(Return.number == number, Return.state.in_(allowed), Return.kind.in_(kinds))
        .values(state=to, changed_at=now)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        current = session.scalar(select(Return.state).where(Return.number == number))
        raise OrderStateError(f"a return in state {current} cannot become {to}")
    if to in {"refunded", "rejected"}:
        _release(session, number)
    if to == "refunded":
        _refund(session, number, now)


def _refund(session: Session, number: str, now: datetime) -> None:
    returned, order = session.execute(
        select(Return, Order)
        .join(Order, Order.id == Return.order_id)
        .where(Return.number == number)
    ).one()
    view = _return_of(
        session, CustomerId(order.customer_id), [line.order_line_id for line in returned.lines]
    )
    assert view is not None
    left = still_paid(session, OrderId(order.id), order.total)
    insert_once(
        session,
        Refund,
        {
            "key": f"return:{returned.id}",
            "order_id": order.id,
            "return_id": returned.id,
            "amount": min(view.amount.amount, left),
            "state": "pending",
            "method": order.payments[0].method if order.payments else "",
            "created_at": now,
            "expected_on": add_working_days(now, REFUND_WORKING_DAYS).date(),
        },
        unique=["key"],
    )
