"""What an order comes to: lines, returns and discounts, checked against the file's own total."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Final

from shop.imports.fields import Reading
from shop.imports.problems import Note, Rejected
from shop.imports.report import Numbered
from shop.imports.shapes import OrderRow

_NEAR: Final = Decimal("0.02")  # cents that rounding taxes of single lines may add up to

Lines = list[Numbered[OrderRow]]


@dataclass(frozen=True)
class Settled:
    """The lines that were sold and kept, those that only changed them, and what the order costs.

    `others` are discounts, returns and cancelled lines; `refused` are returns of what the order
    does not have. `tax` is what came on top of prices. `refunded` is what went back of `total`.
    """

    lines: Lines
    others: Lines
    refused: Lines
    items_total: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    refunded: Decimal
    is_cancelled: bool
    is_paid: bool
    note: Note | None = None


def not_sold(order: str) -> Rejected:
    """Why a return is refused."""
    reason = f"a cancellation or a correction: order {order} did not sell so many of these"
    return Rejected("negative_quantity", "quantity", reason)


def article(row: OrderRow) -> tuple[str, ...]:
    """What tells the goods of a line from others: the SKU, or name and options."""
    return (row.sku,) if row.sku else ("", row.product, *(value for _, value in row.options))


def sound_order(lines: Sequence[Numbered[OrderRow]], reading: Reading) -> Settled:
    """The order with its total: returns are taken off what was sold, discount lines put together.

    Raises Rejected when its lines are of two people or currencies, or nothing was sold.
    """
    order = lines[0].row.order
    if len({(line.row.customer, line.row.email) for line in lines}) > 1:
        raise Rejected("order_conflict", "email", f"order {order} names several customers")
    if len({line.row.currency for line in lines if line.row.price}) > 1:
        raise Rejected("order_conflict", "currency", f"order {order} has several currencies")
    going, left_out = _without_cancelled(list(lines))
    sold = [line for line in going if line.row.quantity > 0 and line.row.price >= 0]
    cuts = [line for line in going if line.row.quantity > 0 > line.row.price]
    returns = [line for line in going if line.row.quantity < 0]
    if not sold:
        if returns:
            raise not_sold(order)
        raise Rejected("negative_price", "price", "a discount of an order without goods")
    kept, taken, refused = _less_returns(sold, returns)
    all_back = bool(taken) and not kept
    kept = kept or sold
    others = [_noted(line, "discount_line", "price", "taken off the order") for line in cuts]
    others += [
        _noted(one, "returned_pieces", "quantity", "taken off what was sold") for one in taken
    ]
    first = going[0].row if left_out and lines[0].row.state == "cancelled" else lines[0].row
    if left_out or taken:
        first = replace(first, total=None)
    costs = _costs(going, cuts, first, reading)
    items = sum((line.row.line_total for line in kept), Decimal(0))
    return _summed(
        Lots(kept, others + left_out, refused), items, costs, first, reading, all_back=all_back
    )


def _without_cancelled(lines: Lines) -> tuple[Lines, Lines]:
    """(lines of the order, those that were cancelled one by one)."""
    going = [line for line in lines if line.row.state != "cancelled"]
    if not going:
        return lines, []
    return going, [
        _noted(line, "cancelled_line_left_out", "state", "this line is cancelled")
        for line in lines
        if line.row.state == "cancelled"
    ]


def _noted(line: Numbered[OrderRow], rule: str, field: str, how: str) -> Numbered[OrderRow]:
    return replace(line, notes=(*line.notes, Note(rule, field, how)))


def _less_returns(sold: Lines, returns: Lines) -> tuple[Lines, Lines, Lines]:
    """(what was sold less what came back, the returns, those that the order does not have)."""
    left = [line.row.quantity for line in sold]
    taken, refused = [], []
    for back in returns:
        places = [n for n, line in enumerate(sold) if article(line.row) == article(back.row)]
        pieces = -back.row.quantity
        if pieces > sum(left[place] for place in places):
            refused.append(back)
            continue
        taken.append(back)
        for place in places:
            now = min(pieces, left[place])
            left[place] -= now
            pieces -= now
    kept = [
        line if count == line.row.quantity else _of_pieces(line, count)
        for line, count in zip(sold, left, strict=True)
        if count
    ]
    return kept, taken, refused


def _of_pieces(line: Numbered[OrderRow], count: int) -> Numbered[OrderRow]:
    row = replace(line.row, quantity=count, line_total=line.row.price * count)
    return replace(line, row=row)


@dataclass(frozen=True)
class Lots:
    """The lines of an order by what becomes of them; see Settled."""

    lines: Lines
    others: Lines
    refused: Lines


@dataclass(frozen=True)
class _Costs:
    discount: Decimal
    shipping: Decimal
    tax: Decimal


def _costs(lines: Lines, cuts: Lines, first: OrderRow, reading: Reading) -> _Costs:
    """What the order says of itself, or the sum of what each line says."""

    def of_order(name: str) -> Decimal:
        if name in reading.added_up:
            return sum((getattr(line.row, name) for line in lines), Decimal(0))
        found: Decimal = getattr(first, name)
        return found

    in_lines = sum((-line.row.line_total for line in cuts), Decimal(0))
    return _Costs(in_lines + of_order("discount"), of_order("shipping"), of_order("tax"))


def _summed(
    lots: Lots,
    items: Decimal,
    costs: _Costs,
    first: OrderRow,
    reading: Reading,
    *,
    all_back: bool,
) -> Settled:
    """With the total, what was paid, and what went back."""
    discount, on_top, total, note = _total(items, costs, first.total, reading)
    is_cancelled = first.state == "cancelled" or all_back
    is_whole = first.is_refunded or all_back
    refunded = min(first.refunded or (total if is_whole else Decimal(0)), total)
    is_paid = first.is_paid
    if is_paid is None:
        is_paid = first.state not in {"placed", "cancelled"}
    return Settled(
        lines=lots.lines,
        others=lots.others,
        refused=lots.refused,
        items_total=items,
        discount=discount,
        shipping=costs.shipping,
        tax=on_top,
        total=total,
        refunded=refunded,
        is_cancelled=is_cancelled,
        is_paid=bool(refunded) or (is_paid and not is_cancelled),
        note=note,
    )


def _total(
    items: Decimal, costs: _Costs, stated: Decimal | None, reading: Reading
) -> tuple[Decimal, Decimal, Decimal, Note | None]:
    """(discount, tax on top, total, what does not fit).

    The way of adding up that gives the file's own total is the right one. Where none does, the
    file's total stands; where it says none, ours does.
    """
    discount = min(costs.discount, items + costs.shipping)
    on_top = costs.tax if reading.tax_on_top else Decimal(0)
    ours = items - discount + costs.shipping + on_top
    if stated is None or stated < 0:
        return discount, on_top, ours, None
    for less, tax in product((discount, Decimal(0)), (costs.tax, Decimal(0))):
        if abs(items - less + costs.shipping + tax - stated) <= _NEAR:
            how = f"the total has no place for {discount}: it is in the prices already"
            note = None if less == discount else Note("discount_in_prices", "discount", how)
            return less, tax, stated, note
    how = f"the file says {stated}, its lines come to {ours}; the file's is kept"
    return discount, on_top, stated, Note("total_differs", "total", how)
