"""From a panel to forecasts: classes, a backtest, a recipe a class, intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from forecasting.backtest import Backtest, Candidate, backtest, origins
from forecasting.candidates import FALLBACK, candidates_for, requested_candidates
from forecasting.censoring import without_stock_outs
from forecasting.classes import DemandClass, classify
from forecasting.combination import Recipe, choose_recipes, filled
from forecasting.intervals import ConformalQuantiles, size_features
from forecasting.panel import Flags, Floats, Panel, candidate_seasons

COUNTED: Final = ("intermittent", "lumpy", "new")  # judged by their mean: zeros win absolute errors
SAMPLE: Final = 1000  # series of a class in the backtest: enough to tell models apart
REACH: Final = 2.0  # a forecast above three times the highest value is a fault

Tell = Callable[[str], None]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PanelForecast:
    """`mean` is (series, horizon), `quantiles` one such a level, `models` one label a series.

    `intervals` are the ends of those of 80 % and 95 %.
    """

    ids: tuple[str, ...]
    mean: Floats
    quantiles: Mapping[float, Floats]
    intervals: Mapping[float, tuple[Floats, Floats]]
    classes: tuple[DemandClass, ...]
    models: tuple[str, ...]


class Forecaster(Protocol):
    """What makes a panel's forecasts: `forecast`, or the same in groups on other machines."""

    def __call__(
        self, panel: Panel, horizon: int, season: int, *, tell: Tell = ...
    ) -> PanelForecast: ...


def forecast(
    panel: Panel,
    horizon: int,
    season: int,
    *,
    model: str = "best",
    network_logs: Path | None = None,
    tell: Tell = lambda _: None,
) -> PanelForecast:
    """Forecasts of every series for the next `horizon` steps.

    With `model` "best", each class of demand gets the models that did best at earlier origins of a
    sample of its series; a model's name asks for that one alone. With `network_logs`,
    a folder for TensorBoard, the LSTM takes part too. Raises ValueError for a name that
    does not fit this panel.
    """
    panel = without_stock_outs(panel)
    seasons = candidate_seasons(panel, season)
    classes = classify(panel, seasons[-1] if seasons else 1)
    candidates = candidates_for(panel, horizon, seasons, classes, network_logs)
    if model != "best":
        candidates = choose([*candidates, *requested_candidates(seasons)], model)
    rows = sample_rows(classes)
    sample, kinds = panel.rows(rows), [classes[row] for row in rows]
    past = backtest(sample, candidates, horizon, origins(panel, horizon), tell=tell)
    squared = np.array([kind in COUNTED for kind in kinds])
    recipes = choose_recipes(past, error_scale(sample), squared, kinds)
    mean = _bounded(_cook(panel, candidates, recipes, classes, horizon, tell), panel)
    learned = _learn_errors(panel, sample, past, recipes, kinds, mean)
    shape = size_features(panel, mean)
    return PanelForecast(
        ids=panel.ids,
        mean=mean,
        quantiles=learned.quantiles(mean, shape, panel.is_sales),
        intervals=learned.intervals(mean, shape, panel.is_sales),
        classes=classes,
        models=tuple(recipes[kind].label for kind in classes),
    )


def sample_rows(classes: Sequence[DemandClass]) -> Places:
    """At most SAMPLE series of each class, spread evenly; their rows in order."""
    labels = np.array(classes)
    chosen = []
    for kind in dict.fromkeys(classes):
        rows = np.flatnonzero(labels == kind)
        chosen.append(rows[np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(int))])
    return np.sort(np.concatenate(chosen))


def _cook(
    panel: Panel,
    candidates: Sequence[Candidate],
    recipes: Mapping[str, Recipe],
    classes: Sequence[DemandClass],
    horizon: int,
    tell: Tell,
) -> Floats:
    """Each class's recipe; a model runs over all series to learn, but only when one uses it."""
    labels = np.array(classes)
    fallback = candidates[0].predict(panel, horizon)
    mean, total = np.zeros((len(panel.ids), horizon)), np.zeros(len(panel.ids))
    for candidate in candidates:
        shares = np.array([dict(recipes[kind].weights).get(candidate.name, 0.0) for kind in labels])
        if not shares.any():
            continue
        tell(candidate.name)
        said = candidate.predict(panel, horizon)
        spoken = shares * ~np.isnan(said).any(axis=1)
        mean += spoken[:, None] * np.nan_to_num(said)
        total += spoken
    silent = total <= 0
    return np.where(silent[:, None], fallback, mean / np.where(silent, 1.0, total)[:, None])


