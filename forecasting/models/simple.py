"""Cheap models over all series at once: (series, steps) right-aligned in, (series, horizon) out.

They loop over time, never over series, so that ten thousand series cost about a second.
"""

from typing import Final

import numpy as np

from forecasting.panel import Flags, Floats

ALPHAS: Final = np.array([0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.45, 0.6, 0.8, 0.99])
GENTLE: Final = np.array([0.1, 0.15, 0.2, 0.25, 0.3])  # intermittent demand: never chase one sale
DAMPED: Final = np.array(
    [
        (a, b, phi)
        for a in (0.1, 0.3, 0.6, 0.9)
        for b in (0.02, 0.1, 0.3)
        for phi in (0.8, 0.9, 0.98)
    ]
)
WARM_UP: Final = 3  # steps whose errors do not count while a level settles
MOST_LEVELS: Final = 12  # of temporal aggregation


def naive(values: Floats, horizon: int) -> Floats:
    """The last value."""
    return np.repeat(values[:, -1:], horizon, axis=1)


def seasonal_naive(values: Floats, horizon: int, season: int) -> Floats:
    """The value one season before; the last value where a series is shorter than a season."""
    if values.shape[1] < season:
        return naive(values, horizon)
    tail = values[:, -season:]
    out = tail[:, np.arange(horizon) % season]
    return np.where(np.isnan(out), values[:, -1:], out)


def last_year(values: Floats, horizon: int, season: int, window: int) -> Floats:
    """The season before, moved by how the last `window` steps compare with those a season earlier.

    The change is the series' own drawn half way to that of all series together, which one season of
    one series says little about. NaN rows for series shorter than a season and a window.
    """
    out = np.full((len(values), horizon), np.nan)
    if values.shape[1] < season + window:
        return out
    now = values[:, -window:].mean(axis=1)
    then = values[:, -season - window : -season].mean(axis=1)
    rows = np.flatnonzero(~np.isnan(then) & (then > 0) & (now > 0))
    if len(rows):
        own = np.log(now[rows] / then[rows])
        change = np.exp((own + np.median(own)) / 2.0)
        out[rows] = seasonal_naive(values[rows], horizon, season) * change[:, None]
    return out


def window_average(values: Floats, horizon: int, window: int) -> Floats:
    """The mean of the last `window` steps, or of as many as there are."""
    return np.repeat(_row_mean(values[:, -window:])[:, None], horizon, axis=1)


def drift(values: Floats, horizon: int) -> Floats:
    """The last value, going on along the line from the first."""
    count = np.maximum((~np.isnan(values)).sum(axis=1) - 1, 1)
    first = values[np.arange(len(values)), values.shape[1] - 1 - count]
    first = np.where(np.isnan(first), values[:, -1], first)
    slope = (values[:, -1] - first) / count
    return np.asarray(values[:, -1:] + slope[:, None] * np.arange(1, horizon + 1))


def exponential_smoothing(values: Floats, horizon: int) -> Floats:
    """Simple exponential smoothing, the constant chosen per series by one-step squared errors."""
    return np.repeat(_best_level(values, ALPHAS)[:, None], horizon, axis=1)


def damped_trend(values: Floats, horizon: int) -> Floats:
    """Holt's method with a damped trend (Gardner and McKenzie 1985), constants from a grid."""
    alpha, beta, phi = DAMPED.T
    shape = (len(values), len(DAMPED))
    level, trend, loss = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    seen = np.zeros(len(values), dtype=int)
    for column in values.T:
        here = ~np.isnan(column)
        new = np.isnan(level[:, 0]) & here
        level[new] = column[new, None]
        ahead = level + phi * trend
        error = np.where(here[:, None] & ~new[:, None], column[:, None] - ahead, 0.0)
        going = ~np.isnan(level)
        seen += here
        loss += np.where((seen > WARM_UP)[:, None], error**2, 0.0)
        level = np.where(going & ~new[:, None], ahead + alpha * error, level)
        trend = np.where(going & ~new[:, None], phi * trend + alpha * beta * error, trend)
    rows, best = np.arange(len(values)), np.argmin(loss, axis=1)
    sums = np.cumsum(phi[best][:, None] ** np.arange(1, horizon + 1), axis=1)
    return np.asarray(level[rows, best][:, None] + sums * trend[rows, best][:, None])


