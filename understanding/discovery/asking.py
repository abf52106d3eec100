"""Which messages to have labelled first: those that a model doubts, no two alike.

The first batch stands for the whole: the messages nearest to the middles of as many groups. Each
later one is taken from the messages that the model of the labels so far is least sure between two
intents of (margin, Scheffer et al. 2001), one per group of those, weighed by their doubt (Zhdanov
2019, diverse mini-batches).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from encoders.scores import Vectors
from understanding.discovery.left_out import Classifier, Places, judge

# So many doubtful messages are looked at for each one that is asked for.
LOOKED_AT: Final = 4
STEPS: Final = 10


@dataclass(frozen=True)
class Round:
    """Places of all messages labelled so far, in the order asked, and what was learned of them."""

    labelled: tuple[int, ...]
    classifier: Classifier


def first_questions(
    vectors: Vectors, count: int, seed: int = 0, labelled: Sequence[int] = ()
) -> list[int]:
    """Places of at most `count` messages that stand for all those not in `labelled`, none twice."""
    open_places = _open(vectors, labelled)
    return _spread(vectors, open_places, np.ones(len(open_places)), count, seed)


def next_questions(
    vectors: Vectors, labelled: Sequence[int], classifier: Classifier, count: int, seed: int = 0
) -> list[int]:
    """Places of at most `count` messages to ask for next, none of those in `labelled`."""
    open_places = _open(vectors, labelled)
    doubt = doubts(classifier.probabilities(vectors[open_places]))
    chosen = np.argsort(-doubt, kind="stable")[: count * LOOKED_AT]
    return _spread(vectors, open_places[chosen], doubt[chosen], count, seed)


def doubts(probabilities: Vectors) -> npt.NDArray[np.float64]:
    """How near the second intent comes to the first: 1 where both are as likely, 0 where sure."""
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    best = np.sort(probabilities, axis=1).astype(np.float64)
    gap: npt.NDArray[np.float64] = 1.0 - best[:, -1] + best[:, -2]
    return gap


def rounds(
    vectors: Vectors,
    ask: Callable[[Sequence[int]], Sequence[str]],
    *,
    batch: int,
    most: int,
    seed: int = 0,
    at_random: bool = False,
) -> Iterator[Round]:
    """Ask for labels batch by batch until `most` are there; `ask` gives the intents of places.

    `at_random` asks in random order instead, to compare with.
    """
    order = np.random.default_rng(seed).permutation(len(vectors)) if at_random else None
    labelled: list[int] = []
    intents: list[str] = []
    classifier: Classifier | None = None
    while len(labelled) < min(most, len(vectors)):
        count = min(batch, most - len(labelled))
        if order is not None:
            fresh = [int(one) for one in order[len(labelled) : len(labelled) + count]]
        elif classifier is None:
            fresh = first_questions(vectors, count, seed, labelled)
        else:
            fresh = next_questions(vectors, labelled, classifier, count, seed)
        labelled += fresh
        intents += ask(fresh)
        if len(set(intents)) > 1:
            classifier = judge(vectors[labelled], intents).classifier
            yield Round(tuple(labelled), classifier)


@dataclass(frozen=True)
class Point:
    """Accuracy with so many labels, asked for in order of doubt and at random."""

    labels: int
    ordered: float
    at_random: float


@dataclass(frozen=True)
class Curve:
    """Accuracy as labels are asked for, and with all of them (`full`)."""

    full: float
    points: tuple[Point, ...]

    def labels_for(self, accuracy: float) -> int | None:
        """The first number of ordered labels that reaches an accuracy; None where none does."""
        return next((one.labels for one in self.points if one.ordered >= accuracy), None)


def curve(
    known: Vectors,
    intents: Sequence[str],
    asked: Vectors,
    truth: Sequence[str],
    *,
    batch: int,
    share: float,
    report: Callable[[str], None] = lambda _: None,
) -> Curve:
    """How accuracy on `asked` grows with the labels of `known` that are revealed.

    The order sees a label only once it has asked for it, and nothing of `asked`.
    """
    most = int(share * len(known))
    measured: dict[bool, dict[int, float]] = {}
    for at_random in (False, True):
        accuracy = measured.setdefault(at_random, {})
        for one in rounds(
            known,
            lambda places: [intents[place] for place in places],
            batch=batch,
            most=most,
            at_random=at_random,
        ):
            accuracy[len(one.labelled)] = _accuracy(one.classifier, asked, truth)
            report(f"{len(one.labelled)} of {most} labels")
    full = _accuracy(judge(known, intents).classifier, asked, truth)
    ordered, random = measured[False], measured[True]
    return Curve(full, tuple(Point(n, ordered[n], random[n]) for n in ordered if n in random))


def _accuracy(classifier: Classifier, vectors: Vectors, truth: Sequence[str]) -> float:
    said = classifier.probabilities(vectors).argmax(axis=1)
    right = sum(
        classifier.labels[int(one)] == meant for one, meant in zip(said, truth, strict=True)
    )
    return right / len(truth)


def _open(vectors: Vectors, labelled: Sequence[int]) -> Places:
    return np.setdiff1d(np.arange(len(vectors)), np.array(labelled, np.int64))


def _spread(
    vectors: Vectors, places: Places, doubt: npt.NDArray[np.float64], count: int, seed: int
) -> list[int]:
    """One of each of `count` groups of `places`: the most doubtful near its middle."""
    from sklearn.cluster import MiniBatchKMeans

    if len(places) <= count:
        return [int(one) for one in places]
    part = vectors[places]
    model = MiniBatchKMeans(count, n_init=1, max_iter=STEPS, random_state=seed, batch_size=1024)
    groups = model.fit_predict(part, sample_weight=np.maximum(doubt, 1e-3))
    distance = np.linalg.norm(part - model.cluster_centers_[groups], axis=1)
    taken: dict[int, int] = {}
    for at in np.lexsort((distance, -np.round(doubt, 1))):
        taken.setdefault(int(groups[at]), int(places[at]))
    chosen = list(taken.values())
    known = set(chosen)  # a group may have stayed empty
    chosen += [int(one) for one in places if int(one) not in known][: count - len(chosen)]
    return chosen
