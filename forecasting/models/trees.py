"""One LightGBM for all series, for what a plain history cannot know: price, promotion, holiday.

The form that won M5 (Makridakis and others 2022), for any horizon at once: the step ahead is a
feature, values are divided by the series' recent mean, and what is known beforehand is given at the
step that is forecast and beside what it was on average before.
"""

from typing import Any, Final

import numpy as np

from forecasting.panel import Floats, Panel

LAGS: Final = 8
WINDOWS: Final = (4, 8, 13, 26, 52)
ROUNDS: Final = 150
MOST_ROWS: Final = 200_000
LEAST_ROWS: Final = 1_000
CLIP: Final = 0.995
PARAMETERS: Final[dict[str, Any]] = {
    "objective": "regression",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "num_threads": 1,
    "verbosity": -1,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
}


def trees(panel: Panel, horizon: int, season: int) -> Floats:
    """(series, horizon); all NaN where there is too little to learn from.

    What is known beforehand must reach `horizon` steps ahead.
    """
    import lightgbm

    out = np.full((len(panel.ids), horizon), np.nan)
    features, targets, weights = _examples(panel, horizon, season)
    if len(targets) < LEAST_ROWS:
        return out
    limit = float(np.quantile(np.abs(targets), CLIP))
    model = lightgbm.train(
        PARAMETERS,
        lightgbm.Dataset(features, np.clip(targets, -limit, limit), weight=weights),
        ROUNDS,
    )
    size = _size(panel.values)
    rows = np.flatnonzero(size > 0)
    for ahead in range(1, horizon + 1):
        now = _features(panel, panel.steps, ahead, season, size)
        out[rows, ahead - 1] = np.asarray(model.predict(now[rows])) * size[rows]
    out[(size == 0) & (panel.lengths > 0)] = 0.0
    return out


def _examples(panel: Panel, horizon: int, season: int) -> tuple[Floats, Floats, Floats]:
    """Features, scaled outcomes and weights from earlier origins, evenly thinned to MOST_ROWS."""
    origins = range(max(LAGS, panel.steps // 3), panel.steps - horizon + 1)
    steps = max(1, len(origins) * horizon * len(panel.ids) // MOST_ROWS)
    usual = _size(panel.values)
    parts: list[tuple[Floats, Floats, Floats]] = []
    for place, (origin, ahead) in enumerate((o, h) for o in origins for h in range(1, horizon + 1)):
        if place % steps:
            continue
        size = _size(panel.values[:, :origin])
        outcome = panel.values[:, origin + ahead - 1]
        rows = np.flatnonzero((size > 0) & ~np.isnan(outcome))
        if len(rows):
            made = _features(panel, origin, ahead, season, size)
            share = np.minimum(size[rows] / np.maximum(usual[rows], 1e-9), 4.0)
            parts.append((made[rows], outcome[rows] / size[rows], share))
    if not parts:
        return np.empty((0, 0)), np.empty(0), np.empty(0)
    features, targets, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    return features, targets, weights


def _features(panel: Panel, origin: int, ahead: int, season: int, size: Floats) -> Floats:
    """What is known at `origin` of the step `ahead`, (series, features); NaN is fine for trees."""
    past = panel.values[:, :origin]
    scale = np.where(size > 0, size, 1.0)
    columns = [np.full(len(past), float(ahead))]
    columns += [past[:, -lag] / scale for lag in range(1, LAGS + 1)]
    for window in WINDOWS:
        tail = past[:, -window:]
        columns += [_mean(tail) / scale, _mean((tail != 0).astype(float))]
    target = origin + ahead - 1
    for shift in (-1, 0, 1):
        place = target - season + shift
        seen = season > 1 and 0 <= place < origin
        columns.append(panel.values[:, place] / scale if seen else np.full(len(past), np.nan))
    for known in panel.known.values():
        columns += [
            known[:, target],
            known[:, target] - _mean(known[:, max(origin - 13, 0) : origin]),
        ]
        year_ago = target - season
        columns.append(known[:, year_ago] if season > 1 and year_ago >= 0 else columns[-1] * np.nan)
    return np.stack(columns, axis=1)


def _size(values: Floats) -> Floats:
    """The mean size of the last 26 steps, (series,); 0 where there is nothing."""
    return np.nan_to_num(_mean(np.abs(values[:, -26:])))


def _mean(values: Floats) -> Floats:
    count = (~np.isnan(values)).sum(axis=1)
    return np.where(count > 0, np.nansum(values, axis=1) / np.maximum(count, 1), np.nan)
