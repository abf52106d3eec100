"""Pictures for people: histories with their forecast fans, and how well intervals hold."""

from pathlib import Path
from typing import Final

import numpy as np

from forecasting.engine import PanelForecast
from forecasting.series_files import SeriesFiles

SHOWN: Final = 6
PAST_STEPS: Final = 104


def draw(files: SeriesFiles, made: PanelForecast, folder: Path) -> list[Path]:
    """Draw `forecasts.png` and `calibration.png` into `folder`; the paths."""
    import matplotlib

    matplotlib.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    return [_fans(files, made, folder), _calibration(files, made, folder)]


def _fans(files: SeriesFiles, made: PanelForecast, folder: Path) -> Path:
    from matplotlib import pyplot

    judged = np.flatnonzero(~np.isnan(files.actual).all(axis=1))
    sizes = np.nansum(files.panel.values[judged], axis=1)
    order = judged[np.argsort(sizes)]
    chosen = order[np.linspace(0, len(order) - 1, min(SHOWN, len(order))).round().astype(int)]
    figure, axes = pyplot.subplots(2, 3, figsize=(13, 6.5), constrained_layout=True)
    horizon = made.mean.shape[1]
    ahead = np.arange(1, horizon + 1)
    for axis, row in zip(axes.flat, chosen, strict=False):
        past = files.panel.series(int(row))[-PAST_STEPS:]
        axis.plot(np.arange(1 - len(past), 1), past, color="#3a4a5a", linewidth=1, label="history")
        for level, shade in ((0.95, 0.15), (0.8, 0.3)):
            low, high = made.intervals[level]
            axis.fill_between(ahead, low[row], high[row], color="#d9772b", alpha=shade, linewidth=0)
        axis.plot(ahead, made.mean[row], color="#d9772b", label="forecast")
        axis.plot(ahead, files.actual[row], color="#1b7f5c", marker=".", label="what came")
        axis.set_title(f"{made.ids[row]}: {made.classes[row]}, {made.models[row]}", fontsize=9)
    for axis in axes.flat[len(chosen) :]:
        axis.axis("off")
    axes.flat[0].legend(fontsize=8)
    path = folder / "forecasts.png"
    figure.savefig(path, dpi=90)
    pyplot.close(figure)
    return path


def _calibration(files: SeriesFiles, made: PanelForecast, folder: Path) -> Path:
    from matplotlib import pyplot

    levels = sorted(made.quantiles)
    known = ~np.isnan(files.actual)
    below = [float((files.actual <= made.quantiles[level])[known].mean()) for level in levels]
    figure, axis = pyplot.subplots(figsize=(5, 5), constrained_layout=True)
    axis.plot([0, 1], [0, 1], color="#3a4a5a", linewidth=1, linestyle="--", label="exact")
    axis.plot(levels, below, color="#d9772b", marker="o", label="measured")
    axis.set_xlabel("level of the quantile")
    axis.set_ylabel("share of what came at or below it")
    axis.legend()
    path = folder / "calibration.png"
    figure.savefig(path, dpi=90)
    pyplot.close(figure)
    return path
