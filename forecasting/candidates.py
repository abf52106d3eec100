"""Which models a panel is worth, by how long its series are and what may repeat in them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from forecasting.backtest import Candidate
from forecasting.classes import DemandClass
from forecasting.models import simple
from forecasting.models.linear import linear
from forecasting.models.statistical import statistical
from forecasting.models.trees import trees
from forecasting.panel import Floats, Panel

SHORT_LAGS: Final = 8
FALLBACK: Final = "ses"  # speaks whenever there is one observation
EVEN: Final = ("smooth", "erratic", "seasonal")  # what models of single series are made for
FEW_SEASONS: Final = 4
ON_REQUEST: Final = ("arima", "theta", "croston", "croston_optimized", "adida")
LONGEST_ARIMA: Final = 24  # a season beyond it costs minutes a series
MOST_STATISTICAL: Final = 2000  # more even series than this and only models that cost 1 ms run


def candidates_for(
    panel: Panel,
    horizon: int,
    seasons: tuple[int, ...],
    classes: Sequence[DemandClass],
    network_logs: Path | None = None,
) -> list[Candidate]:
    """Every model that may say something about these series, the fallback first.

    The LSTM takes minutes, so it takes part only with a folder for its logs.
    """
    found = [*cheap_candidates(panel, horizon, seasons)]
    even = sum(kind in EVEN for kind in classes)
    if _knows_ahead(panel, horizon):
        found.append(Candidate("trees", partial(trees, season=max(seasons, default=1))))
    if 0 < even <= MOST_STATISTICAL:
        found += statistical_candidates(panel, seasons)
    if network_logs is not None:
        found.append(
            Candidate("lstm", partial(_network, season=max(seasons, default=1), logs=network_logs))
        )
    return found


def requested_candidates(seasons: tuple[int, ...]) -> list[Candidate]:
    """Models that never compete: too dear for all series, or weaker than their like here."""
    season = max(seasons, default=1)
    season = season if season <= LONGEST_ARIMA else 1
    return [
        Candidate(name, _plain(partial(statistical, name=name, season=season)))
        for name in ON_REQUEST
    ]


def _knows_ahead(panel: Panel, horizon: int) -> bool:
    return bool(panel.known) and all(
        one.shape[1] >= panel.steps + horizon for one in panel.known.values()
    )


def _network(panel: Panel, horizon: int, season: int, logs: Path) -> Floats:
    from forecasting.models.lstm import lstm  # torch takes seconds and memory to load

    return lstm(panel, horizon, season, logs=logs / f"after-{panel.steps}-steps").mean


def cheap_candidates(panel: Panel, horizon: int, seasons: tuple[int, ...]) -> list[Candidate]:
    """Models that cost about a millisecond a series or less."""
    typical = int(np.median(panel.lengths))
    found = [
        Candidate(FALLBACK, _plain(simple.exponential_smoothing)),
        Candidate("naive", _plain(simple.naive)),
        Candidate("damped", _plain(simple.damped_trend)),
        Candidate("imapa", _plain(simple.imapa)),
        Candidate("tsb", _plain(simple.tsb)),
        Candidate("sba", _plain(simple.croston_sba)),
        Candidate("mean_4", _plain(partial(simple.window_average, window=4))),
        Candidate("mean_8", _plain(partial(simple.window_average, window=8))),
        Candidate("mean_13", _plain(partial(simple.window_average, window=13))),
    ]
    found += [
        Candidate(f"seasonal_naive_{season}", _plain(partial(simple.seasonal_naive, season=season)))
        for season in seasons
        if typical >= season + horizon
    ]
    found += [
        Candidate(
            f"last_year_{season}_{window}",
            _plain(partial(simple.last_year, season=season, window=window)),
        )
        for season in seasons
        for window in (max(season // 12, 2), max(season // 4, 2))
        if typical >= season + window + horizon
    ]
    for lags in linear_lags(panel, horizon, seasons):
        for name, by_volume in (("linear", True), ("ratio", False)):
            model = partial(linear, lags=lags, by_volume=by_volume)
            found.append(Candidate(f"{name}_{lags}", _plain(model)))
    return found


def statistical_candidates(panel: Panel, seasons: tuple[int, ...]) -> list[Candidate]:
    """statsforecast's models for those series that are long enough and sell often enough."""
    longest = int(panel.lengths.max())
    wanted = [("ets", 1), ("ces", 1), ("dot", 1)]
    for season in seasons[-1:]:
        if longest > 2 * season:
            wanted += [("ces", season), ("dot", season), ("mstl", season)]
    found = [
        Candidate(name if season == 1 else f"{name}_{season}", _even_only(name, season))
        for name, season in wanted
    ]
    found += [
        Candidate(f"seasons_{season}", partial(_seasons, season=season))
        for season in seasons[-1:]
        if season < longest <= FEW_SEASONS * season
    ]
    return found


def _seasons(panel: Panel, horizon: int, season: int) -> Floats:
    """The mean of what knows a season, for histories of few of them.

    At an early origin only the models that need one season speak; the blend is judged by those and
    gains the others later.
    """
    windows = (max(season // 12, 2), max(season // 4, 2))
    said = [simple.last_year(panel.values, horizon, season, window) for window in windows]
    said.append(linear(panel.values, horizon, round(1.25 * season), by_volume=True))
    said.append(statistical(panel.values, horizon, "mstl", season))
    if _knows_ahead(panel, horizon):
        said.append(trees(panel, horizon, season))
    spoken = np.stack(said)
    count = (~np.isnan(spoken)).sum(axis=0)
    total = np.nansum(spoken, axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def linear_lags(panel: Panel, horizon: int, seasons: tuple[int, ...]) -> list[int]:
    """Short and long memories: the long ones reach over a season and a quarter, and a half."""
    longest = int(np.quantile(panel.lengths, 0.9))
    wanted = [SHORT_LAGS, 2 * SHORT_LAGS, 3 * SHORT_LAGS]
    wanted += [round(share * season) for season in seasons for share in (1.25, 1.5)]
    return sorted({lags for lags in wanted if lags + 2 * horizon <= longest})


def _plain(model: Callable[[Floats, int], Floats]) -> Callable[[Panel, int], Floats]:
    return lambda panel, horizon: model(panel.values, horizon)


def _even_only(name: str, season: int) -> Callable[[Panel, int], Floats]:
    """The model for series that sell in most steps; silent about the others."""

    def predict(panel: Panel, horizon: int) -> Floats:
        out = np.full((len(panel.ids), horizon), np.nan)
        sold = (np.nan_to_num(panel.values) != 0).sum(axis=1)
        rows = np.flatnonzero(sold * 4 >= panel.lengths * 3)
        out[rows] = statistical(panel.values[rows], horizon, name, season)
        return out

    return predict
