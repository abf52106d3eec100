"""How good forecasts were: the measures of the M competitions and of inventory practice.

All take `actual` and forecasts of shape (series, horizon); NaN in `actual` (a series that ended)
is left out. M4: Makridakis, Spiliotis and Assimakopoulos (2020), Int. J. Forecasting 36(1).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecasting.panel import Floats

TINY = 1e-12


def mean_of(values: Floats) -> float:
    """The mean without NaN; 0 of nothing."""
    kept = values[~np.isnan(values)]
    return float(kept.mean()) if kept.size else 0.0


def smape(actual: Floats, forecast: Floats) -> float:
    """Symmetric mean absolute percentage error, M4's form: per series, then over series; 0..200."""
    size = np.abs(actual) + np.abs(forecast)
    shares = np.where(size > TINY, 200.0 * np.abs(actual - forecast) / np.maximum(size, TINY), 0.0)
    return mean_of(
        _row_means(np.asarray(np.where(np.isnan(actual), np.nan, shares), dtype=np.float64))
    )


def naive_scale(history: Floats, season: int, power: int = 1) -> Floats:
    """Mean |y_t - y_(t-season)|^power inside each history, (series,); NaN where it is 0 or unknown.

    `history` is right-aligned with NaN before the beginning.
    """
    if history.shape[1] <= season:
        return np.full(len(history), np.nan)
    steps: Floats = np.abs(history[:, season:] - history[:, :-season]) ** float(power)
    scale = _row_means(steps)
    return np.where(scale > TINY, scale, np.nan)


def mase(actual: Floats, forecast: Floats, history: Floats, season: int) -> float:
    """Mean absolute scaled error (Hyndman and Koehler 2006) over the series with a scale."""
    errors = _row_means(np.abs(actual - forecast))
    return mean_of(errors / naive_scale(history, season))


def rmsse(actual: Floats, forecast: Floats, history: Floats) -> float:
    """Root mean squared scaled error, as in M5: the scale is that of the one-step naive."""
    errors = _row_means((actual - forecast) ** 2)
    return mean_of(np.sqrt(errors / naive_scale(history, 1, power=2)))


def wape(actual: Floats, forecast: Floats) -> float:
    """Sum of absolute errors over the sum of actuals; NaN where nothing was sold."""
    total = float(np.nansum(np.abs(actual)))
    return float(np.nansum(np.abs(actual - forecast))) / total if total > TINY else float("nan")


def bias(actual: Floats, forecast: Floats) -> float:
    """(Forecast - actual) summed, as a share of the actuals; above 0 is too much."""
    total = float(np.nansum(np.abs(actual)))
    return float(np.nansum(forecast - actual)) / total if total > TINY else float("nan")


def rmse(actual: Floats, forecast: Floats) -> float:
    """Root of the mean squared error over all series and steps."""
    return float(np.sqrt(mean_of((actual - forecast) ** 2)))


def pinball(actual: Floats, quantiles: Mapping[float, Floats], scale: Floats) -> float:
    """Mean pinball loss over levels, steps and series, each series in units of its `scale`."""
    losses = []
    for level, forecast in quantiles.items():
        gap = actual - forecast
        losses.append(_row_means(np.maximum(level * gap, (level - 1.0) * gap)) / scale)
    return mean_of(np.mean(losses, axis=0))


def coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """The share of actuals inside [low, high]."""
    inside = (actual >= low - 1e-9) & (actual <= high + 1e-9)
    return mean_of(np.where(np.isnan(actual), np.nan, inside.astype(float)))


def interval_score(actual: Floats, low: Floats, high: Floats, level: float, scale: Floats) -> float:
    """Mean scaled interval score (Gneiting and Raftery 2007), M4's MSIS; lower is better."""
    alpha = 1.0 - level
    score = (high - low) + 2.0 / alpha * (
        np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
    )
    return mean_of(_row_means(score) / scale)


