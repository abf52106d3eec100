"""What others read of the forecasts: the newest one of a SKU, product, category or the shop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from forecasting.tables import DemandForecastRow

Level = Literal["variant", "product", "category", "shop"]
MOST_KEYS: Final = 500  # in one statement; SQLite takes 999 at least


@dataclass(frozen=True)
class DemandForecast:
    """Demand in pieces for each step of `step_days` days from `start` on, never negative.

    `sku` is the key of its level: a SKU, the slug of a product or category, or "shop".
    `quantiles` maps a level such as 0.9 to one number a step: demand of that step alone stays
    below it with that probability.
    """

    sku: str
    start: date
    step_days: int
    mean: tuple[float, ...]
    quantiles: Mapping[float, tuple[float, ...]]
    demand_class: str
    model: str
    made_at: datetime

    @property
    def end(self) -> date:
        """The first day after the last step."""
        return self.start + timedelta(days=self.step_days * len(self.mean))

    def mean_between(self, first: date, last: date) -> float:
        """Expected pieces from `first` up to, without, `last`; steps count by their share of days.

        Beyond the horizon the last step goes on.
        """
        total = 0.0
        day = max(first, self.start)
        while day < last:
            step = (day - self.start).days // self.step_days
            step_end = self.start + timedelta(days=(step + 1) * self.step_days)
            days = (min(step_end, last) - day).days
            total += self.mean[min(step, len(self.mean) - 1)] * days / self.step_days
            day += timedelta(days=days)
        return total


def demand_forecast(
    session: Session, sku: str, *, level: Level = "variant"
) -> DemandForecast | None:
    """The newest forecast; None when no job has made one."""
    return demand_forecasts(session, [sku], level=level).get(sku)


def demand_forecasts(
    session: Session, skus: Sequence[str] | None = None, *, level: Level = "variant"
) -> dict[str, DemandForecast]:
    """The newest forecasts by SKU; all of the level where `skus` is None."""
    statement = select(DemandForecastRow).where(DemandForecastRow.level == level)
    if skus is None:
        return {row.key: _view(row) for row in session.scalars(statement)}
    found = {}
    for begin in range(0, len(skus), MOST_KEYS):
        keys = skus[begin : begin + MOST_KEYS]
        for row in session.scalars(statement.where(DemandForecastRow.key.in_(keys))):
            found[row.key] = _view(row)
    return found


def _view(row: DemandForecastRow) -> DemandForecast:
    return DemandForecast(
        sku=row.key,
        start=row.start,
        step_days=row.step_days,
        mean=tuple(row.mean),
        quantiles={float(level): tuple(steps) for level, steps in row.quantiles.items()},
        demand_class=row.demand_class,
        model=row.model,
        made_at=row.made_at,
    )
