"""The pooled LSTM: it learns, repeats itself, orders its quantiles, and is silent where it must."""

from pathlib import Path

import numpy as np
import pytest

from forecasting.engine import choose
from forecasting.models import lstm as module
from forecasting.models.lstm import HEAD, lstm
from forecasting.models.simple import naive
from forecasting.panel import Panel


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCHES", 60)
    monkeypatch.setattr(module, "MOST_CONTEXT", 16)


def waves(series: int = 40, steps: int = 60, ahead: int = 4) -> tuple[Panel, np.ndarray]:
    """Series of one period of 8 at different levels, and what comes after."""
    random = np.random.default_rng(3)
    level = random.uniform(5, 200, (series, 1))
    shape = 1 + 0.5 * np.sin(2 * np.pi * np.arange(steps + ahead) / 8)
    values = level * (shape + random.normal(0, 0.05, (series, steps + ahead)))
    return Panel(tuple(map(str, range(series))), values[:, :steps], "week"), values[:, steps:]


def test_it_learns_a_wave_from_all_series_and_repeats_itself() -> None:
    panel, came = waves()
    told = lstm(panel, 4, 8)
    assert np.abs(told.mean - came).sum() < 0.5 * np.abs(naive(panel.values, 4) - came).sum()
    ordered = np.stack([told.quantiles[level] for level in HEAD])
    assert (np.diff(ordered, axis=0) >= 0).all()
    np.testing.assert_array_equal(told.mean, lstm(panel, 4, 8).mean)


def test_it_says_nothing_of_short_and_empty_series_and_without_enough_to_learn() -> None:
    panel, _ = waves()
    values = panel.values.copy()
    values[0] = 0.0
    values[1, :-3] = np.nan
    told = lstm(Panel(panel.ids, values, "week"), 4, 8)
    assert np.isnan(told.mean).all(axis=1).nonzero()[0].tolist() == [0, 1]
    assert np.isfinite(told.mean[2:]).all()
    assert np.isnan(lstm(panel.rows([0, 1]), 4, 8).mean).all()


def test_what_is_known_beforehand_is_read_and_logs_are_written(tmp_path: Path) -> None:
    panel, _ = waves()
    price = np.ones((40, 64))
    price[:, -4:] = 0.5
    known = Panel(panel.ids, panel.values, "week", known={"price": price})
    assert np.isfinite(lstm(known, 4, 8, logs=tmp_path).mean).all()
    assert [path.name[:6] for path in tmp_path.iterdir()] == ["events"]


def test_the_lstm_competes_only_on_request() -> None:
    from forecasting.candidates import candidates_for

    panel, _ = waves()
    kinds = ("smooth",) * 40
    with pytest.raises(ValueError, match="no model 'lstm'"):
        choose(candidates_for(panel, 4, (8,), kinds), "lstm")
    names = [one.name for one in candidates_for(panel, 4, (8,), kinds, Path("logs"))]
    assert names.count("lstm") == 1
