"""Returns and exchanges: what may come back, and sending it back once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.access import access_order, access_returns
from shop.ids import CustomerId, VariantId
from shop.models import Order, Refund, Return, ReturnLine, Variant
from shop.orders import REFUND_WORKING_DAYS, OrderStateError, add_working_days, tell_customer
from shop.upsert import insert_once
from shop.views import LineView, OrderView, ReturnState, ReturnView

WINDOW_DAYS: Final = 30
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
    "unknown", "not_delivered", "window_over", "already_returned", "nothing_chosen", "no_stock"
]


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
    general = _general_refusal(order, now)
    return [
        ReturnableLine(line, "already_returned" if line.line_id in taken else general)
        for line in order.lines
    ]


def _general_refusal(order: OrderView, now: datetime) -> Refusal | None:
    if order.state != "delivered" or order.delivered_at is None:
        return "not_delivered"
    return "window_over" if now > window_end(order) else None


def window_end(order: OrderView) -> datetime:
    """The last moment at which a delivered order may be returned."""
    assert order.delivered_at is not None
    return order.delivered_at + timedelta(days=WINDOW_DAYS)


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
    order = access_order(session, customer_id, order_number)
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
        return ReturnStart(_return_of(session, customer_id, line_ids), started=False)
    refusal = next((entry.refusal for entry in chosen if entry.refusal), None)
    if refusal:
        return ReturnStart(None, started=False, refusal=refusal)
    if exchange_variant_id is not None and not _reserve(session, exchange_variant_id, chosen):
        return ReturnStart(None, started=False, refusal="no_stock")
    try:
        with session.begin_nested():
            _insert(session, order, chosen, reason, exchange_variant_id, now)
    except IntegrityError:  # another message was first with the same lines
        session.expire_all()
        if exchange_variant_id is not None:
            _release(session, exchange_variant_id, chosen)
        return ReturnStart(_return_of(session, customer_id, line_ids), started=False)
    returned = _return_of(session, customer_id, line_ids)
    assert returned is not None
    tell_customer(
        session, customer_id, f"return:{returned.number}", "return_started", now,
        number=order.number, return_number=returned.number, label=returned.label,
        items=", ".join(line.name_en for line in returned.lines),
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


def _reserve(session: Session, variant_id: VariantId, chosen: Sequence[ReturnableLine]) -> bool:
    pieces = sum(entry.line.quantity for entry in chosen)
    taken = session.execute(
        update(Variant)
        .where(Variant.id == variant_id, Variant.stock >= pieces)
        .values(stock=Variant.stock - pieces)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _release(session: Session, variant_id: VariantId, chosen: Sequence[ReturnableLine]) -> None:
    pieces = sum(entry.line.quantity for entry in chosen)
    session.execute(
        update(Variant).where(Variant.id == variant_id).values(stock=Variant.stock + pieces)
    )


def _return_of(
    session: Session, customer_id: CustomerId, line_ids: Sequence[int]
) -> ReturnView | None:
    wanted = set(line_ids)
    for returned in access_returns(session, customer_id):
        if wanted & {line.line_id for line in returned.lines}:
            return returned
    return None


def move_return(session: Session, number: str, to: ReturnState, *, now: datetime) -> None:
    """Move a return to state `to`; `refunded` also makes the refund.

    Raises OrderStateError for an impossible move.
    """
    allowed = [state for state, targets in MOVES.items() if to in targets]
    moved = session.execute(
        update(Return)
        .where(Return.number == number, Return.state.in_(allowed))
        .values(state=to, changed_at=now)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        current = session.scalar(select(Return.state).where(Return.number == number))
        raise OrderStateError(f"a return in state {current} cannot become {to}")
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
    insert_once(
        session,
        Refund,
        {
            "key": f"return:{returned.id}",
            "order_id": order.id,
            "return_id": returned.id,
            "amount": view.amount.amount,
            "state": "pending",
            "method": order.payments[0].method if order.payments else "",
            "created_at": now,
            "expected_on": add_working_days(now, REFUND_WORKING_DAYS).date(),
        },
        unique=["key"],
    )
