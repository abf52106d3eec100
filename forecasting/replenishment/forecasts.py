"""The night's quantile forecasts as the plan takes them."""

from datetime import date
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from forecasting.replenishment.demand import QuantileForecast
from forecasting.tables import DemandForecastRow

STEP_DAYS: Final = 7
STALE_WEEKS: Final = 3  # older forecasts know too little: own sales are better


def read_forecasts(session: Session, today: date) -> dict[str, QuantileForecast]:
    """Weekly forecasts by SKU, their past weeks cut off; none that is older than three weeks."""
    rows = session.execute(
        select(DemandForecastRow)
        .where(DemandForecastRow.level == "variant", DemandForecastRow.step_days == STEP_DAYS)
        .execution_options(yield_per=2000)
    ).scalars()
    found = {}
    for row in rows:
        skipped = (today - row.start).days // STEP_DAYS
        levels = sorted(row.quantiles, key=float)
        if not 0 <= skipped <= STALE_WEEKS or skipped >= len(row.mean) or len(levels) < 2:
            continue
        found[row.key] = QuantileForecast(
            levels=[float(level) for level in levels],
            values=np.asarray([row.quantiles[level][skipped:] for level in levels], dtype=float),
            mean=np.asarray(row.mean[skipped:], dtype=float),
            model=row.model,
        )
    return found
