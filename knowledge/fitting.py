"""Learn how to rank from groups of texts that answer alike (see `knowledge.ranking`).

Every text is asked for by others of its group that were held out: the whitening is learned on four
fifths of the texts, and the rest look for their fellows among them. How strongly to whiten is
chosen by the first fold; how sharply neighbours vote and the weights of the signals by all folds (a
softmax over each query's candidates, no weight below zero, L-BFGS); how much the group as a whole
counts by how often the best group then is the right one. Where no two texts answer alike there is
nothing to learn from, and `plain_ranking` stays. Nothing is chosen by queries that are measured
afterwards.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from knowledge.belonging import learn_belonging
from knowledge.ranking import (
    CANDIDATES_BY_MEANING,
    CANDIDATES_BY_WORDS,
    SIGNALS,
    Ranking,
    Weights,
    plain_ranking,
    signals_of,
)
from knowledge.vectors import Matrix
from knowledge.words import Bm25

FOLDS: Final = 5
MOST_QUERIES: Final = 2_500
STRENGTHS: Final = (0.03, 0.1, 0.3, 1.0, 3.0)
SHARPNESSES: Final = (5.0, 10.0, 20.0, 40.0)
PENALTY: Final = 1e-3
BELONGINGS: Final = (4.0, 6.0, 8.0, 10.0, 12.0)
SEED: Final = 11


@dataclass(frozen=True)
class Asked:
    """A held-out query: its candidates' similarities, which of them are right, their groups.

    `belongs` says how surely it is of each group.
    """

    raw: Matrix
    adapted: Matrix
    words: Matrix
    right: npt.NDArray[np.bool_]
    groups: tuple[int, ...]
    belongs: Mapping[Any, float] = field(default_factory=dict)

    def signals(self, sharpness: float) -> Weights:
        """Shape (candidates, 5)."""
        return signals_of(self.raw, self.adapted, self.words, self.groups, self.belongs, sharpness)


def within_group_whitening(
    vectors: Matrix, groups: npt.NDArray[np.int64], strength: float
) -> tuple[Matrix, Matrix]:
    """Mean (d,) and whitening (d, d) from the spread of texts around their group's middle.

    `strength` is how much of the average spread is added to every direction: large values leave
    the space as it is. Groups of one text tell nothing.
    """
    mean = vectors.mean(axis=0)
    order = np.unique(groups, return_inverse=True)[1]
    count = np.bincount(order)
    middles = np.zeros((len(count), vectors.shape[1]))
    np.add.at(middles, order, vectors)
    middles /= count[:, None]
    apart = (vectors - middles[order])[count[order] > 1]
    spread = apart.T @ apart / max(1, len(apart))
    average = np.trace(spread) / len(spread)
    if average <= 0:
        return mean.astype(np.float32), np.eye(len(spread), dtype=np.float32)
    values, directions = np.linalg.eigh(spread / average)
    scale = 1 / np.sqrt(np.maximum(values, 0) + strength)
    whitening = (directions * scale) @ directions.T
    return mean.astype(np.float32), whitening.astype(np.float32)


@dataclass(frozen=True)
class Outcome:
    """What came of a query: the best group's score, the next one's, and if the best is right.

    `group` numbers the best group; `near` and `clear` are of the sentence picked there.
    """

    best: float
    second: float
    is_right: bool
    group: int = -1
    near: float = 0.0
    clear: float = 0.0


class Fitter:
    """Held-out queries over texts with vectors and groups."""

    def __init__(
        self,
        texts: Sequence[str],
        vectors: Matrix,
        groups: Sequence[int],
        *,
        is_query: Sequence[bool] | None = None,
        is_passage: Sequence[bool] | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`is_query` and `is_passage`: which texts may ask and which may be found; all, without."""
        self._texts = texts
        self._vectors = vectors
        self._groups = np.asarray(groups, np.int64)
        every = np.ones(len(texts), bool)
        self._asks = every if is_query is None else np.asarray(is_query, bool)
        self._found = every if is_passage is None else np.asarray(is_passage, bool)
        self._progress = progress
        self._words = Bm25(texts)
        randomness = np.random.default_rng(SEED)
        self._fold = randomness.integers(0, FOLDS, len(texts))
        self._sample = np.zeros(len(texts), bool)
        able = np.flatnonzero(self._asks & self._has_fellow())
        chosen = randomness.choice(able, min(MOST_QUERIES, len(able)), replace=False)
        self._sample[chosen] = True

    def fit(self) -> tuple[Ranking, list[Asked]]:
        """The ranking, and the held-out queries it was learned on."""
        plain = plain_ranking(self._vectors.shape[1])
        if not self._sample.any():
            return plain, []
        strength = self._strength()
        asked: list[Asked] = []
        for fold in range(FOLDS):
            self._progress(f"learning from held-out queries, part {fold + 1} of {FOLDS}")
            asked += self._ask(fold, strength)
        fits = [(*fit_weights(asked, sharpness), sharpness) for sharpness in SHARPNESSES]
        _, weights, sharpness = min(fits, key=lambda fit: fit[0])
        weights = with_belonging(asked, weights, sharpness)
        mean, whitening = within_group_whitening(self._vectors, self._groups, strength)
        slope, offset = fit_confidence([outcome(one, weights, sharpness) for one in asked])
        return Ranking(mean, whitening, weights, sharpness, slope, offset), asked

    def _has_fellow(self) -> npt.NDArray[np.bool_]:
        """Whether another text of the same group can be found."""
        findable = np.bincount(self._groups[self._found], minlength=self._groups.max() + 1)
        others: npt.NDArray[np.bool_] = (findable[self._groups] - self._found.astype(int)) > 0
        return others

    def _strength(self) -> float:
        """The whitening by which held-out texts find their fellows best, by meaning alone."""
        plain = plain_ranking(self._vectors.shape[1])
        queries, passages = self._parts(0)
        if not len(queries):
            return STRENGTHS[-1]  # so few texts that none of them is held out here
        learned = np.flatnonzero(self._fold != 0)
        best = (-1.0, STRENGTHS[-1])
        for strength in STRENGTHS:
            mean, whitening = within_group_whitening(
                self._vectors[learned], self._groups[learned], strength
            )
            moved = replace(plain, mean=mean, whitening=whitening)
            near = moved.adapted(self._vectors[queries]) @ moved.adapted(self._vectors[passages]).T
            right = self._groups[passages][None] == self._groups[queries][:, None]
            found = float(np.mean(1 / ranks(near, right)))
            best = max(best, (found, strength))
        return best[1]

    def _parts(self, fold: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows of the queries of a fold, and of the passages among which they look.

        A text that only asks never stands in the way; one that only is found is always there.
        """
        queries = np.flatnonzero(self._sample & (self._fold == fold))
        stays = self._found & ((self._fold != fold) | ~self._asks)
        passages = np.flatnonzero(stays)
        reachable = np.isin(self._groups[queries], self._groups[passages])
        return queries[reachable], passages

    def _ask(self, fold: int, strength: float) -> list[Asked]:
        queries, passages = self._parts(fold)
        learned = np.flatnonzero(self._fold != fold)
        mean, whitening = within_group_whitening(
            self._vectors[learned], self._groups[learned], strength
        )
        moved = replace(plain_ranking(len(mean)), mean=mean, whitening=whitening)
        raw = self._vectors[queries] @ self._vectors[passages].T
        adapted = moved.adapted(self._vectors[queries]) @ moved.adapted(self._vectors[passages]).T
        known = learn_belonging(
            self._vectors[passages], [int(group) for group in self._groups[passages]]
        )
        asked = []
        for at, query in enumerate(queries):
            lexical = self._words.scores(self._texts[query])[passages]
            rows = candidates(raw[at], adapted[at], lexical)
            groups = tuple(int(group) for group in self._groups[passages[rows]])
            right = np.array(groups) == self._groups[query]
            belongs = known.of(self._vectors[query]) if known.groups else {}
            asked.append(
                Asked(raw[at, rows], adapted[at, rows], lexical[rows], right, groups, belongs)
            )
        return asked


def candidates(raw: Matrix, adapted: Matrix, lexical: Matrix) -> npt.NDArray[np.int64]:
    """Rows worth a closer look: near in either space, or rich in common words."""
    chosen = [
        np.argpartition(-scores, min(count, len(scores) - 1))[:count]
        for scores, count in (
            (raw, CANDIDATES_BY_MEANING),
            (adapted, CANDIDATES_BY_MEANING),
            (lexical, CANDIDATES_BY_WORDS),
        )
    ]
    rows: npt.NDArray[np.int64] = np.unique(np.concatenate(chosen))
    return rows


def ranks(scores: Matrix, right: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The rank of the first right passage of each query, from 1; both (queries, passages)."""
    best = np.where(right, scores, -np.inf).max(axis=1)
    places: npt.NDArray[np.int64] = 1 + (scores > best[:, None]).sum(axis=1)
    return places


def fit_weights(asked: Sequence[Asked], sharpness: float) -> tuple[float, Weights]:
    """Loss and weights (5,), none below zero, that give right candidates most probability."""
    from scipy.optimize import minimize

    useful = [one for one in asked if one.right.any() and not one.right.all()]
    start = plain_ranking(1).weights
    if not useful:
        return 0.0, start
    longest = max(len(one.right) for one in useful)
    signals = np.zeros((len(useful), longest, len(SIGNALS)))
    blocked = np.full((len(useful), longest), -1e9)
    wrong = np.full((len(useful), longest), -1e9)
    for at, one in enumerate(useful):
        signals[at, : len(one.right)] = one.signals(sharpness)
        blocked[at, : len(one.right)] = 0
        wrong[at, : len(one.right)] = np.where(one.right, 0, -1e9)

    def loss(weights: Weights) -> tuple[float, Weights]:
        scores = signals @ weights
        total, all_shares = _softmax(scores + blocked)
        good, good_shares = _softmax(scores + wrong)
        slope = np.einsum("qc,qcs->s", all_shares - good_shares, signals) / len(useful)
        value = float(np.mean(total - good)) + PENALTY * float(weights @ weights)
        return value, slope + 2 * PENALTY * weights

    bounds = [(0.0, None)] * len(SIGNALS)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return float(found.fun), found.x


def with_belonging(asked: Sequence[Asked], weights: Weights, sharpness: float) -> Weights:
    """The weights with the one of belonging by which the best group is right most often.

    The softmax asks for the right passage and so leaves too little to what all of a group say.
    """
    place = SIGNALS.index("belonging")
    tried = []
    for weight in (float(weights[place]), *BELONGINGS):
        changed = weights.copy()
        changed[place] = weight
        right = [outcome(one, changed, sharpness).is_right for one in asked]
        tried.append((float(np.mean(right)), weight, changed))
    return max(tried, key=lambda one: one[:2])[2]


def fit_confidence(outcomes: Sequence[Outcome]) -> tuple[Weights, float]:
    """Slope (4,) and offset that make outcomes a probability of being right (Platt 1999).

    Without both right and wrong examples to learn from, what `plain_ranking` says.
    """
    from scipy.optimize import minimize

    plain = plain_ranking(1)
    if len({one.is_right for one in outcomes}) < 2:
        return plain.slope, plain.offset
    told = np.array([(one.best, one.best - one.second, one.near, one.clear) for one in outcomes])
    middle, spread = told.mean(axis=0), told.std(axis=0)
    spread[spread < 1e-9] = 1.0  # what never differs tells nothing
    features = np.column_stack([(told - middle) / spread, np.ones(len(told))])
    truth = np.array([one.is_right for one in outcomes], float)

    def loss(given: Weights) -> tuple[float, Weights]:
        scores = features @ given
        chance = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        value = float(np.mean(np.logaddexp(0, scores) - truth * scores))
        slope: Weights = features.T @ (chance - truth) / len(truth) + 2e-4 * given
        return value + 1e-4 * float(given @ given), slope

    bounds = [(0.0, None)] * told.shape[1] + [(None, None)]
    start = np.zeros(features.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    slope = found[:-1] / spread
    return slope, float(found[-1] - slope @ middle)


def outcome(one: Asked, weights: Weights, sharpness: float) -> Outcome:
    """The best group's score, the next group's, and whether the best is right."""
    scores = one.signals(sharpness) @ weights
    first = int(np.argmax(scores))
    others = [
        float(score)
        for score, group in zip(scores, one.groups, strict=True)
        if group != one.groups[first]
    ]
    second = max(others, default=0.0)
    return Outcome(float(scores[first]), second, bool(one.right[first]), one.groups[first])


def _softmax(scores: Weights) -> tuple[Weights, Weights]:
    """Log of the sum of exponentials (rows,) and the shares (rows, columns)."""
    top = scores.max(axis=1, keepdims=True)
    exponentials = np.exp(scores - top)
    total = exponentials.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0], exponentials / total
