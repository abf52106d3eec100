"""Returns and exchanges: what may come back, and sending it back once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shop.access import access_returns, lock_order
from shop.ids import CustomerId, OrderId, PaymentMethodId, VariantId
from shop.models import Order, Product, Return, ReturnLine, Variant
from shop.orders import OrderStateError, paid_as_missing, paid_for, still_paid, tell_customer
from shop.payments import charge, known_method, method_of, net_payments, pay_back
from shop.policy import Policy
from shop.policy_file import policy_of
from shop.rules import ReturnAct, ReturnRefusal, return_refusal
from shop.stock import shift_stock
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
UNSAID: Final = "other"  # the reason where the shop asks for none


@dataclass(frozen=True)
class ReturnableLine:
    """A line of an order and whether it may come back."""

    line: LineView
    refusal: ReturnRefusal | None


@dataclass(frozen=True)
class ReturnStart:
    """A return that was `started` now, or had been before, or was refused."""

    returned: ReturnView | None
    started: bool
    refusal: ReturnRefusal | None = None


@dataclass(frozen=True)
class Terms:
    """Where the money of a return goes, and what an exchange costs more than what comes back."""

    method_id: PaymentMethodId | None
    difference: Decimal


def returnable_lines(
    session: Session, order: OrderView, *, now: datetime, act: ReturnAct = "return"
) -> list[ReturnableLine]:
    """Each line of `order` with the reason why it may not come back, if any.

    Returns and exchanges have rules of their own: `act` says which is meant.
    """
    taken = set(
        session.scalars(
            select(ReturnLine.order_line_id).where(
                ReturnLine.order_line_id.in_([line.line_id for line in order.lines])
            )
        )
    )
    missing = paid_as_missing(session, order.order_id)  # what never came does not come back
    final = _final_products(session, order)
    policy = policy_of(session)
    general = return_refusal(order, act, policy, now=now) or _once_refusal(
        session, order, act, policy
    )
    found = []
    for line in order.lines:
        own: ReturnRefusal | None = "final" if line.product_id in final else None
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


def _once_refusal(
    session: Session, order: OrderView, act: ReturnAct, policy: Policy
) -> ReturnRefusal | None:
    """Whether what came back of the order before leaves no room for more."""
    kinds = session.scalars(select(Return.kind).where(Return.order_id == order.order_id))
    for kind in kinds:
        before: ReturnAct = "exchange" if kind == "exchange" else "return"
        rule = policy.rule(before)
        if (rule.once and before == act) or act in rule.closes:
            return "returned_once"
    return None


def start_return(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    line_ids: Sequence[int],
    reason: str,
    *,
    exchange_variant_id: VariantId | None = None,
    method_id: PaymentMethodId | None = None,
    now: datetime,
) -> ReturnStart:
    """Start a return of whole lines, or an exchange of one. The same lines twice is once.

    The money goes to the method, which must be one that paid for the order or has a balance; else
    to what the order was paid with. An exchange like this is for the same price: what was paid, or
    what the line's own variant costs today.
    """
    if exchange_variant_id is not None:
        swaps = dict.fromkeys(line_ids, exchange_variant_id)
        return _start(session, customer_id, order_number, line_ids, reason, swaps, None, now)
    return _start(session, customer_id, order_number, line_ids, reason, {}, method_id, now)


def start_exchange(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    swaps: Mapping[int, VariantId],
    reason: str,
    *,
    method_id: PaymentMethodId | None,
    now: datetime,
) -> ReturnStart:
    """Start an exchange of several lines, each for another variant of its product.

    The method pays the difference in price when the exchange is done, or gets it. Without one only
    what costs the same goes out.
    """
    if method_id is None:
        order = lock_order(session, customer_id, order_number)
        lines = () if order is None else order.lines
        if any(price_difference(session, [line], swaps) for line in lines):
            return ReturnStart(None, started=False, refusal="price_differs")
    return _start(session, customer_id, order_number, [*swaps], reason, swaps, method_id, now)


def _start(
    session: Session,
    customer_id: CustomerId,
    order_number: str,
    line_ids: Sequence[int],
    reason: str,
    swaps: Mapping[int, VariantId],
    method_id: PaymentMethodId | None,
    now: datetime,
) -> ReturnStart:
    act: ReturnAct = "exchange" if swaps else "return"
    policy = policy_of(session)
    rule = policy.rule(act)
    reason = reason or UNSAID
    order = lock_order(session, customer_id, order_number)
    if order is None:
        return ReturnStart(None, started=False, refusal="unknown")
    chosen = [
        entry
        for entry in returnable_lines(session, order, now=now, act=act)
        if entry.line.line_id in line_ids
    ]
    if not chosen:
        return ReturnStart(None, started=False, refusal="nothing_chosen")
    if len(chosen) < len(swaps):
        return ReturnStart(None, started=False, refusal="unknown")
    if all(entry.refusal == "already_returned" for entry in chosen):
        before = _return_of(session, customer_id, line_ids)
        return ReturnStart(
            before, started=False, refusal=None if before is not None else "already_returned"
        )
    refusal = next((entry.refusal for entry in chosen if entry.refusal), None)
    if not refusal and not rule.accepts(reason):
        refusal = "bad_reason"
    lines = [entry.line for entry in chosen]
    difference = price_difference(session, lines, swaps)
    if not refusal and (method_id is not None or not swaps):
        refusal = _method_refusal(session, order, method_id, difference if swaps else None)
    if not refusal and rule.prices == "same" and _prices_differ(session, lines, swaps):
        refusal = "price_differs"
    if not refusal and method_id is None and _costs_otherwise(session, lines, swaps):
        refusal = "price_differs"
    if not refusal and rule.needs_person(Decimal(0) if swaps else paid_for(order, lines).amount):
        refusal = "needs_person"
    if not refusal and swaps:
        refusal = _reserve(session, swaps, chosen)
    if refusal:
        return ReturnStart(None, started=False, refusal=refusal)
    agreed = difference if method_id is not None and swaps else Decimal(0)
    _insert(session, order, chosen, reason, swaps, Terms(method_id, agreed), now)
    returned = _return_of(session, customer_id, line_ids)
    assert returned is not None
    _mail_label(session, customer_id, returned, f"return:{returned.number}", now)
    return ReturnStart(returned, started=True)


def send_label_again(
    session: Session, customer_id: CustomerId, number: str, *, now: datetime
) -> ReturnView | None:
    """Mail the label of a return that waits for its parcel to the customer's own address, once a
    day at most; None for no such return."""
    returns = access_returns(session, customer_id)
    waits = (one for one in returns if one.number == number and one.state == "label_sent")
    returned = next(waits, None)
    if returned is not None:
        _mail_label(session, customer_id, returned, f"label:{number}:{now.date().isoformat()}", now)
    return returned


def _mail_label(
    session: Session, customer_id: CustomerId, returned: ReturnView, key: str, now: datetime
) -> None:
    tell_customer(
        session,
        customer_id,
        key,
        "return_started",
        now,
        number=returned.order_number,
        return_number=returned.number,
        label=returned.label,
        items=returned.lines,
    )


def _insert(
    session: Session,
    order: OrderView,
    chosen: Sequence[ReturnableLine],
    reason: str,
    swaps: Mapping[int, VariantId],
    terms: Terms,
    now: datetime,
) -> None:
    count = session.scalar(select(func.count()).where(Return.order_id == order.order_id)) or 0
    number = f"R{order.number}-{count + 1}"
    returned = Return(
        number=number,
        order_id=order.order_id,
        kind="exchange" if swaps else "refund",
        state="label_sent",
        reason=reason,
        label=f"RET-{order.number}-{count + 1}",
        payment_method_id=terms.method_id,
        price_difference=terms.difference,
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
            exchange_variant_id=swaps.get(entry.line.line_id),
        )
        for entry in chosen
    )
    session.flush()


def _reserve(
    session: Session, swaps: Mapping[int, VariantId], chosen: Sequence[ReturnableLine]
) -> ReturnRefusal | None:
    """Hold back what is sent in exchange: other variants of the very same products."""
    pieces: Counter[VariantId] = Counter()
    for entry in chosen:
        target = session.get(Variant, swaps[entry.line.line_id])
        if target is None or target.product_id != entry.line.product_id:
            return "other_product"
        pieces[swaps[entry.line.line_id]] -= entry.line.quantity
    return None if shift_stock(session, pieces) else "no_stock"


def price_difference(
    session: Session, lines: Sequence[LineView], swaps: Mapping[int, VariantId]
) -> Decimal:
    """How much more the variants cost that come in place of lines; below zero when less."""
    difference = Decimal(0)
    for line in lines:
        target = session.get(Variant, swaps[line.line_id]) if line.line_id in swaps else None
        if target is not None:
            difference += (target.price - line.unit_price.amount) * line.quantity
    return difference


def _prices_differ(
    session: Session, lines: Sequence[LineView], swaps: Mapping[int, VariantId]
) -> bool:
    """Whether one of the variants costs more or less than what it comes in place of."""
    return any(price_difference(session, [line], swaps) != 0 for line in lines)


def _costs_otherwise(
    session: Session, lines: Sequence[LineView], swaps: Mapping[int, VariantId]
) -> bool:
    """Whether one of the variants costs neither what was paid for its line's own nor what that
    costs today: with no method there is nothing that would pay for the difference."""
    for line in lines:
        target = session.get(Variant, swaps[line.line_id]) if line.line_id in swaps else None
        if target is not None and target.product_id == line.product_id:
            own = session.get_one(Variant, line.variant_id)
            if target.price not in {line.unit_price.amount, own.price}:
                return True
    return False


def _method_refusal(
    session: Session,
    order: OrderView,
    method_id: PaymentMethodId | None,
    difference: Decimal | None,
) -> ReturnRefusal | None:
    """Why a method cannot take the money of a return, or pay the difference of an exchange.

    Without one the money of a return goes back to what paid.
    """
    allowed = policy_of(session).rule("return").refund_to
    if method_id is None:
        return None if "original" in allowed else "other_method"
    method = method_of(session, order.customer_id, method_id)
    if method is None:
        return "unknown_method"
    if difference is None:
        paid = {one.id for one, _ in net_payments(session, order.order_id) if one is not None}
        is_original = method.id in paid and "original" in allowed
        return None if is_original or method.kind in allowed else "other_method"
    return "low_balance" if method.balance is not None and method.balance < difference else None


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
    order = select(Return.order_id).where(Return.number == number).scalar_subquery()
    held = select(Order).where(Order.id == order).with_for_update()
    session.scalars(held.execution_options(populate_existing=True)).all()  # as in lock_order
    with session.begin_nested():  # what cannot be paid was not moved either
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
        elif to == "exchanged":
            _settle(session, number, now)


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
    _give_back(session, returned, view.amount.amount, now)


def _give_back(session: Session, returned: Return, amount: Decimal, now: datetime) -> None:
    """Pay an amount back for a return, or what is left of its order's money."""
    order = session.get_one(Order, returned.order_id)
    left = still_paid(session, OrderId(order.id), order.total)
    pay_back(
        session,
        order.id,
        f"return:{returned.id}",
        min(amount, left),
        now,
        to=known_method(session, returned.payment_method_id),
        return_id=returned.id,
    )


def _settle(session: Session, number: str, now: datetime) -> None:
    """Take or give back what an exchange costs more or less; raises OrderStateError."""
    returned = session.scalars(select(Return).where(Return.number == number)).one()
    method = known_method(session, returned.payment_method_id)
    if method is None or not returned.price_difference:
        return
    if returned.price_difference < 0:
        _give_back(session, returned, -returned.price_difference, now)
    elif not charge(session, returned.order_id, method, returned.price_difference, now):
        raise OrderStateError("the balance is too small for the difference in price")
