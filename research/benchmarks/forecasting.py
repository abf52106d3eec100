"""`concierge bench forecasting`: forecasts and stock on public sets beside peers, and at scale.

The sets (`CONCIERGE_SHARED_DATA`, by default ../shared/data) are no part of the project. Everything
is chosen in the training part, with the same settings for all sets; the test part is only measured.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from forecasting.engine import forecast
from forecasting.metrics import Scores, score
from forecasting.models import simple
from forecasting.models.statistical import model_of
from forecasting.panel import Floats, Panel, align_right
from research.benchmarks import forecasting_scale, inventory
from research.benchmarks.forecasting_targets import print_targets
from research.benchmarks.real_input import shared_data

RETAIL_TRAIN: Final = 24
PARTS_TRAIN: Final = 45
STORES_HORIZON: Final = 13
STORES_ORIGINS: Final = (39, 26, 13)
SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "m4-weekly": ("smape", "mase", "owa"),
    "online-retail": ("wape", "rmsse", "bias"),
    "car-parts": ("rmse", "rmsse", "bias"),
    "walmart": ("wape", "mase", "bias"),
}
INTERVALS: Final = ("coverage_80", "coverage_95", "msis_80", "msis_95", "pinball")
console = Console(width=130)


@dataclass(frozen=True)
class Task:
    """A panel, what came after, and the period that scales MASE."""

    panel: Panel
    actual: Floats
    season: int


@dataclass(frozen=True)
class Said:
    """What one model said of a task, in how many seconds; no quantiles from point models."""

    mean: Floats
    quantiles: dict[float, Floats] | None
    intervals: dict[float, tuple[Floats, Floats]] | None
    seconds: float


def run(
    root: Path,
    data: Path,
    stock: Path | None,
    only: Sequence[str] = (),
    save: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """Run the parts that `only` names (all without it), print their tables, return the figures.

    `save` gets all figures so far after each part. The last table holds them against the targets.
    """
    parts = _parts_of(root, data, stock)
    if unknown := set(only) - set(parts):
        raise typer.BadParameter(f"{min(unknown)!r} is none of {', '.join(parts)}")
    figures: dict[str, Any] = {}
    for name, part in parts.items():
        if not only or name in only:
            figures |= part()
            save(figures)
    return figures | print_targets(console, figures)


def _parts_of(
    root: Path, data: Path, stock: Path | None
) -> dict[str, Callable[[], dict[str, Any]]]:
    folder = shared_data(root) / "forecast"
    # Scale comes first, so that its peak memory is its own.
    return {
        "scale": partial(forecasting_scale.whole, console),
        "spark": partial(forecasting_scale.on_spark, console),
        "cases": lambda: inventory.cases(folder),
        "inventory": lambda: inventory.run(root, data, stock),
        **{name: partial(_run_task, name, read, folder) for name, read in TASKS.items()},
    }


def _run_task(
    name: str, read: Callable[[Path], list[Task]], folder: Path
) -> dict[str, float | None]:
    return _run_set(name, read(folder))


def _run_set(name: str, tasks: Sequence[Task]) -> dict[str, float | None]:
    shown = SHOWN[name]
    table = Table(title=f"{name}: {len(tasks[0].panel.ids)} series, {len(tasks)} origin(s)")
    for heading in ("model", *shown, *INTERVALS, "seconds"):
        table.add_column(heading, justify="left" if heading == "model" else "right")
    figures: dict[str, float | None] = {}
    for model, predict in models_for(name).items():
        with console.status(f"{name}: {model} …"):
            said = [predict(task) for task in tasks]
        scores = _mean_scores([_scores(task, one) for task, one in zip(tasks, said, strict=True)])
        seconds = sum(one.seconds for one in said)
        line = {measure: scores[measure] for measure in (*shown, *INTERVALS)} | {"seconds": seconds}
        table.add_row(model, *(_text(value) for value in line.values()))
        label = f"{name}_{model}".replace("-", "_").replace(" ", "_").lower()
        figures |= {
            f"{label}_{measure}": None if np.isnan(value) else round(value, 4)
            for measure, value in line.items()
        }
    console.print(table)
    return figures


def models_for(name: str) -> dict[str, Callable[[Task], Said]]:
    """Ours and the peers that make sense for a set."""
    season = 12 if name == "car-parts" else 52
    found: dict[str, Callable[[Task], Said]] = {
        "ours": _ours,
        "naive": lambda task: _simple(task, simple.naive),
        "seasonal naive": lambda task: _simple(
            task, lambda values, horizon: simple.seasonal_naive(values, horizon, season)
        ),
        "AutoETS": lambda task: _single(task, "ets", 1),
        "LSTM": lambda task: _network(task, season),
    }
    if name in ("online-retail", "car-parts"):
        found |= {
            "all zero": lambda task: _simple(task, lambda v, h: np.zeros((len(v), h))),
            "IMAPA": lambda task: _simple(task, simple.imapa),
            "8-step mean": lambda task: _simple(
                task, lambda values, horizon: simple.window_average(values, horizon, 8)
            ),
        }
    else:
        found |= {"MSTL": lambda task: _single(task, "mstl", season)}
    return found


def _network(task: Task, season: int) -> Said:
    """The LSTM alone, the last value where it says nothing; its quantiles, no intervals."""
    from forecasting.models.lstm import lstm

    begin = time.perf_counter()
    horizon = task.actual.shape[1]
    told, naive = lstm(task.panel, horizon, season), simple.naive(task.panel.values, horizon)

    def bounded(values: Floats) -> Floats:
        least = np.where(task.panel.is_sales, 0.0, -np.inf)[:, None]
        return np.maximum(np.where(np.isnan(values), naive, values), least)

    quantiles = {level: bounded(values) for level, values in told.quantiles.items()}
    return Said(bounded(told.mean), quantiles, None, time.perf_counter() - begin)


def _ours(task: Task) -> Said:
    begin = time.perf_counter()
    made = forecast(task.panel, task.actual.shape[1], task.season)
    seconds = time.perf_counter() - begin
    return Said(made.mean, dict(made.quantiles), dict(made.intervals), seconds)


def _simple(task: Task, model: Callable[[Floats, int], Floats]) -> Said:
    begin = time.perf_counter()
    mean = model(task.panel.values, task.actual.shape[1])
    return Said(mean, None, None, time.perf_counter() - begin)


def _single(task: Task, name: str, season: int) -> Said:
    """statsforecast's model with its own defaults and intervals; naive where a fit fails."""
    begin = time.perf_counter()
    model, horizon = model_of(name, season), task.actual.shape[1]
    mean = simple.naive(task.panel.values, horizon)
    ends = {level: (mean.copy(), mean.copy()) for level in (0.8, 0.95)}
    for row in range(len(task.panel.ids)):
        try:
            said = model.forecast(y=task.panel.series(row), h=horizon, level=[80, 95])
        except (ValueError, ArithmeticError, RuntimeError):
            continue
        mean[row] = said["mean"]
        for level, (low, high) in ends.items():
            low[row], high[row] = said[f"lo-{level * 100:.0f}"], said[f"hi-{level * 100:.0f}"]
    return Said(mean, None, ends, time.perf_counter() - begin)


