"""Measures against hand calculations and the competition's own figures."""

from pathlib import Path

import numpy as np
import pytest

from forecasting import metrics
from forecasting.models import simple
from forecasting.series_files import read_files
from tests.unit.forecasting.data import TODAY, data_folder


def test_hand_calculations() -> None:
    history = np.array([[np.nan, 1.0, 3.0, 2.0]])
    actual, forecast = np.array([[4.0, 0.0]]), np.array([[2.0, 1.0]])
    assert metrics.smape(actual, forecast) == pytest.approx((200 * 2 / 6 + 200) / 2)
    assert metrics.mase(actual, forecast, history, 1) == pytest.approx(1.5 / 1.5)
    assert metrics.rmsse(actual, forecast, history) == pytest.approx(np.sqrt(2.5 / 2.5))
    assert metrics.rmse(actual, forecast) == pytest.approx(np.sqrt(2.5))
    assert metrics.wape(actual, forecast) == pytest.approx(3 / 4)
    assert metrics.bias(actual, forecast) == pytest.approx(-1 / 4)
    assert metrics.pinball(actual, {0.9: forecast}, np.ones(1)) == pytest.approx(
        (0.9 * 2 + 0.1 * 1) / 2
    )
    assert metrics.coverage(actual, forecast - 1.5, forecast + 1.5) == 0.5
    score = metrics.interval_score(actual, forecast - 1, forecast + 1, 0.8, np.ones(1))
    assert score == pytest.approx((2 + 10 * 1 + 2) / 2)


def test_steps_that_did_not_come_are_left_out() -> None:
    actual = np.array([[4.0, np.nan], [np.nan, np.nan]])
    forecast = np.array([[2.0, 9.0], [5.0, 5.0]])
    assert metrics.wape(actual, forecast) == pytest.approx(0.5)
    assert metrics.smape(actual, forecast) == pytest.approx(200 * 2 / 6)


def test_a_shelf_that_sells_nothing_gives_no_number_rather_than_a_wrong_one() -> None:
    nothing = np.zeros((1, 3))
    assert np.isnan(metrics.wape(nothing, nothing))
    assert metrics.smape(nothing, nothing) == 0.0
    assert np.isnan(metrics.naive_scale(nothing, 1)[0])


def test_naive2_takes_a_season_out_and_puts_it_back() -> None:
    season = np.array([0.5, 1.0, 1.5, 1.0])
    history = (10 * np.tile(season, 8))[None, :]
    np.testing.assert_allclose(metrics.naive2(history, 4, 4), [10 * season], rtol=1e-6)
    flat = np.random.default_rng(1).uniform(9, 11, size=(1, 40))
    np.testing.assert_array_equal(metrics.naive2(flat, 2, 1), [[flat[0, -1]] * 2])


@pytest.mark.real_data
def test_naive_on_m4_weekly_gives_the_official_figures() -> None:
    folder: Path = data_folder() / "m4"
    files = read_files(folder / "Weekly-train.csv.gz", folder / "Weekly-test.csv.gz", today=TODAY)
    scores = metrics.score(
        files.actual, simple.naive(files.panel.values, 13), files.panel.values, season=1
    )
    assert scores.smape == pytest.approx(9.161, abs=5e-4)
    assert scores.mase == pytest.approx(2.777, abs=5e-4)
    assert scores.owa == pytest.approx(1.0)