def imapa(values: Floats, horizon: int) -> Floats:
    """Mean over temporal aggregations up to the mean interval between demands.

    Petropoulos and Kourentzes (2015), J. Oper. Res. Soc. 66(6): each aggregation of k steps is
    smoothed exponentially and divided by k.
    """
    count = (~np.isnan(values)).sum(axis=1)
    sold = np.maximum((np.nan_to_num(values) != 0).sum(axis=1), 1)
    top = np.clip(np.round(count / sold), 1, np.minimum(MOST_LEVELS, np.maximum(count // 2, 1)))
    total, used = np.zeros(len(values)), np.zeros(len(values))
    for size in range(1, int(top.max(initial=1)) + 1):
        rows = np.flatnonzero(top >= size)
        blocks = values.shape[1] // size
        cut = values[rows, values.shape[1] - blocks * size :].reshape(len(rows), blocks, size)
        total[rows] += _best_level(cut.sum(axis=2), GENTLE) / size
        used[rows] += 1
    return np.repeat((total / used)[:, None], horizon, axis=1)


def tsb(values: Floats, horizon: int, size_constant: float = 0.1, chance: float = 0.1) -> Floats:
    """Teunter, Syntetos and Babai (2011): smoothed chance of a demand times its smoothed size."""
    sold = np.where(np.isnan(values), np.nan, (values != 0).astype(float))
    probability = _row_mean(sold)
    size = _row_mean(np.where(values != 0, values, np.nan))
    size = np.where(np.isnan(size), 0.0, size)
    for column, happened in zip(values.T, sold.T, strict=True):
        here = ~np.isnan(column)
        probability += np.where(here, chance * (np.nan_to_num(happened) - probability), 0.0)
        size += np.where(here & (column != 0), size_constant * (np.nan_to_num(column) - size), 0.0)
    return np.repeat((probability * size)[:, None], horizon, axis=1)


def croston_sba(values: Floats, horizon: int, constant: float = 0.1) -> Floats:
    """Croston's method with the correction of Syntetos and Boylan (2005)."""
    count = len(values)
    size, interval = np.full(count, np.nan), np.full(count, np.nan)
    since = np.ones(count)
    for column in values.T:
        here = ~np.isnan(column)
        hit = here & (column != 0)
        first = hit & np.isnan(size)
        size = np.where(first, column, np.where(hit, size + constant * (column - size), size))
        interval = np.where(
            first, since, np.where(hit, interval + constant * (since - interval), interval)
        )
        since = np.where(hit, 1.0, since + here)
    rate = np.where(np.isnan(size), 0.0, (1.0 - constant / 2.0) * size / interval)
    return np.repeat(rate[:, None], horizon, axis=1)


def _best_level(values: Floats, alphas: Floats) -> Floats:
    """The last level of the best simple exponential smoothing, (series,)."""
    level = np.full((len(values), len(alphas)), np.nan)
    loss = np.zeros_like(level)
    seen = np.zeros(len(values), dtype=int)
    for column in values.T:
        here: Flags = ~np.isnan(column)
        error = column[:, None] - level
        counts = here & (seen >= min(WARM_UP, values.shape[1] // 2))
        loss += np.where(counts[:, None], np.nan_to_num(error) ** 2, 0.0)
        seen += here
        moved = np.where(np.isnan(level), column[:, None], level + alphas * error)
        level = np.where(here[:, None], moved, level)
    return np.asarray(level[np.arange(len(values)), np.argmin(loss, axis=1)])


def _row_mean(values: Floats) -> Floats:
    present = ~np.isnan(values)
    count = present.sum(axis=1)
    total = np.where(present, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
