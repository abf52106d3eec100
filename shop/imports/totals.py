"""What an order comes to: its lines, returns and discounts, checked against the file's own total."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Final

from shop.imports.fields import Reading
from shop.imports.problems import Note, Rejected
from shop.imports.report import Numbered
from shop.imports.rows import OrderRow

_NEAR: Final = Decimal("0.02")  # cents that rounding taxes of single lines may add up to

Lines = list[Numbered[OrderRow]]


@dataclass(frozen=True)
class Settled:
    """The lines that were sold and kept, those that only changed them, and what the order costs.

    `tax` is what came on top of prices. `refunded` is what went back of `total`.
    """

    lines: Lines
    others: Lines
    items_total: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    refunded: Decimal
    is_cancelled: bool
    is_paid: bool
    note: Note | None = None


def article(row: OrderRow) -> tuple[str, ...]:
    """What tells the goods of a line from others: the SKU, or name and options."""
    return (row.sku,) if row.sku else ("", row.product, *(value for _, value in row.options))


def settle(lines: Lines, reading: Reading) -> Settled:
    """Take returns off what was sold, put discount lines together, find the total.

    Raises Rejected when there is a return of something that the order does not have, or only
    discounts.
    """
    first = lines[0].row
    cancelled = [line for line in lines if line.row.state == "cancelled"]
    left_out: Lines = []
    if 0 < len(cancelled) < len(lines):
        left_out = [_noted(line, "cancelled_line_left_out", "state", "this line is cancelled")
                    for line in cancelled]  # fmt: skip
        lines = [line for line in lines if line.row.state != "cancelled"]
        first = replace(lines[0].row, total=None if first.state == "cancelled" else first.total)
    sold = [line for line in lines if line.row.quantity > 0 and line.row.price >= 0]
    cuts = [line for line in lines if line.row.quantity > 0 > line.row.price]
    returns = [line for line in lines if line.row.quantity < 0]
    if not sold:
        raise _nothing_sold(returns)
    kept = _less_returns(sold, returns)
    all_back = not kept
    kept = kept or sold
    items = sum((line.row.line_total for line in kept), Decimal(0))
    in_lines = sum((-line.row.line_total for line in cuts), Decimal(0))
    sums = {
        name: sum((getattr(line.row, name) for line in lines), Decimal(0))
        if name in reading.added_up else getattr(first, name)
        for name in ("discount", "shipping", "tax")
    }  # fmt: skip
    stated = None if returns else first.total
    others = [_noted(line, "discount_line", "price", "taken off the order") for line in cuts]
    others += [_noted(line, "returned_pieces", "quantity", "taken off what was sold") for line in returns]
    return _summed(
        replace_lines(kept, others + left_out, items, in_lines + sums["discount"]),
        sums["shipping"], sums["tax"], stated, first, reading, all_back=all_back,
    )  # fmt: skip


def _nothing_sold(returns: Lines) -> Rejected:
    if returns:
        reason = "a cancellation or a correction: nothing of this order was sold in the file"
        return Rejected("negative_quantity", "quantity", reason)
    return Rejected("negative_price", "price", "a discount of an order without goods")


def replace_lines(lines: Lines, others: Lines, items: Decimal, discount: Decimal) -> Settled:
    """A settlement of which the total is not known yet."""
    zero = Decimal(0)
    return Settled(lines, others, items, discount, zero, zero, items, zero, False, True)


def _noted(line: Numbered[OrderRow], rule: str, field: str, how: str) -> Numbered[OrderRow]:
    return replace(line, notes=(*line.notes, Note(rule, field, how)))


def _less_returns(sold: Lines, returns: Lines) -> Lines:
    """What was sold less what came back, line by line. Raises Rejected."""
    left = [line.row.quantity for line in sold]
    for back in returns:
        pieces = -back.row.quantity
        for place, line in enumerate(sold):
            if article(line.row) == article(back.row) and left[place] and pieces:
                taken = min(pieces, left[place])
                left[place] -= taken
                pieces -= taken
        if pieces:
            reason = f"order {back.row.order}: more of this came back than was sold in it"
            raise Rejected("negative_quantity", "quantity", reason)
    return [
        line
        if count == line.row.quantity
        else replace(
            line, row=replace(line.row, quantity=count, line_total=line.row.price * count)
        )
        for line, count in zip(sold, left, strict=True)
        if count
    ]


def _summed(
    settled: Settled,
    shipping: Decimal,
    tax: Decimal,
    stated: Decimal | None,
    first: OrderRow,
    reading: Reading,
    *,
    all_back: bool,
) -> Settled:
    """With the total: the way of adding up that gives the file's own, else ours or the file's."""
    items = settled.items_total
    discount = min(settled.discount, items + shipping)
    note = None
    if stated is None or stated < 0:
        on_top = tax if reading.tax_on_top else Decimal(0)
        total = items - discount + shipping + on_top
    else:
        total = stated
        for less, on_top in product((discount, Decimal(0)), (tax, Decimal(0))):
            if abs(items - less + shipping + on_top - stated) <= _NEAR:
                discount = less
                break
        else:
            on_top = tax if reading.tax_on_top else Decimal(0)
            ours = items - discount + shipping + on_top
            how = f"the file says {stated}, its lines come to {ours}; the file's is kept"
            note = Note("total_differs", "total", how)
    is_cancelled = first.state == "cancelled" or all_back
    is_whole = first.is_refunded or all_back
    refunded = min(first.refunded or (total if is_whole else Decimal(0)), total)
    is_paid = first.is_paid
    if is_paid is None:
        is_paid = bool(refunded) or (first.state not in {"placed", "cancelled"})
    return replace(
        settled, discount=discount, shipping=shipping, tax=on_top, total=total, note=note,
        refunded=refunded, is_cancelled=is_cancelled,
        is_paid=is_paid and bool(refunded or not is_cancelled),
    )  # fmt: skip


def sound_order(
    lines: Sequence[Numbered[OrderRow]], reading: Reading
) -> Settled:  # fmt: skip
    """The order with its total. Raises Rejected when its lines are of two people or currencies."""
    order = lines[0].row.order
    if len({(line.row.customer, line.row.email) for line in lines}) > 1:
        raise Rejected("order_conflict", "email", f"order {order} names several customers")
    if len({line.row.currency for line in lines if line.row.price}) > 1:
        raise Rejected("order_conflict", "currency", f"order {order} has several currencies")
    return settle(list(lines), reading)