def choose(candidates: Sequence[Candidate], model: str) -> list[Candidate]:
    """The named one with the fallback for series it cannot do."""
    chosen = [candidate for candidate in candidates if candidate.name == model]
    if not chosen:
        names = ", ".join(candidate.name for candidate in candidates)
        raise ValueError(f"no model {model!r} for these series; there are best, {names}")
    fallback = next(candidate for candidate in candidates if candidate.name == FALLBACK)
    return [_with_fallback(chosen[0], fallback)]


def _with_fallback(candidate: Candidate, fallback: Candidate) -> Candidate:
    def predict(panel: Panel, horizon: int) -> Floats:
        said = candidate.predict(panel, horizon)
        silent = np.isnan(said).any(axis=1)
        if silent.any():
            said = said.copy()
            said[silent] = fallback.predict(panel.rows(np.flatnonzero(silent)), horizon)
        return said

    return Candidate(candidate.name, predict)


def error_scale(panel: Panel) -> Floats:
    """The usual one-step change of each series, at least a fiftieth of its size; (series,)."""
    values = panel.values
    if values.shape[1] < 2:
        return np.asarray(np.maximum(np.abs(values[:, -1]), 1e-9))
    steps = np.abs(np.diff(values, axis=1))
    counts = np.maximum((~np.isnan(steps)).sum(axis=1), 1)
    typical = np.nansum(np.abs(values), axis=1) / np.maximum(panel.lengths, 1)
    return np.asarray(np.maximum(np.nansum(steps, axis=1) / counts, 0.02 * typical) + 1e-9)


def _bounded(values: Floats, panel: Panel) -> Floats:
    """Forecasts within reach of what was seen: at most its range above and below, sales from 0."""
    high, low = np.nanmax(panel.values, axis=1), np.nanmin(panel.values, axis=1)
    reach = np.maximum(high - low, np.abs(high) * REACH)
    floor = np.where(panel.is_sales, 0.0, low - reach)
    return np.clip(values, floor[:, None], (high + reach)[:, None])


def _learn_errors(
    panel: Panel,
    sample: Panel,
    past: Backtest,
    recipes: Mapping[str, Recipe],
    kinds: Sequence[DemandClass],
    mean: Floats,
) -> ConformalQuantiles:
    """Conformal quantiles from the errors of the same recipes at the origins."""
    features: list[Floats] = []
    errors: list[Floats] = []
    means: list[Floats] = []
    sales: list[Flags] = []
    weights = np.array(
        [[dict(recipes[kind].weights).get(name, 0.0) for name in past.names] for kind in kinds]
    )
    for place, cut in enumerate(past.cuts):
        # Of what had never sold by then, no size of an error is known.
        begun = np.nan_to_num(sample.until(cut).values).any(axis=1)
        rows = np.flatnonzero(~np.isnan(past.actual[place]).all(axis=1) & begun)
        if not len(rows):
            continue
        then = sample.until(cut).rows(rows)
        blend = np.einsum("msh,sm->sh", filled(past.forecasts[place][:, rows]), weights[rows])
        said = _bounded(blend, then)
        features.append(size_features(then, said))
        errors.append(past.actual[place, rows] - said)
        means.append(said)
        sales.append(then.is_sales)
    if not features:
        features, errors, means = [size_features(panel, mean)], [naive_errors(panel, mean)], [mean]
        sales = [panel.is_sales]
    return ConformalQuantiles(
        np.concatenate(features),
        np.concatenate(errors),
        np.concatenate(means),
        np.concatenate(sales),
    )


def naive_errors(panel: Panel, mean: Floats) -> Floats:
    """Where nothing can be backtested: how far the newest values lie from the forecast."""
    width = min(panel.steps, mean.shape[1])
    errors = np.full(mean.shape, np.nan)
    errors[:, :width] = panel.values[:, -width:] - mean[:, :width]
    return errors
