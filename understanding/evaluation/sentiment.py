"""How well moods are told apart on files of one's own: `concierge sentiment evaluate`."""

import resource
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from encoders.onnx import sentence_vector
from understanding.evaluation.examples import BadExamples
from understanding.evaluation.measures import Judged, Outcome, confusion, figures, outcome
from understanding.sentiment.encoded import PART, Encode, Hidden, Report, read
from understanding.sentiment.examples import Labelled
from understanding.sentiment.fit import TooFewLabels, fit_reader
from understanding.sentiment.model import Floats, Reader

TIMED: Final = 200


def evaluate(
    train: Sequence[Labelled],
    test: Sequence[Labelled],
    encode: Encode,
    report: Report = lambda _: None,
    hidden: Hidden | None = None,
) -> tuple[dict[str, Any], Outcome]:
    """Flat figures, and each answer, of a reader that learned from `train`, on `test`.

    `encode` gives unit vectors, shape (texts, dimensions); `hidden` shows the tokens, which are
    read where there are texts enough. Raises BadExamples when the training texts are too few or of
    one label.
    """
    began = time.perf_counter()
    texts = [one.text for one in train]
    vectors, states = read(texts, encode, hidden, report)
    try:
        reader = fit_reader(texts, [one.sentiment for one in train], vectors, report, states)
    except TooFewLabels as error:
        raise BadExamples(f"the training file: {error}") from error
    seconds = time.perf_counter() - began
    states.clear()  # gigabytes, of many texts
    hidden = None if reader.attention is None else hidden
    asked = [one.text for one in test]
    judged = judge(reader, asked, encode, report, hidden)
    found = outcome(judged, [one.sentiment for one in test], -np.inf, None)
    measured = {  # every text has a mood, so nothing is out of scope
        name: value
        for name, value in figures(found).items()
        if value is not None and not name.startswith("in_scope")
    }
    times = _times(reader, asked[:TIMED], encode, hidden)
    return {
        **measured,
        **f1_by_label(found),
        "train_examples": len(train),
        "test_examples": len(test),
        "texts_in_both": len({*texts} & {*asked}),
        "train_seconds": round(seconds, 2),
        "ms_p50": round(float(np.percentile(times, 50)), 2),
        "ms_p95": round(float(np.percentile(times, 95)), 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 0),
    }, found


def judge(
    reader: Reader, texts: Sequence[str], encode: Encode, report: Report, hidden: Hidden | None
) -> Judged:
    """The likeliest label of each text and its probability."""
    parts = []
    for start in range(0, len(texts), PART):
        report(f"judging texts: {start} of {len(texts)}")
        parts.append(_probabilities(reader, texts[start : start + PART], encode, hidden))
    probabilities = np.concatenate(parts)
    labels = [reader.labels[place] for place in probabilities.argmax(axis=1)]
    confidence = probabilities.max(axis=1)
    return Judged(labels, confidence, confidence)


def _probabilities(
    reader: Reader, texts: Sequence[str], encode: Encode, hidden: Hidden | None
) -> Floats:
    if hidden is None:
        return reader.probabilities(texts, encode(texts))
    states = [one for _, one in sorted(hidden(texts), key=lambda one: one[0])]
    vectors = np.array([sentence_vector(one) for one in states], np.float32)
    return reader.probabilities(texts, vectors, states)


def f1_by_label(found: Outcome) -> dict[str, float]:
    """F1 of each label."""
    counts = confusion(found)
    both = counts.sum(axis=0) + counts.sum(axis=1)
    return {
        f"f1_{name}": round(float(2 * counts[place, place] / max(both[place], 1)), 4)
        for place, name in enumerate(found.names)
    }


def _times(
    reader: Reader, texts: Sequence[str], encode: Encode, hidden: Hidden | None
) -> list[float]:
    """Milliseconds for single texts, encoding included."""
    taken = []
    for text in texts:
        began = time.perf_counter()
        _probabilities(reader, [f"{text} "], encode, hidden)  # not one the encoders remember
        taken.append((time.perf_counter() - began) * 1000)
    return taken
