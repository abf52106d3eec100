"""Whole forecasts of awkward panels: always numbers, never below zero for sales."""

import numpy as np
import pytest

from forecasting.backtest import Backtest
from forecasting.candidates import ON_REQUEST
from forecasting.combination import choose_recipes
from forecasting.engine import forecast
from forecasting.evaluation import evaluate
from forecasting.hierarchy import share_out
from forecasting.models import simple
from forecasting.panel import Panel, align_right
from forecasting.series_checks import BadSeries
from forecasting.series_files import SeriesFiles

HORIZON = 4


def panel_of(*series: list[float], frequency: str = "week") -> Panel:
    values = align_right([np.array(one, dtype=float) for one in series])
    return Panel(
        ids=tuple(f"s{row}" for row in range(len(series))), values=values, frequency=frequency
    )


def noisy(count: int, seed: int = 0, length: int = 60) -> Panel:
    random = np.random.default_rng(seed)
    rates = random.uniform(0.2, 30, size=count)
    values = random.poisson(rates[:, None], size=(count, length)).astype(float)
    return Panel(tuple(f"s{row}" for row in range(count)), values, "week")


@pytest.mark.parametrize(
    "series",
    [
        [5.0],
        [0.0] * 30,
        [7.0] * 30,
        [2.0**step for step in range(40)],
        [0.0] * 29 + [1000.0],
        [1.0, 2.0, 3.0],
    ],
    ids=["one observation", "all zeros", "constant", "exploding", "one spike", "three"],
)
def test_awkward_series_alone_and_in_company_get_finite_forecasts(series: list[float]) -> None:
    crowd = noisy(20)
    company = Panel(
        ("odd", *crowd.ids),
        align_right([np.array(series), *crowd.values]),
        "week",
    )
    for panel in (panel_of(series), company):
        made = forecast(panel, HORIZON, 1)
        assert np.isfinite(made.mean).all()
        assert (made.mean >= 0).all()
        steps = np.stack([made.quantiles[level] for level in sorted(made.quantiles)])
        assert np.isfinite(steps).all()
        assert (np.diff(steps, axis=0) >= -1e-9).all()
        assert made.mean[0].max() <= 10 * max(series)


def test_nothing_ever_sold_is_forecast_as_nothing_and_constant_as_itself() -> None:
    made = forecast(panel_of([0.0] * 30, [7.0] * 30), HORIZON, 1)
    np.testing.assert_array_equal(made.mean[0], 0.0)
    np.testing.assert_allclose(made.mean[1], 7.0)


def test_intervals_hold_on_counts_with_a_known_law() -> None:
    panel, horizon = noisy(120, seed=3, length=64), 4
    past = Panel(panel.ids, panel.values[:, :-horizon], "week")
    files = SeriesFiles(past, panel.values[:, -horizon:], ())
    figures = evaluate(files, 1, "best").figures
    assert figures["coverage_80"] == pytest.approx(0.8, abs=0.05)
    assert figures["coverage_95"] == pytest.approx(0.95, abs=0.03)
    assert abs(float(figures["bias"] or 0)) < 0.05


def test_a_repeating_year_is_seen() -> None:
    random = np.random.default_rng(5)
    weeks = np.arange(52 * 4 + 13)
    rows = [
        100
        * (1.5 + np.sin(2 * np.pi * (weeks + phase) / 52))
        * random.uniform(0.9, 1.1, len(weeks))
        for phase in range(12)
    ]
    whole = np.stack(rows)
    files = SeriesFiles(
        Panel(tuple(map(str, range(12))), whole[:, :-13], "week"), whole[:, -13:], ()
    )
    result = evaluate(files, 52, "best")
    naive = evaluate(files, 52, "naive")
    assert set(result.forecast.classes) == {"seasonal"}
    assert float(result.figures["wape"] or 1) < 0.1 < float(naive.figures["wape"] or 0)


