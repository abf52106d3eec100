"""What a classifier's answers are worth: figures with bootstrap intervals.

An answer is wrong when the label is wrong, a rejection of a text that has an intent included.
Matthews' correlation is over all labels, out of scope being one of them (Gorodkin 2004).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]
RESAMPLES: Final = 1000
BINS: Final = 15


@dataclass(frozen=True)
class Judged:
    """What a model says of texts: a label, a probability and a score of being in scope each."""

    labels: Sequence[str]
    confidence: Floats
    score: Floats


@dataclass(frozen=True)
class Outcome:
    """Answers beside the truth. `guesses` holds the out-of-scope label where a text was rejected.

    `truth` and `guesses` are places in `names`; `strange` marks texts that belong to no intent.
    """

    names: Sequence[str]
    truth: npt.NDArray[np.int64]
    guesses: npt.NDArray[np.int64]
    top_right: Flags
    confidence: Floats
    score: Floats
    rejected: Flags
    strange: Flags


def outcome(
    judged: Judged, truth: Sequence[str], threshold: float, oos_label: str | None
) -> Outcome:
    """Answers below `threshold` are rejections when there is an out-of-scope label."""
    rejected = np.asarray(judged.score) < threshold
    if oos_label is None:
        rejected = np.zeros(len(truth), bool)
    guesses = [
        str(oos_label) if out else label for out, label in zip(rejected, judged.labels, strict=True)
    ]
    names = sorted({*truth, *guesses})
    places = {name: place for place, name in enumerate(names)}
    return Outcome(
        names,
        np.array([places[name] for name in truth]),
        np.array([places[name] for name in guesses]),
        np.array([label == meant for label, meant in zip(judged.labels, truth, strict=True)]),
        np.asarray(judged.confidence),
        np.asarray(judged.score),
        rejected,
        np.array([name == oos_label for name in truth]),
    )


def figures(result: Outcome, seed: int = 7) -> dict[str, float | None]:
    """Flat figures, each with its 95 % interval as NAME_low and NAME_high; None where undefined."""
    measures: dict[str, Callable[[npt.NDArray[np.int64]], float | None]] = {
        "accuracy": lambda rows: _mean((result.truth == result.guesses)[rows]),
        "in_scope_accuracy": lambda rows: _mean(
            (result.truth == result.guesses)[rows][~result.strange[rows]]
        ),
        "macro_f1": lambda rows: macro_f1(_confusion(result, rows)),
        "mcc": lambda rows: matthews(_confusion(result, rows)),
        "oos_recall": lambda rows: _mean(result.rejected[rows][result.strange[rows]]),
        "oos_precision": lambda rows: (
            _mean(result.strange[rows][result.rejected[rows]]) if result.strange.any() else None
        ),
        "auroc": lambda rows: area(result.score[rows], ~result.strange[rows]),
        "calibration_error": lambda rows: calibration_error(
            result.confidence[rows][~result.strange[rows]],
            result.top_right[rows][~result.strange[rows]],
        ),
    }
    rng = np.random.default_rng(seed)
    every = np.arange(len(result.truth))
    samples = [rng.integers(0, len(every), len(every)) for _ in range(RESAMPLES)]
    found: dict[str, float | None] = {}
    for name, measure in measures.items():
        value = measure(every)
        found[name] = None if value is None else round(value, 4)
        drawn = (
            [one for rows in samples if (one := measure(rows)) is not None]
            if value is not None
            else []
        )
        for side, share in (("low", 2.5), ("high", 97.5)):
            found[f"{name}_{side}"] = (
                round(float(np.percentile(drawn, share)), 4) if drawn else None
            )
    return found


def _mean(values: Flags) -> float | None:
    return float(values.mean()) if len(values) else None


def _confusion(result: Outcome, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    size = len(result.names)
    pairs = result.truth[rows] * size + result.guesses[rows]
    return np.bincount(pairs, minlength=size * size).reshape(size, size)


def confusion(result: Outcome) -> npt.NDArray[np.int64]:
    """Counts, shape (names, names): rows are the truth, columns the answers."""
    return _confusion(result, np.arange(len(result.truth)))


def macro_f1(counts: npt.NDArray[np.int64]) -> float:
    """The mean F1 of labels that were meant or answered; `counts` as `confusion` gives them."""
    hits, meant, said = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    seen = meant + said > 0
    return float((2 * hits[seen] / (meant + said)[seen]).mean())


def matthews(counts: npt.NDArray[np.int64]) -> float:
    """Matthews' correlation of several labels, -1 to 1; 0 where it has no meaning."""
    meant, said = counts.sum(axis=1).astype(float), counts.sum(axis=0).astype(float)
    total, hits = float(counts.sum()), float(np.trace(counts))
    spread = (total**2 - said @ said) * (total**2 - meant @ meant)
    return float((hits * total - meant @ said) / np.sqrt(spread)) if spread > 0 else 0.0


def area(score: Floats, inside: Flags) -> float | None:
    """The probability that a text in scope scores above one out of scope, ties counting half."""
    from scipy.stats import rankdata

    count = int(inside.sum())
    if count in (0, len(inside)):
        return None
    ranks = float(rankdata(score)[inside].sum())
    return (ranks - count * (count + 1) / 2) / (count * (len(inside) - count))


def calibration_error(confidence: Floats, right: Flags, bins: int = BINS) -> float | None:
    """Mean gap between confidence and accuracy over equal bins (Guo et al. 2017); 0 is honest."""
    if not len(right):
        return None
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(places, minlength=bins)
    gaps = np.bincount(places, confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / counts.sum())
