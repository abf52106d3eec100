"""Whether a text belongs to any intent: a score, and the threshold below which it is rejected.

The score is the geometric mean of the model's probability and its score before calibration, times
the mean similarity to the nearest training texts: the first is low between intents, the others far
from all of them. The threshold comes from labelled
out-of-scope texts of the training and validation files where there are some, else from the
texts of intents that a model was kept from.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from understanding.intents.similarity import Answers, Learned, Views, learn

Floats = npt.NDArray[np.floating[Any]]
# The share of messages out of scope that thresholds are chosen for. Texts of intents left out are
# nearer to the others than real strangers, and must weigh more for as many of those to be rejected.
STRANGE: Final = 0.05
LEFT_OUT: Final = 0.3
FOLDS: Final = 5


@dataclass(frozen=True)
class Scored:
    """Scores of held-out texts that belong to an intent, and whether their label was right."""

    score: Floats
    right: npt.NDArray[np.bool_]


def in_scope_score(probability: Floats, answers: Answers) -> Floats:
    """The score of texts, shape (texts,), from their best probability and what a model answers."""
    raw = np.maximum(answers.scores.max(axis=1), 0)
    found: Floats = np.sqrt(raw * probability) * np.maximum(answers.nearness, 0)
    return found


def choose(inside: Scored, outside: Floats, share: float) -> tuple[float, str]:
    """The threshold if that share of messages is out of scope, and how it was found, in words."""
    limits = np.unique(np.concatenate([inside.score, outside]))
    kept, strange = np.sort(inside.score[inside.right]), np.sort(outside)
    accuracy = (len(kept) - np.searchsorted(kept, limits)) / len(inside.score)
    recall = np.searchsorted(strange, limits) / len(strange)
    at = int(np.argmax((1 - share) * accuracy + share * recall))
    how = f"best accuracy and recall if {share:.0%} of messages are out of scope"
    return float(limits[at]), how


def left_out_scores(learned: Learned, intents: Sequence[str], rows: Sequence[int]) -> Scored:
    """What a model says of its training texts at `rows` when they are left out."""
    model, at = learned.model, np.array(rows)
    probability = model.probabilities(learned.left_out.scores[at])
    labels = [model.labels[place] for place in probability.argmax(axis=1)]
    right = [label == intents[row] for label, row in zip(labels, rows, strict=True)]
    answers = Answers(learned.left_out.scores[at], learned.left_out.nearness[at])
    score = in_scope_score(probability.max(axis=1), answers)
    return Scored(score, np.array(right))


def without_intents(
    views: Views,
    intents: Sequence[str],
    shares: Mapping[str, float],
    report: Callable[[str], None] = lambda _: None,
) -> tuple[Scored, Floats]:
    """Scores of texts in scope and of texts of intents that a model has never seen.

    Each fifth of the intents is left out in turn; what the others make of its texts is what texts
    out of scope look like.
    """
    names = sorted(set(intents))
    folds = min(FOLDS, len(names) - 1)
    order = np.random.default_rng(7).permutation(len(names))
    known: list[Scored] = []
    strange = []
    for fold in range(folds):
        report(f"choosing the threshold, part {fold + 1} of {folds}")
        gone = {names[place] for place in order[fold::folds]}
        inside = [row for row, intent in enumerate(intents) if intent not in gone]
        outside = [row for row, intent in enumerate(intents) if intent in gone]
        if len(names) - len(gone) < 2:
            continue
        kept = [intents[row] for row in inside]
        learned = learn(views.rows(inside), kept, shares)
        known.append(left_out_scores(learned, kept, range(len(kept))))
        answers = learned.model.answers(views.rows(outside))
        probability = learned.model.probabilities(answers.scores).max(axis=1)
        strange.append(in_scope_score(probability, answers))
    if not known:  # two intents: with one of them left out there is nothing to tell apart
        learned = learn(views, intents, shares)
        found = left_out_scores(learned, intents, range(len(intents)))
        return found, found.score[~found.right] if (~found.right).any() else found.score[:1]
    return (
        Scored(
            np.concatenate([one.score for one in known]),
            np.concatenate([one.right for one in known]),
        ),
        np.concatenate(strange),
    )