def test_what_began_to_sell_lately_does_not_widen_what_hardly_sells() -> None:
    random = np.random.default_rng(8)
    values = random.poisson(0.15, (300, 40)).astype(float)
    values[:60, :-4] = 0.0
    values[:60, -4:] = random.poisson(400, (60, 4))
    made = forecast(panel_of(*values), HORIZON, 1)
    slow = made.intervals[0.95][1][60:]
    assert slow.max() < 30


def test_weeks_without_stock_do_not_lower_the_forecast() -> None:
    random = np.random.default_rng(8)
    demand = random.poisson(10, size=(30, 40)).astype(float)
    sales, out = demand.copy(), np.zeros(demand.shape, bool)
    out[:, 34:] = True
    sales[out] = 0.0
    ids = tuple(map(str, range(30)))
    believed = forecast(Panel(ids, sales, "week", censored=out), HORIZON, 1).mean.mean()
    misled = forecast(Panel(ids, sales, "week"), HORIZON, 1).mean.mean()
    assert misled < 5
    assert believed == pytest.approx(10, abs=1.0)


def test_unknown_models_and_seasons_are_named() -> None:
    files = SeriesFiles(noisy(5), np.ones((5, 2)), ())
    with pytest.raises(BadSeries, match=r"--model: no model 'magic' .* there are best, ses"):
        evaluate(files, 1, "magic")
    with pytest.raises(BadSeries, match="--season must be 1 or more, got 0"):
        evaluate(files, 0, "best")


@pytest.mark.parametrize("name", ON_REQUEST)
def test_models_on_request_speak_alone(name: str) -> None:
    made = forecast(noisy(6), HORIZON, 1, model=name)
    assert set(made.models) == {name}
    assert np.isfinite(made.mean).all()
    assert (made.mean >= 0).all()
    assert not np.allclose(made.mean, forecast(noisy(6), HORIZON, 1, model="naive").mean)


def test_the_same_panel_gives_the_same_forecast() -> None:
    first, second = (forecast(noisy(30), HORIZON, 1) for _ in range(2))
    np.testing.assert_array_equal(first.mean, second.mean)
    np.testing.assert_array_equal(first.quantiles[0.9], second.quantiles[0.9])


def test_selection_takes_what_helps_and_nothing_else() -> None:
    truth = np.random.default_rng(2).normal(10, 1, size=(40, HORIZON))
    noise = np.random.default_rng(3).normal(0, 1, size=(2, 40, HORIZON))
    said = np.stack([truth * 3, truth + noise[0], truth + noise[1], np.full_like(truth, np.nan)])
    past = Backtest(("far", "near", "nearby", "silent"), (HORIZON,), said[None], truth[None])
    recipe = choose_recipes(past, np.ones(40), np.zeros(40, bool), ["smooth"] * 40)["smooth"]
    assert {name for name, _ in recipe.weights} >= {"near", "nearby"}
    assert "far" not in dict(recipe.weights)
    assert sum(weight for _, weight in recipe.weights) == pytest.approx(1)


def test_levels_are_shared_out_so_that_all_agree() -> None:
    members = np.array([[1.0, 0.0], [3.0, 0.0], [4.0, 2.0]])
    moved = share_out(
        members, [[0, 1], [2]], np.array([[6.0, 2.0], [4.0, 2.0]]), np.array([9.0, 6.0])
    )
    np.testing.assert_allclose(moved[0] * 3, moved[1] * [1, 3])
    np.testing.assert_allclose(moved.sum(axis=0), [(2 * 9 + 9) / 3, (2 * 3 + 6) / 3])
    assert (moved >= 0).all()


def test_last_year_moves_with_the_level_since() -> None:
    year = np.array([10.0, 20.0, 30.0, 20.0])
    values = np.concatenate([year, year * 1.5])[None, :]
    np.testing.assert_allclose(simple.last_year(values, 4, 4, 4), [year * 1.5 * 1.5])
    assert np.isnan(simple.last_year(values, 4, 4, 5)).all()
