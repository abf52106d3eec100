"""A step's orders, as the shop's rows give them, for the models and in money."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from insights.lifetime.histories import Purchases, purchases
from kit.i18n import local_day

Orders = Sequence[Sequence[Any]]  # (customer's id, moment, money), by customer, the oldest first


@dataclass(frozen=True)
class Bought:
    """What a customer ordered, not cancelled: how often, for how much, first and last."""

    orders: int
    days: int
    spent: Decimal
    first_on: date
    last_on: date


def purchases_of(orders: Orders) -> Purchases | None:
    """A row a customer and day; None for nothing."""
    if not orders:
        return None
    return purchases(
        np.array([row[0] for row in orders]),
        np.array([local_day(row[1]) for row in orders], dtype="datetime64[D]"),
        np.array([float(max(row[2], Decimal(0))) for row in orders]),
    )


def bought_of(orders: Orders, refunds: Mapping[int, Decimal]) -> dict[int, Bought]:
    """By customer; what was given back is taken off."""
    days: defaultdict[int, list[date]] = defaultdict(list)
    spent: defaultdict[int, Decimal] = defaultdict(Decimal)
    for customer, placed_at, amount in orders:
        days[customer].append(local_day(placed_at))
        spent[customer] += amount
    return {
        customer: Bought(
            len(of),
            len(set(of)),
            max(spent[customer] - refunds.get(customer, Decimal(0)), Decimal(0)),
            of[0],
            of[-1],
        )
        for customer, of in days.items()
    }
