"""What other service levels would ask for, from the quantiles that the night has kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from forecasting.inventory.checks import BadPolicy
from forecasting.replenishment.plan import LEVELS, PURCHASE_SHARE, quantities, reorder_points
from forecasting.replenishment.tables import StockPlanRow
from shop.bulk import named_variants
from shop.ids import VariantId

Floats = NDArray[np.float64]

CHOICES: Final = (0.8, 0.9, 0.95, 0.98, 0.99)


@dataclass(frozen=True)
class WhatIf:
    """How many variants and pieces a service level orders, and for about how much money.

    `service` is None for the night's own plan. `missing` pieces would still be asked for in vain
    while the orders are on their way.
    `quantities` holds what to order, by variant.
    """

    service: float | None
    variants: int
    pieces: int
    money: float
    missing: float
    quantities: Mapping[VariantId, int]


def what_if(session: Session, services: Sequence[float | None]) -> list[WhatIf]:
    """The whole plan at each level; raises BadPolicy for one outside the kept quantiles.

    None stands for what the night has planned by its own rule.
    """
    for service in services:
        if service is not None and not LEVELS[0] <= service <= LEVELS[-1]:
            raise BadPolicy("service", f"is {service:g}", f"give {LEVELS[0]:g} to {LEVELS[-1]:g}")
    named = named_variants()
    rows: Sequence[Any] = session.execute(
        select(
            StockPlanRow.variant_id,
            StockPlanRow.stock + StockPlanRow.on_order,
            StockPlanRow.lot,
            StockPlanRow.waiting,
            StockPlanRow.protection,
            named.c.price,
            StockPlanRow.quantity,
        )
        .join(named, named.c.id == StockPlanRow.variant_id)
        .order_by(StockPlanRow.variant_id)
    ).all()
    if not rows:
        return [WhatIf(service, 0, 0, 0.0, 0.0, {}) for service in services]
    ids = [VariantId(row[0]) for row in rows]
    position, lot, waiting, price, planned = (
        np.array([float(row[column]) for row in rows]) for column in (1, 2, 3, 5, 6)
    )
    demand = np.array([[row[4][str(level)] for level in LEVELS] for row in rows])
    found = []
    for service in services:
        pieces = (
            planned
            if service is None
            else quantities(position, reorder_points(demand, service), lot, waiting)
        )
        found.append(
            WhatIf(
                service=service,
                variants=int((pieces > 0).sum()),
                pieces=int(pieces.sum()),
                money=float((pieces * price).sum() * PURCHASE_SHARE),
                missing=_missing(demand, position + pieces),
                quantities={ids[place]: int(pieces[place]) for place in np.flatnonzero(pieces)},
            )
        )
    return found


def _missing(demand: Floats, stock: Floats) -> float:
    """Σ E[(demand − stock)⁺], the area above `stock` under the kept quantiles, by trapezia."""
    levels = np.array([0.0, *LEVELS, 1.0])
    values = np.concatenate([np.zeros((len(demand), 1)), demand, demand[:, -1:]], axis=1)
    over = np.maximum(values - stock[:, None], 0.0)
    return float(((over[:, 1:] + over[:, :-1]) / 2 * np.diff(levels)).sum())