def naive2(history: Floats, horizon: int, season: int) -> Floats:
    """M4's yardstick: the last value, of the seasonally adjusted series where a 90 % test says so.

    Returns (series, horizon).
    """
    out = np.empty((len(history), horizon))
    for row, line in enumerate(history):
        values = line[~np.isnan(line)]
        indices = seasonal_indices(values, season)
        phase = np.arange(len(values), len(values) + horizon) % season
        adjusted = values[-1] / indices[(len(values) - 1) % season]
        out[row] = adjusted * indices[phase]
    return out


def seasonal_indices(values: Floats, season: int) -> Floats:
    """Indices of the classical multiplicative decomposition, (season,); ones where none shows."""
    if not _is_seasonal(values, season) or np.min(values) <= 0:
        return np.ones(season)
    weights = np.ones(season) / season
    if season % 2 == 0:
        weights = np.r_[0.5, np.ones(season - 1), 0.5] / season
    trend = np.convolve(values, weights, mode="valid")
    offset = len(weights) // 2
    ratios = values[offset : offset + len(trend)] / trend
    phase = np.arange(offset, offset + len(trend)) % season
    raw = np.array(
        [ratios[phase == k].mean() if (phase == k).any() else 1.0 for k in range(season)]
    )
    return np.asarray(raw * season / raw.sum())


def _is_seasonal(values: Floats, season: int) -> bool:
    """M4's 90 % autocorrelation test."""
    if season < 2 or len(values) < 3 * season:
        return False
    centred = values - values.mean()
    variance = float((centred**2).sum())
    if variance <= TINY:
        return False
    correlations = np.array(
        [float((centred[lag:] * centred[:-lag]).sum()) / variance for lag in range(1, season + 1)]
    )
    limit = 1.645 * np.sqrt((1.0 + 2.0 * float((correlations[:-1] ** 2).sum())) / len(values))
    return bool(abs(correlations[-1]) > limit)


def _row_means(values: Floats) -> Floats:
    """Means over the last axis without NaN; NaN for rows without any value."""
    present = ~np.isnan(values)
    count = present.sum(axis=-1)
    total = np.where(present, values, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


@dataclass(frozen=True)
class Scores:
    """The measures of one model on one test set; NaN where one has no meaning there."""

    smape: float
    mase: float
    owa: float
    rmsse: float
    rmse: float
    wape: float
    bias: float
    pinball: float
    coverage_80: float
    coverage_95: float
    msis_80: float
    msis_95: float


def score(
    actual: Floats,
    mean: Floats,
    history: Floats,
    *,
    season: int,
    quantiles: Mapping[float, Floats] | None = None,
    intervals: Mapping[float, tuple[Floats, Floats]] | None = None,
) -> Scores:
    """All measures; pinball loss is NaN without `quantiles`, coverage without `intervals`."""
    reference = naive2(history, actual.shape[1], season)
    ours = smape(actual, mean), mase(actual, mean, history, season)
    theirs = smape(actual, reference), mase(actual, reference, history, season)
    scale = naive_scale(history, season)
    missing = float("nan")
    held = dict.fromkeys((0.8, 0.95), missing)
    widths = dict(held)
    for level, (low, high) in (intervals or {}).items():
        held[level] = coverage(actual, low, high)
        widths[level] = interval_score(actual, low, high, level, scale)
    return Scores(
        smape=ours[0],
        mase=ours[1],
        owa=(ours[0] / max(theirs[0], TINY) + ours[1] / max(theirs[1], TINY)) / 2.0,
        rmsse=rmsse(actual, mean, history),
        rmse=rmse(actual, mean),
        wape=wape(actual, mean),
        bias=bias(actual, mean),
        pinball=pinball(actual, quantiles, scale) if quantiles else missing,
        coverage_80=held[0.8],
        coverage_95=held[0.95],
        msis_80=widths[0.8],
        msis_95=widths[0.95],
    )
