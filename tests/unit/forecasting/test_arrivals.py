"""How late things are, and demand that might come."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.lateness import Arrival, day_reached, first_by, lateness_of
from forecasting.replenishment.demand import (
    QuantileForecast,
    paths_from_forecast,
    paths_from_sales,
)

TODAY = date(2026, 11, 24)


def test_a_stated_spread_gives_the_expected_day_and_a_later_sure_one() -> None:
    arrival = Arrival(TODAY + timedelta(days=10), lateness_of(6))
    assert day_reached([arrival], 0.5, TODAY) == TODAY + timedelta(days=10)
    assert day_reached([arrival], 0.8, TODAY) == TODAY + timedelta(days=15)


def test_what_was_seen_outweighs_what_was_stated() -> None:
    seen = Arrival(TODAY + timedelta(days=10), lateness_of(2, [7] * 40))
    assert day_reached([seen], 0.5, TODAY) == TODAY + timedelta(days=17)


def test_two_orders_are_there_sooner_than_one() -> None:
    one = Arrival(TODAY + timedelta(days=10), lateness_of(4))
    day = TODAY + timedelta(days=11)
    assert first_by([one, one], day, TODAY) > first_by([one], day, TODAY)


@given(
    due=st.integers(-400, 60),
    spread=st.floats(0, 20),
    seen=st.lists(st.integers(-40, 300), max_size=30),
    ahead=st.integers(0, 200),
)
def test_probabilities_are_probabilities_and_rise(
    due: int, spread: float, seen: list[int], ahead: int
) -> None:
    arrival = Arrival(TODAY + timedelta(days=due), lateness_of(spread, seen))
    chances = [
        arrival.probability_by(TODAY + timedelta(days=days), TODAY) for days in (ahead, ahead + 1)
    ]
    assert 0 <= chances[0] <= chances[1] <= 1 + 1e-9
    assert TODAY <= day_reached([arrival], 0.5, TODAY) <= day_reached([arrival], 0.8, TODAY)


def test_a_new_variant_borrows_from_its_kind() -> None:
    rng = np.random.default_rng(1)
    sales = np.full((3, 60), 8.0)
    sales[2] = 0
    known = np.ones(sales.shape, dtype=bool)
    known[2, :-1] = False
    paths = paths_from_sales(rng, sales, known, ["a", "a", "a"], paths=400, weeks=10)
    assert 7.3 < paths[0].mean() < 8.7
    assert 4 < paths[2].mean() < 8
    assert paths.min() >= 0


def test_paths_have_the_quantiles_of_the_forecast() -> None:
    levels = [0.1, 0.5, 0.9]
    forecast = QuantileForecast(levels, np.array([[2.0], [5.0], [9.0]]), np.array([5.2]), "x")
    paths = paths_from_forecast(np.random.default_rng(2), forecast, paths=6000, weeks=3)
    assert np.quantile(paths[:, 2], levels) == pytest.approx([2, 5, 9], abs=1)
    assert paths.min() >= 0
    assert np.corrcoef(paths[:, 0], paths[:, 1])[0, 1] > 0.3
