"""Measuring forecasts on files: what `concierge forecast evaluate` prints."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np

from forecasting.engine import PanelForecast, forecast
from forecasting.metrics import score
from forecasting.panel import Panel
from forecasting.series_checks import BadSeries
from forecasting.series_files import SeriesFiles


@dataclass(frozen=True)
class Evaluation:
    """`figures` are flat and None where a measure has no meaning; `forecast` made them."""

    figures: dict[str, float | int | str | None]
    forecast: PanelForecast


def evaluate(
    files: SeriesFiles,
    season: int,
    model: str,
    *,
    network_logs: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Forecast from the history alone, then measure against what came.

    Raises BadSeries where season or model do not fit.
    """
    panel, actual = files.panel, files.actual
    if season < 1:
        raise BadSeries(f"--season must be 1 or more, got {season}")
    if actual.shape[1] < 1:
        raise BadSeries("the test file holds no step after the history")
    begin = time.perf_counter()
    try:
        made = forecast(
            panel, actual.shape[1], season, model=model, network_logs=network_logs, tell=tell
        )
    except ValueError as error:
        raise BadSeries(f"--model: {error}") from error
    seconds = time.perf_counter() - begin
    judged = np.flatnonzero(~np.isnan(actual).all(axis=1))
    scores = score(
        actual[judged],
        made.mean[judged],
        panel.values[judged],
        season=season,
        quantiles={level: values[judged] for level, values in made.quantiles.items()},
        intervals={
            level: (low[judged], high[judged]) for level, (low, high) in made.intervals.items()
        },
    )
    figures: dict[str, float | int | str | None] = {
        name: round(value, 4) if isfinite(value) else None for name, value in vars(scores).items()
    }
    figures |= {
        "model": model,
        "series": len(panel.ids),
        "horizon": int(actual.shape[1]),
        "seconds": round(seconds, 2),
        **{f"class_{name}": count for name, count in sorted(Counter(made.classes).items())},
        **fallbacks(panel),
    }
    return Evaluation(figures, made)


def fallbacks(panel: Panel) -> dict[str, int]:
    """How many series were answered by a named fallback, because they hold next to nothing."""
    values = panel.values
    constant = np.nanmax(values, axis=1) == np.nanmin(values, axis=1)
    zero = constant & (values[:, -1] == 0)
    single = panel.lengths == 1
    return {
        "fallback_one_observation": int(single.sum()),
        "fallback_all_zero": int((zero & ~single).sum()),
        "fallback_constant": int((constant & ~zero & ~single).sum()),
    }
