"""The nightly run: read the shop, imagine its demand, decide for every variant, write it down."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from forecasting.lateness import SURE, Arrival, Lateness, day_reached, lateness_of
from forecasting.replenishment.demand import (
    QuantileForecast,
    paths_from_forecast,
    paths_from_sales,
)
from forecasting.replenishment.forecasts import read_forecasts
from forecasting.replenishment.plan import (
    SERVICE,
    WEEKS,
    Decide,
    Stocked,
    StockPlan,
    plan_variant,
)
from forecasting.replenishment.sources import ShopState, read_state
from forecasting.replenishment.tables import StockPlanRow, StockRuleRow
from forecasting.restock import SHELF_DAYS, punctuality_of, restock_from
from kit.database import Database
from kit.i18n import SHOP_ZONE, local_day

log = logging.getLogger(__name__)

PLAN_HOUR: Final = 3  # after the night's forecasts
PATHS: Final = 300
CHUNK: Final = 500  # variants at a time: 500 × 300 paths × 40 weeks are 48 MB
SEED: Final = 20261125
OWN_SALES: Final = "own_sales"

Forecasts = Mapping[str, QuantileForecast]


def make_plan(
    database: Database,
    *,
    now: datetime,
    service: float = SERVICE,
    forecasts: Callable[[Session, date], Forecasts] = read_forecasts,
) -> int:
    """Replace the plan of every variant by today's, in one transaction; how many.

    `service` is the share of demand to serve from the shelf; by which rule, a replay of the shop's
    own past says. `forecasts` reads quantile forecasts by SKU that begin on a day; variants without
    one are planned from their own sales. The same shop and day give the same plan.
    """
    from forecasting.replenishment.proof import choose_rule  # the front never plans

    with database.reading() as session:
        state = read_state(session, now=now)
        known = forecasts(session, local_day(now))
        punctuality = punctuality_of(
            session, {v.supplier_id for v in state.variants if v.supplier_id is not None}
        )
    today = local_day(now)
    rule, night = choose_rule(state, service)
    plans = [
        _with_dates(plan, variant, punctuality, today)
        for variant, plan in _plans(state, known, rule, now, today)
    ]
    with database.session() as session:
        session.execute(delete(StockRuleRow))
        session.add(StockRuleRow(made_at=now, **asdict(night)))
        session.execute(delete(StockPlanRow))
        for start in range(0, len(plans), 1000):
            rows = [asdict(plan) for plan in plans[start : start + 1000]]
            session.execute(insert(StockPlanRow), rows)
    log.info("stock plan made", extra={"count": len(plans)})
    return len(plans)


def plan_is_due(session: Session, *, now: datetime) -> bool:
    """Whether no plan was made since the last `PLAN_HOUR` o'clock where the shop is."""
    local = now.astimezone(SHOP_ZONE)
    since = local.replace(hour=PLAN_HOUR, minute=0, second=0, microsecond=0)
    if since > local:
        since -= timedelta(days=1)
    made_at = session.scalar(select(func.max(StockPlanRow.made_at)))
    return made_at is None or made_at < since


def _plans(
    state: ShopState, known: Forecasts, decide: Decide, now: datetime, today: date
) -> list[tuple[Stocked, StockPlan]]:
    rng = np.random.default_rng([SEED, today.toordinal()])
    made: list[tuple[Stocked, StockPlan]] = []
    for start in range(0, len(state.variants), CHUNK):
        part = slice(start, start + CHUNK)
        paths = paths_from_sales(
            rng,
            state.sales[part],
            state.is_known[part],
            state.categories[part],
            paths=PATHS,
            weeks=WEEKS,
        )
        for place, variant in enumerate(state.variants[part]):
            forecast = known.get(state.skus[start + place])
            demand = (
                paths[place]
                if forecast is None
                else paths_from_forecast(rng, forecast, paths=PATHS, weeks=WEEKS)
            )
            plan = plan_variant(
                variant,
                demand,
                source=OWN_SALES if forecast is None else forecast.model,
                decide=decide,
                made_at=now,
                today=today,
                mean=None if forecast is None else forecast.mean,
            )
            made.append((variant, plan))
    return made


def _with_dates(
    plan: StockPlan, variant: Stocked, punctuality: Mapping[int, Lateness], today: date
) -> StockPlan:
    """Likely day and the day for `SURE`: of what is ordered, else of an order placed today."""
    found = restock_from(list(variant.coming), today=today)
    if found is not None:
        return replace(plan, restock_likely=found.likely, restock_surely=found.surely)
    if plan.quantity == 0:
        return plan
    due = today + timedelta(days=variant.lead_days + SHELF_DAYS)
    lateness = punctuality.get(variant.supplier_id or -1) or lateness_of(variant.lead_days / 5)
    arrivals = [Arrival(due, lateness)]
    return replace(
        plan,
        restock_likely=day_reached(arrivals, 0.5, today),
        restock_surely=day_reached(arrivals, SURE, today),
    )
