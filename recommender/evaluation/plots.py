"""Plots: what the tried models cost and reach, and where in the catalogue hits are found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from recommender.data import Floats, Places
from recommender.evaluation.run import Report


def draw(report: Report, folder: Path) -> list[Path]:
    """Write accuracy-over-time.png (when several were tried) and groups.png; their paths."""
    import matplotlib

    matplotlib.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    points = [(one.alias, one.seconds, one.quality) for one in report.choice.trials]
    if points:
        drawn.append(accuracy_over_time(points, folder / "accuracy-over-time.png"))
    bars = {
        group: next((one.mean for name, one in found.items() if name.startswith("recall@")), None)
        for group, found in report.groups.items()
    }
    shown = {name: value for name, value in bars.items() if value is not None and value == value}
    if shown:
        drawn.append(recall_by_group(shown, folder / "groups.png"))
    return drawn


def accuracy_over_time(
    points: list[tuple[str, float, float]], path: Path, quality: str = "nDCG on validation"
) -> Path:
    """(name, seconds, quality) as a scatter with a logarithmic time axis."""
    figure, axes = _figure()
    for name in dict.fromkeys(one[0] for one in points):
        own = [(seconds, value) for other, seconds, value in points if other == name]
        axes.scatter(*zip(*own, strict=True), label=name, s=36)
    axes.set_xscale("log")
    axes.set_xlabel("seconds to fit and answer")
    axes.set_ylabel(quality)
    axes.legend(fontsize=8, frameon=False)
    return _written(figure, path)


def long_tail(curves: Mapping[str, Floats], path: Path) -> Path:
    """Which share of all answers goes to the most popular items, a line a model.

    Curves come from `long_tail_curve`; a model that spreads its answers evenly is on the diagonal.
    """
    figure, axes = _figure()
    for name, curve in curves.items():
        axes.plot(np.linspace(0, 100, len(curve)), 100 * curve, label=name)
    axes.plot([0, 100], [0, 100], color="grey", linewidth=0.8, linestyle="--")
    axes.set_xlabel("% of the catalogue, most popular first")
    axes.set_ylabel("% of the answers")
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    return _written(figure, path)


def long_tail_curve(places: Places, popularity: Floats, points: int = 101) -> Floats:
    """(points,) share of the answers `places` that lie in the most popular part of the catalogue.

    The part grows from nothing to everything in equal steps; -1 among the places is no answer.
    """
    shown = np.bincount(places[places >= 0].ravel(), minlength=len(popularity))
    sums = np.cumsum(shown[np.argsort(-popularity, kind="stable")])
    share = np.concatenate([[0.0], sums / max(1, int(sums[-1]))])
    at = np.round(np.linspace(0, len(popularity), points)).astype(int)
    curve: Floats = share[at].astype(np.float32)
    return curve


def recall_by_group(values: dict[str, float], path: Path) -> Path:
    """Recall for groups of users and items as bars."""
    figure, axes = _figure()
    axes.barh([name.replace("_", " ") for name in values], list(values.values()), color="#3b6ea5")
    axes.invert_yaxis()
    axes.set_xlabel("recall")
    return _written(figure, path)


def _figure() -> tuple[Any, Any]:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    return figure, axes


def _written(figure: Any, path: Path) -> Path:
    from matplotlib import pyplot

    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return path
