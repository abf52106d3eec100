"""Learn the mood of texts from labelled ones; needs scikit-learn.

Runs of signs and words are weighted by their rarity and by how unevenly labels have them (after
Wang and Manning 2012) and read by a linear support vector machine, sentence vectors by logistic
regression and, of many texts, the states of tokens by attention. How much each counts is learned
on texts that none had seen (stacking, Wolpert 1992), which also makes the probabilities honest.
Nothing but training texts is used.
"""

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from encoders.scores import centred, softmax
from understanding.sentiment.attention import Attention, Halves
from understanding.sentiment.features import matrix
from understanding.sentiment.model import Floats, Reader

# Places of runs: few for the assistant's own examples, many for a file of reviews.
SMALL, LARGE, LARGE_FROM = 1 << 17, 1 << 21, 1000
# From so many texts on, tokens are read, and a fifth of the texts is enough to learn how much to
# trust each reader.
MANY: Final = 5000
RUNS_STRENGTH: Final = 1.0
DENSE_STRENGTH: Final = 20.0
JOIN_STRENGTH: Final = 10.0
FOLDS: Final = 5
SEED: Final = 7
Report = Callable[[str], None]


class TooFewLabels(ValueError):
    """There is nothing to tell apart; the message says what to add."""


def fit_reader(
    texts: Sequence[str],
    labels: Sequence[str],
    vectors: Floats,
    report: Report = lambda _: None,
    states: Sequence[Halves] = (),
) -> Reader:
    """A reader that learned; `vectors` are unit vectors, shape (texts, dimensions), `states` of
    each text those of its tokens, (tokens, 2, dimensions), to learn attention from them.

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
    scores, truth = _held_out(runs, vectors, states, target, report)
    join, join_bias = _logistic(scores, truth, JOIN_STRENGTH)
    guesses = softmax(scores @ join + join_bias)
    right = guesses.argmax(axis=1) == truth
    likelihood = np.log(guesses[np.arange(len(truth)), truth])
    report("learning from all texts")
    parts = _fit_parts(runs, vectors, states, target, report)
    return Reader(
        labels=tuple(names),
        weights=parts.weights,
        runs=parts.runs,
        runs_bias=parts.runs_bias,
        mean=parts.mean,
        dense=parts.dense,
        dense_bias=parts.dense_bias,
        join=join,
        join_bias=join_bias,
        attention=parts.attention,
        facts={
            "examples": float(len(texts)),
            "held_out_examples": float(len(truth)),
            "held_out_accuracy": round(float(right.mean()), 4),
            "held_out_log_loss": round(-float(likelihood.mean()), 4),
        },
    )


def _held_out(
    runs: Any,
    vectors: Floats,
    states: Sequence[Halves],
    target: npt.NDArray[np.int64],
    report: Report,
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Scores of all readers for texts that they did not learn from, and what those texts are.

    Many texts lend a fifth; of few every one is held out once.
    """
    from sklearn.model_selection import StratifiedKFold

    folds = min(FOLDS, int(np.bincount(target).min()))
    divided = StratifiedKFold(folds, shuffle=True, random_state=SEED).split(target, target)
    scores, truth = [], []
    for number, (seen, unseen) in enumerate(divided, start=1):
        report(f"learning how much to trust each reader, part {number}")
        known, asked = ([states[at] for at in rows] if states else () for rows in (seen, unseen))
        parts = _fit_parts(runs[seen], vectors[seen], known, target[seen], report)
        scores.append(parts.scores(runs[unseen], vectors[unseen], asked))
        truth.append(target[unseen])
        if len(target) >= MANY:
            break
    return np.concatenate(scores), np.concatenate(truth)


@dataclass(frozen=True)
class Parts:
    """The readers without what joins them, as `understanding.sentiment.model.Reader` has them."""

    weights: Floats
    runs: Floats
    runs_bias: Floats
    mean: Floats
    dense: Floats
    dense_bias: Floats
    attention: Attention | None

    def scores(self, runs: Any, vectors: Floats, states: Sequence[Halves]) -> Floats:
        """Scores of all side by side, shape (texts, readers · labels)."""
        from_runs = [
            _weighted(runs, self.weights[:, label]) @ self.runs[:, label]
            for label in range(len(self.runs_bias))
        ]
        found = [
            np.stack(from_runs, axis=1) + self.runs_bias,
            centred(vectors, self.mean) @ self.dense + self.dense_bias,
        ]
        if self.attention is not None:
            found.append(self.attention.scores(states))
        return np.concatenate(found, axis=1)


def _fit_parts(
    runs: Any,
    vectors: Floats,
    states: Sequence[Halves],
    target: npt.NDArray[np.int64],
    report: Report,
) -> Parts:
    mean = vectors.mean(axis=0)
    dense, dense_bias = _logistic(centred(vectors, mean), target, DENSE_STRENGTH)
    attention = None
    if states:
        from understanding.sentiment.attention_fit import fit_attention

        attention = fit_attention(states, target, report)
    return Parts(*_from_runs(runs, target), mean, dense, dense_bias, attention)


def _from_runs(runs: Any, target: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """What each run weighs for each label, what that counts, and biases: each label is told from
    all others."""
    from sklearn.svm import LinearSVC

    labels = range(int(target.max()) + 1)
    weights = np.stack([_weights(runs, target == label) for label in labels], axis=1)
    found = []
    for label in labels if len(labels) > 2 else [1]:
        model = LinearSVC(C=RUNS_STRENGTH, tol=1e-2, random_state=SEED)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # enough steps are enough, converged or not
            model.fit(_weighted(runs, weights[:, label]), target == label)
        found.append((model.coef_[0].astype(np.float32), float(model.intercept_[0])))
    if len(labels) == 2:  # what speaks for the one speaks against the other
        (counts, bias), *_ = found
        return weights, np.stack([-counts, counts], axis=1), np.array([-bias, bias], np.float32)
    counted, biases = zip(*found, strict=True)
    return weights, np.stack(counted, axis=1), np.array(biases, np.float32)


def _weights(runs: Any, has: npt.NDArray[np.bool_]) -> Floats:
    """The rarity of each run, times one and the logarithm of how many times likelier a text with
    the label has it than one without, or the other way round; 0 for a run of one text, which would
    be learned by heart."""
    texts = np.bincount(runs.indices, minlength=runs.shape[1])
    with_label = np.bincount(runs[has].indices, minlength=runs.shape[1])
    rates = (with_label + 1) / has.sum(), (texts - with_label + 1) / (~has).sum()
    rarity = np.log((1 + runs.shape[0]) / (1 + texts)) + 1
    found = np.where(texts > 1, rarity * (1 + np.abs(np.log(rates[0] / rates[1]))), 0)
    return found.astype(np.float32)


def _weighted(runs: Any, weights: Floats) -> Any:
    """Each text's runs with their weights, of unit length."""
    found = runs.copy()
    found.data = weights[found.indices]
    found.eliminate_zeros()
    lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    found.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(found.indptr)).astype(np.float32)
    return found


def _logistic(
    features: Floats, target: npt.NDArray[np.int64], strength: float
) -> tuple[Floats, Floats]:
    """Weights (features, labels) and biases (labels,) of a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, tol=1e-2, max_iter=200, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # enough steps are enough, converged or not
        model.fit(features, target)
    weights, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    if len(weights) == 1:  # two labels: half for the one and half against the other
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return np.ascontiguousarray(weights.T), bias
