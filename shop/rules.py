"""What the shop's rules say of one order: what may still be done to it, and why not."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from shop.policy import Act, Policy
from shop.views import OrderState, OrderView

# Nobody has packed it yet.
UNPACKED: Final[frozenset[OrderState]] = frozenset({"placed", "paid"})
ReturnAct = Literal["return", "exchange"]
Refusal = Literal[
    "unknown",
    "already_packed",
    "already_cancelled",
    "already_delivered",
    "no_stock",
    "same_variant",
    "price_differs",
    "not_shipped",
    "bad_address",
    "unknown_method",
    "same_method",
    "low_balance",
    "paid_in_parts",
    "not_offered",
    "changed_once",
    "bad_reason",
    "needs_person",
]
ReturnRefusal = Literal[
    "unknown",
    "already_cancelled",
    "not_delivered",
    "window_over",
    "already_returned",
    "final",
    "nothing_chosen",
    "no_stock",
    "other_product",
    "unknown_method",
    "other_method",
    "low_balance",
    "not_offered",
    "returned_once",
    "bad_reason",
    "needs_person",
    "price_differs",
]


def change_refusal(order: OrderView, act: Act, policy: Policy) -> Refusal | None:
    """Why something can no longer be done to an order that has not left; None when it can.

    What a person has to decide is no refusal here: see `asks_person`.
    """
    rule = policy.rule(act)
    if rule.by == "nobody":
        return "not_offered"
    if order.state in rule.states:
        change = policy.rule("change_items")
        is_over = change.once if act == "change_items" else act in change.closes
        return "changed_once" if order.items_changed and is_over else None
    if order.state == "cancelled":
        return "already_cancelled"
    return "already_delivered" if order.state == "delivered" else "already_packed"


def asks_person(act: Act, amount: Decimal, policy: Policy) -> Refusal | None:
    """ "needs_person" where a person decides on an act and the amount it moves; else None."""
    return "needs_person" if policy.rule(act).needs_person(amount) else None


def return_refusal(
    order: OrderView, act: ReturnAct, policy: Policy, *, now: datetime
) -> ReturnRefusal | None:
    """Why nothing of an order may come back by its state and age; None when it may."""
    rule = policy.rule(act)
    if rule.by == "nobody":
        return "not_offered"
    if order.state == "cancelled":
        return "already_cancelled"
    if order.state not in rule.states:
        return "not_delivered"
    if rule.days is not None and order.delivered_at is None:
        return "not_delivered"
    end = window_end(order, act, policy)
    return "window_over" if end is not None and now > end else None


def window_end(order: OrderView, act: ReturnAct, policy: Policy) -> datetime | None:
    """The last moment at which a delivered order may come back; None without such a moment."""
    days = policy.rule(act).days
    if days is None or order.delivered_at is None:
        return None
    return order.delivered_at + timedelta(days=days)
