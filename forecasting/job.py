"""The nightly job: the shop's orders in, the table of demand forecasts out."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import delete, insert

from forecasting.engine import Forecaster, PanelForecast, forecast
from forecasting.hierarchy import add_up, share_out
from forecasting.history import STEP_DAYS, ShopHistory, groups_of, note_stock_outs, read_history
from forecasting.newcomers import with_neighbours
from forecasting.panel import Floats, Panel
from forecasting.tables import DemandForecastRow
from kit.database import Database
from kit.i18n import local_day
from shop.sales import VariantFacts

HORIZON: Final = 13  # weeks: longer than any supplier here takes
SEASON: Final = 52
BATCH: Final = 1000
DECIMALS: Final = 4
SHOP_KEY: Final = "shop"

KEYS: Final[Mapping[str, Callable[[VariantFacts], str]]] = {
    "product": lambda variant: variant.product_slug,
    "category": lambda variant: variant.category,
    "shop": lambda _: SHOP_KEY,
}


@dataclass(frozen=True)
class JobResult:
    """How many rows were written a level, and how many variants there are of each class."""

    rows: Mapping[str, int]
    classes: Mapping[str, int]


def forecast_demand(
    database: Database,
    *,
    now: datetime,
    forecaster: Forecaster = forecast,
    tell: Callable[[str], None] = lambda _: None,
) -> JobResult:
    """Forecast every variant, product, category and the shop, and replace what the table says.

    `forecaster` makes those of the variants, which are many: here, or in groups on a cluster.
    Nothing is locked while it computes; the rows change in one transaction at the end, so readers
    see the old forecasts or the new ones. Running it again the same day gives the same rows.
    """
    today = local_day(now)
    with database.session() as session:
        note_stock_outs(session, today=today)
    with database.reading() as session:
        history = read_history(session, today=today, horizon=HORIZON)
    levels = forecast_levels(history, forecaster, tell=tell) if history.variants else {}
    with database.session() as session:
        session.execute(delete(DemandForecastRow))
        for level, made in levels.items():
            rows = list(_rows(level, made, history, now))
            for begin in range(0, len(rows), BATCH):
                session.execute(insert(DemandForecastRow), rows[begin : begin + BATCH])
    return JobResult(
        rows={level: len(made.ids) for level, made in levels.items()},
        classes=dict(Counter(levels["variant"].classes)) if levels else {},
    )


def forecast_levels(
    history: ShopHistory,
    forecaster: Forecaster = forecast,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, PanelForecast]:
    """Forecasts of every level that agree: variants add up to products, categories and the shop.

    The shop and its shelves are forecast themselves, for their seasons are too faint to be seen in
    one variant; variants are then moved to add up to them.
    """
    panel = history.panel
    tell("variants")
    variants = with_neighbours(
        forecaster(panel, HORIZON, SEASON, tell=tell), history.variants, panel.lengths.astype(float)
    )
    shelves = groups_of(history.variants, KEYS["category"])
    tell("categories and the shop")
    tops = {
        level: forecast(_summed(panel, groups_of(history.variants, KEYS[level])), HORIZON, SEASON)
        for level in ("category", "shop")
    }
    mean = share_out(
        variants.mean, list(shelves.values()), tops["category"].mean, tops["shop"].mean[0]
    )
    ratio = np.where(variants.mean > 0, mean / np.where(variants.mean > 0, variants.mean, 1.0), 1.0)
    scaled = {level: values * ratio for level, values in variants.quantiles.items()}
    levels = {"variant": replace(variants, mean=mean, quantiles=scaled)}
    for level, key in KEYS.items():
        groups = groups_of(history.variants, key)
        own = tops.get(level) or forecast(_summed(panel, groups), HORIZON, SEASON)
        levels[level] = _moved(own, add_up(mean, list(groups.values())))
    return levels


def _summed(panel: Panel, groups: Mapping[str, Sequence[int]]) -> Panel:
    """The panel of group totals; a group begins with its first member."""
    values = np.full((len(groups), panel.steps), np.nan)
    for place, rows in enumerate(groups.values()):
        part = panel.values[list(rows)]
        there = ~np.isnan(part).all(axis=0)
        values[place, there] = np.nansum(part[:, there], axis=0)
    return Panel(ids=tuple(groups), values=values, frequency=panel.frequency)


def _moved(own: PanelForecast, mean: Floats) -> PanelForecast:
    """The group's forecast with the members' sum as its mean and its own width around it."""
    shift = mean - own.mean
    quantiles = {level: np.maximum(values + shift, 0.0) for level, values in own.quantiles.items()}
    return replace(own, mean=mean, quantiles=quantiles)


def _rows(
    level: str, made: PanelForecast, history: ShopHistory, now: datetime
) -> Iterator[dict[str, Any]]:
    for row, key in enumerate(made.ids):
        yield {
            "level": level,
            "key": key,
            "start": history.start,
            "step_days": STEP_DAYS,
            "demand_class": made.classes[row],
            "model": made.models[row],
            "mean": _plain(made.mean[row]),
            "quantiles": {
                str(share): _plain(values[row]) for share, values in made.quantiles.items()
            },
            "made_at": now,
        }


def _plain(values: Floats) -> list[float]:
    return [round(float(value), DECIMALS) for value in values]
