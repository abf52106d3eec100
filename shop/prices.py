"""What something costs, what it cost before, and what a discounted line was really paid."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.money import Money, to_cents
from shop.ids import VariantId
from shop.models import Price, Product, Variant
from shop.terms import LOWEST_PRICE_DAYS
from shop.views import LineView

WINDOW: Final = timedelta(days=LOWEST_PRICE_DAYS)


@dataclass(frozen=True)
class PriceView:
    """A variant's price now. `old_price` only when it is reduced, as the law wants it shown."""

    price: Money
    lowest_30_days: Money
    old_price: Money | None
    history: tuple[tuple[datetime, Money], ...]


def price_of(session: Session, variant_id: VariantId, *, now: datetime) -> PriceView | None:
    """The price of a variant with its history, oldest first; None when unknown."""
    found = session.execute(
        select(Variant.price, Product.currency)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id == variant_id)
    ).one_or_none()
    if found is None:
        return None
    current, currency = found
    rows = session.execute(
        select(Price.valid_from, Price.amount)
        .where(Price.variant_id == variant_id, Price.valid_from <= now)
        .order_by(Price.valid_from)
    )
    points = [(row[0], row[1]) for row in rows]
    lowest, old = reference_prices(points, now) if points else (current, None)
    return PriceView(
        price=Money(current, currency),
        lowest_30_days=Money(lowest, currency),
        old_price=None if old is None else Money(old, currency),
        history=tuple((at, Money(amount, currency)) for at, amount in points),
    )


def reference_prices(
    points: Sequence[tuple[datetime, Decimal]], now: datetime
) -> tuple[Decimal, Decimal | None]:
    """The lowest price of 30 days, and the old price that may be struck through.

    `points` are prices with the moment from which they held, oldest first, none after `now`.
    A reduced price is compared with the lowest of the 30 days before it began (Directive
    98/6/EC, article 6a), never with itself; a price that is not reduced, with the last 30 days.
    A reduction older than 30 days is the ordinary price.
    """
    began, current = points[-1]
    reduced = len(points) > 1 and current < points[-2][1] and began >= now - WINDOW
    if not reduced:
        return _lowest(points, now - WINDOW), None
    before = _lowest(points[:-1], began - WINDOW)
    return before, before if before > current else None


def _lowest(points: Sequence[tuple[datetime, Decimal]], since: datetime) -> Decimal:
    standing = [amount for at, amount in points if at <= since][-1:]
    return min(standing + [amount for at, amount in points if at > since])


def paid_share(lines: Sequence[LineView], chosen: Collection[int], discount: Decimal) -> Decimal:
    """What was paid for the `chosen` (by id) of an order's lines, its `discount` shared out."""
    paid = net_amounts(
        {line.line_id: (line.unit_price * line.quantity).amount for line in lines}, discount
    )
    return sum((amount for line_id, amount in paid.items() if line_id in chosen), Decimal(0))


def net_amounts(lines: Mapping[int, Decimal], discount: Decimal) -> dict[int, Decimal]:
    """What was paid for each line (by id) once the order's discount is shared out.

    To the cent: the parts add up to the lines less the discount, so that returning every line one
    by one gives back what was paid and no more.
    """
    whole = sum(lines.values(), Decimal(0))
    cut = min(discount, whole)
    seen = shared = Decimal(0)
    net = {}
    for line_id, amount in lines.items():
        seen += amount
        until = to_cents(cut * seen / whole) if whole else Decimal(0)
        net[line_id] = amount - (until - shared)
        shared = until
    return net
