"""Learn the mood of texts from labelled ones; needs scikit-learn.

Runs of signs and words are weighted by their rarity and read by logistic regression, sentence
vectors by another. How much each counts is learned on texts that neither had seen (stacking,
Wolpert 1992), which also makes the probabilities honest. Nothing but training texts is used.
"""

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.nlu.sentiment import Floats, Reader
from bot.nlu.sentiment_features import matrix
from knowledge.scores import centred, softmax

# Places of runs: few for the assistant's own examples, many for a file of reviews.
SMALL, LARGE, LARGE_FROM = 1 << 17, 1 << 21, 1000
# From so many texts on, a fifth is enough to learn how much to trust each reader.
MANY: Final = 5000
RUNS_STRENGTH: Final = 8.0
DENSE_STRENGTH: Final = 20.0
JOIN_STRENGTH: Final = 1.0
FOLDS: Final = 5
SEED: Final = 7


class TooFewLabels(ValueError):
    """There is nothing to tell apart; the message says what to add."""


def fit_reader(
    texts: Sequence[str],
    labels: Sequence[str],
    vectors: Floats,
    report: Callable[[str], None] = lambda _: None,
) -> Reader:
    """A reader that learned; `vectors` are unit vectors, shape (texts, dimensions).

    Raises TooFewLabels with fewer than two labels or fewer than two texts of one.
    """
    names = sorted(set(labels))
    counts = Counter(labels)
    if len(names) < 2:
        raise TooFewLabels("at least two labels are needed; add texts of another one")
    rare = min(names, key=lambda name: counts[name])
    if counts[rare] < 2:
        raise TooFewLabels(f"{rare} has a single text; add more or leave it out")
    target = np.array([names.index(label) for label in labels])
    report("reading runs of signs and words")
    runs = matrix(texts, LARGE if len(texts) >= LARGE_FROM else SMALL)
    scores, truth = _held_out(runs, vectors, target, report)
    join, join_bias = _fitted(scores, truth, JOIN_STRENGTH, "lbfgs")
    guesses = softmax(scores @ join.T + join_bias)
    right = guesses.argmax(axis=1) == truth
    likelihood = np.log(guesses[np.arange(len(truth)), truth])
    report("learning from all texts")
    parts = _fit_both(runs, vectors, target)
    return Reader(
        labels=tuple(names),
        rarity=parts.rarity,
        runs=np.ascontiguousarray(parts.runs.T),
        runs_bias=parts.runs_bias,
        mean=parts.mean,
        dense=np.ascontiguousarray(parts.dense.T),
        dense_bias=parts.dense_bias,
        join=np.ascontiguousarray(join.T),
        join_bias=join_bias,
        facts={
            "examples": float(len(texts)),
            "held_out_examples": float(len(truth)),
            "held_out_accuracy": round(float(right.mean()), 4),
            "held_out_log_loss": round(-float(likelihood.mean()), 4),
        },
    )


def _held_out(
    runs: Any, vectors: Floats, target: npt.NDArray[np.int64], report: Callable[[str], None]
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Scores of both readers for texts that they did not learn from, and what those texts are.

    Many texts lend a fifth; of few every one is held out once.
    """
    from sklearn.model_selection import StratifiedKFold

    folds = min(FOLDS, int(np.bincount(target).min()))
    divided = StratifiedKFold(folds, shuffle=True, random_state=SEED).split(target, target)
    scores, truth = [], []
    for number, (seen, unseen) in enumerate(divided, start=1):
        report(f"learning how much to trust each reader, part {number}")
        parts = _fit_both(runs[seen], vectors[seen], target[seen])
        scores.append(parts.scores(runs[unseen], vectors[unseen]))
        truth.append(target[unseen])
        if len(target) >= MANY:
            break
    return np.concatenate(scores), np.concatenate(truth)


@dataclass(frozen=True)
class Parts:
    """Both readers without what joins them; weights have a row per label."""

    rarity: Floats
    runs: Floats
    runs_bias: Floats
    mean: Floats
    dense: Floats
    dense_bias: Floats

    def scores(self, runs: Any, vectors: Floats) -> Floats:
        """Scores of both side by side, shape (texts, 2 · labels)."""
        from_runs = _weighted(runs, self.rarity) @ self.runs.T + self.runs_bias
        from_vectors = centred(vectors, self.mean) @ self.dense.T + self.dense_bias
        return np.concatenate([from_runs, from_vectors], axis=1)


def _fit_both(runs: Any, vectors: Floats, target: npt.NDArray[np.int64]) -> Parts:
    # A run that one text only has is left out: it would be learned by heart.
    frequency = np.bincount(runs.indices, minlength=runs.shape[1])
    rarity = np.log((1 + runs.shape[0]) / (1 + frequency)) + 1
    rarity = np.where(frequency > 1, rarity, 0).astype(np.float32)
    mean = vectors.mean(axis=0)
    return Parts(
        rarity,
        *_one_against_rest(_weighted(runs, rarity), target),
        mean,
        *_fitted(centred(vectors, mean), target, DENSE_STRENGTH, "lbfgs"),
    )


def _weighted(runs: Any, rarity: Floats) -> Any:
    """Each text's runs weighted by rarity, of unit length."""
    found = runs.copy()
    found.data = rarity[found.indices]
    found.eliminate_zeros()
    lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    found.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(found.indptr)).astype(np.float32)
    return found


def _one_against_rest(features: Any, target: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Weights and biases by label: each told from all others, by coordinate descent."""
    if target.max() == 1:
        return _fitted(features, target, RUNS_STRENGTH, "liblinear")
    found = [
        _fitted(features, (target == label).astype(np.int64), RUNS_STRENGTH, "liblinear")
        for label in range(target.max() + 1)
    ]
    weights, biases = zip(*found, strict=True)
    return np.stack([one[1] for one in weights]), np.array([one[1] for one in biases])


def _fitted(
    features: Any, target: npt.NDArray[np.int64], strength: float, solver: str
) -> tuple[Floats, Floats]:
    """Weights and biases of a logistic regression, a row per label."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, solver=solver, tol=1e-2, max_iter=200, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # enough steps are enough, converged or not
        model.fit(features, target)
    weights, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    if len(weights) == 1:  # two labels: half for the one and half against the other
        return np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights, bias