def _scores(task: Task, said: Said) -> Scores:
    return score(
        task.actual,
        said.mean,
        task.panel.values,
        season=task.season,
        quantiles=said.quantiles,
        intervals=said.intervals,
    )


def _mean_scores(scores: Sequence[Scores]) -> dict[str, float]:
    return {
        name: float(np.mean([getattr(one, name) for one in scores])) for name in vars(scores[0])
    }


def _text(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3f}"


def _m4(folder: Path) -> list[Task]:
    train = pd.read_csv(folder / "m4/Weekly-train.csv.gz", index_col=0)
    test = pd.read_csv(folder / "m4/Weekly-test.csv.gz", index_col=0).loc[train.index]
    series = [line[~np.isnan(line)] for line in train.to_numpy(float)]
    panel = Panel(tuple(train.index), align_right(series), "week")
    return [Task(panel, test.to_numpy(float), 1)]


def _retail(folder: Path) -> list[Task]:
    """24 weeks of SKUs that sold in three of them or more; the four weeks after."""
    frame = pd.read_csv(folder / "online_retail/weekly_sku_demand.csv.gz", index_col=0)
    frame = frame.fillna(0.0)
    frame = frame[(frame.iloc[:, :RETAIL_TRAIN] > 0).sum(axis=1) >= 3]
    values = frame.to_numpy(float)
    panel = Panel(tuple(map(str, frame.index)), values[:, :RETAIL_TRAIN], "week")
    return [Task(panel, values[:, RETAIL_TRAIN : RETAIL_TRAIN + 4], 1)]


def _parts(folder: Path) -> list[Task]:
    """Whole parts with ten months of demand or more, one of them among the first fifteen."""
    frame = pd.read_csv(folder / "carparts/carparts.csv.gz", index_col=0).T.dropna()
    sold = frame > 0
    frame = frame[(sold.sum(axis=1) >= 10) & sold.iloc[:, :15].any(axis=1)]
    values = frame.to_numpy(float)
    panel = Panel(tuple(map(str, frame.index)), values[:, :PARTS_TRAIN], "month")
    return [Task(panel, values[:, PARTS_TRAIN:], 1)]


def _stores(folder: Path) -> list[Task]:
    frame = pd.read_csv(folder / "walmart/walmart_weekly.csv.gz")
    day = next(column for column in frame.columns if column.lower() == "date")
    wide = frame.pivot(index="Store", columns=day, values="Weekly_Sales")
    holiday = frame.pivot(index="Store", columns=day, values="Holiday_Flag").to_numpy(float)
    values = wide.to_numpy(float)
    panel = Panel(tuple(map(str, wide.index)), values, "week", known={"holiday": holiday})
    tasks = []
    for cut in STORES_ORIGINS:
        begin = values.shape[1] - cut
        past = replace(panel, values=values[:, :begin])
        tasks.append(Task(past, values[:, begin : begin + STORES_HORIZON], 52))
    return tasks


TASKS: Final[dict[str, Callable[[Path], list[Task]]]] = {
    "m4-weekly": _m4,
    "online-retail": _retail,
    "car-parts": _parts,
    "walmart": _stores,
}
