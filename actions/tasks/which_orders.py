"""Several orders wished for at once, and which of them words are about."""

from collections.abc import Sequence
from typing import Final

from actions.tasks.item_words import alike, pieces, price_compared, told_apart
from kit.phrases import spoken
from shop.rules import UNPACKED
from shop.views import LineView, OrderView

_ALL: Final = spoken("tasks", "which_orders.all")
_PENDING: Final = spoken("tasks", "which_orders.pending")
_DELIVERED: Final = spoken("tasks", "which_orders.delivered")


_CANCELLED: Final = spoken("tasks", "which_orders.cancelled")


def means_all(text: str) -> bool:
    """Whether several orders are meant at once: "all my pending orders"."""
    return _ALL.search(text) is not None


def of_state(text: str, orders: Sequence[OrderView]) -> list[OrderView]:
    """The orders of the state that words name: pending, or delivered; all where they name none."""
    pending, come = _PENDING.search(text), _DELIVERED.search(text)
    if (pending is None) == (come is None):
        return list(orders)
    if pending is not None:
        return [one for one in orders if one.state in UNPACKED]
    return [one for one in orders if one.state == "delivered"]


def with_goods(text: str, orders: Sequence[OrderView]) -> list[OrderView]:
    """The orders that hold most of the goods named; of several that hold as many the one whose
    item the words tell apart: "the 17-inch laptop", "the pricier tablet"."""
    counts = [
        len(
            {
                one.lines[0].product_id
                for one in pieces(text, order.lines)
                if len({line.product_id for line in one.lines}) == 1
            }
        )
        for order in orders
    ]
    most = max(counts, default=0)
    best = [one for one, count in zip(orders, counts, strict=True) if count == most > 0]
    if len(best) < 2:
        return best
    told = [told_apart(one) for one in pieces(text, [line for one in best for line in one.lines])]
    ids = {one.line_id for one in told if one is not None}
    meant = [one for one in best if ids & {line.line_id for line in one.lines}]
    return meant if len(meant) == 1 else best


def holding_any(text: str, orders: Sequence[OrderView]) -> list[OrderView]:
    """The orders that hold any of the goods named, as they are described."""
    lines = [line for one in orders for line in one.lines]
    ids = {line.line_id for piece in pieces(text, lines) for line in alike(piece)}
    return [one for one in orders if ids & {line.line_id for line in one.lines}]


def compared(
    text: str, orders: Sequence[OrderView], in_hand: Sequence[LineView]
) -> OrderView | None:
    """The order of "the more expensive one", where the thing in hand is one of several of a kind."""
    kinds, way = {line.product_id for line in in_hand}, price_compared(text)
    if not way or len(kinds) != 1:
        return None
    its = [
        (line.unit_price.amount, number, one)
        for number, one in enumerate(orders)
        for line in one.lines
        if line.product_id in kinds
    ]
    if len({amount for amount, _, _ in its}) < 2:
        return None
    return (max(its) if way == "dearer" else min(its))[2]


def named_by_state(text: str, orders: Sequence[OrderView]) -> list[OrderView]:
    """The orders of the one state that a question names: cancelled, pending; none where it names
    none."""
    if _CANCELLED.search(text):
        return [one for one in orders if one.state == "cancelled"]
    return of_state(text, orders) if _PENDING.search(text) else []
