"""Pictures of an evaluation: intents taken for others, and whether confidence is honest."""

from pathlib import Path
from typing import Final

import numpy as np

from understanding.evaluation.measures import BINS, Outcome, confusion

SHOWN: Final = 40
INK, SOFT = "#1f4e5f", "#d9e5e8"


def write_plots(
    result: Outcome, folder: Path, title: str = "Texts that belong to an intent"
) -> list[Path]:
    """Write `confusion.png` and `reliability.png` (under `title`) into `folder`; the paths."""
    import matplotlib as mpl

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "confusion.png", folder / "reliability.png"]
    _confusion_plot(result, written[0])
    _reliability_plot(result, written[1], title)
    return written


def _confusion_plot(result: Outcome, target: Path) -> None:
    """All labels, or those with the most mistakes where there are too many to read."""
    from matplotlib import pyplot as plt

    counts = confusion(result)
    mistakes = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts)
    shown = np.sort(np.argsort(-mistakes, kind="stable")[:SHOWN])
    names = [result.names[place] for place in shown]
    picked = counts[np.ix_(shown, shown)]
    share = picked / np.maximum(counts[shown].sum(axis=1, keepdims=True), 1)
    side = 2.5 + 0.24 * len(names)
    figure, axes = plt.subplots(figsize=(side + 1.5, side), dpi=130)
    picture = axes.imshow(share, cmap="GnBu", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
    axes.set_yticks(range(len(names)), names, fontsize=6)
    for row, column in np.argwhere(picked > 0):
        colour = "white" if share[row, column] > 0.6 else INK
        axes.text(
            column,
            row,
            str(picked[row, column]),
            ha="center",
            va="center",
            fontsize=5,
            color=colour,
        )
    axes.set_xlabel("answered")
    axes.set_ylabel("meant")
    rest = f", the {len(names)} labels with the most mistakes" if len(names) < len(counts) else ""
    axes.set_title(f"Answers{rest}", fontsize=9)
    figure.colorbar(picture, shrink=0.6, label="share of the texts that meant it")
    figure.savefig(target, bbox_inches="tight")
    plt.close(figure)


def _reliability_plot(result: Outcome, target: Path, title: str) -> None:
    from matplotlib import pyplot as plt

    inside = ~result.strange
    confidence, right = result.confidence[inside], result.top_right[inside]
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    accuracy = np.bincount(places, right, minlength=BINS) / np.maximum(counts, 1)
    middles = (np.arange(BINS) + 0.5) / BINS
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(5, 5.6), dpi=130, sharex=True, height_ratios=(3, 1)
    )
    upper.plot([0, 1], [0, 1], color="#999", linewidth=1, linestyle="--", label="honest")
    upper.bar(middles, accuracy, width=0.9 / BINS, color=INK, label="accuracy")
    upper.set_ylabel("share that is right")
    upper.set_ylim(0, 1)
    upper.legend(loc="upper left", frameon=False)
    upper.set_title(title, fontsize=10)
    lower.bar(middles, counts, width=0.9 / BINS, color=SOFT, edgecolor=INK, linewidth=0.5)
    lower.set_xlabel("confidence")
    lower.set_ylabel("texts")
    lower.set_xlim(0, 1)
    figure.savefig(target, bbox_inches="tight")
    plt.close(figure)
