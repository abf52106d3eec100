"""One linear autoregression for all series together, each window divided by its own mean.

Montero-Manso and Hyndman (2021), Int. J. Forecasting 37(4): a single long autoregression over
many series beats one model a series on most sets, because it can afford far more lags.
"""

from typing import Final

import numpy as np

from forecasting.panel import Floats

RIDGE: Final = 1e-4  # on features whose mean square is about one
MOST_WINDOWS: Final = 400  # a series, the newest ones
CLIP: Final = 0.995  # a target beyond this quantile of its size counts as that quantile
MOST_WEIGHT: Final = 4.0
CHUNK: Final = 4_000_000  # numbers in memory at a time


def linear(values: Floats, horizon: int, lags: int, *, by_volume: bool) -> Floats:
    """Means for the next `horizon` steps; NaN rows for series with less than `lags` steps.

    One regression a step of the horizon on the last `lags` values over their mean, by ridge.
    `by_volume` counts a window by its share of its series' usual volume and bounds what it leads
    to: ratios to weeks in which next to nothing was sold are wild, and so weighted, forecasts add
    up to what was sold. Without it every window counts alike, which suits series that grow.
    Returns all NaN where the panel has too few windows to learn from.
    """
    out = np.full((len(values), horizon), np.nan)
    if values.shape[1] < lags + horizon:
        return out
    weights = _fit(values, horizon, lags, by_volume)
    if weights is None:
        return out
    tail = values[:, -lags:]
    size = np.abs(tail).mean(axis=1)
    whole = ~np.isnan(tail).any(axis=1)
    usable = whole & (size > 0)
    scaled = tail[usable] / size[usable, None]
    out[usable] = size[usable, None] * (scaled @ weights[:-1] + weights[-1])
    out[whole & (size == 0)] = 0.0
    return out


def _fit(values: Floats, horizon: int, lags: int, by_volume: bool) -> Floats | None:
    """Ridge weights, (lags + 1, horizon), the last row the constant."""
    width = lags + horizon
    tail = values[:, -(MOST_WINDOWS + width - 1) :]
    usual = _mean_size(tail)
    limit = _target_limit(tail, horizon, lags) if by_volume else np.inf
    gram = np.zeros((lags + 1, lags + 1))
    cross = np.zeros((lags + 1, horizon))
    count = 0
    at_a_time = max(1, CHUNK // (width * max(tail.shape[1] - width + 1, 1)))
    for begin in range(0, len(tail), at_a_time):
        part = slice(begin, begin + at_a_time)
        windows, weights = _windows(tail[part], usual[part], lags, width)
        weights = weights if by_volume else np.ones(len(windows))
        features = np.concatenate([windows[:, :lags], np.ones((len(windows), 1))], axis=1)
        weighted = features * weights[:, None]
        gram += weighted.T @ features
        cross += weighted.T @ np.clip(windows[:, lags:], -limit, limit)
        count += len(windows)
    if count < 4 * lags:
        return None
    gram[np.arange(lags), np.arange(lags)] += RIDGE * count
    return np.asarray(np.linalg.solve(gram, cross))


def _windows(values: Floats, usual: Floats, lags: int, width: int) -> tuple[Floats, Floats]:
    """Every whole window of every series over the mean size of its lags, and its weight.

    Shapes (windows, width) and (windows,).
    """
    cut = np.lib.stride_tricks.sliding_window_view(values, width, axis=1)
    whole = ~np.isnan(cut[:, :, 0])
    typical = np.broadcast_to(usual[:, None], whole.shape)[whole]
    cut = cut[whole]
    size = np.abs(cut[:, :lags]).mean(axis=1)
    some = size > 0
    weights = np.minimum(size[some] / typical[some], MOST_WEIGHT)
    return np.asarray(cut[some] / size[some, None]), np.asarray(weights)


def _mean_size(values: Floats) -> Floats:
    count = np.maximum((~np.isnan(values)).sum(axis=1), 1)
    return np.asarray(np.nansum(np.abs(values), axis=1) / count)


def _target_limit(values: Floats, horizon: int, lags: int) -> float:
    """The size at which scaled targets are clipped, from an even sample of series."""
    some = values[:: max(1, len(values) // 200)]
    sample, _ = _windows(some, _mean_size(some), lags, lags + horizon)
    return float(np.quantile(np.abs(sample[:, lags:]), CLIP)) if len(sample) else 1.0
