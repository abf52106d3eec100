"""The nightly job on both databases: what it writes, twice, and how the levels agree."""

from datetime import date

import numpy as np
import pytest
from sqlalchemy import func, select, update

from forecasting.history import read_history
from forecasting.job import HORIZON, forecast_demand
from forecasting.reading import demand_forecast, demand_forecasts
from forecasting.tables import DemandForecastRow, StockOutDay
from kit.database import Database, downgrade, upgrade
from shop.models import Order, OrderLine, Variant
from tests.contract.shop.conftest import NOW

TODAY = NOW.date()


def test_every_variant_gets_a_forecast_and_a_second_run_changes_nothing(shop: Database) -> None:
    first = forecast_demand(shop, now=NOW)
    with shop.reading() as session:
        before = demand_forecasts(session)
        variants = session.scalar(select(func.count()).select_from(Variant))
    second = forecast_demand(shop, now=NOW)
    with shop.reading() as session:
        after = demand_forecasts(session)
        rows = session.scalar(select(func.count()).select_from(DemandForecastRow))
        out = session.scalar(select(func.count()).where(Variant.stock == 0))
        noted = session.scalar(select(func.count()).select_from(StockOutDay))

    assert first.rows["variant"] == variants == len(before)
    assert rows == sum(second.rows.values())
    assert before == after
    assert noted == out
    for made in after.values():
        assert made.start == TODAY
        assert len(made.mean) == HORIZON
        assert all(np.isfinite(step) and step >= 0 for step in made.mean)
        steps = np.array([made.quantiles[level] for level in sorted(made.quantiles)])
        assert (steps >= 0).all()
        assert (np.diff(steps, axis=0) >= -1e-3).all()


def test_levels_add_up(shop: Database) -> None:
    forecast_demand(shop, now=NOW)
    with shop.reading() as session:
        sums = {
            level: np.sum(
                [made.mean for made in demand_forecasts(session, level=level).values()], 0
            )
            for level in ("variant", "product", "category", "shop")
        }
        whole = demand_forecast(session, "shop", level="shop")

    assert whole is not None
    assert sum(whole.mean) > 0
    for level in ("variant", "product", "category"):
        assert sums[level] == pytest.approx(sums["shop"], abs=0.1)


def test_history_counts_what_was_ordered_and_not_cancelled(shop: Database) -> None:
    with shop.session() as session:
        line, placed = session.execute(
            select(OrderLine, Order)
            .join(Order, Order.id == OrderLine.order_id)
            .where(Order.state != "cancelled")
            .order_by(Order.placed_at.desc())
        ).first()
        sku = session.scalar(select(Variant.sku).where(Variant.id == line.variant_id))
        history = read_history(session, today=TODAY, horizon=4)
        row = history.panel.ids.index(sku)
        sold = np.nansum(history.panel.values[row])
        session.execute(update(Order).where(Order.id == placed.id).values(state="cancelled"))
        without = read_history(session, today=TODAY, horizon=4).panel.values[row]

        gone = sum(
            session.scalars(
                select(OrderLine.quantity).where(
                    OrderLine.order_id == placed.id, OrderLine.variant_id == line.variant_id
                )
            )
        )
    assert sold - np.nansum(without) == gone > 0


def test_an_empty_shop_has_no_forecasts(empty: Database) -> None:
    assert forecast_demand(empty, now=NOW).rows == {}
    with empty.reading() as session:
        assert demand_forecast(session, "NOTHING") is None


def test_days_beyond_and_between_steps_count_by_their_share(shop: Database) -> None:
    forecast_demand(shop, now=NOW)
    with shop.reading() as session:
        made = max(demand_forecasts(session).values(), key=lambda one: sum(one.mean))
    week = made.mean_between(made.start, date.fromordinal(made.start.toordinal() + 7))
    assert week == pytest.approx(made.mean[0])
    assert made.mean_between(made.start, made.end) == pytest.approx(sum(made.mean))
    far = date.fromordinal(made.end.toordinal() + 14)
    assert made.mean_between(made.end, far) == pytest.approx(2 * made.mean[-1])


def test_the_migration_goes_down_and_up(empty: Database) -> None:
    url = empty.engine.url.render_as_string(hide_password=False)
    downgrade(url)
    upgrade(url)
    with empty.reading() as session:
        assert demand_forecasts(session) == {}
